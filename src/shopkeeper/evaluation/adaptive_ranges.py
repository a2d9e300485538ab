"""Adaptive ranges: ends learned date by date, moved outwards where they missed, inwards where not.

Ranges of a fixed quantile hold what they promise only while errors stay as they were. Sales have
seasons and grow, so after each date the share that is left outside is corrected by what was missed.

References:
    Gibbs, I., Candes, E. (2021). Adaptive conformal inference under distribution shift. NeurIPS
    34: 1660-1672; equation 2, here for each end apart.
    Zaffran, M. et al. (2022). Adaptive conformal predictions for time series. ICML 39: 25834-25866.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.forecasting import LEAST_ERRORS, end_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Places = NDArray[np.int64]

# How far one missed date moves the share outside. Of .03, .05, .07 and .1 the lower ones were too
# slow for the seasons of four shops, and at the highest ends jumped from date to date.
STEP = 0.07
# Dates from which ends are followed; those of fewer than `LEAST_ERRORS` are never given to anyone.
LEAST_LEARNED = 8
# An end that moves inwards stays on its side of the median.
MOST_OUTSIDE = 0.45
# A range that would have to be wider than this many times says nothing any more.
MOST_WIDENED = 10.0


@dataclass(frozen=True, slots=True)
class AdaptiveRanges:
    """Ends as they were known at each past date, and what is outside from now on.

    Attributes:
        low, high: Errors to be added to forecasts, shape (dates, steps); NaN with too few dates.
        outside: Share outside each end from now on, over that of a fixed quantile, shape
            (2, steps); below 1 is farther out.
    """

    low: Numbers
    high: Numbers
    outside: Numbers


def adaptive_ranges(
    errors: Numbers, lessons: Sequence[Numbers], known: Places, level: float
) -> AdaptiveRanges:
    """Gives ends for each past date from errors that were known then.

    Args:
        errors: What was sold less what was foretold, in a common unit, shape (dates, series,
            steps).
        lessons: For each date the errors at all dates of the way that was taken at that date, of
            the same shape; what another way missed says little of it.
        known: How many of the first dates' errors were known at each date and, last, now, shape
            (dates + 1, steps), ascending.
        level: Share that is to lie within, in 0-1.
    """
    made = [
        _of_step(errors[:, :, step], [one[:, :, step] for one in lessons], known[:, step], level)
        for step in range(errors.shape[2])
    ]
    ends = np.stack([ends for ends, _ in made], axis=2)
    return AdaptiveRanges(ends[0], ends[1], np.column_stack([outside for _, outside in made]))


def known_counts(dates: Places, steps: int) -> Places:
    """Gives how many dates' errors were known at each date, and that all are known now.

    Args:
        dates: Periods that were over at each date, ascending.
        steps: Periods foretold at each.
    """
    ahead = np.arange(1, steps + 1)
    found = [np.searchsorted(dates + step, dates, side="right") for step in ahead]
    return np.vstack([np.column_stack(found), np.full(steps, len(dates))]).astype(np.int64)


def outside_shares(outside: Numbers, level: float) -> Numbers:
    """Gives the shares outside both ends for a level, from their parts of a fixed quantile's."""
    return np.asarray(np.clip(outside * (1 - level) / 2, 0.0, MOST_OUTSIDE), dtype=np.float64)


def widening(errors: Numbers, ranges: AdaptiveRanges, level: float, places: Places) -> float:
    """Gives how many times as wide ranges of some dates had to be to hold their level; at least 1.

    Args:
        errors: Shape (dates, series, steps).
        ranges: Their ranges.
        level: Share that is to lie within.
        places: The dates.
    """
    far, low, high = errors[places], ranges.low[places], ranges.high[places]
    is_known = np.isfinite(low) & np.isfinite(high)
    end = np.where(far < 0, np.minimum(low, 0.0)[:, None], np.maximum(high, 0.0)[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.where(far == 0, 0.0, np.abs(far / end))
    asked = times[np.broadcast_to(is_known[:, None], times.shape)]
    if not len(asked):
        return 1.0
    return float(np.clip(np.quantile(asked, level, method="higher"), 1.0, MOST_WIDENED))


def _of_step(
    errors: Numbers, lessons: Sequence[Numbers], known: Places, level: float
) -> tuple[Numbers, Numbers]:
    """Gives both ends at each date, shape (2, dates), and what is outside from now on."""
    outside = np.ones(2)
    ends = np.full((2, len(errors)), np.nan)
    counts = np.zeros(len(errors), dtype=np.int64)
    seen = 0
    for date, count in enumerate(known):
        for past in range(seen, int(count)):
            if np.isfinite(ends[:, past]).all():
                outside += STEP - STEP * _missed(errors[past], ends[:, past]) / ((1 - level) / 2)
        seen = int(count)
        if date < len(errors) and seen >= LEAST_LEARNED:
            ends[:, date] = _ends(lessons[date][:seen], outside_shares(outside, level), seen)
            counts[date] = seen
    # Ends of fewer dates only serve to learn from.
    return np.where(counts >= LEAST_ERRORS, ends, np.nan), outside


def _missed(errors: Numbers, ends: Numbers) -> Numbers:
    return np.array([(errors < ends[0]).mean(), (errors > ends[1]).mean()], dtype=np.float64)


def _ends(errors: Numbers, shares: Numbers, date_count: int) -> tuple[float, float]:
    low = -end_of(-errors, 1 - float(shares[0]), date_count)
    high = end_of(errors, 1 - float(shares[1]), date_count)
    return min(low, 0.0), max(high, 0.0)
