"""Watched performance: past scores whose horizon has passed, against what happened since."""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.errors import ArtifactError, NotPublishedError, StorageError, UnknownNameError
from shopkeeper.jobs.training_data import floats
from shopkeeper.jobs.watched_drift import SCORES
from shopkeeper.lifecycle.runs import evidence_from_plain
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
    for table in [name for _, name, _ in SCORES.values()] + [VALUES]:
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
        one = _measured(at_work, table, chosen, said_on, horizon, str(head["model"]))
        if one:
            yield one


def _heads(rows: ir.Table) -> ir.Table:
    return rows.select("as_of", "horizon_days", "model").distinct().order_by("horizon_days")


def _measured(
    at_work: Writing, table: str, rows: ir.Table, said_on: date, horizon: int, model: str
) -> Performance | None:
    matured = said_on + timedelta(days=horizon)
    spent = _spent(at_work, said_on, matured)
    limits = at_work.workspace.settings.monitoring
    name = model.rpartition(" ")[0]
    if table == VALUES:
        frame = _joined(at_work, rows.select("customer_id", said=rows.expected_amount), spent)
        actual = frame["spent"].fillna(0.0)
        measured = value_measures(actual, frame["said"], allowed_ratio=limits.total_ratio, seed=0)
    else:
        question, _, column = SCORES[name]
        frame = _joined(at_work, rows.select("customer_id", said=rows[column]), spent)
        frame = frame[frame["said"].notna()]
        came_back = frame["spent"].notna().to_numpy()
        frame["label"] = question.label(came_back)
        actual = frame["label"]
        if len(frame) < LEAST_CUSTOMERS:
            return None
        measured = classifier_measures(actual, frame["said"], _promise(at_work, model), seed=0)
    if len(frame) < LEAST_CUSTOMERS or not measured:
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


def _joined(at_work: Writing, said: ir.Table, spent: ir.Table) -> pd.DataFrame:
    """Gives what was said beside what was spent, of at most so many customers in order of id."""
    engine = at_work.workspace.engine
    frames = [
        floats(at, rows).set_index("customer_id")
        for at, rows in ((engine, said), (at_work.draft.engine, spent))
    ]
    frame = frames[0].join(frames[1]).sort_index()
    step = math.ceil(len(frame) / MOST_CUSTOMERS)
    return frame.iloc[:: max(1, step)].copy()


def _promise(at_work: Writing, model: str) -> Promise:
    """Gives what the card of a version promised: the means over the folds it was judged on."""
    limits = at_work.workspace.settings.monitoring
    name, _, number = model.rpartition(" ")
    try:
        artifact = at_work.workspace.registry.artifact(name, int(number))
    except (UnknownNameError, ArtifactError):
        return Promise(None, None, limits.performance_slack, limits.calibration_slack)
    evidence = evidence_from_plain(json.loads(artifact.documents["evidence.json"]))
    verdict = json.loads(artifact.documents["verdict.json"])
    candidate = verdict["challenger"] if verdict else ""
    means = [evidence.mean(candidate, metric) for metric in ("roc_auc", "brier_score")]
    auc, brier = (value if math.isfinite(value) else None for value in means)
    return Promise(auc, brier, limits.performance_slack, limits.calibration_slack)


def _days_between(one: Performance) -> int:
    return (date.fromisoformat(one.matured_on) - date.fromisoformat(one.said_on)).days
