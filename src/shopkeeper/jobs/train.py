"""Train: holds the contests, registers what won, and asks the gate whether it may score."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shopkeeper.errors import ModelDataError, NotPublishedError, UnknownNameError
from shopkeeper.evaluation.readiness import Readiness, readiness
from shopkeeper.jobs.churn_training import train_churn_into
from shopkeeper.jobs.contending import Challenge, contend
from shopkeeper.jobs.demand_training import train_demand_into
from shopkeeper.jobs.recommendation_training import train_recommendations_into
from shopkeeper.jobs.train_segments import train_segments_into
from shopkeeper.jobs.training_data import BOUGHT, contents_of, facts_of_run, leaks_of, world_of
from shopkeeper.jobs.training_due import is_due
from shopkeeper.jobs.training_records import card_of, parameters_of, plots_of
from shopkeeper.jobs.watched_models import value_name, value_reference
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.contest import (
    TASK,
    Contest,
    World,
    cutoffs_of,
    fit_candidate,
    hold,
    ranges_of,
)
from shopkeeper.tasks.lifetime_value.findings import (
    FACTS,
    Findings,
    findings_of,
    findings_of_facts,
    not_ready,
)
from shopkeeper.tasks.lifetime_value.model import LifetimeValue
from shopkeeper.version import VERSION
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.tasks.churn.findings import Findings as ChurnFindings
    from shopkeeper.tasks.demand.findings import Findings as DemandFindings
    from shopkeeper.tasks.recommendation.findings import Findings as RecommendationFindings

# What may be trained alone; groups of customers are formed in passing with their values.
TASKS = (TASK, "churn", "recommendation", "demand")
# Rows that a registered model shows as an example of what it takes.
EXAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What training found.

    Attributes:
        findings: Of lifetime value, one entry per horizon.
        is_new: Whether a model of lifetime value was trained.
        churn: Of who leaves, and of second purchases where that is asked instead.
        recommendation: Of what customers want next; None where that is switched off.
        demand: Of what will sell; None where that is switched off.
    """

    findings: tuple[Findings, ...]
    is_new: bool
    churn: tuple[ChurnFindings, ...] = ()
    recommendation: RecommendationFindings | None = None
    demand: DemandFindings | None = None


def train(
    workspace: Workspace,
    *,
    tasks: Collection[str] = (),
    always: bool = True,
    now: datetime | None = None,
    tell: Tell = silent,
) -> TrainReport:
    """Trains, and promotes what passes the gate.

    Args:
        workspace: The shop.
        tasks: Only these tasks; none for all.
        always: Whether to train where nothing changed, too; else as in a run, where it is due.
        now: When the job begins; None reads the clock.
        tell: Told of each step.

    Raises:
        UnknownNameError: There is no such task.
        NotPublishedError: Nothing was built yet.
        TrackingError: The store of runs does not answer.
    """
    with writing(workspace, now=now, tell=tell) as at_work:
        report = train_into(at_work, always=always, tasks=tasks)
        if at_work.has_news:
            at_work.publish()
        return report


def train_into(
    at_work: Writing, *, always: bool = False, tasks: Collection[str] = ()
) -> TrainReport:
    """Trains where it is due: data or settings changed, and the last training is old enough."""
    for task in tasks:
        if task not in TASKS:
            raise UnknownNameError.among("task", task, TASKS)
    wanted = tasks or TASKS
    report = TrainReport((), is_new=False)
    if TASK in wanted:
        report = _train_values_into(at_work, always=always)
    if "churn" in wanted:
        report = replace(report, churn=train_churn_into(at_work, always=always))
    if "recommendation" in wanted:
        report = replace(report, recommendation=train_recommendations_into(at_work, always=always))
    if "demand" in wanted:
        report = replace(report, demand=train_demand_into(at_work, always=always))
    return report


