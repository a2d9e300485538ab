"""Boosted demand: trees over all series at once, from what was known and from the calendar.

One set of trees foretells every step directly. A row is a series at a past week with the number
of weeks ahead; all that is measured of sales ends before that week, and of the week that is
foretold only its place in the year, the days named in advance and public holidays are known.

References:
    Makridakis, S., Spiliotis, E., Assimakopoulos, V. (2022). M5 accuracy competition: results,
    findings, and conclusions. IJF 38(4): 1346-1364.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from shopkeeper.models.forecaster.last_year import WEEKS_OF_A_YEAR, last_year_grown
from shopkeeper.models.forecaster.weeks import Weeks, recent_mean

if TYPE_CHECKING:
    import xgboost

    from shopkeeper.models.forecaster.weeks import Numbers

LAGS = (1, 2, 3, 4)
MEANS = (4, 8, 13, 26)
# Series are made alike by what they brought in half a year.
SCALE_WEEKS = 26
FEATURES = (
    "weeks_ahead",
    *(f"lag_{lag}" for lag in LAGS),
    *(f"mean_{length}" for length in MEANS),
    "share_without_sales",
    "same_week_last_year",
    "last_year_grown",
    "log_scale",
    *("sine", "cosine", "double_sine", "double_cosine"),
    *("event_days", "event_days_last_week"),
    *("holiday_days", "holiday_days_last_week", "holiday_days_next_week"),
)
GROWTH = {
    "objective": "reg:squarederror",
    "tree_method": "hist",
    # The same on every machine: sums of floating point depend on how rows are shared out.
    "nthread": 1,
    "max_depth": 4,
    "eta": 0.1,
    "min_child_weight": 20,
    "subsample": 0.8,
    "colsample_bytree": 0.7,
    "lambda": 10.0,
}
TREES = 60
# From so many weeks on a series says anything of what follows.
LEAST_KNOWN = 13
# Rows that trees are grown on, evenly spread; more of them change the third digit.
MOST_ROWS = 30_000
LEAST_ROWS = 200
# One week that sold ten times the usual would else rule all series.
MOST_RATIO = 8.0


class BoostedDemand:
    """Trees taught on all series together; without a lesson it falls back on last year, grown.

    Args:
        horizon: Weeks ahead that are taught.
        seed: Seed of row and column sampling.
    """

    name: ClassVar[str] = "boosted_trees"

    def __init__(self, horizon: int, seed: int = 0) -> None:
        self.horizon = horizon
        self.seed = seed
        self.booster: xgboost.Booster | None = None

    def taught(self, past: Weeks) -> Self:
        """Grows trees on what followed each past week; where there is too little, on nothing."""
        import xgboost

        made = type(self)(self.horizon, self.seed)
        values, target = _lessons(past, self.horizon)
        if len(target) < LEAST_ROWS:
            return made
        rows = xgboost.DMatrix(values, label=target, nthread=1)
        made.booster = xgboost.train({**GROWTH, "seed": self.seed}, rows, num_boost_round=TREES)
        return made

    def forecast(self, past: Weeks, horizon: int) -> Numbers:
        """Gives means of the coming weeks; series of less than a quarter go on as lately."""
        found = last_year_grown(past, horizon)
        known = np.isfinite(past.values[:, -LEAST_KNOWN:]).sum(axis=1) >= LEAST_KNOWN
        scale = recent_mean(past, SCALE_WEEKS)
        asked = np.flatnonzero(known & (scale > 0))
        if self.booster is None or not len(asked):
            return found
        for step, features in enumerate(_features(past, past.week_count, horizon)):
            # What was taught last is asked of weeks beyond.
            ahead = min(step, self.horizon - 1)
            rows = features[asked]
            rows[:, 0] = ahead + 1
            said = self.booster.inplace_predict(rows).astype(np.float64)
            found[asked, step] = np.maximum(said, 0.0) * scale[asked]
        return found


def _lessons(past: Weeks, horizon: int) -> tuple[Numbers, Numbers]:
    """Gives features and what followed, over the usual; evenly spread where there are many."""
    parts = list(_past_rows(past, horizon))
    if not parts:
        return np.empty((0, len(FEATURES)), dtype=np.float32), np.empty(0)
    values, target = (np.concatenate(part) for part in zip(*parts, strict=True))
    if len(target) > MOST_ROWS:
        kept = np.linspace(0, len(target) - 1, MOST_ROWS).astype(np.int64)
        values, target = values[kept], target[kept]
    return values, np.minimum(target, MOST_RATIO)


def _past_rows(past: Weeks, horizon: int) -> Iterator[tuple[Numbers, Numbers]]:
    for end in range(LEAST_KNOWN, past.week_count):
        then = past.until(end)
        scale = recent_mean(then, SCALE_WEEKS)
        known = np.isfinite(then.values[:, -LEAST_KNOWN:]).all(axis=1) & (scale > 0)
        if not known.any():
            continue
        steps = min(horizon, past.week_count - end)
        for step, rows in enumerate(_features(then, end, steps)):
            yield rows[known], past.values[known, end + step] / scale[known]


def _features(past: Weeks, end: int, horizon: int) -> Iterator[Numbers]:
    """Gives what is known of each series at a week, of each of the weeks after it."""
    scale = recent_mean(past, SCALE_WEEKS)
    unit = np.where(scale > 0, scale, 1.0)
    lately = [past.values[:, end - lag] / unit for lag in LAGS]
    lately += [recent_mean(past, length) / unit for length in MEANS]
    lately.append((past.values[:, -SCALE_WEEKS:] == 0).mean(axis=1))
    grown, size = last_year_grown(past, horizon), np.log1p(scale)
    for step in range(horizon):
        columns = [np.full(past.series_count, step + 1.0), *lately]
        columns += [_last_year(past, end + step) / unit, grown[:, step] / unit, size]
        columns += [np.full(past.series_count, value) for value in _calendar(past, end + step)]
        yield np.column_stack(columns).astype(np.float32)


def _calendar(past: Weeks, place: int) -> tuple[float, ...]:
    """Gives what is known in advance of a week: its place in the year, events and holidays."""
    year = 2 * math.pi * past.monday(place).timetuple().tm_yday / 365.25
    days = past.event_days(place - 1, place + 1)
    # People buy before a holiday what they do not buy on it.
    off = past.holiday_days(place - 1, place + 2)
    waves = (math.sin(year), math.cos(year), math.sin(2 * year), math.cos(2 * year))
    return (*waves, days[1], days[0], off[1], off[0], off[2])


def _last_year(past: Weeks, place: int) -> Numbers:
    """Gives the week a year before one, smoothed over three; NaN where it is not known."""
    then = place - WEEKS_OF_A_YEAR
    if then < 1 or then + 2 > past.week_count:
        return np.full(past.series_count, np.nan)
    return np.asarray(past.values[:, then - 1 : then + 2].mean(axis=1), dtype=np.float64)
