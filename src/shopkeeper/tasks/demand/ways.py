"""Ways: how each group of series may be foretold; two simple rules stand among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.models.boosted_demand import BoostedDemand
from shopkeeper.models.forecaster.last_year import WEEKS_OF_A_YEAR
from shopkeeper.models.naive_forecast import (
    LastWeek,
    LastYearGrown,
    RecentMean,
    SameWeekLastSeason,
)
from shopkeeper.models.smoothing_forecast import (
    Croston,
    DyingDemand,
    ExponentialSmoothing,
    LongerBuckets,
    Theta,
)

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.forecaster import Forecaster
    from shopkeeper.models.forecaster.weeks import Numbers

# Best by the error that suits each level: of products most weeks are small or 0, where the mean
# absolute error is least at the median and so at too little; their squared error at the mean.
PRIMARY: Mapping[SeriesLevel, str] = {
    SeriesLevel.TOTAL: "mase",
    SeriesLevel.CATEGORY: "mase",
    SeriesLevel.PRODUCT: "rmsse",
}


# The mean of ways that err for different reasons is seldom far off, and so is taken unless another
# was clearly better: errors of a few overlapping dates differ by a tenth through chance alone.
MEAN = "mean_of_ways"
MARGIN = 0.2


def members_of(level: SeriesLevel, season_weeks: int) -> tuple[str, ...]:
    """Gives the ways whose mean is a way of its own."""
    is_yearly = season_weeks == WEEKS_OF_A_YEAR
    # Trees that saw no whole year learn its noise.
    first = BoostedDemand.name if is_yearly else RecentMean.name
    if level is SeriesLevel.PRODUCT:
        return (first, LongerBuckets.name)
    # Smoothing knows no season: after Christmas it would hold the other up.
    return (first, LastYearGrown.name if is_yearly else ExponentialSmoothing.name)


def with_mean(
    said: Mapping[str, Numbers], level: SeriesLevel, season_weeks: int
) -> dict[str, Numbers]:
    """Gives forecasts of single ways with that of their mean."""
    parts = [said[name] for name in members_of(level, season_weeks)]
    return {**said, MEAN: np.mean(parts, axis=0)}


def ways_of(
    level: SeriesLevel, season_weeks: int, horizon: int, seed: int
) -> dict[str, Forecaster]:
    """Gives the single ways to foretell series of a level, by name."""
    ways: list[Forecaster] = [
        LastWeek(),
        SameWeekLastSeason(season_weeks),
        RecentMean(),
        BoostedDemand(horizon, seed),
    ]
    if season_weeks == WEEKS_OF_A_YEAR:
        ways.append(LastYearGrown())
    if level is SeriesLevel.PRODUCT:
        ways += [Croston(), DyingDemand(), LongerBuckets()]
    else:
        ways.append(ExponentialSmoothing())
    if level is SeriesLevel.TOTAL:
        ways.append(Theta())
    return {way.name: way for way in ways}
