"""Churn on Online Retail II: the rows of the published table with ours beside them.

    python benchmarks/churn.py <folder of a shop built on Online Retail II>

Everything is fitted, chosen and calibrated on what was known at each of the last cut-offs and
judged on the 90 days that followed. Three things are shown: all ways of predicting with all
features, calibrations beside each other, and what class weights and SMOTE cost.
Writes benchmarks/results/churn.json and prints a table.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from shopkeeper import Workspace
from shopkeeper.jobs.churn_training import ChurnTraining
from shopkeeper.jobs.writing import writing
from shopkeeper.tasks.churn.candidates import BLEND, MAKERS, Learning
from shopkeeper.tasks.churn.contest import Options, fit, hold, metrics
from shopkeeper.tasks.churn.features import RECENCY
from shopkeeper.tasks.churn.known import World

RESULTS = Path(__file__).resolve().parent / "results" / "churn.json"
DAYS = 90
BOOSTED = "gradient_boosting"
PUBLISHED = {
    "recency alone": {"roc_auc": 0.763},
    "logistic, five features": {"roc_auc": 0.788, "average_precision": 0.814, "brier_score": 0.202},
    "boosting, five features": {"roc_auc": 0.783, "average_precision": 0.796, "brier_score": 0.201},
    "boosting, richer features": {
        "roc_auc": 0.810,
        "average_precision": 0.830,
        "brier_score": 0.191,
        "calibration_error": 0.12,
    },
}
LEARNINGS = {
    "as they are": Learning(),
    "class weights": Learning(class_weights=True),
    "SMOTE": Learning(resampling="smote"),
}
SHOWN = ("roc_auc", "average_precision", "brier_score", "calibration_error")


def row(found: dict[str, float]) -> dict[str, float]:
    return {name: round(found[name], 4) for name in SHOWN}


def main(folder: str) -> None:
    with writing(Workspace(folder)) as at_work:
        training = ChurnTraining(at_work, at_work.as_of)
        started, used = time.perf_counter(), time.process_time()
        world = World(training.world, features_at=training.features.__getitem__)
        contest = hold(world, DAYS, Options(tuning_trials=training.settings.tuning_trials))
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
        fold = contest.folds[-1]
        known = world.known(fold.cutoff, DAYS)
        active = (fold.customers[RECENCY] <= DAYS).to_numpy()
        ways = {
            name: {
                "everyone": row(metrics(fold.label, said)),
                "active": row(metrics(fold.label[active], said[active])),
            }
            for name, said in fold.probabilities.items()
        }
        kinds = {
            kind: row(metrics(fold.label, again(known, replace(contest.options, calibration=kind))))
            for kind in ("none", "season", "sigmoid", "isotonic")
        }
        costs = {name: cost(world, contest, way) for name, way in LEARNINGS.items()}
    result = {
        "cutoff": str(fold.cutoff),
        "customers": len(fold.label),
        "base_rate": round(float(fold.label.mean()), 4),
        "active_customers": int(active.sum()),
        "published": PUBLISHED,
        "ways": ways,
        "winner": contest.winner,
        "calibrations_of_the_blend": kinds,
        "class_balance_of_boosted_trees_by_fold": costs,
        "contest_seconds": round(seconds, 1),
        "contest_cpu_seconds": round(cpu, 1),
        "candidates": len(MAKERS),
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def again(known, options: Options, name: str = BLEND):
    return fit(name, known, options).probabilities(known.customers, known.cutoff)


def cost(world: World, contest, learning: Learning) -> dict[str, dict[str, dict[str, float]]]:
    """What a way of learning does on each fold, before and after the season is put right."""
    found = {}
    for fold in contest.folds:
        known = world.known(fold.cutoff, DAYS)
        found[str(fold.cutoff)] = {
            kind: row(metrics(fold.label, again(known, Options(kind, learning), BOOSTED)))
            for kind in ("none", "season")
        }
    return found


if __name__ == "__main__":
    main(sys.argv[1])
