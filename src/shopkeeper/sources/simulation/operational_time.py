"""Calendar time bent into operational time, in which the shop has no seasons.

People buy at constant rates in operational time. An hour of a busy day holds more of it than an
hour of a quiet one, so orders bunch there on the calendar, and the purchase process stays exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    from shopkeeper.sources.simulation.columnar import Floats, Integers

SECONDS_PER_DAY = 86_400
_SECONDS_PER_HOUR = 3_600
_HOURS_PER_WEEK = 168
# Day 0 of the Unix epoch was a Thursday; days count from Monday.
_EPOCH_WEEKDAY = 3

_MONTHS = (0.86, 0.84, 0.92, 0.95, 0.98, 0.92, 0.86, 0.86, 0.97, 1.05, 1.32, 1.55)
_WEEKDAYS = (1.10, 1.05, 1.02, 1.00, 0.94, 0.80, 1.09)
_HOURS = (
    *(0.30, 0.15, 0.08, 0.05, 0.05, 0.12, 0.35, 0.70, 1.00, 1.25, 1.40, 1.40),
    *(1.45, 1.35, 1.25, 1.20, 1.20, 1.30, 1.50, 1.80, 2.00, 1.90, 1.40, 0.75),
)


@dataclass(frozen=True, kw_only=True)
class Seasonality:
    """Planted factors on the purchase rate, each over its own plain mean of one.

    Attributes:
        month: January to December.
        weekday: Monday to Sunday.
        hour: Hour of the day, 0 to 23.
    """

    month: tuple[float, ...]
    weekday: tuple[float, ...]
    hour: tuple[float, ...]

    @classmethod
    def of_strength(cls, strength: float) -> Seasonality:
        """Gives the shop's factors raised to a power; 0 makes all of them exactly one."""
        return cls(
            month=_raised(_MONTHS, strength),
            weekday=_raised(_WEEKDAYS, strength),
            hour=_raised(_HOURS, strength),
        )


def _raised(factors: tuple[float, ...], strength: float) -> tuple[float, ...]:
    raised = np.array(factors) ** strength
    return tuple(float(f) for f in raised / raised.mean())


@dataclass(frozen=True, kw_only=True)
class OperationalTime:
    """A map between seconds since the start of the window and weeks of operational time.

    Attributes:
        first_day: First day of the window, in days since the Unix epoch.
        day_factors: Purchase rate of each day over the window's mean, before promotions.
        edges: Operational weeks gone by at each full hour, from 0; shape (hours + 1,).
        months: Calendar month of each day, 0 for January.
    """

    first_day: int
    day_factors: Floats
    edges: Floats
    months: Integers

    @property
    def weeks(self) -> float:
        """Operational weeks in the whole window; the calendar's when nothing is planted."""
        return float(self.edges[-1])

    @property
    def seconds(self) -> int:
        """Seconds in the whole window."""
        return len(self.months) * SECONDS_PER_DAY

    def to_seconds(self, weeks: Floats) -> Floats:
        """Gives the seconds since the start at which operational time reads `weeks`."""
        hours = np.arange(len(self.edges), dtype=np.float64)
        return np.asarray(np.interp(weeks, self.edges, hours) * _SECONDS_PER_HOUR)

    def month_of(self, seconds: Integers) -> Integers:
        """Gives the month, 0 for January, of moments in seconds since the start."""
        return self.months[seconds // SECONDS_PER_DAY]

    def month_weight(self) -> Floats:
        """Gives the share of operational time in each month of an average year, shape (12,)."""
        weight = np.bincount(self.months, weights=self.day_factors, minlength=12)
        return np.asarray(weight / weight.sum())


def bend_time(start: date, seasonality: Seasonality, promotion_factors: Floats) -> OperationalTime:
    """Builds the map for a window of as many days as `promotion_factors` holds.

    Args:
        start: First day of the window.
        seasonality: Planted factors; scaled so that the window's mean day counts one.
        promotion_factors: Factor on each day's purchase rate, 1 where nothing is promoted.
    """
    days = np.datetime64(start, "D") + np.arange(len(promotion_factors))
    months = days.astype("datetime64[M]").astype(np.int64) % 12
    weekdays = (days.astype(np.int64) + _EPOCH_WEEKDAY) % 7
    factors = np.array(seasonality.month)[months] * np.array(seasonality.weekday)[weekdays]
    factors = factors / factors.mean()
    hours = (factors * promotion_factors)[:, None] * np.array(seasonality.hour)
    return OperationalTime(
        first_day=int(days[0].astype(np.int64)),
        day_factors=factors,
        edges=np.concatenate([[0.0], np.cumsum(hours.ravel())]) / _HOURS_PER_WEEK,
        months=months,
    )
