"""Findings: what one look at a shop and its models found, as plain values for a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from shopkeeper.monitoring.answered import AnsweredWeek
from shopkeeper.monitoring.drift import Bucket, ColumnDrift
from shopkeeper.monitoring.performance import Performance
from shopkeeper.monitoring.performance_log import performance_of
from shopkeeper.monitoring.policy import Retraining
from shopkeeper.monitoring.volume import Freshness, Volume

# Under which the facts of a run keep it.
FACTS = "monitoring"


class Status(StrEnum):
    """What one sign says."""

    QUIET = "quiet"
    ALARM = "alarm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at.

    Attributes:
        name: `freshness`, `volume`, `features`, `scores`, `performance` or `answers`.
        subject: Of what: the shop, or a model with its version.
        status: What it says.
        sentence: In words; it names no customer.
        since: Of an alarm, the day that was asked about when it was first found, as ISO text.
        is_news: Whether an alarm is to be told: it is new, or it is time to remind of it.
    """

    name: str
    subject: str
    status: Status
    sentence: str
    since: str = ""
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class ModelDrift:
    """How far the customers and scores of today are from what one champion was trained on.

    Attributes:
        model: Name and version.
        trained_on: Day before which it saw data, as ISO text.
        window_days: Features are of customers who bought within so many days.
        row_count: Such customers today.
        scored_count: Customers who have a score today.
        reference_days: Days that were compared with, ascending, as ISO text.
        features, scores: Columns, the farthest first; empty where nobody can tell.
        reason: Why nothing can be told; empty where something is.
        features_note: Why features are told of elsewhere; empty where they are told of here.
    """

    model: str
    trained_on: str
    window_days: int = 0
    row_count: int = 0
    scored_count: int = 0
    reference_days: tuple[str, ...] = ()
    features: tuple[ColumnDrift, ...] = ()
    scores: tuple[ColumnDrift, ...] = ()
    reason: str = ""
    features_note: str = ""


@dataclass(frozen=True)
class Findings:
    """All that one look found.

    Attributes:
        watched_at: When, UTC, as ISO text.
        on: Day that is asked about, as ISO text.
        as_of: Day before which the tables saw data, as ISO text.
        signs: What was looked at, and what it says.
        freshness, volume: Of orders; None where nobody can tell.
        drift: Of each champion.
        performance: Of what has matured, the latest of each model.
        answered: Of programs that asked, week by week.
        retraining: Whether models are to be trained anew, and what came of it.
        over: Alarms of the last look that are over, in sentences.
        history: Of what has matured, all that is known of each model, ascending by day.
    """

    watched_at: str
    on: str
    as_of: str
    signs: tuple[Sign, ...]
    freshness: Freshness | None
    volume: Volume | None
    drift: tuple[ModelDrift, ...]
    performance: tuple[Performance, ...]
    answered: tuple[AnsweredWeek, ...]
    retraining: Retraining
    over: tuple[str, ...] = ()
    history: tuple[Performance, ...] = ()

    @property
    def news(self) -> tuple[Sign, ...]:
        """The alarms that are to be told now."""
        return tuple(sign for sign in self.alarms if sign.is_news)

    @property
    def alarms(self) -> tuple[Sign, ...]:
        """The signs that are alarms."""
        return tuple(sign for sign in self.signs if sign.status is Status.ALARM)

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Findings:
        """Gives the findings that `to_plain` gave."""
        late, volume, policy = plain["freshness"], plain["volume"], plain["retraining"]
        lists: dict[str, Any] = {
            "signs": tuple(
                Sign(**{**row, "status": Status(row["status"])}) for row in plain["signs"]
            ),
            "freshness": Freshness(**late) if late else None,
            "volume": Volume(**volume) if volume else None,
            "drift": tuple(_drift(row) for row in plain["drift"]),
            "performance": tuple(performance_of(row) for row in plain["performance"]),
            "over": tuple(plain.get("over", ())),
            "history": tuple(performance_of(row) for row in plain.get("history", ())),
            "answered": tuple(_week(row) for row in plain["answered"]),
            "retraining": Retraining(
                **{
                    **policy,
                    "reasons": tuple(policy["reasons"]),
                    "outcomes": tuple(policy["outcomes"]),
                }
            ),
        }
        return cls(**{**plain, **lists})


def findings_of_facts(facts: Mapping[str, Any]) -> Findings | None:
    """Gives what the last look found; None before the first."""
    plain = facts.get(FACTS)
    return Findings.from_plain(plain) if plain else None


def _drift(row: Mapping[str, Any]) -> ModelDrift:
    columns = {
        part: tuple(_column(column) for column in row[part]) for part in ("features", "scores")
    }
    return ModelDrift(**{**row, **columns, "reference_days": tuple(row["reference_days"])})


def _column(row: Mapping[str, Any]) -> ColumnDrift:
    bucket = row.get("bucket")
    return ColumnDrift(**{**row, "bucket": Bucket(**bucket) if bucket else None})


def _week(row: Mapping[str, Any]) -> AnsweredWeek:
    return AnsweredWeek(**{**row, "probability_counts": tuple(row["probability_counts"])})
