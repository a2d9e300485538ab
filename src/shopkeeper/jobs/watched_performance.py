"""Watched performance: past scores whose horizon has passed, against what happened since."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.errors import NotPublishedError, StorageError
from shopkeeper.jobs.training_data import floats
from shopkeeper.jobs.watched_forecasts import TABLE as FORECASTS
from shopkeeper.jobs.watched_forecasts import forecast_kept
from shopkeeper.jobs.watched_lists import TABLE as LISTS
from shopkeeper.jobs.watched_lists import lists_kept
from shopkeeper.jobs.watched_models import QUESTIONS as SCORES
from shopkeeper.jobs.watched_promises import promised
from shopkeeper.monitoring.performance import (
    LEAST_CUSTOMERS,
    Performance,
    Promise,
    classifier_measures,
    value_measures,
)
from shopkeeper.pipeline.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.jobs.writing import Writing

    Measure = Callable[[Writing, ir.Table, date, int, str], Performance | None]

VALUES = "lifetime_values"
# Customers on whom a figure is drawn again: evenly spread, and more change no interval's width
# that anybody would act on.
MOST_CUSTOMERS = 20_000


def watched_performance(at_work: Writing) -> tuple[Performance, ...]:
    """Gives how good the latest scores turned out whose horizon has passed, of each model.

    Of each day only the last run that scored it is looked at, and of each table the latest day
    whose rows are still there.
    """
    runs = _last_run_of_each_day(at_work)
    found: list[Performance] = []
    for table in (*(name for _, name, _ in SCORES.values()), VALUES, LISTS, FORECASTS):
        values = set(at_work.workspace.settings.lifetime_value.horizons_days)
        wanted = values if table == VALUES else None
        done: set[int] = set()
        for manifest in runs:
            if done and (wanted is None or done >= wanted):
                break
            for one in _of_run(at_work, manifest, table, done):
                done.add(_days_between(one))
                found.append(one)
    return tuple(found)


def _last_run_of_each_day(at_work: Writing) -> list[Manifest]:
    """Gives past runs of days before this one, the latest first."""
    folder = at_work.workspace.state_folder
    found: dict[date, Manifest] = {}
    for run in sorted((folder / "runs").glob("*/manifest.json")):
        try:
            manifest = read_manifest(folder, run.parent.name, at_work.workspace.store.name)
        except NotPublishedError:
            # It stands in another store.
            continue
        if manifest and manifest.as_of and at_work.as_of and manifest.as_of < at_work.as_of:
            found[manifest.as_of] = manifest
    return [found[day] for day in sorted(found, reverse=True)]


def _of_run(
    at_work: Writing, manifest: Manifest, table: str, done: Container[int]
) -> Iterator[Performance]:
    """Gives how good one table of a run turned out; nothing if it has not matured or is gone.

    Args:
        at_work: The run of now.
        manifest: The run that said it.
        table: Name of the table.
        done: Horizons that are known already.
    """
    if table not in manifest.tables:
        return
    try:
        rows = at_work.workspace.store.open(manifest.tables[table].version)
        if table == FORECASTS:
            one = forecast_kept(at_work, manifest, rows)
            if one:
                yield one
            return
        known = at_work.workspace.engine.collect(_heads(rows)).to_pylist()
    except StorageError:
        # Older versions may be cleared away; then there is nothing to hold against what happened.
        return
    for head in known:
        said_on, horizon = head["as_of"], int(head["horizon_days"])
        matured = said_on + timedelta(days=horizon)
        if horizon in done or at_work.as_of is None or matured > at_work.as_of:
            continue
        chosen = rows.filter(
            (rows.as_of == head["as_of"])
            & (rows.horizon_days == head["horizon_days"])
            & (rows.model == head["model"])
        )
        measure = lists_kept if table == LISTS else _measured_of(table)
        one = measure(at_work, chosen, said_on, horizon, str(head["model"]))
        if one:
            yield one


def _heads(rows: ir.Table) -> ir.Table:
    return rows.select("as_of", "horizon_days", "model").distinct().order_by("horizon_days")


def _measured_of(table: str) -> Measure:
    """Gives the way in which scores of customers are held against what they did."""

    def measure(
        at_work: Writing, rows: ir.Table, said_on: date, horizon: int, model: str
    ) -> Performance | None:
        if table == VALUES:
            said = rows.select("customer_id", said=rows.expected_amount)
        else:
            said = rows.select("customer_id", said=rows[SCORES[model.rpartition(" ")[0]][2]])
        frame = floats(at_work.workspace.engine, said).set_index("customer_id")
        return held_against(at_work, frame["said"], said_on, horizon, model)

    return measure


def held_against(
    at_work: Writing, said: pd.Series[float], said_on: date, horizon: int, model: str
) -> Performance | None:
    """Gives how good what was said of customers turned out; None of too few.

    Args:
        at_work: The run of now.
        said: Amount or probability by customer id; missing where nothing was said.
        said_on: Day before which data were seen.
        horizon: Days that are foretold.
        model: Name and version of the model, whose card holds the promise.
    """
    matured = said_on + timedelta(days=horizon)
    limits = at_work.workspace.settings.monitoring
    name = model.rpartition(" ")[0]
    frame = _joined(at_work, said.dropna().to_frame("said"), _spent(at_work, said_on, matured))
    if len(frame) < LEAST_CUSTOMERS:
        return None
    if name in SCORES:
        actual = SCORES[name][0].label(frame["spent"].notna().to_numpy())
        measured = classifier_measures(actual, frame["said"], _promise(at_work, model), seed=0)
    else:
        actual = frame["spent"].fillna(0.0).to_numpy()
        measured = value_measures(actual, frame["said"], allowed_ratio=limits.total_ratio, seed=0)
    if not measured:
        return None
    return Performance(
        task=name,
        model=model,
        said_on=said_on.isoformat(),
        matured_on=matured.isoformat(),
        customer_count=len(frame),
        actual=float(actual.mean()),
        predicted=float(frame["said"].mean()),
        measured=measured,
    )


def _spent(at_work: Writing, since: date, until: date) -> ir.Table:
    """Gives what each customer bought in a span of days."""
    import ibis

    purchases = at_work.table("purchases")
    day = purchases.order_date
    inside = (day >= ibis.date(since.isoformat())) & (day < ibis.date(until.isoformat()))
    bought = purchases.filter(inside).group_by("customer_id")
    return bought.agg(spent=purchases.purchase_amount.sum())


def _joined(at_work: Writing, said: pd.DataFrame, spent: ir.Table) -> pd.DataFrame:
    """Gives what was said beside what was spent, of at most so many customers in order of id."""
    bought = floats(at_work.draft.engine, spent).set_index("customer_id")
    frame = said.join(bought).sort_index()
    step = math.ceil(len(frame) / MOST_CUSTOMERS)
    return frame.iloc[:: max(1, step)].copy()


def _promise(at_work: Writing, model: str) -> Promise:
    """Gives what the card of a version promised: the means over the folds it was judged on."""
    limits = at_work.workspace.settings.monitoring
    auc, brier = (promised(at_work, model, "", metric) for metric in ("roc_auc", "brier_score"))
    return Promise(auc, brier, limits.performance_slack, limits.calibration_slack)


def _days_between(one: Performance) -> int:
    return (date.fromisoformat(one.matured_on) - date.fromisoformat(one.said_on)).days
