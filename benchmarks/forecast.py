"""Forecasts of weekly sales beside simple rules, and what a leaky feature pretends.

    python benchmarks/forecast.py NAME=FOLDER ...     folders of shops that are built

For each shop: all ways at past dates from what was known then, with MASE, RMSSE, WAPE and bias,
ranges with their coverage, the gate's verdict, and the cost. Then trees for the next week's
revenue with the order count of that very week among their features, without it, and "as last
week", by R² on the last fifth of the weeks.

Writes benchmarks/results/forecast.json and prints it.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import xgboost

from shopkeeper import Workspace
from shopkeeper.jobs.demand_training import LIMITS, DemandTraining
from shopkeeper.jobs.writing import writing
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.tasks.demand.contest import Contest, hold, with_rules
from shopkeeper.tasks.demand.findings import found_by
from shopkeeper.tasks.demand.names import CHOSEN
from shopkeeper.tasks.demand.plan import plan_of

RESULTS = Path(__file__).resolve().parent / "results" / "forecast.json"
HORIZON, LEVEL = 4, 0.8
# Of a public marketplace series of 92 weeks.
PUBLISHED = {"with the same week's order count": 0.36, "without": -1.2, "as last week": 0.50}
LAGS = (1, 2, 3, 4)
TESTED_SHARE = 0.2


def main(shops: dict[str, str]) -> None:
    result = {"horizon_weeks": HORIZON, "interval_level": LEVEL, "published_r2": PUBLISHED}
    for name, folder in shops.items():
        with writing(Workspace(folder)) as at_work:
            training = DemandTraining(at_work, at_work.as_of)
            result[name] = contest_of(training) | {"leak_r2": leak_of(at_work)}
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def contest_of(training: DemandTraining) -> dict:
    """All ways at past dates."""
    started, used = time.perf_counter(), time.process_time()
    now = training.panel()
    plan = plan_of(now.weeks.week_count, HORIZON)
    contest = hold(training.panel(ranked_until=plan.origins[0]), plan, HORIZON, seed=0)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    verdict = judge(contest.evidence, CHOSEN, None, LIMITS)
    served = contest if verdict.passed else with_rules(contest)
    ranges = {(g.level, g.measure): g for g in found_by(served, LEVEL)["groups"]}
    groups = {}
    for group in found_by(contest, LEVEL)["groups"]:
        held = ranges[group.level, group.measure]
        groups[f"{group.level} {group.measure}"] = {
            "served": held.way,
            "is_proved": group.is_proved,
            "coverage": held.coverage,
            "covered_weeks": held.covered_count,
            "range_width": held.range_width,
            "widened_by": held.widened_by,
            "lead": {lead.other: rounded(asdict(lead)) for lead in group.leads},
            "ways": {row.way: rounded(asdict(row)) for row in group.contest},
        }
    return {
        "whole_weeks": now.weeks.week_count,
        "season_weeks": plan.season_weeks,
        "past_dates": len(plan.origins),
        "judged_dates": len(contest.judged),
        "series": sum(map(len, now.ids.values())),
        "passes_the_gate": verdict.passed,
        "refusals": list(verdict.refusals),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "groups": groups,
        "days": days_of_shop(training, served),
    }


def days_of_shop(training: DemandTraining, served: Contest) -> dict:
    """What is served by day, beside rules of days."""
    found = training.of_days(served)
    return {
        "is_proved": found.is_proved,
        "groups": {
            f"{group.level} {group.measure}": {
                "served": group.way,
                "coverage": group.coverage,
                "covered_days": group.covered_count,
                "range_width": group.range_width,
                "widened_by": group.widened_by,
                "mase": {row.way: round(row.mase, 4) for row in group.contest},
            }
            for group in found.groups
        },
    }


def rounded(row: dict) -> dict:
    return {name: round(value, 4) for name, value in row.items() if isinstance(value, float)}


def leak_of(at_work) -> dict[str, float]:
    """R² of the next week's revenue, with and without what nobody knows before it is over."""
    days = at_work.table("daily_sales")
    days = days.filter(days.order_date < str(at_work.as_of))
    weeks = days.group_by(week=days.order_date.truncate("W").cast("date")).agg(
        revenue=days.gross_amount.sum().cast("float64"), orders=days.order_count.sum()
    )
    rows = at_work.draft.engine.collect(weeks.order_by("week")).to_pandas()
    # First and last week may be unfinished.
    revenue, orders = (rows[name].to_numpy(dtype=float)[1:-1] for name in ("revenue", "orders"))
    first = max(LAGS)
    known = (revenue, orders)
    lagged = [series[first - lag : len(series) - lag] for series in known for lag in LAGS]
    honest, target = np.column_stack(lagged), revenue[first:]
    leaky = np.column_stack([honest, orders[first:]])
    cut = round(len(target) * (1 - TESTED_SHARE))
    told = {
        "with the same week's order count": boosted(leaky, target, cut),
        "without": boosted(honest, target, cut),
        "as last week": revenue[first - 1 : -1][cut:],
    }
    return {name: round(r2(target[cut:], said), 3) for name, said in told.items()}


def boosted(features: np.ndarray, target: np.ndarray, cut: int) -> np.ndarray:
    options = {"max_depth": 4, "eta": 0.1, "nthread": 1, "seed": 0}
    grown = xgboost.train(options, xgboost.DMatrix(features[:cut], label=target[:cut]), 100)
    return grown.predict(xgboost.DMatrix(features[cut:]))


def r2(actual: np.ndarray, said: np.ndarray) -> float:
    return float(1 - ((actual - said) ** 2).sum() / ((actual - actual.mean()) ** 2).sum())


if __name__ == "__main__":
    main(dict(argument.split("=", 1) for argument in sys.argv[1:]))
