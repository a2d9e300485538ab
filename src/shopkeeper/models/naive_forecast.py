"""Naive forecasts: as last week, as the same week of last year, as lately, as last year grown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from shopkeeper.models.forecaster.last_year import (
    LATELY_WEEKS,
    WEEKS_OF_A_YEAR,
    last_year_grown,
    repeated,
)
from shopkeeper.models.forecaster.weeks import Weeks, recent_mean

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.weeks import Numbers


class _Untaught:
    """A way that looks at each series alone."""

    def taught(self, past: Weeks) -> Self:
        """Gives itself: there is nothing to learn."""
        del past
        return self


class LastWeek(_Untaught):
    """Every coming week is as the last."""

    name: ClassVar[str] = "last_week"

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives the last week of each series again and again."""
        return repeated(_last(past), horizon)


class SameWeekLastSeason(_Untaught):
    """Every coming week is as the one a season earlier, and as the last where there is none.

    Args:
        season_weeks: Length of a season.
    """

    name: ClassVar[str] = "same_week_last_season"

    def __init__(self, season_weeks: int = WEEKS_OF_A_YEAR) -> None:
        self.season_weeks = season_weeks

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives the values one season before each coming week."""
        found = repeated(_last(past), horizon)
        for step in range(horizon):
            place = past.week_count - self.season_weeks + step % self.season_weeks
            if place >= 0:
                then = past.values[:, place]
                found[:, step] = np.where(np.isfinite(then), then, found[:, step])
        return found


class RecentMean(_Untaught):
    """Every coming week is as the mean of the last ones."""

    name: ClassVar[str] = "recent_mean"

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives the mean of the last two months."""
        return repeated(recent_mean(past, LATELY_WEEKS), horizon)


class LastYearGrown(_Untaught):
    """The weeks around the same one of last year, times the growth since; else the recent mean."""

    name: ClassVar[str] = "last_year_grown"

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives last year's weeks, smoothed over three, times the growth of the last two months."""
        return last_year_grown(past, horizon)


def _last(past: Weeks) -> Numbers:
    return recent_mean(past, 1)
