"""Findings: what a contest about churn found, as plain values that a report can show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.evaluation.classification import TOP_SHARE, calibration_table, capture
from shopkeeper.tasks.churn.candidates import BASELINES
from shopkeeper.tasks.churn.contest import ACTIVE, METRICS
from shopkeeper.tasks.churn.question import CHURN, SECOND_PURCHASE
from shopkeeper.tasks.churn.threshold import Confusion, Money, confusion

if TYPE_CHECKING:
    from shopkeeper.evaluation.classification import Numbers
    from shopkeeper.tasks.churn.contest import Contest

LIFT_SHARES = tuple(round(TOP_SHARE * step, 1) for step in range(1, 11))


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one candidate or baseline did, means over the folds; None where it has no value.

    Attributes:
        candidate: Its name.
        is_baseline: Whether it is a simple rule that must be beaten.
        is_winner: Whether it is the best that is none.
        metrics: Of all customers.
        active_metrics: Of those who had bought within the horizon before the cut-off.
    """

    candidate: str
    is_baseline: bool
    is_winner: bool
    metrics: dict[str, float | None]
    active_metrics: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class PastFold:
    """What the winner would have said at one cut-off, and what happened.

    Attributes:
        cutoff: Day on which it would have been said, as ISO text.
        customer_count: Customers then.
        predicted_rate: Share of them foretold.
        actual_rate: Share of them in truth.
    """

    cutoff: str
    customer_count: int
    predicted_rate: float
    actual_rate: float


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the calibration curve: what was foretold and what happened."""

    row_count: int
    predicted_rate: float
    actual_rate: float


@dataclass(frozen=True, slots=True)
class Reached:
    """Share of all leaving customers among the most endangered `share` of all."""

    share: float
    captured: float


@dataclass(frozen=True)
class Findings:
    """All that is to be said of a question beside the scores themselves.

    Attributes:
        task: Name of the question.
        horizon_days: Length of what is predicted.
        horizon_reason: Where that comes from.
        is_published: Whether scores are published.
        model: Name and version of the champion, empty where there is none.
        candidate: Way of predicting of the champion, empty where there is none.
        reasons: Why nothing is published, in sentences; empty where scores are.
        caveats: What to know beside the scores.
        instead: Task that is offered where this one is refused, empty where none is.
        contest: All candidates and baselines, best first.
        past: What would have been said, ascending.
        calibration: Calibration of the winner over all folds.
        active_calibration: The same of still-active customers.
        lift: Whom the most endangered tenths hold, over all folds.
        confusion: What contacting from the threshold on would have done, over all folds.
        importance: Mean size of each feature's contribution, largest first.
        offset: What the season adds to all log-odds.
    """

    task: str
    horizon_days: int
    horizon_reason: str
    is_published: bool = False
    model: str = ""
    candidate: str = ""
    reasons: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    instead: str = ""
    contest: tuple[Contestant, ...] = ()
    past: tuple[PastFold, ...] = ()
    calibration: tuple[Bin, ...] = ()
    active_calibration: tuple[Bin, ...] = ()
    lift: tuple[Reached, ...] = ()
    confusion: Confusion | None = None
    importance: tuple[tuple[str, float], ...] = ()
    offset: float = 0.0

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Findings:
        """Gives the findings that `to_plain` gave."""
        lists: dict[str, Any] = {
            "reasons": tuple(plain["reasons"]),
            "caveats": tuple(plain["caveats"]),
            "contest": tuple(Contestant(**row) for row in plain["contest"]),
            "past": tuple(PastFold(**row) for row in plain["past"]),
            "calibration": tuple(Bin(**row) for row in plain["calibration"]),
            "active_calibration": tuple(Bin(**row) for row in plain["active_calibration"]),
            "lift": tuple(Reached(**row) for row in plain["lift"]),
            "confusion": Confusion(**plain["confusion"]) if plain["confusion"] else None,
            "importance": tuple((name, size) for name, size in plain["importance"]),
        }
        return cls(**{**plain, **lists})


def findings_of_facts(facts: Mapping[str, Any], task: str) -> Findings | None:
    """Gives what the last training found on a question; None before the first."""
    plain = facts.get(task, {}).get("finding")
    return Findings.from_plain(plain) if plain else None


def all_of_facts(facts: Mapping[str, Any]) -> tuple[Findings, ...]:
    """Gives what the last training found on all questions; none before the first."""
    found = (findings_of_facts(facts, question.name) for question in (CHURN, SECOND_PURCHASE))
    return tuple(finding for finding in found if finding)


def with_contest(
    found: Findings, contest: Contest, money: Money, sizes: Mapping[str, float], offset: float
) -> Findings:
    """Gives findings with what the contest brought, before the gate has spoken.

    Args:
        found: Question, horizon and caveats.
        contest: The contest; it has a winner.
        money: What a contact costs and saves.
        sizes: Mean size of each feature's contribution, largest first.
        offset: What the season adds to all log-odds.
    """
    label, probability = contest.pooled()
    active = contest.pooled(is_active=True)
    return Findings(
        **{
            **{name: getattr(found, name) for name in Findings.__dataclass_fields__},
            "candidate": contest.winner or "",
            "contest": _contestants(contest),
            "past": _past(contest),
            "calibration": _bins(label, probability),
            "active_calibration": _bins(*active),
            "lift": _lift(label, probability),
            "confusion": confusion(label, probability, money),
            "importance": tuple(sizes.items()),
            "offset": offset,
        }
    )


def _contestants(contest: Contest) -> tuple[Contestant, ...]:
    evidence = contest.evidence

    def means(name: str, *part: str) -> dict[str, float | None]:
        found = {metric: evidence.mean(name, metric, *part) for metric in METRICS}
        return {metric: value if math.isfinite(value) else None for metric, value in found.items()}

    rows = [
        Contestant(
            name, name in BASELINES, name == contest.winner, means(name), means(name, ACTIVE)
        )
        for name in evidence.candidates
    ]
    return tuple(sorted(rows, key=lambda row: row.metrics[evidence.primary] or math.inf))


def _past(contest: Contest) -> tuple[PastFold, ...]:
    winner = contest.winner or ""
    return tuple(
        PastFold(
            fold.cutoff.isoformat(),
            len(fold.label),
            float(fold.probabilities[winner].mean()),
            float(fold.label.mean()),
        )
        for fold in contest.folds
    )


def _bins(label: Numbers, probability: Numbers) -> tuple[Bin, ...]:
    if not len(label):
        return ()
    table = calibration_table(label, probability)
    rows: Sequence[Any] = list(table[["row_count", "predicted_rate", "actual_rate"]].itertuples())
    return tuple(
        Bin(int(row.row_count), float(row.predicted_rate), float(row.actual_rate)) for row in rows
    )


def _lift(label: Numbers, probability: Numbers) -> tuple[Reached, ...]:
    if not label.any():
        return ()
    return tuple(Reached(share, capture(label, probability, share)) for share in LIFT_SHARES)
