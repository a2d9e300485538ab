"""State: the plain part of a candidate, kept as JSON: its clock, its horizon, its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper.tasks.lifetime_value.clock import Clock, Season

if TYPE_CHECKING:
    from shopkeeper.tasks.lifetime_value.known import Known

STATE_FILE = "candidate.json"


@dataclass(frozen=True)
class State:
    """What all candidates keep.

    Attributes:
        horizon_days: Length of what is predicted.
        clock: The shop's clock as known at the cut-off of the fit.
        numbers: What is the candidate's own.
    """

    horizon_days: int
    clock: Clock
    numbers: Mapping[str, Any]

    @classmethod
    def of(cls, known: Known, **numbers: Any) -> State:
        """Gives the state of a candidate that learned from `known`."""
        return cls(known.horizon_days, known.clock, numbers)

    def length(self, cutoff: date) -> int:
        """Gives the days from the first purchase of all to a cut-off."""
        return (cutoff - self.clock.first_date).days

    def to_files(self) -> dict[str, bytes]:
        """Gives the state as one JSON file."""
        plain = {
            "horizon_days": self.horizon_days,
            "first_date": self.clock.first_date.isoformat(),
            "pace": self.clock.season.pace,
            "worth": self.clock.season.worth,
            "numbers": dict(self.numbers),
        }
        return {STATE_FILE: (json.dumps(plain, indent=1, sort_keys=True) + "\n").encode()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> State:
        """Gives the state that `to_files` wrote."""
        plain = json.loads(files[STATE_FILE])
        season = Season(tuple(plain["pace"]), tuple(plain["worth"]))
        clock = Clock(season, date.fromisoformat(plain["first_date"]))
        return cls(plain["horizon_days"], clock, plain["numbers"])
