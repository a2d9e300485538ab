"""Last year: the weeks around the same one of last year, times the growth since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.forecaster.weeks import Weeks, recent_mean

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.weeks import Numbers

WEEKS_OF_A_YEAR = 52
# Two months: long enough that one loud week does not rule, short enough to follow a trend.
LATELY_WEEKS = 8
# Growth beyond these is a shop that opened or closed, not one that grew.
LEAST_GROWTH, MOST_GROWTH = 0.25, 4.0


def repeated(values: Numbers, horizon: int) -> Numbers:
    """Gives the same value of each series for all weeks to come."""
    return np.repeat(values[:, None], horizon, axis=1)


def last_year_grown(past: Weeks, horizon: int) -> Numbers:
    """Gives last year's weeks, smoothed over three, times growth; else the recent mean."""
    lately = recent_mean(past, LATELY_WEEKS)
    found = repeated(lately, horizon)
    end = past.week_count - WEEKS_OF_A_YEAR
    if end < LATELY_WEEKS:
        return found
    then = past.values[:, end - LATELY_WEEKS : end]
    begun = np.asarray(np.isfinite(then).all(axis=1))
    before = np.where(begun[:, None], then, 0.0).mean(axis=1)
    known = begun & (before > 0)
    growth = np.clip(lately / np.where(known, before, 1.0), LEAST_GROWTH, MOST_GROWTH)
    for step in range(horizon):
        # Beyond a year the same weeks come round again.
        place = end + step % WEEKS_OF_A_YEAR
        around = past.values[:, place - 1 : place + 2].mean(axis=1)
        found[:, step] = np.where(known, around * growth, found[:, step])
    return found
