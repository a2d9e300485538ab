"""Weeks: series side by side, one row per series and one column per week, without a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

DAYS = 7


@dataclass(frozen=True)
class Weeks:
    """What was sold in past weeks, all of them whole.

    Attributes:
        first_date: Monday of the first column.
        values: Array of shape (series, weeks), at least 0; NaN before a series begins.
        events: Monday of a week → days of it that the shop named in advance, such as promotions;
            weeks to come may stand here too.
        holidays: The same of public holidays.
    """

    first_date: date
    values: Numbers
    events: Mapping[date, int] = field(default_factory=dict)
    holidays: Mapping[date, int] = field(default_factory=dict)

    @property
    def series_count(self) -> int:
        """Number of series."""
        return int(self.values.shape[0])

    @property
    def week_count(self) -> int:
        """Number of weeks that are known."""
        return int(self.values.shape[1])

    def until(self, week_count: int) -> Weeks:
        """Gives what was known when only so many weeks were over."""
        return replace(self, values=self.values[:, :week_count])

    def monday(self, place: int) -> date:
        """Gives the first day of a week by its column; columns to come are counted on."""
        return self.first_date + timedelta(days=DAYS * place)

    def event_days(self, first: int, end: int) -> Numbers:
        """Gives the days of each week that were named in advance, from a column to before one."""
        return self._days(self.events, first, end)

    def holiday_days(self, first: int, end: int) -> Numbers:
        """Gives the public holidays of each week, from a column to before one."""
        return self._days(self.holidays, first, end)

    def _days(self, known: Mapping[date, int], first: int, end: int) -> Numbers:
        found = [known.get(self.monday(place), 0) for place in range(first, end)]
        return np.array(found, dtype=np.float64)


def recent_mean(past: Weeks, week_count: int) -> Numbers:
    """Gives the mean of the last weeks of each series; 0 where it has not begun."""
    last = past.values[:, -week_count:]
    known = np.isfinite(last)
    total = np.where(known, last, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(1, known.sum(axis=1)), dtype=np.float64)
