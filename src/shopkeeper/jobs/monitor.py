"""Monitor: looks whether orders, customers, scores and models are as they were; tells, retrains."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.errors import NotPublishedError
from shopkeeper.html.monitor import render_monitor
from shopkeeper.jobs.alerting import Told, alert
from shopkeeper.jobs.monitor_backfill import backfill_into
from shopkeeper.jobs.score import score_into
from shopkeeper.jobs.train import train_into
from shopkeeper.jobs.watched_drift import watched_drift
from shopkeeper.jobs.watched_performance import watched_performance
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.monitoring.answered import answered_weeks
from shopkeeper.monitoring.findings import FACTS, Findings
from shopkeeper.monitoring.kept_alarms import (
    alarms_after,
    over,
    read_alarms,
    with_since,
    write_alarms,
)
from shopkeeper.monitoring.performance import Performance
from shopkeeper.monitoring.performance_log import latest, read_performance, write_performance
from shopkeeper.monitoring.policy import Retraining, Rules, retraining
from shopkeeper.monitoring.prediction_log import read_predictions, remove_before
from shopkeeper.monitoring.signs import (
    answers_sign,
    drift_signs,
    freshness_sign,
    performance_sign,
    volume_sign,
)
from shopkeeper.monitoring.volume import freshness, volume
from shopkeeper.reports.monitoring import Monitoring
from shopkeeper.tasks.demand.names import TASK as DEMAND
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from shopkeeper.lifecycle.registry import Registry

MONITOR_FILE = "monitor.html"
# Calendar weeks of the log of predictions that are looked at.
ANSWERED_WEEKS = 8
# The longest horizon that the data may propose.
LONGEST_CHURN_DAYS = 180
DRIFT_SIGNS = frozenset({"features", "scores"})


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """What a look found, and what was done.

    Attributes:
        run_id: Run that keeps it.
        monitoring: The answer.
        page: The same as a page.
        told: What became of each message.
    """

    run_id: str
    monitoring: Monitoring
    page: Path
    told: tuple[Told, ...]


def monitor(
    workspace: Workspace,
    *,
    on: date | None = None,
    retrain: bool = False,
    backfill: int = 0,
    now: datetime | None = None,
    tell: Tell = silent,
) -> MonitorReport:
    """Looks at a shop and its models; publishes what was found, then tells of alarms.

    Args:
        workspace: The shop.
        on: Day that freshness is asked for; None takes the day on which the job begins.
        retrain: Whether to train anew where the settings call for it.
        backfill: Past months for which it is told how good models would have been.
        now: When the job begins; None reads the clock.
        tell: Told of each step.

    Raises:
        NotPublishedError: Nothing was built yet.
        WorkspaceLockedError: Another job is writing.
    """
    folder = workspace.state_folder
    with writing(workspace, now=now, tell=tell) as at_work:
        if backfill:
            _require_orders(at_work)
            backfill_into(at_work, backfill)
        _forget_old(at_work)
        found = watch(at_work, on or at_work.now.date())
        if retrain and found.retraining.is_due:
            found = replace(found, retraining=_retrained(at_work, found.retraining))
        at_work.facts[FACTS] = found.to_plain()
        at_work.has_new_facts = True
        at_work.publish()
        answer = workspace.monitoring()
        page = at_work.run_folder / MONITOR_FILE
        page.write_text(render_monitor(workspace.settings.shop.name, answer), encoding="utf-8")
    told: tuple[Told, ...] = ()
    if found.news:
        # The workspace is free again: a slow mail server holds up nobody.
        told = alert(workspace.settings.alerts, workspace.settings.shop.name, answer.run_id, found)
    # Without anybody to write to, the exit code tells it. What reached nobody is news once more.
    was_told = not told or any(one.was_sent for one in told)
    day = date.fromisoformat(found.on)
    write_alarms(folder, alarms_after(found.signs, read_alarms(folder), day, was_told=was_told))
    for one in told:
        tell(Step("alert", one.target, "told" if one.was_sent else "not told", detail=one.detail))
    return MonitorReport(answer.run_id, answer, page, told)


def watch(at_work: Writing, on: date) -> Findings:
    """Looks at everything; keeps what came true of models, and changes nothing else.

    Raises:
        NotPublishedError: Nothing was built yet.
    """
    as_of = _require_orders(at_work)
    settings = at_work.workspace.settings.monitoring
    started = time.perf_counter()
    orders = _orders(at_work)
    fresh, many = freshness(orders, max(on, as_of)), volume(orders, as_of)
    drift = watched_drift(at_work)
    known, history = _performance(at_work)
    weeks = answered_weeks(
        read_predictions(at_work.workspace.state_folder), at_work.now.date(), ANSWERED_WEEKS
    )
    signs = (
        freshness_sign(fresh, is_watched=settings.watches_freshness),
        volume_sign(many),
        *(sign for one in drift for sign in drift_signs(one)),
        *(performance_sign(one) for one in known),
        *answers_sign(weeks, settings.slowest_milliseconds),
    )
    kept = read_alarms(at_work.workspace.state_folder)
    ended = over(signs, kept)
    signs = with_since(signs, kept, on, at_work.workspace.settings.alerts.remind_days)
    seconds = time.perf_counter() - started
    for sign in signs:
        at_work.tell(Step("monitor", f"{sign.name} of {sign.subject}", sign.status))
    at_work.tell(Step("monitor", at_work.workspace.folder.name, "looked at", seconds=seconds))
    found = Findings(
        watched_at=at_work.now.isoformat(timespec="seconds"),
        on=on.isoformat(),
        as_of=as_of.isoformat(),
        signs=signs,
        freshness=fresh,
        volume=many,
        drift=drift,
        performance=known,
        answered=weeks,
        retraining=Retraining(is_due=False, reasons=()),
        over=ended,
        history=history,
    )
    return replace(found, retraining=_policy(at_work, found, as_of))


def _require_orders(at_work: Writing) -> date:
    """Gives the day before which data are seen.

    Raises:
        NotPublishedError: Nothing was built yet.
    """
    if at_work.as_of is None or not at_work.draft.has("daily_sales"):
        raise NotPublishedError("There is nothing to look at yet.", "build it: `shopkeeper run`")
    return at_work.as_of


def _forget_old(at_work: Writing) -> None:
    """Removes predictions that are older than the settings keep, and that nobody needs any more."""
    settings = at_work.workspace.settings
    # What was said a horizon ago has only just come true, and weeks of it are still shown.
    churn_days = settings.churn.horizon_days
    horizons = (
        *settings.lifetime_value.horizons_days,
        settings.recommendation.horizon_days,
        LONGEST_CHURN_DAYS if churn_days == "auto" else churn_days,
    )
    needed = max(horizons) + ANSWERED_WEEKS * 7
    days = max(settings.monitoring.keep_predictions_days, needed)
    first = at_work.now.date() - timedelta(days=days)
    removed = remove_before(at_work.workspace.state_folder, first)
    if removed:
        detail = f"older than {days} days"
        at_work.tell(Step("monitor", "log of predictions", "shortened", removed, detail=detail))


def _performance(at_work: Writing) -> tuple[tuple[Performance, ...], tuple[Performance, ...]]:
    """Gives the latest that came true of each model, and all that did; keeps what is new of it.

    What was never served speaks only where nothing that was served has matured.
    """
    folder = at_work.workspace.state_folder
    served = watched_performance(at_work)
    for one in served:
        write_performance(folder, one)
    history = read_performance(folder)
    tasks = {one.task for one in served}
    others = latest(one for one in history if one.is_backfilled and one.task not in tasks)
    return (*served, *others), history


def _orders(at_work: Writing) -> dict[date, int]:
    """Gives the orders of each day, in the shop's time zone."""
    days = at_work.table("daily_sales")
    rows = at_work.draft.engine.collect(days.select("order_date", "order_count"))
    return {row["order_date"]: int(row["order_count"]) for row in rows.to_pylist()}