def _train_values_into(at_work: Writing, *, always: bool) -> TrainReport:
    as_of = at_work.as_of
    if as_of is None or not at_work.draft.has("purchases"):
        raise NotPublishedError("No purchases to learn from.", "build them with `shopkeeper build`")
    has_segments = train_segments_into(at_work, always=always)
    wanted = _fingerprint(at_work)
    if not always and not _is_due(at_work, wanted, as_of):
        last = findings_of_facts(at_work.facts)
        at_work.tell(Step("train", TASK, "unchanged"))
        return TrainReport(last, is_new=has_segments)
    settings = at_work.workspace.settings.lifetime_value
    facts = facts_of_run(at_work, as_of, settings.horizons_days)
    training = Training(at_work, as_of)
    found = tuple(
        training.horizon(readiness(TASK, facts, days)) for days in sorted(settings.horizons_days)
    )
    at_work.facts[FACTS] = {
        "fingerprint": wanted,
        "as_of": as_of.isoformat(),
        "findings": [finding.to_plain() for finding in found],
    }
    at_work.has_new_facts = True
    _refuse(at_work, found)
    return TrainReport(found, is_new=True)


def registered_name(horizon_days: int) -> str:
    """Gives the name under which models of a horizon are registered."""
    return value_name(horizon_days)


