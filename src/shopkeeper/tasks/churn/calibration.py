"""Calibration: from log-odds to probabilities, learned on time before the cut-off only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.models.classifier.teaching import probability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.tasks.churn.known import Known, Lesson

    Array = NDArray[np.float64]

Kind = Literal["season", "sigmoid", "isotonic", "none"]
KINDS: tuple[Kind, ...] = ("season", "sigmoid", "isotonic", "none")
# Log-odds beyond these are certainty to three digits; no season moves a shop further.
FURTHEST = 6.0
HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """A monotone way from log-odds to probabilities.

    Attributes:
        kind: How it was learned; `none` where nothing could be.
        slope, offset: Line through the log-odds.
        steps: Log-odds and probabilities of an isotonic curve, ascending; empty otherwise.
    """

    kind: Kind = "none"
    slope: float = 1.0
    offset: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def apply(self, log_odds: Array) -> Array:
        """Gives probabilities in 0–1."""
        if self.steps:
            at, known = np.array(self.steps).T
            return np.asarray(np.interp(log_odds, at, known))
        return probability(log_odds * self.slope + self.offset)

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Calibration:
        """Gives the calibration that `to_plain` gave."""
        return cls(**{**plain, "steps": tuple(map(tuple, plain["steps"]))})


def learn(
    kind: Kind,
    known: Known,
    log_odds: Callable[[Lesson], Array],
    earlier: Callable[[Known, Lesson], Array],
) -> Calibration:
    """Learns a calibration from lessons.

    Args:
        kind: Which one. `season` moves all log-odds by what they were amiss in the same season of
            the year before, so that the base rate of the coming season is right; without such a
            lesson nothing is moved. `sigmoid` and `isotonic` are learned on the last lesson, from
            a candidate fitted on those that had ended when it began.
        known: What was known.
        log_odds: Gives what the fitted candidate says of a lesson.
        earlier: Fits the candidate anew on less, and gives what it says of a lesson after it.
    """
    if kind == "season":
        lesson = known.season_lesson()
        if lesson is None:
            return Calibration()
        return Calibration("season", offset=shift(log_odds(lesson), lesson.label))
    if kind == "none":
        return Calibration()
    try:
        past, last = known.before_last_lesson()
        found = earlier(past, last)
    except ModelDataError:
        return Calibration()
    return _sigmoid(found, last.label) if kind == "sigmoid" else _isotonic(found, last.label)


def shift(log_odds: Array, label: Array) -> float:
    """Gives what added to all log-odds makes the mean probability the share of label 1.

    Examples:
        >>> round(shift(np.zeros(4), np.array([1.0, 1.0, 1.0, 0.0])), 4)
        1.0986
    """
    low, high, rate = -FURTHEST, FURTHEST, float(label.mean())
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if probability(log_odds + middle).mean() < rate:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _sigmoid(log_odds: Array, label: Array) -> Calibration:
    from sklearn.linear_model import LogisticRegression as Line

    if label.min() == label.max():
        return Calibration()
    line = Line(C=1e6).fit(log_odds[:, None], label)
    # A line that turns the order round has learned noise.
    slope = max(float(line.coef_[0, 0]), 1e-3)
    return Calibration("sigmoid", slope, float(line.intercept_[0]))


def _isotonic(log_odds: Array, label: Array) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(out_of_bounds="clip", y_min=0.001, y_max=0.999)
    curve.fit(log_odds, label)
    at, known = curve.X_thresholds_, curve.y_thresholds_
    return Calibration("isotonic", steps=tuple(zip(at.tolist(), known.tolist(), strict=True)))
