"""Alarm: a sign that a model was shown what it could not have known; and the report of all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlarmKind(StrEnum):
    """What is wrong."""

    SCORE_TOO_GOOD = "score too good to be true"
    SINGLE_FEATURE_TOO_GOOD = "single feature too good to be true"
    FUNCTION_OF_LABEL = "feature says the label"
    CARRIES_THE_SCORE = "one feature carries the score"
    FADES = "feature fades at the test cut-off"
    NEGATIVE_DURATION = "time since an event is negative"
    SEES_THE_FUTURE = "feature changes with the future"
    UNSTABLE = "feature changes by itself"
    LABEL_BEFORE_CUTOFF = "label lies before the cut-off"
    TRAINED_ON_FUTURE = "training labels reach past the test cut-off"
    RANDOM_SPLIT = "split that is not by time"
    SHARED_ROWS = "same rows in training and test"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One sign of a leak.

    Attributes:
        kind: What is wrong.
        where: Name of the feature, `score`, `rows` or `label windows`.
        sentence: What was found, with its number and the limit.
        found: The number.
        limit: The limit it broke.
        hint: What to do.
    """

    kind: AlarmKind
    where: str
    sentence: str
    found: float
    limit: float
    hint: str

    @property
    def text(self) -> str:
        """The alarm as one text: what was found and what to do."""
        return f"{self.sentence} {self.hint}"


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What the leak detector found.

    Attributes:
        alarms: All signs, the most certain first; empty if there is none.
    """

    alarms: tuple[Alarm, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is no alarm."""
        return not self.alarms

    @property
    def sentences(self) -> tuple[str, ...]:
        """The alarms as texts, as evidence keeps them."""
        return tuple(alarm.text for alarm in self.alarms)

    def kinds(self, where: str | None = None) -> set[AlarmKind]:
        """Gives the kinds of all alarms, or of those at one place."""
        return {alarm.kind for alarm in self.alarms if where in (None, alarm.where)}
