"""Recommendation training: the contest on what customers want next, and what it brings."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shopkeeper.engines.engine import Capability, VectorEngine
from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.readiness import Readiness, readiness
from shopkeeper.jobs.contending import Challenge, contend
from shopkeeper.jobs.recommendation_data import InteractionDays
from shopkeeper.jobs.training_data import facts_of_run
from shopkeeper.jobs.training_due import is_due
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.lifecycle.model_card import CardFacts
from shopkeeper.models.implicit_als import ImplicitAls
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.recommendation.contest import FOLDS, Contest, cutoffs_of, hold
from shopkeeper.tasks.recommendation.findings import Findings, findings_of_facts, found_by
from shopkeeper.tasks.recommendation.model import GROWTH, TREES, NextProducts
from shopkeeper.tasks.recommendation.names import BLEND, TASK
from shopkeeper.tasks.recommendation.readiness import needs_of_choice
from shopkeeper.tasks.recommendation.world import World
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.tasks.recommendation.world import Moment

LEARNED_FROM = "interactions"
EXAMPLE_CUSTOMERS = 3


def train_recommendations_into(at_work: Writing, *, always: bool = False) -> Findings | None:
    """Trains where it is due; gives what was found, None where it is switched off."""
    as_of, settings = at_work.as_of, at_work.workspace.settings.recommendation
    if not settings.is_trained:
        at_work.refused.pop(TASK, None)
        return None
    if as_of is None or not at_work.draft.has(LEARNED_FROM):
        return None
    learned_from = at_work.draft.fingerprints[LEARNED_FROM]
    wanted = digest(learned_from, settings.model_dump(), VERSION, str(as_of))
    last = findings_of_facts(at_work.facts)
    if not always and not is_due(
        at_work.facts.get(TASK),
        wanted,
        as_of,
        settings.retrain_days,
        is_whole=last is not None and last.is_published,
    ):
        at_work.tell(Step("train", TASK, "unchanged"))
        return last
    found = RecommendationTraining(at_work, as_of).found()
    at_work.facts[TASK] = {
        "fingerprint": wanted,
        "as_of": as_of.isoformat(),
        "finding": found.to_plain(),
    }
    at_work.refused.pop(TASK, None)
    if not found.is_published:
        at_work.refused[TASK] = " ".join(found.reasons)
    at_work.has_new_facts = True
    return found


class RecommendationTraining:
    """One training on the tables of a run.

    Args:
        at_work: The run.
        as_of: Day before which data are seen.
    """

    def __init__(self, at_work: Writing, as_of: date) -> None:
        self.at_work = at_work
        self.as_of = as_of
        self.settings = at_work.workspace.settings.recommendation
        self.registry = at_work.workspace.registry
        self.days = InteractionDays(at_work, as_of)

    @cached_property
    def world(self) -> World:
        """What the contest is held on."""
        return World(
            self.days.rows_at,
            self.days.bought_in,
            self.days.first_date,
            self.as_of,
            self.settings.horizon_days,
        )

    def found(self) -> Findings:
        """Holds the contest; registers and promotes what it brings."""
        started = time.perf_counter()
        horizon = self.settings.horizon_days
        ready = self._ready()
        found = Findings(horizon, caveats=ready.caveats)
        if not ready.is_ready:
            found = replace(found, reasons=ready.reasons)
        else:
            try:
                found = self._contested(found)
            except ModelDataError as error:
                found = replace(found, reasons=(error.message,))
        outcome = "promoted" if found.is_published else "refused"
        seconds = time.perf_counter() - started
        detail = "; ".join(found.reasons)
        self.at_work.tell(Step("train", TASK, outcome, None, seconds, detail))
        return found

    def _ready(self) -> Readiness:
        horizon = self.settings.horizon_days
        facts = facts_of_run(self.at_work, self.as_of, (horizon,))
        ready = readiness(TASK, facts, horizon)
        if not ready.is_ready or self.days.is_empty:
            return ready
        cutoff = self.as_of - timedelta(days=horizon)
        needs = needs_of_choice(self.days.rows_at(cutoff), self.days.bought_in(cutoff, self.as_of))
        return replace(ready, requirements=(*ready.requirements, *needs))

    def contest(self) -> Contest:
        """Holds the contest as the settings say.

        Raises:
            ModelDataError: Too little of the past can be judged.
        """
        known = cutoffs_of(self.world)
        if len(known) <= FOLDS:
            raise ModelDataError(
                f"{max(0, len(known) - 1)} whole past horizons of {self.settings.horizon_days} "
                f"days could be judged with an earlier one to learn from; {FOLDS} are needed."
            )
        return hold(self.world, learn_als=self.learned_als if self.settings.with_als else None)

    def learned_als(self, moment: Moment) -> ImplicitAls:
        """Learns implicit ALS: of all customers on an engine that can, else here, of those read."""
        model, engine = ImplicitAls(), self.at_work.draft.engine
        if Capability.LEARNS_VECTORS not in engine.capabilities:
            return model.learn(moment.pairs)
        assert isinstance(engine, VectorEngine)
        bought = self.days.bought_before(moment.cutoff)
        return model.of_vectors(*engine.learned_vectors(bought, model.options))

    def _contested(self, found: Findings) -> Findings:
        known = cutoffs_of(self.world)
        champion = self.registry.champion(TASK)
        try:
            contest = self.contest()
        except ModelDataError as error:
            return self._kept(champion, replace(found, reasons=(error.message,)))
        told = found_by(contest)
        found = replace(found, **{**told, "caveats": (*found.caveats, *told["caveats"])})
        rows = self.days.rows_at(self.as_of)
        model = NextProducts(self.settings.horizon_days, self.settings.seed)
        model.teach(self.world.lessons(self.as_of, known)).fit(rows)
        outcome = contend(self.at_work, self._challenge(contest, model, rows), _standing(champion))
        if outcome.promoted is None:
            return self._kept(champion, replace(found, reasons=outcome.refusals))
        return _published(outcome.promoted, found)

    def _challenge(self, contest: Contest, model: NextProducts, rows: pd.DataFrame) -> Challenge:
        first = sorted(rows["customer_id"].unique())[:EXAMPLE_CUSTOMERS]
        example = rows[rows["customer_id"].isin(first)].reset_index(drop=True)
        for name in ("customer_id", "product_id"):
            example[name] = example[name].astype(str)
        settings = self.settings.model_dump()
        return Challenge(
            name=TASK,
            candidate=BLEND,
            model=model,
            evidence=contest.evidence,
            as_of=self.as_of,
            seed=self.settings.seed,
            data_fingerprint=digest(self.days.content, settings, VERSION, str(self.as_of)),
            parameters={"horizon_days": model.horizon_days, "trees": TREES, **GROWTH},
            plots={},
            card=_card(self.world, rows),
            example=example,
        )

    def _kept(self, champion: ModelVersion | None, found: Findings) -> Findings:
        """Gives the findings where nothing new may recommend: an earlier champion goes on."""
        if champion is None:
            return found
        caveat = (
            f"Version {champion.version} of {champion.as_of} goes on: what was trained now did not "
            f"pass the gate ({' '.join(found.reasons)})"
        )
        return _published(champion, replace(found, reasons=(), caveats=(*found.caveats, caveat)))


def _standing(champion: ModelVersion | None) -> str | None:
    return None if champion is None else BLEND


def _published(version: ModelVersion, found: Findings) -> Findings:
    return replace(found, is_published=True, model=f"{version.name} {version.version}")


def _card(world: World, rows: pd.DataFrame) -> CardFacts:
    days = world.horizon_days
    return CardFacts(
        predicts=f"The probability that a customer buys a product within {days} days from the day "
        "of scoring on, for the products that are near at hand; lists show the most likely.",
        for_whom="Every customer the shop can name; for those who write mails, and for pages that "
        "show products.",
        data=f"Mart `interactions` from {world.first_date} to the day before {world.as_of}.",
        row_count=len(rows),
        first_date=world.first_date,
        limits=(
            "It says what is likely to be bought, not what would not be bought without showing it.",
            "A product that came into the shop after the training is known only to those who "
            "bought it, and by how popular it is.",
            "Customers of whom nothing is known get what is popular where they live.",
        ),
        settings=(("horizon_days", str(days)), ("trees", str(TREES))),
    )
