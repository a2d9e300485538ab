"""Ranges: how far what would have been served lay off at past dates, and how ranges held later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.adaptive_ranges import (
    AdaptiveRanges,
    adaptive_ranges,
    known_counts,
    outside_shares,
    widening,
)
from shopkeeper.evaluation.forecasting import LEAST_ERRORS, coverage, end_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.contest import Contest
    from shopkeeper.tasks.demand.names import Group
    from shopkeeper.tasks.demand.rolling import Ways

    Places = NDArray[np.int64]

# By so much ranges may hold less than they say through chance; beyond it they are widened.
TOLERANCE = 0.05
# Part of the usual change that is the least unit of an error.
LEAST_UNIT = 0.25


@dataclass(frozen=True)
class PastRanges:
    """Ranges of a group at past dates.

    Attributes:
        errors: What was sold less what the ways from now on would have foretold, in units of
            `range_unit`, shape (dates, series, steps).
        ends: Their ends, as known at each date.
        coverage: Share of later weeks within them; None with too few dates.
        covered_count: Weeks that this share is of.
        width: Mean width over what was sold; None where nothing is known or was sold.
        widened_by: How many times as wide ranges from now on are; 1 unless these held too little.
    """

    errors: Numbers
    ends: AdaptiveRanges
    coverage: float | None
    covered_count: int
    width: float | None
    widened_by: float


def past_ranges(contest: Contest, group: Group, level: float) -> PastRanges:
    """Gives ranges that were known at each date, and how they held at the dates that are judged."""
    rolling = contest.rolling
    known = known_counts(np.array(rolling.plan.origins), rolling.horizon)
    change, actual = rolling.scales[group][:, :, 0], rolling.actual(group)
    made = [(ways, said[group], range_unit(change, said[group])) for ways, said in contest.by_ways]
    served = contest.served[group]
    return _held(contest, made, _Past(actual, served, range_unit(change, served), known), level)


def whole_ranges(contest: Contest, group: Group, level: float) -> PastRanges:
    """Gives the same of all weeks of the horizon together, in parts of their forecast."""
    rolling = contest.rolling
    known = known_counts(np.array(rolling.plan.origins), rolling.horizon)[:, -1:]
    made = [(ways, *_whole(said[group])) for ways, said in contest.by_ways]
    actual = rolling.actual(group).sum(axis=2, keepdims=True)
    return _held(contest, made, _Past(actual, *_whole(contest.served[group]), known), level)


@dataclass(frozen=True)
class _Past:
    """What was sold and served at past dates, the unit of errors, and when they were known."""

    actual: Numbers
    served: Numbers
    unit: Numbers
    known: Places


def _whole(said: Numbers) -> tuple[Numbers, Numbers]:
    summed = said.sum(axis=2, keepdims=True)
    return summed, np.maximum(summed, 1.0)


def _held(
    contest: Contest, made: list[tuple[Ways, Numbers, Numbers]], past: _Past, level: float
) -> PastRanges:
    """Gives ranges from what each of the ways would have missed, and how they held."""
    of_ways = [(ways, (past.actual - said) / unit) for ways, said, unit in made]
    lessons = [next(far for known, far in of_ways if known == ways) for ways in contest.of_dates]
    errors = (past.actual - past.served) / past.unit
    ends = adaptive_ranges(errors, lessons, past.known, level)
    at = np.array(contest.judged)
    now = next(far for ways, far in of_ways if ways == contest.ways)
    judged = (past.served[at], past.unit[at], past.actual[at])
    return how_held(now, errors, ends, judged, at, level)


def how_held(
    now: Numbers,
    errors: Numbers,
    ends: AdaptiveRanges,
    judged: tuple[Numbers, Numbers, Numbers],
    at: Places,
    level: float,
) -> PastRanges:
    """Gives how ranges held at the dates that are judged, and how much wider they must be.

    Args:
        now: Errors of the ways from now on.
        errors: Errors of what was served.
        ends: The ranges.
        judged: What was served, the unit of errors, and what was sold at the dates judged.
        at: Places of these dates.
        level: Share that is to lie within.
    """
    low, high = (
        np.broadcast_to(end[at][:, None], errors[at].shape) for end in (ends.low, ends.high)
    )
    held = coverage(errors[at], low, high)
    is_short = held is not None and held < level - TOLERANCE
    served, unit, actual = judged
    return PastRanges(
        now,
        ends,
        held,
        int(np.isfinite(low).sum()),
        _width(served, unit, low, high, actual),
        widening(errors, ends, level, at) if is_short else 1.0,
    )


def range_unit(change: Numbers, expected: Numbers) -> Numbers:
    """Gives the unit of errors of each forecast, of its own shape.

    It is the forecast itself, for errors grow with what is sold; of what hardly sells a part of
    the usual change, for nobody errs by nothing.

    Args:
        change: Usual change of each series, of the shape of `expected` without its last axis.
        expected: What is foretold; steps are the last axis.
    """
    # A series that never changed has no unit of its own: its own size is taken.
    usual = np.where(change > 0, change, np.maximum(expected.mean(axis=-1), 1.0))[..., None]
    return np.asarray(np.maximum(expected, LEAST_UNIT * usual), dtype=np.float64)


def _width(
    served: Numbers, unit: Numbers, low: Numbers, high: Numbers, actual: Numbers
) -> float | None:
    known = np.isfinite(low) & np.isfinite(high)
    sold = float(actual[known].sum())
    if not sold:
        return None
    bottom = np.maximum(served + low * unit, 0.0)
    return float((served + high * unit - bottom)[known].sum()) / sold


def ends_from_now(ranges: PastRanges, level: float) -> tuple[Numbers, Numbers] | None:
    """Gives how far both ends lie off from now on, for each step; None with too few dates."""
    if len(ranges.errors) < LEAST_ERRORS:
        return None
    below, above = outside_shares(ranges.ends.outside, level)
    flat = ranges.errors.reshape(-1, ranges.errors.shape[2])
    count = len(ranges.errors)
    low = [-end_of(-far, 1 - share, count) for far, share in zip(flat.T, below, strict=True)]
    high = [end_of(far, 1 - share, count) for far, share in zip(flat.T, above, strict=True)]
    times = ranges.widened_by
    return times * np.minimum(low, 0.0), times * np.maximum(high, 0.0)
