"""Monitor backfill: what models would have said on past days, held against what happened.

A champion has seen the past, so it is never asked about it. The same way of predicting is taught
anew on what was known before each day, which no later row can reach, and what comes out is marked
as never served.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.errors import ModelDataError
from shopkeeper.jobs.churn_training import ChurnTraining
from shopkeeper.jobs.training_data import purchases_of, world_over
from shopkeeper.jobs.watched_models import QUESTIONS, expected_by, value_name
from shopkeeper.jobs.watched_performance import held_against
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.monitoring.performance_log import file_of, write_performance
from shopkeeper.tasks.churn.contest import fit
from shopkeeper.tasks.churn.features import RECENCY
from shopkeeper.tasks.churn.horizon import chosen
from shopkeeper.tasks.churn.model import ChurnModel
from shopkeeper.tasks.lifetime_value.contest import fit_candidate
from shopkeeper.tasks.lifetime_value.model import LifetimeValue

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.lifecycle.versions import ModelVersion

    Say = Callable[[date], pd.Series[float]]


def backfill_into(at_work: Writing, count: int) -> int:
    """Says again what would have been said on the first days of past months; gives how often.

    A day that was done is not done again, so a job that was stopped goes on where it was.

    Args:
        at_work: The run.
        count: Months back, for each model of customers who leave and of what they will spend.
    """
    done = 0
    models = past_models(at_work)
    if not models:
        why = "no model of who leaves or of what is spent has passed the gate"
        at_work.tell(Step("backfill", at_work.workspace.folder.name, "not possible", detail=why))
    for champion, horizon, say in models:
        for day in past_days(at_work.as_of, horizon, count):
            model = f"{champion.name} {champion.version}"
            file = file_of(at_work.workspace.state_folder, model, day, is_backfilled=True)
            if file.exists():
                at_work.tell(Step("backfill", f"{day}, {model}", "unchanged"))
                continue
            done += _said(at_work, model, day, horizon, say)
    return done


def past_days(as_of: date | None, horizon_days: int, count: int) -> tuple[date, ...]:
    """Gives the last first days of months whose horizon has passed, the latest first.

    Examples:
        >>> [str(day) for day in past_days(date(2025, 1, 15), 60, 2)]
        ['2024-11-01', '2024-10-01']
    """
    if as_of is None:
        return ()
    day = (as_of - timedelta(days=horizon_days)).replace(day=1)
    found = []
    for _ in range(count):
        found.append(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return tuple(found)


def _said(at_work: Writing, model: str, day: date, horizon: int, say: Say) -> bool:
    """Says it, measures it and keeps what came true; gives whether anything could be said."""
    started, subject = time.perf_counter(), f"{day}, {model}"
    try:
        found = held_against(at_work, say(day), day, horizon, model)
    except ModelDataError as error:
        at_work.tell(Step("backfill", subject, "not possible", detail=error.message))
        return False
    if found is None:
        why = "too few customers were known by then"
        at_work.tell(Step("backfill", subject, "not possible", detail=why))
        return False
    write_performance(at_work.workspace.state_folder, replace(found, is_backfilled=True))
    seconds = time.perf_counter() - started
    at_work.tell(Step("backfill", subject, "measured", found.customer_count, seconds))
    return True


def past_models(at_work: Writing) -> list[tuple[ModelVersion, int, Say]]:
    """Gives the champions whose past can be said again, with their horizon and how."""
    registry = at_work.workspace.registry
    names = [*QUESTIONS, *map(value_name, at_work.workspace.settings.lifetime_value.horizons_days)]
    found: list[tuple[ModelVersion, int, Say]] = []
    for champion in filter(None, map(registry.champion, names)):
        model = registry.load(champion.name, champion.version)
        if isinstance(model, ChurnModel):
            found.append((champion, model.horizon_days, _leaving(at_work, champion.name, model)))
        elif isinstance(model, LifetimeValue):
            found.append((champion, model.horizon_days, _spending(at_work, model)))
    return found


def _leaving(at_work: Writing, name: str, champion: ChurnModel) -> Say:
    days = champion.horizon_days

    def say(day: date) -> pd.Series[float]:
        training = ChurnTraining(at_work, day)
        training.horizon = chosen(days)
        _some(training.purchases, day)
        known = training.world_of(QUESTIONS[name][0]).known(day, days)
        model = ChurnModel(
            days,
            is_about_leaving=champion.is_about_leaving,
            longest_silence_days=float(known.taught().features[RECENCY].max()),
        )
        model.calibrated = fit(champion.candidate_name, known, training.options)
        return model.probabilities(known.customers)

    return say


def _spending(at_work: Writing, champion: LifetimeValue) -> Say:
    days = champion.horizon_days

    def say(day: date) -> pd.Series[float]:
        settings = at_work.workspace.settings.lifetime_value
        purchases = purchases_of(at_work, day)
        _some(purchases, day)
        world = world_over(at_work, purchases, day, (days,), settings.seed)
        candidate = fit_candidate(world, champion.candidate_name, days)
        return expected_by(candidate, world.customers_at(day))

    return say


def _some(purchases: pd.DataFrame, day: date) -> None:
    if purchases.empty:
        raise ModelDataError(f"Nobody had bought anything before {day}.")
