"""Evidence: how candidates and baselines did on the same later folds, whole and slice by slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

# Slice that holds every row of a fold.
EVERYONE = "everyone"


class Better(StrEnum):
    """Which values of a metric are better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEAR_ONE = "near one"


@dataclass(frozen=True, slots=True)
class Score:
    """One value of one metric: of one candidate, on one fold, on one slice of its rows.

    Attributes:
        candidate: Name of the candidate or baseline.
        cutoff: End of the fold's training data (exclusive); it is judged on what followed.
        metric: Name of the metric.
        value: Its value; NaN where the slice cannot carry it.
        row_count: Rows it was counted from.
        slice: `everyone`, or a part of the rows such as `country=France`.
    """

    candidate: str
    cutoff: date
    metric: str
    value: float
    row_count: int
    slice: str = EVERYONE


@dataclass(frozen=True)
class Evidence:
    """What a contest found: the scores of all candidates on the same folds.

    Every candidate is fitted anew for each fold on what was known before its cut-off, so a
    champion of last month and today's challenger are judged alike.

    Attributes:
        task: Name of the task, such as `lifetime_value`.
        horizon_days: Length of what is predicted, in days.
        primary: Metric by which candidates are ranked.
        metrics: Metric → which values are better.
        calibration: Metric that must stay near its ideal; None where there is none.
        baselines: Names of the candidates that a model must beat.
        scores: All values.
        alarms: What the leak detector found, candidate → sentences.
    """

    task: str
    horizon_days: int
    primary: str
    metrics: Mapping[str, Better]
    calibration: str | None
    baselines: tuple[str, ...]
    scores: tuple[Score, ...]
    alarms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def candidates(self) -> tuple[str, ...]:
        """Names of all candidates and baselines, in order of appearance."""
        return tuple(dict.fromkeys(score.candidate for score in self.scores))

    @property
    def cutoffs(self) -> tuple[date, ...]:
        """Ends of the folds' training data, ascending."""
        return tuple(sorted({score.cutoff for score in self.scores}))

    def values(self, candidate: str, metric: str, slice_: str = EVERYONE) -> dict[date, float]:
        """Gives the values of a metric of a candidate by cut-off, ascending."""
        found = {
            score.cutoff: score.value
            for score in self.scores
            if (score.candidate, score.metric, score.slice) == (candidate, metric, slice_)
        }
        return dict(sorted(found.items()))

    def mean(self, candidate: str, metric: str, slice_: str = EVERYONE) -> float:
        """Gives the mean of a metric over the folds; NaN if it has no value."""
        values = tuple(self.values(candidate, metric, slice_).values())
        return sum(values) / len(values) if values else float("nan")

    @property
    def slices(self) -> tuple[str, ...]:
        """Names of all slices, `everyone` first, then in order of appearance."""
        return tuple(dict.fromkeys([EVERYONE, *(score.slice for score in self.scores)]))
