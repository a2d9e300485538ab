"""Train segments: groups customers, asks the gate whether the groups are real, registers them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import cached_property
from typing import TYPE_CHECKING

from shopkeeper.errors import ModelDataError, PromotionRefusedError
from shopkeeper.evaluation.readiness import readiness
from shopkeeper.jobs.contending import plots_of_evidence
from shopkeeper.jobs.segment_data import SegmentWorld, facts_of_segments, read_world
from shopkeeper.jobs.watched_models import segment_reference
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.lifecycle.model_card import CardFacts, Parameter
from shopkeeper.lifecycle.promotion import Criterion, Verdict, judge
from shopkeeper.lifecycle.registry import Registration
from shopkeeper.lifecycle.runs import TrainingRun, log_run
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.customer_segmentation.choice import Trial, choose, chosen_of
from shopkeeper.tasks.customer_segmentation.contest import (
    CHALLENGER,
    LATER_DAYS,
    TASK,
    Fold,
    evidence_of,
    hold,
)
from shopkeeper.tasks.customer_segmentation.features import RAW, useful, with_features
from shopkeeper.tasks.customer_segmentation.findings import (
    FACTS,
    Findings,
    found_segments,
    not_grouped,
    past_of,
)
from shopkeeper.tasks.customer_segmentation.gate import demands
from shopkeeper.tasks.customer_segmentation.model import SegmentationModel
from shopkeeper.tasks.customer_segmentation.pictures import pictures_of
from shopkeeper.tasks.customer_segmentation.scores import CONTRACT
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.evaluation.evidence import Evidence
    from shopkeeper.lifecycle.versions import ModelVersion

# Name under which models are registered, and their table published or refused.
NAME = CONTRACT.name
EXAMPLE_ROWS = 5
NO_GROUPS = (
    "No groups of customers were found that are clearer than chance shows and come out again."
)


def train_segments_into(at_work: Writing, *, always: bool = False) -> bool:
    """Groups customers where it is due; gives whether anything was trained."""
    as_of = at_work.as_of
    assert as_of is not None
    settings = at_work.workspace.settings.segmentation
    wanted = digest(
        at_work.draft.fingerprints["purchases"], settings.model_dump(), VERSION, str(as_of)
    )
    if not always and not _is_due(at_work, wanted, as_of):
        at_work.tell(Step("train", NAME, "unchanged"))
        return False
    started = time.perf_counter()
    found = _found(at_work, as_of)
    at_work.facts[FACTS] = {
        "fingerprint": wanted,
        "as_of": as_of.isoformat(),
        "findings": found.to_plain(),
    }
    at_work.has_new_facts = True
    at_work.refused.pop(NAME, None)
    if not found.is_published:
        at_work.refused[NAME] = " ".join(found.reasons)
    outcome = "promoted" if found.is_published else "refused"
    seconds = time.perf_counter() - started
    at_work.tell(Step("train", NAME, outcome, None, seconds, "; ".join(found.reasons)))
    return True


def _is_due(at_work: Writing, wanted: str, as_of: date) -> bool:
    last = at_work.facts.get(FACTS)
    if not last:
        return True
    if last["fingerprint"] == wanted:
        return False
    age = (as_of - date.fromisoformat(last["as_of"])).days
    retrain_days = at_work.workspace.settings.segmentation.retrain_days
    return not last["findings"]["is_published"] or not 0 <= age < retrain_days


def _found(at_work: Writing, as_of: date) -> Findings:
    ready = readiness(TASK, facts_of_segments(at_work, as_of, LATER_DAYS), LATER_DAYS)
    if not ready.is_ready:
        return not_grouped(ready.reasons, ready.caveats)
    world = read_world(at_work, as_of)
    return replace(SegmentTraining(at_work, world, as_of).findings(), caveats=ready.caveats)


@dataclass
class SegmentTraining:
    """One training on the customers of a run.

    Attributes:
        at_work: The run.
        world: Customers at today's date and at past ones.
        as_of: Day before which data are seen.
    """

    at_work: Writing
    world: SegmentWorld
    as_of: date

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Today's customers, in order of id."""
        return self.world.customers_at(self.as_of)

    @cached_property
    def seed(self) -> int:
        """Seed of all that is drawn."""
        return self.at_work.workspace.settings.segmentation.seed

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """All numbers of segments, judged on today's customers."""
        features = with_features(self.customers)
        columns = list(useful(features))
        return choose(features[columns], self.seed, is_whole=True) if columns else ()

    @cached_property
    def champion(self) -> ModelVersion | None:
        """The version that scores now."""
        return self.at_work.workspace.registry.champion(NAME)

    def findings(self) -> Findings:
        """Groups today's customers, has the groups judged, registers and promotes them."""
        chosen = chosen_of(self.trials)
        if chosen is None:
            return self._kept((_no_number(self.trials),), ())
        world = self.world
        folds = hold(world.customers_at, world.first_date, self.as_of, self.seed)
        try:
            model = SegmentationModel(self.seed, chosen.cluster_count).fit(self.customers)
        except ModelDataError as error:
            return self._kept((error.message,), folds)
        if (old := self._champion_model()) is not None:
            model.continuing(old)
        evidence = evidence_of(folds)
        verdict = self._verdict(evidence, folds, chosen)
        version = self._register(model, evidence, verdict)
        try:
            promoted = self.at_work.workspace.registry.promote(
                NAME, version.version, now=self.at_work.now
            )
        except PromotionRefusedError:
            return self._kept((NO_GROUPS, *verdict.refusals), folds)
        return self._published(promoted, model, folds)

    def _verdict(self, evidence: Evidence, folds: tuple[Fold, ...], chosen: Trial) -> Verdict:
        standing = CHALLENGER if self.champion is not None else None
        asked = judge(evidence, CHALLENGER, standing, is_refresh=standing is not None)
        ours = tuple(
            Criterion(d.name, d.sentence, d.found, d.needed, d.passed)
            for d in demands(folds, chosen)
        )
        return replace(asked, criteria=(*asked.criteria, *ours))

    def _register(
        self, model: SegmentationModel, evidence: Evidence, verdict: Verdict
    ) -> ModelVersion:
        registry, at_work = self.at_work.workspace.registry, self.at_work
        moment = at_work.now.replace(tzinfo=UTC)
        settings = at_work.workspace.settings.segmentation.model_dump()
        fingerprint = digest(self.world.content, settings, VERSION, str(self.as_of))
        run = TrainingRun(
            task=NAME,
            model=CHALLENGER,
            started_at=moment,
            ended_at=moment,
            as_of=self.as_of,
            seed=self.seed,
            data_fingerprint=fingerprint,
            code_version=VERSION,
            parameters={parameter.name: parameter.value for parameter in _parameters(model)},
            evidence=evidence,
            plots=plots_of_evidence(evidence),
        )
        return registry.register(
            Registration(
                name=NAME,
                model=model,
                run_id=log_run(registry.tracking, run),
                created_at=moment,
                as_of=self.as_of,
                data_fingerprint=fingerprint,
                code_version=VERSION,
                evidence=evidence,
                verdict=verdict,
                card=_card(model, self.customers, self.world.first_date),
                example=self.customers[list(RAW)].head(EXAMPLE_ROWS),
                reference=self._reference(model),
            )
        )

    def _reference(self, model: SegmentationModel) -> bytes:
        """Gives how customers and segments were spread at all dates, to watch drift by."""
        known = {day: rows for day, rows in self.world.known.items() if len(rows)}
        window_days = self.at_work.workspace.settings.monitoring.window_days
        return segment_reference(known, model, window_days).to_bytes()

    def _champion_model(self) -> SegmentationModel | None:
        if self.champion is None:
            return None
        model = self.at_work.workspace.registry.load(NAME, self.champion.version)
        return model if isinstance(model, SegmentationModel) else None

    def _kept(self, reasons: tuple[str, ...], folds: tuple[Fold, ...]) -> Findings:
        """Gives the findings where nothing new may group: an earlier champion goes on."""
        old = self._champion_model()
        if self.champion is None or old is None:
            found = not_grouped(reasons)
            return replace(found, trials=self.trials, past=past_of(folds))
        caveat = (
            f"Version {self.champion.version} of {self.champion.as_of} goes on: what was trained "
            f"now did not pass the gate ({' '.join(reasons)})"
        )
        kept = self._published(self.champion, old, folds)
        return replace(kept, caveats=(*kept.caveats, caveat))

    def _published(
        self, version: ModelVersion, model: SegmentationModel, folds: tuple[Fold, ...]
    ) -> Findings:
        return Findings(
            is_published=True,
            model=f"{version.name} {version.version}",
            as_of=version.as_of.isoformat(),
            reasons=(),
            customer_count=model.fitted.row_count_,
            segments=found_segments(model),
            trials=self.trials,
            past=past_of(folds),
            pictures=pictures_of(model, self.customers, self.seed),
        )


