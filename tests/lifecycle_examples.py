"""Models and contests to test the life of a model with, judged on simulated customers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import ClassVar

import numpy as np
import pandas as pd

from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.lifecycle.model_card import CardFacts, Parameter
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.lifecycle.registry import Registration

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ROWS = pd.DataFrame({"spent": [1.0, 2.0, 4.0], "orders": [1, 2, 3]})
COUNTRIES = ("France", "Germany", "United Kingdom")


class Line:
    """A line through the origin; saved as JSON and npz."""

    name: ClassVar[str] = "line"

    def __init__(self, slope: float = 0.0) -> None:
        self.slope_ = slope

    def fit(self, rows):
        self.slope_ = float((rows["spent"] * rows["orders"]).sum() / (rows["orders"] ** 2).sum())
        return self

    def predict(self, rows):
        return pd.DataFrame({"expected": rows["orders"] * self.slope_}, index=rows.index)

    def save(self):
        stream = BytesIO()
        np.savez(stream, slope=np.array([self.slope_]))
        return {"model.json": json.dumps({"kind": "line"}).encode(), "line.npz": stream.getvalue()}

    @classmethod
    def load(cls, files):
        with np.load(BytesIO(files["line.npz"]), allow_pickle=False) as arrays:
            return cls(float(arrays["slope"][0]))


def contest(candidates, folds=4, customers=900, alarms=None, seed=1):
    """Evidence from simulated customers: each candidate is a function of what is known.

    Args:
        candidates: Name → function of (expected value, rows of the fold, fold, generator).
    """
    generator = np.random.default_rng(seed)
    scores = []
    for fold in range(folds):
        cutoff = date(2023, 1, 1) + timedelta(days=90 * fold)
        mean = generator.gamma(2.0, 50.0, customers)
        actual = mean * generator.gamma(4.0, 0.25, customers)
        country = generator.choice(COUNTRIES, customers)
        last = mean * generator.gamma(1.5, 1 / 1.5, customers)
        for name, predict in {"same_spend": None, **candidates}.items():
            known = (mean, country, fold, np.random.default_rng(fold))
            predicted = predict(*known) if predict else last
            for slice_ in (EVERYONE, *COUNTRIES):
                inside = np.full(customers, True) if slice_ == EVERYONE else country == slice_
                label = slice_ if slice_ == EVERYONE else f"country={slice_}"
                error = np.sqrt(np.mean((predicted - actual)[inside] ** 2))
                ratio = predicted[inside].sum() / actual[inside].sum()
                for metric, value in (("rmse", error), ("total", ratio)):
                    rows = int(inside.sum())
                    scores.append(Score(name, cutoff, metric, float(value), rows, label))
    return Evidence(
        task="lifetime_value",
        horizon_days=90,
        primary="rmse",
        metrics={"rmse": Better.LOWER, "total": Better.NEAR_ONE},
        calibration="total",
        baselines=("same_spend",),
        scores=tuple(scores),
        alarms=alarms or {},
    )


def good(mean, country, fold, generator):
    """Knows each customer's mean but for a little noise: better than what they spent last."""
    return mean * generator.normal(1.0, 0.1, len(mean))


def registration(tracking, slope=1.0, champion=None, verdict="judged", name="lifetime_value"):
    """A fitted line, its run and its contest, ready to be registered."""
    from shopkeeper.lifecycle.runs import TrainingRun, log_run

    evidence = contest({"line": good, "old": lambda m, *_: m * 1.2})
    run = TrainingRun(
        task=name,
        model="line",
        started_at=NOW,
        ended_at=NOW + timedelta(seconds=3),
        as_of=date(2024, 6, 1),
        seed=7,
        data_fingerprint="abc123",
        code_version="1.2.3",
        parameters={"slope": slope},
        evidence=evidence,
        plots={"calibration.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        tags={"reason": "test"},
    )
    return Registration(
        name=name,
        model=Line(slope),
        run_id=log_run(tracking, run),
        created_at=NOW,
        as_of=run.as_of,
        data_fingerprint=run.data_fingerprint,
        code_version=run.code_version,
        evidence=evidence,
        verdict=judge(evidence, "line", champion) if verdict == "judged" else verdict,
        card=CardFacts(
            predicts="What each customer will spend in the next 90 days.",
            for_whom="Every customer with an order; read by the shop's owner.",
            data="Order lines of a simulated shop.",
            row_count=3,
            limits=("It must not be used to refuse anyone credit.",),
            parameters=(Parameter("slope", slope, 0.1),),
        ),
        example=ROWS,
    )
