"""Clock: the shop's time, which runs fast in busy months and slowly in quiet ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DAYS_A_WEEK = 7
MONTHS = 12


@dataclass(frozen=True)
class Season:
    """How busy each month is, January first; the mean over the last year is 1.

    Attributes:
        pace: Purchases of a customer in the month, relative to the year's mean.
        worth: Value of a purchase in the month, relative to the year's mean purchase.
    """

    pace: tuple[float, ...] = (1.0,) * MONTHS
    worth: tuple[float, ...] = (1.0,) * MONTHS

    @property
    def is_flat(self) -> bool:
        """Whether no season is known."""
        return len(set(self.pace)) == 1 and len(set(self.worth)) == 1


@dataclass(frozen=True)
class Clock:
    """The shop's time: weeks of average business since the first purchase of all.

    Attributes:
        season: How fast it runs.
        first_date: Where it starts.
    """

    season: Season
    first_date: date

    def weeks(self, days: NDArray[np.int64]) -> Array:
        """Gives the time on the clock at the start of days counted from the first; from 0 on."""
        most = int(days.max(initial=0)) + 1
        ticks = np.concatenate([[0.0], np.cumsum(self._pace(0, most))]) / DAYS_A_WEEK
        return ticks[days]

    def ahead(self, cutoff: date, horizon_days: int) -> tuple[float, float]:
        """Gives the weeks on the clock from a day on, and the worth of a purchase then."""
        start = (cutoff - self.first_date).days
        pace = self._pace(start, horizon_days)
        worth = np.array(self.season.worth)[self.months(start, horizon_days)]
        return float(pace.sum() / DAYS_A_WEEK), float((pace * worth).sum() / pace.sum())

    def _pace(self, start: int, days: int) -> Array:
        return np.array(self.season.pace)[self.months(start, days)]

    def months(self, start: int, days: int) -> NDArray[np.int64]:
        """Gives the calendar month, January 0, of days counted from the first."""
        first = np.datetime64(self.first_date + timedelta(days=start), "D")
        dates = first + np.arange(days)
        months: NDArray[np.int64] = dates.astype("datetime64[M]").astype(np.int64) % MONTHS
        return months