def _policy(at_work: Writing, found: Findings, as_of: date) -> Retraining:
    settings = at_work.workspace.settings.retraining
    registry = at_work.workspace.registry
    # The forecast of demand learns anew by itself whenever a week is new.
    watched = (name for name in registry.names() if name != DEMAND)
    trained = [version.as_of for name in watched for version in registry.versions(name)]
    broken = {sign.name for sign in found.alarms}
    is_broken = any(one.is_broken and one.task != DEMAND for one in found.performance)
    return retraining(
        Rules(settings.every_days, settings.on_drift, settings.on_performance, settings.least_days),
        trained=max(trained, default=None),
        as_of=as_of,
        has_drifted=bool(broken & DRIFT_SIGNS),
        is_broken=is_broken,
    )


def _retrained(at_work: Writing, due: Retraining) -> Retraining:
    """Trains challengers and scores by whatever the gate made of them."""
    registry = at_work.workspace.registry
    before = {name: len(registry.versions(name)) for name in registry.names()}
    train_into(at_work, always=True)
    score_into(at_work)
    return replace(due, was_done=True, outcomes=_outcomes(registry, before))


def _outcomes(registry: Registry, before: dict[str, int]) -> tuple[str, ...]:
    """Gives what became of each version that is new, in sentences."""
    found = []
    for name in registry.names():
        for version in registry.versions(name)[before.get(name, 0) :]:
            label = f"`{name}` version {version.version}"
            if "champion" in version.aliases:
                found.append(f"{label} passed the gate and scores now.")
                continue
            why = " ".join(version.verdict.refusals) if version.verdict else "It was not judged."
            champion = registry.champion(name)
            stays = f"; version {champion.version} goes on" if champion else ""
            found.append(f"{label} was refused{stays}: {why}")
    return tuple(found) or ("Nothing could be trained: the data carry no model.",)
