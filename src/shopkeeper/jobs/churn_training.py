"""Churn training: the contest on who leaves, or on second purchases where that fits better."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shopkeeper.errors import ModelDataError, NotPublishedError
from shopkeeper.evaluation.readiness import Readiness, readiness
from shopkeeper.jobs.churn_records import card_of, parameters_of, plots_of
from shopkeeper.jobs.contending import Challenge, contend
from shopkeeper.jobs.feature_rows import feature_leaks, feature_rows
from shopkeeper.jobs.training_data import (
    BOUGHT,
    contents_of,
    facts_of_run,
    purchases_of,
    world_over,
)
from shopkeeper.jobs.training_due import is_due
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.lifecycle.promotion import Limits
from shopkeeper.monitoring.reference import reference_of
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.churn.candidates import Learning
from shopkeeper.tasks.churn.contest import Contest, Options, fit, hold
from shopkeeper.tasks.churn.features import RECENCY
from shopkeeper.tasks.churn.findings import Findings, all_of_facts, with_contest
from shopkeeper.tasks.churn.horizon import Horizon, chosen, proposed
from shopkeeper.tasks.churn.known import World
from shopkeeper.tasks.churn.model import ChurnModel
from shopkeeper.tasks.churn.question import CHURN, SECOND_PURCHASE, Question
from shopkeeper.tasks.churn.reasons import importance, reference
from shopkeeper.tasks.churn.threshold import Money
from shopkeeper.tasks.lifetime_value.contest import cutoffs_of
from shopkeeper.tasks.lifetime_value.customers import HISTORY
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.tasks.lifetime_value.contest import World as Purchases

# Tables from which all is learned and scored: two marts, which read the others.
LEARNED_FROM = ("customer_features", "purchase_history")
EXAMPLE_ROWS = 5
# A mean calibration error of .12 is that of a season that was missed; chance alone gives .05 on
# the fewest customers that readiness lets pass.
LIMITS = Limits(calibration_mean=0.1, calibration_fold=0.15)
# What readiness asks of how often customers come back: without it, churn has no meaning.
COMING_BACK = frozenset({"repeat customers", "repeat share"})


def train_churn_into(at_work: Writing, *, always: bool = False) -> tuple[Findings, ...]:
    """Trains where it is due; gives what was found, of second purchases too where they are asked.

    Raises:
        NotPublishedError: Nothing was built yet.
    """
    as_of = at_work.as_of
    if as_of is None or not at_work.draft.has("purchases"):
        raise NotPublishedError("No purchases to learn from.", "build them with `shopkeeper build`")
    settings = at_work.workspace.settings.churn
    learned_from = [at_work.draft.fingerprints[name] for name in LEARNED_FROM]
    cost = at_work.workspace.settings.decisions.contact_cost
    wanted = digest(learned_from, settings.model_dump(), cost, VERSION, str(as_of))
    last = all_of_facts(at_work.facts)
    if not always and not is_due(
        at_work.facts.get(CHURN.name),
        wanted,
        as_of,
        settings.retrain_days,
        is_whole=any(found.is_published for found in last),
    ):
        at_work.tell(Step("train", CHURN.name, "unchanged"))
        return last
    found = _asked(ChurnTraining(at_work, as_of))
    for question in (CHURN, SECOND_PURCHASE):
        at_work.facts.pop(question.name, None)
        at_work.refused.pop(question.name, None)
    for finding in found:
        plain = {"as_of": as_of.isoformat(), "finding": finding.to_plain()}
        at_work.facts[finding.task] = {"fingerprint": wanted, **plain}
        if not finding.is_published:
            at_work.refused[finding.task] = " ".join(finding.reasons)
    at_work.has_new_facts = True
    return found


def _asked(training: ChurnTraining) -> tuple[Findings, ...]:
    """Asks who leaves; where nobody comes back, who will buy a second time."""
    ready = training.ready(CHURN)
    found = training.ask(CHURN, ready)
    unmet = {need.name for need in ready.requirements if need.is_binding and not need.passed}
    if not unmet & COMING_BACK:
        return (found,)
    instead = training.ask(SECOND_PURCHASE, training.ready(SECOND_PURCHASE))
    hint = (
        "Churn has no meaning where hardly anybody comes back; asked instead is who of those who "
        "bought once will buy again (`second_purchase`)."
    )
    offered = replace(found, reasons=(*found.reasons, hint), instead=SECOND_PURCHASE.name)
    return (offered, instead)


class ChurnTraining:
    """One training on the tables of a run.

    Args:
        at_work: The run.
        as_of: Day before which data are seen.
    """

    def __init__(self, at_work: Writing, as_of: date) -> None:
        self.at_work = at_work
        self.as_of = as_of
        self.settings = at_work.workspace.settings.churn
        self.contact_cost = at_work.workspace.settings.decisions.contact_cost
        self.registry = at_work.workspace.registry

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """Purchases that are learned from."""
        return purchases_of(self.at_work, self.as_of)

    @cached_property
    def horizon(self) -> Horizon:
        """How long is away."""
        days = self.settings.horizon_days
        return proposed(self.purchases) if days == "auto" else chosen(days)

    @cached_property
    def world(self) -> Purchases:
        """What contests are held on, read when the first is held."""
        days = (self.horizon.days,)
        return world_over(self.at_work, self.purchases, self.as_of, days, self.settings.seed)

    @cached_property
    def features(self) -> Mapping[date, pd.DataFrame]:
        """What all themes of the mart, and repeat buying, know at each cut-off of the contest."""
        days = cutoffs_of(self.world.first_date, self.as_of, self.horizon.days)
        wide = feature_rows(self.at_work, days)
        habits = {day: self.world.customers_at(day)[list(HISTORY)] for day in days}
        return {day: rows.join(habits[day]) for day, rows in wide.items()}

    @cached_property
    def data_fingerprint(self) -> str:
        """Hash of what is learned from: purchases and features themselves, settings and code."""
        settings = self.settings.model_dump()
        known = [(str(day), contents_of(rows)) for day, rows in self.features.items()]
        contents = contents_of(self.purchases[list(BOUGHT)])
        return digest(contents, known, settings, VERSION, str(self.as_of))

    @cached_property
    def leaks(self) -> tuple[str, ...]:
        """What the future-shuffle test finds in the mart."""
        cutoff = self.as_of - timedelta(days=self.horizon.days)
        return feature_leaks(self.at_work, cutoff, seed=self.settings.seed)

    def ready(self, question: Question) -> Readiness:
        """Gives whether the data can carry a question."""
        facts = facts_of_run(self.at_work, self.as_of, (self.horizon.days,))
        return readiness(question.name, facts, self.horizon.days)

    def ask(self, question: Question, ready: Readiness) -> Findings:
        """Holds the contest on a question; registers and promotes what it brings."""
        started = time.perf_counter()
        found = Findings(
            question.name, self.horizon.days, self.horizon.reason, caveats=ready.caveats
        )
        if not ready.is_ready:
            found = replace(found, reasons=ready.reasons)
        else:
            try:
                found = self._contested(self.world_of(question), found)
            except ModelDataError as error:
                found = replace(found, reasons=(error.message,))
        outcome = "promoted" if found.is_published else "refused"
        seconds = time.perf_counter() - started
        detail = "; ".join(found.reasons)
        self.at_work.tell(Step("train", question.name, outcome, None, seconds, detail))
        return found

    def world_of(self, question: Question) -> World:
        """Gives what is asked of the past, with all that was known at each cut-off."""
        return World(self.world, question, self.features.__getitem__)

    @property
    def options(self) -> Options:
        """How candidates learn, as the settings say."""
        learning = Learning(self.settings.class_weights, self.settings.resampling)
        return Options(self.settings.calibration, learning, self.settings.tuning_trials)

    def contest(self, world: World) -> Contest:
        """Holds the contest as the settings say, with what the leak test finds."""
        return self._with_leaks(hold(world, self.horizon.days, self.options))

    def _contested(self, world: World, found: Findings) -> Findings:
        days = self.horizon.days
        contest = self.contest(world)
        champion = self.registry.champion(world.question.name)
        if contest.winner is None:
            reason = f"No whole past {days} days could be judged with something to learn from."
            return self._kept(champion, replace(found, reasons=(reason,)))
        known = world.known(self.as_of, days)
        calibrated = fit(contest.winner, known, contest.options)
        model = ChurnModel(
            days,
            is_about_leaving=world.question.is_about_leaving,
            longest_silence_days=float(known.taught().features[RECENCY].max()),
        )
        model.calibrated = calibrated
        parts = calibrated.candidate.contributions(known.customers)
        said = calibrated.probabilities(known.customers, self.as_of)
        model.staying = reference(parts, said)
        money = Money(self.contact_cost, self.settings.saved_amount)
        offset = calibrated.calibration.offset
        told = with_contest(found, contest, money, importance(parts), offset)
        challenge = self._challenge(world, contest, model, known.customers)
        outcome = contend(self.at_work, challenge, self._candidate_of(champion), LIMITS)
        if outcome.promoted is None:
            return self._kept(champion, replace(told, reasons=outcome.refusals))
        return _published(outcome.promoted, told, contest.winner)

    def _challenge(
        self, world: World, contest: Contest, model: ChurnModel, customers: pd.DataFrame
    ) -> Challenge:
        return Challenge(
            name=contest.evidence.task,
            candidate=model.candidate_name,
            model=model,
            evidence=contest.evidence,
            as_of=self.as_of,
            seed=self.settings.seed,
            data_fingerprint=self.data_fingerprint,
            parameters=parameters_of(contest, model),
            plots=plots_of(contest),
            card=card_of(contest, model, self.world, len(customers)),
            example=customers.head(EXAMPLE_ROWS),
            reference=self._reference(world.question, model),
        )

    def _reference(self, question: Question, model: ChurnModel) -> bytes:
        """Gives how customers and scores were spread at all cut-offs, to watch drift by."""
        customers = {day: question.population(rows) for day, rows in self.features.items()}
        window_days = self.at_work.workspace.settings.monitoring.window_days
        return reference_of(customers, model.probabilities, window_days).to_bytes()

    def _with_leaks(self, contest: Contest) -> Contest:
        if not self.leaks:
            return contest
        evidence = contest.evidence
        alarms = {n: (*evidence.alarms.get(n, ()), *self.leaks) for n in evidence.candidates}
        return replace(contest, evidence=replace(evidence, alarms=alarms))

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
        return model.candidate_name if isinstance(model, ChurnModel) else None


def _published(version: ModelVersion, found: Findings, candidate: str) -> Findings:
    model = f"{version.name} {version.version}"
    return replace(found, is_published=True, model=model, candidate=candidate)