class Training:
    """One training of all horizons on the tables of a run.

    Args:
        at_work: The run.
        as_of: Day before which data are seen.
    """

    def __init__(self, at_work: Writing, as_of: date) -> None:
        self.at_work = at_work
        self.as_of = as_of
        self.settings = at_work.workspace.settings.lifetime_value
        self.registry = at_work.workspace.registry
        self._world: World | None = None
        self._leaks: tuple[str, ...] | None = None

    @property
    def world(self) -> World:
        """What contests are held on, read when the first is held."""
        if self._world is None:
            settings = self.settings
            self._world = world_of(self.at_work, self.as_of, settings.horizons_days, settings.seed)
        return self._world

    @cached_property
    def data_fingerprint(self) -> str:
        """Hash of what is learned from: the purchases themselves, settings and code.

        The same purchases have the same, in whatever file and order they came.
        """
        settings = self.settings.model_dump()
        return digest(
            contents_of(self.world.purchases[list(BOUGHT)]), settings, VERSION, str(self.as_of)
        )

    def horizon(self, ready: Readiness) -> Findings:
        """Holds the contest over one horizon; registers and promotes what it brings."""
        started = time.perf_counter()
        days = ready.horizon_days
        name = registered_name(days)
        if not ready.is_ready:
            self.at_work.tell(Step("train", name, "refused", detail=ready.reasons[0]))
            return not_ready(ready)
        try:
            contest = self.contest(days)
            model = self._fitted(contest)
        except ModelDataError as error:
            return replace(not_ready(ready), reasons=(error.message,))
        pace = model.habits.state.clock.season.pace
        found = self._registered(contest, model, findings_of(contest, ready.caveats, pace))
        seconds = time.perf_counter() - started
        outcome = "promoted" if found.is_published else "refused"
        self.at_work.tell(Step("train", name, outcome, None, seconds, "; ".join(found.reasons)))
        return found

    def contest(self, horizon_days: int) -> Contest:
        """Holds the contest over a horizon, with what the leak test finds."""
        return self._with_alarms(hold(self.world, horizon_days))

    def _with_alarms(self, contest: Contest) -> Contest:
        """Adds what the leak test finds; it is made once, as all horizons read the same marts."""
        if self._leaks is None:
            cutoff = self.as_of - timedelta(days=contest.horizon_days)
            self._leaks = leaks_of(self.at_work, self.world, cutoff)
        if not self._leaks:
            return contest
        alarms = dict.fromkeys(contest.evidence.candidates, self._leaks)
        return replace(contest, evidence=replace(contest.evidence, alarms=alarms))

    def _fitted(self, contest: Contest) -> LifetimeValue:
        days = contest.horizon_days
        candidate = fit_candidate(self.world, contest.winner, days)
        habits = RepeatBuying(BgNbd, has_prior=True).fit(self.world.known(self.as_of, days))
        return LifetimeValue.of(
            (contest.winner, candidate),
            habits,
            ranges_of(contest, candidate, habits, self.world),
            horizon_days=days,
            yearly_discount_rate=self.settings.yearly_discount_rate,
        )

    def _registered(self, contest: Contest, model: LifetimeValue, found: Findings) -> Findings:
        """Records the run, registers the model, asks the gate, promotes if it may."""
        name = registered_name(contest.horizon_days)
        champion = self.registry.champion(name)
        if not contest.is_proved:
            reason = (
                f"No {contest.horizon_days} days have passed yet since the shop had a quarter of "
                "history, so no forecast of that length can be held against what happened."
            )
            return self._kept(champion, replace(found, reasons=(reason,)))
        outcome = contend(
            self.at_work,
            Challenge(
                name=name,
                candidate=contest.winner,
                model=model,
                evidence=contest.evidence,
                as_of=self.as_of,
                seed=self.settings.seed,
                data_fingerprint=self.data_fingerprint,
                parameters=parameters_of(model),
                plots=plots_of(contest),
                card=card_of(contest, model, self.world),
                example=self.world.customers_at(self.as_of).head(EXAMPLE_ROWS),
                reference=self._reference(contest, model),
            ),
            self._candidate_of(champion),
        )
        if outcome.promoted is None:
            return self._kept(champion, replace(found, reasons=outcome.refusals))
        return _published(outcome.promoted, found, model.candidate_name)

    def _reference(self, contest: Contest, model: LifetimeValue) -> bytes:
        """Gives how inputs and values were spread at all cut-offs, to watch drift by."""
        days = cutoffs_of(self.world.first_date, self.as_of, contest.horizon_days)
        customers = {day: rows for day in days if len(rows := self.world.customers_at(day))}
        window_days = self.at_work.workspace.settings.monitoring.window_days
        return value_reference(customers, model, window_days).to_bytes()

    def _kept(self, champion: ModelVersion | None, found: Findings) -> Findings:
        """Gives the findings where nothing new may score: an earlier champion goes on."""
        if champion is None:
            return replace(found, candidate="")
        caveat = (
            f"Version {champion.version} of {champion.as_of} goes on: what was trained now did not "
            f"pass the gate ({' '.join(found.reasons)})"
        )
        kept = replace(found, reasons=(), caveats=(*found.caveats, caveat))
        return _published(champion, kept, self._candidate_of(champion) or "")

    def _candidate_of(self, version: ModelVersion | None) -> str | None:
        if version is None:
            return None
        model = self.registry.load(version.name, version.version)
        return model.candidate_name if isinstance(model, LifetimeValue) else None


def _published(version: ModelVersion, found: Findings, candidate: str) -> Findings:
    model = f"{version.name} {version.version}"
    return replace(found, is_published=True, model=model, candidate=candidate)


def _fingerprint(at_work: Writing) -> str:
    settings = at_work.workspace.settings.lifetime_value.model_dump()
    return digest(at_work.draft.fingerprints["purchases"], settings, VERSION, str(at_work.as_of))


def _is_due(at_work: Writing, wanted: str, as_of: date) -> bool:
    settings = at_work.workspace.settings.lifetime_value
    last = at_work.facts.get(FACTS)
    found = last["findings"] if last else []
    horizons = {finding["horizon_days"] for finding in found}
    is_whole = horizons == set(settings.horizons_days) and all(
        finding["is_published"] for finding in found
    )
    return is_due(last, wanted, as_of, settings.retrain_days, is_whole=is_whole)


def _refuse(at_work: Writing, found: tuple[Findings, ...]) -> None:
    for name in [name for name in at_work.refused if name.startswith(f"{TASK}_")]:
        at_work.refused.pop(name)
    for finding in found:
        if not finding.is_published:
            name = registered_name(finding.horizon_days)
            at_work.refused[name] = " ".join(finding.reasons)