def _no_number(trials: tuple[Trial, ...]) -> str:
    if not trials:
        return "All customers are alike in all that they are grouped by."
    tried = "; ".join(f"{trial.cluster_count}: {trial.refusal}" for trial in trials)
    return f"No number of segments from 2 to 10 may be chosen ({tried})."


def _parameters(model: SegmentationModel) -> tuple[Parameter, ...]:
    found = [Parameter("cluster_count", float(model.fitted.cluster_count))]
    for segment in found_segments(model):
        found += [
            Parameter(f"segment_{segment.cluster_id}.{feature}", value)
            for feature, value in segment.centre.items()
        ]
    return tuple(found)


def _card(model: SegmentationModel, customers: pd.DataFrame, first: date) -> CardFacts:
    return CardFacts(
        predicts="Which group of customers who buy alike a customer belongs to, on the day of "
        "scoring; nothing about the future.",
        for_whom="Every customer the shop can name who has bought; for those who write to groups "
        "of customers and want to know who is in them.",
        data="Mart `customer_features`: " + ", ".join(f"`{name}`" for name in RAW) + ".",
        row_count=len(customers),
        first_date=first,
        limits=(
            "Customers differ by degrees: two who stand beside a border are more alike than their "
            "names.",
            "A group says what its customers did, not what an offer would change.",
        ),
        parameters=_parameters(model),
        settings=(("features", ", ".join(model.fitted.features)),),
    )
