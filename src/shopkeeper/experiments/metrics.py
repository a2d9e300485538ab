"""Metrics: the value of an arm and the variance of one unit, for each kind of metric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.experiments.experiment import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.experiments.aggregates import Moments

    Array = NDArray[np.float64]


# Ranks so many standard errors to both sides: nearer ones are noisy, farther ones see the tail of
# skewed outcomes and raise too few alarms.
QUANTILE_REACH = 1.4


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a metric gives for one arm.

    Attributes:
        value: The metric.
        variance: Of one unit: the squared standard error of `value` is `variance / count`.
        count: Units.
    """

    value: float
    variance: float
    count: int

    @property
    def squared_error(self) -> float:
        """Squared standard error of the value."""
        return self.variance / self.count


def mean_of(moments: Moments) -> Estimate:
    """Gives the mean of the first column."""
    return Estimate(float(moments.means[0]), moments.covariance(), moments.count)


def proportion_of(moments: Moments) -> Estimate:
    """Gives the share of ones in the first column, with the variance of a share, p (1 - p)."""
    return share_of(float(moments.means[0]), moments.count)


def share_of(share: float, count: int) -> Estimate:
    """Gives a share, in 0-1, of `count` units."""
    return Estimate(share, max(0.0, share * (1 - share)), count)


def ratio_of(moments: Moments) -> Estimate:
    """Gives the sum of the first column by that of the second, by the delta method.

    Its variance is that of `(y - r x) / mean(x)`: units are drawn, so numerator and denominator
    vary together. The mean of the second column must not be 0.

    References:
        Deng, Knoblich, Lu (2018), Applying the delta method in metric analytics, eq. 3.
    """
    below = float(moments.means[1])
    ratio = float(moments.means[0]) / below
    variance = (
        moments.covariance(0)
        - 2 * ratio * moments.covariance(0, 1)
        + ratio * ratio * moments.covariance(1)
    ) / (below * below)
    return Estimate(ratio, max(0.0, variance), moments.count)


def quantile_of(values: Array, share: float) -> Estimate:
    """Gives a quantile, its error read from the order statistics about it.

    How far ranks move by chance is known; the values that stand there need no density.

    Args:
        values: Array of shape (units,), without NaN.
        share: Which quantile, in 0-1.

    References:
        Price, Bonett (2001), Estimating the variance of the sample median.
    """
    size = len(values)
    reach = QUANTILE_REACH * math.sqrt(share * (1 - share) / size)
    places = [max(0.0, share - reach), share, min(1.0, share + reach)]
    low, value, high = np.quantile(values, places)
    error = float(high - low) / (2 * QUANTILE_REACH)
    return Estimate(float(value), error * error * size, size)


def estimate(kind: Kind, moments: Moments) -> Estimate:
    """Gives the metric of a kind that moments are enough for."""
    if kind is Kind.PROPORTION:
        return proportion_of(moments)
    return ratio_of(moments) if kind is Kind.RATIO else mean_of(moments)
