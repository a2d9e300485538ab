"""Contending: a trained model is recorded, registered, held to the gate, and promoted if it may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import TYPE_CHECKING

from shopkeeper.errors import PromotionRefusedError
from shopkeeper.evaluation.evidence import EVERYONE, Better
from shopkeeper.html.plots import contest_plot
from shopkeeper.lifecycle.promotion import DEFAULT_LIMITS, Limits, judge
from shopkeeper.lifecycle.registry import Registration
from shopkeeper.lifecycle.runs import TrainingRun, log_run
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.evaluation.evidence import Evidence
    from shopkeeper.jobs.writing import Writing
    from shopkeeper.lifecycle.model_card import CardFacts
    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.models.model import Model


@dataclass(frozen=True)
class Challenge:
    """A trained model that wants to score.

    Attributes:
        name: Name to register it under.
        candidate: Name under which it stands in the evidence.
        model: The fitted model.
        evidence: What the contest found.
        as_of: Day before which data were seen.
        seed: Seed of all that was drawn.
        data_fingerprint: Hash of what it learned from.
        parameters: What a run keeps of it, by name.
        plots: File name → SVG.
        card: What the model card says besides.
        example: A few rows as `predict` takes them.
        reference: JSON of what it was trained on, as counts to watch drift by; empty for none.
    """

    name: str
    candidate: str
    model: Model
    evidence: Evidence
    as_of: date
    seed: int
    data_fingerprint: str
    parameters: Mapping[str, object]
    plots: Mapping[str, bytes]
    card: CardFacts
    example: pd.DataFrame
    reference: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a challenge.

    Attributes:
        promoted: The version that is champion now; None where the gate refused.
        refusals: Why it was refused, in sentences.
    """

    promoted: ModelVersion | None
    refusals: tuple[str, ...]


def contend(
    at_work: Writing, challenge: Challenge, standing: str | None, limits: Limits = DEFAULT_LIMITS
) -> Outcome:
    """Records the run, registers the model, asks the gate, promotes if it may.

    Args:
        at_work: The run.
        challenge: The model.
        standing: Name of the champion's candidate in the evidence; None where there is no champion.
        limits: How good is good enough.
    """
    registry = at_work.workspace.registry
    is_refresh = standing == challenge.candidate
    verdict = judge(
        challenge.evidence, challenge.candidate, standing, limits, is_refresh=is_refresh
    )
    moment = at_work.now.replace(tzinfo=UTC)
    run_id = log_run(registry.tracking, _run(challenge, moment))
    version = registry.register(
        Registration(
            name=challenge.name,
            model=challenge.model,
            run_id=run_id,
            created_at=moment,
            as_of=challenge.as_of,
            data_fingerprint=challenge.data_fingerprint,
            code_version=VERSION,
            evidence=challenge.evidence,
            verdict=verdict,
            card=challenge.card,
            example=challenge.example,
            reference=challenge.reference,
        )
    )
    try:
        promoted = registry.promote(challenge.name, version.version, now=at_work.now)
    except PromotionRefusedError:
        return Outcome(None, verdict.refusals)
    return Outcome(promoted, ())


def _run(challenge: Challenge, moment: datetime) -> TrainingRun:
    return TrainingRun(
        task=challenge.name,
        model=challenge.candidate,
        started_at=moment,
        ended_at=moment,
        as_of=challenge.as_of,
        seed=challenge.seed,
        data_fingerprint=challenge.data_fingerprint,
        code_version=VERSION,
        parameters=dict(challenge.parameters),
        evidence=challenge.evidence,
        plots={**plots_of_evidence(challenge.evidence), **challenge.plots},
    )


def plots_of_evidence(evidence: Evidence) -> dict[str, bytes]:
    """Gives a picture of how all did in a contest: file name → SVG."""
    if not evidence.cutoffs:
        return {}
    metric, last = evidence.primary, max(evidence.cutoffs)
    latest = {
        score.candidate: score.value
        for score in evidence.scores
        if score.metric == metric and score.cutoff == last and score.slice == EVERYONE
    }
    rows = [(name, evidence.mean(name, metric), latest.get(name)) for name in evidence.candidates]
    drawn = [
        (name, mean, value)
        for name, mean, value in rows
        if value is not None and isfinite(mean) and isfinite(value)
    ]
    is_rising = evidence.metrics[metric] is Better.HIGHER
    drawn.sort(key=lambda row: -row[1] if is_rising else row[1])
    return {"contest.svg": contest_plot(metric, tuple(drawn)).encode()}
