"""Findings: what the contest on recommendations found, as plain values that a report can show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.evaluation.evidence import EVERYONE
from shopkeeper.tasks.recommendation.names import BASELINES, BLEND, NEW_ONLY, TASK

if TYPE_CHECKING:
    from shopkeeper.tasks.recommendation.contest import Contest


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one way to recommend did, means over the folds; None where it has no value.

    Attributes:
        candidate: Its name.
        is_baseline: Whether it is a simple rule that must be beaten.
        metrics: Slice → metric and length, such as `ndcg_10` → value.
    """

    candidate: str
    is_baseline: bool
    metrics: dict[str, dict[str, float | None]]


@dataclass(frozen=True, slots=True)
class Lead:
    """By how much the learned blend is ahead in NDCG@10, over customers of all folds.

    Attributes:
        other: Whom it is compared with.
        slice: Of which purchases.
        value: The mean difference.
        low, high: Ends of its 95 % interval, by bootstrap over customers.
    """

    other: str
    slice: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PastFold:
    """One past date on which lists were held against what followed."""

    cutoff: str
    customer_count: int
    repeat_share: float


@dataclass(frozen=True)
class Findings:
    """All that is to be said of recommendations beside the lists themselves.

    Attributes:
        horizon_days: Length of what is foretold.
        is_published: Whether lists are published.
        model: Name and version of the champion, empty where there is none.
        reasons: Why nothing is published, in sentences; empty where lists are.
        caveats: What to know beside the lists.
        contest: All candidates and baselines, best first.
        leads: Of the learned blend over each other one.
        past: Dates that were looked at, ascending.
    """

    horizon_days: int
    is_published: bool = False
    model: str = ""
    reasons: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    contest: tuple[Contestant, ...] = ()
    leads: tuple[Lead, ...] = ()
    past: tuple[PastFold, ...] = ()

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
            "leads": tuple(Lead(**row) for row in plain["leads"]),
            "past": tuple(PastFold(**row) for row in plain["past"]),
        }
        return cls(**{**plain, **lists})


def findings_of_facts(facts: Mapping[str, Any]) -> Findings | None:
    """Gives what the last training found; None before the first."""
    plain = facts.get(TASK, {}).get("finding")
    return Findings.from_plain(plain) if plain else None


def found_by(contest: Contest) -> dict[str, Any]:
    """Gives what a contest found, by the names of the fields of `Findings`."""
    evidence = contest.evidence
    rows = [
        Contestant(
            name,
            name in BASELINES,
            {
                part: {
                    metric: _known(evidence.mean(name, metric, part)) for metric in evidence.metrics
                }
                for part in evidence.slices
            },
        )
        for name in evidence.candidates
    ]
    rows.sort(key=lambda row: -(row.metrics[EVERYONE][evidence.primary] or 0.0))
    leads = []
    for name in evidence.candidates:
        for part in (EVERYONE, NEW_ONLY) if name != BLEND else ():
            lead = contest.lead(BLEND, name, part)
            if lead is not None:
                leads.append(Lead(name, part, lead.value, lead.low, lead.high))
    past = tuple(
        PastFold(fold.cutoff.isoformat(), fold.customer_count, fold.repeat_share)
        for fold in contest.folds
    )
    left_out = dict(item for fold in contest.folds for item in fold.left_out.items())
    caveats = tuple(f"`{name}` was left out: {why}" for name, why in left_out.items())
    return {"contest": tuple(rows), "leads": tuple(leads), "past": past, "caveats": caveats}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
