"""Answered: what models told the programs that asked them, week by week, and how long it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from shopkeeper.monitoring.prediction_log import Prediction

# Names under which models say a probability.
PROBABILITIES = ("probability", "churn_probability")
PARTS = 10


@dataclass(frozen=True, slots=True)
class AnsweredWeek:
    """What one version of a model said to programs in one week.

    Attributes:
        week: Monday, as ISO text.
        model: Name and version.
        row_count: Rows that it said something of.
        request_count: Requests in which they were asked.
        median_milliseconds, slow_milliseconds: Time of half, and of 99 in 100, of the requests.
        mean_probability: Mean of the probabilities; None where there were none.
        probability_counts: Rows in each tenth of 0-1.
        without_answer: Rows of which the model would say nothing.
    """

    week: str
    model: str
    row_count: int
    request_count: int
    median_milliseconds: float
    slow_milliseconds: float
    mean_probability: float | None
    probability_counts: tuple[int, ...]
    without_answer: int


@dataclass
class _Tally:
    """What is kept of one week and model while the log is read: a number for each request."""

    milliseconds: dict[str, float] = field(default_factory=dict)
    counts: list[int] = field(default_factory=lambda: [0] * PARTS)
    total: float = 0.0
    row_count: int = 0
    known: int = 0

    def add(self, prediction: Prediction) -> None:
        self.row_count += 1
        self.milliseconds[prediction.request_id] = prediction.milliseconds
        for name in PROBABILITIES:
            said = prediction.output.get(name)
            if isinstance(said, int | float) and 0 <= said <= 1:
                self.known += 1
                self.total += said
                self.counts[min(int(said * PARTS), PARTS - 1)] += 1
                return


def answered_weeks(
    predictions: Iterable[Prediction], until: date, week_count: int
) -> tuple[AnsweredWeek, ...]:
    """Gives what was answered in the last weeks, ascending; none where nobody asked.

    Args:
        predictions: The log.
        until: Last day that is looked at.
        week_count: Calendar weeks that are looked at, that of the last day included.
    """
    this_week = until - timedelta(days=until.weekday())
    first = this_week - timedelta(weeks=week_count - 1)
    tallies: dict[tuple[date, str], _Tally] = defaultdict(_Tally)
    for prediction in predictions:
        day = prediction.at.date()
        if first <= day <= until:
            tallies[day - timedelta(days=day.weekday()), prediction.model].add(prediction)
    return tuple(_week(week, model, tally) for (week, model), tally in sorted(tallies.items()))


def _week(week: date, model: str, tally: _Tally) -> AnsweredWeek:
    times = list(tally.milliseconds.values())
    return AnsweredWeek(
        week.isoformat(),
        model,
        tally.row_count,
        len(times),
        float(np.quantile(times, 0.5)),
        float(np.quantile(times, 0.99)),
        tally.total / tally.known if tally.known else None,
        tuple(tally.counts),
        tally.row_count - tally.known,
    )
