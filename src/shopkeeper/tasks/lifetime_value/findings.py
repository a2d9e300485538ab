"""Findings: what a contest over one horizon found, as plain values that a report can show."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.evaluation.lifetime_value import MEAN_METRICS, calibration_by_decile
from shopkeeper.tasks.lifetime_value.candidates import BASELINES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shopkeeper.evaluation.readiness import Readiness
    from shopkeeper.tasks.lifetime_value.contest import Contest

# Where the facts of a run keep what training found.
FACTS = "lifetime_value"


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one candidate or baseline did, means over the folds; None where it has no value."""

    candidate: str
    is_baseline: bool
    is_winner: bool
    metrics: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class PastForecast:
    """What the winner and the last period would have foretold at one cut-off, and what happened.

    Attributes:
        cutoff: Day on which it would have been foretold, as ISO text.
        customer_count: Customers then.
        expected_amount: Total that the winner expected.
        last_period_amount: Total of the period before.
        actual_amount: Total that was spent.
        coverage: Share of customers within intervals learned from earlier folds; None for the
            first folds.
    """

    cutoff: str
    customer_count: int
    expected_amount: float
    last_period_amount: float
    actual_amount: float
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Decile:
    """One decile of the winner's predictions on all folds: mean expected and mean actual."""

    decile: int
    customer_count: int
    expected_amount: float
    actual_amount: float


@dataclass(frozen=True)
class Findings:
    """All that is to be said of one horizon beside the values themselves.

    Attributes:
        horizon_days: Length of what is predicted.
        is_published: Whether values are published.
        model: Name and version of the champion, empty where there is none.
        candidate: Way of predicting of the champion, empty where there is none.
        reasons: Why nothing is published, in sentences; empty where values are.
        caveats: What to know beside the values.
        contest: All candidates and baselines, best first.
        past: What would have been foretold, ascending.
        deciles: Calibration of the winner.
        pace: How busy each month is, January first; 1 is the year's mean.
    """

    horizon_days: int
    is_published: bool
    model: str
    candidate: str
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    contest: tuple[Contestant, ...] = ()
    past: tuple[PastForecast, ...] = ()
    deciles: tuple[Decile, ...] = ()
    pace: tuple[float, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Findings:
        """Gives the findings that `to_plain` gave."""
        lists: dict[str, Any] = {
            "reasons": tuple(plain["reasons"]),
            "caveats": tuple(plain["caveats"]),
            "contest": tuple(Contestant(**row) for row in plain["contest"]),
            "past": tuple(PastForecast(**row) for row in plain["past"]),
            "deciles": tuple(Decile(**row) for row in plain["deciles"]),
            "pace": tuple(plain["pace"]),
        }
        return cls(**{**plain, **lists})


def findings_of_facts(facts: Mapping[str, Any]) -> tuple[Findings, ...]:
    """Gives the findings of the last training from the facts of a run; none before the first."""
    found = facts.get(FACTS, {}).get("findings", [])
    return tuple(Findings.from_plain(plain) for plain in found)


def not_ready(readiness: Readiness) -> Findings:
    """Gives the findings where the data cannot carry the horizon."""
    return Findings(
        readiness.horizon_days,
        is_published=False,
        model="",
        candidate="",
        reasons=readiness.reasons,
        caveats=readiness.caveats,
    )


def findings_of(contest: Contest, caveats: Sequence[str], pace: Sequence[float]) -> Findings:
    """Gives the findings of a contest, before the gate has spoken."""
    return Findings(
        contest.horizon_days,
        is_published=False,
        model="",
        candidate=contest.winner,
        reasons=(),
        caveats=tuple(caveats),
        contest=_contestants(contest),
        past=_past(contest),
        deciles=_deciles(contest),
        pace=tuple(round(value, 4) for value in pace),
    )


def _contestants(contest: Contest) -> tuple[Contestant, ...]:
    evidence = contest.evidence

    def value(name: str, metric: str) -> float | None:
        found = evidence.mean(name, metric)
        return found if math.isfinite(found) else None

    rows = [
        Contestant(
            name,
            name in BASELINES,
            name == contest.winner and contest.is_proved,
            {metric: value(name, metric) for metric in MEAN_METRICS},
        )
        for name in evidence.candidates
    ]
    return tuple(sorted(rows, key=lambda row: row.metrics[evidence.primary] or math.inf))


def _past(contest: Contest) -> tuple[PastForecast, ...]:
    covered = {check.cutoff: check.coverage for check in contest.range_checks}
    return tuple(
        PastForecast(
            fold.cutoff.isoformat(),
            len(fold.actual),
            float(fold.expected[contest.winner].sum()),
            float(fold.expected["last_period"].sum()),
            float(fold.actual.sum()),
            covered.get(fold.cutoff),
        )
        for fold in contest.folds
    )


def _deciles(contest: Contest) -> tuple[Decile, ...]:
    if not contest.folds:
        return ()
    expected, actual = contest.pooled()
    return tuple(
        Decile(place, count, one, other)
        for place, count, one, other in calibration_by_decile(
            expected=np.asarray(expected), actual=actual
        )
    )
