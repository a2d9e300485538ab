"""Kept forecasts: how far served forecasts lay off, and how many weeks lay within their ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.bootstrap import bootstrap_mean
from shopkeeper.monitoring.performance import DRAWS, Measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

# Below, an interval over series is too wide to say anything.
LEAST_SERIES = 20


@dataclass(frozen=True, slots=True)
class ForecastPromise:
    """What the card of a forecast promises, and by how much it may be missed.

    Attributes:
        mase, wape: Means over the past dates that were judged; None where the card says none.
        coverage: Share of weeks that ranges are to hold.
        ratio: How many times the promised error is allowed.
        slack: By how much coverage may lie below what was promised.
    """

    mase: float | None
    wape: float | None
    coverage: float
    ratio: float
    slack: float


@dataclass(frozen=True)
class Weeks:
    """What was foretold of each series and week, and what was sold.

    Attributes:
        actual, said: Arrays of shape (series, weeks).
        low, high: Ends of the ranges, of the same shape; missing where there was none.
        scale: Mean absolute change from week to week before; shape (series,).
    """

    actual: Numbers
    said: Numbers
    low: Numbers
    high: Numbers
    scale: Numbers


def forecast_measures(weeks: Weeks, promise: ForecastPromise, *, seed: int) -> tuple[Measured, ...]:
    """Gives scaled errors, errors over what was sold, and coverage; intervals are over series.

    Series are drawn whole, as the weeks of one series err together. What hits the whole shop at
    once moves all of them, which no interval over series holds; the allowed ratio is for that.

    Args:
        weeks: What was foretold, and what was sold.
        promise: What the card promises.
        seed: Same seed, same intervals.
    """
    error = np.abs(weeks.said - weeks.actual)
    found = []
    scaled = error.mean(axis=1)[weeks.scale > 0] / weeks.scale[weeks.scale > 0]
    if len(scaled) >= LEAST_SERIES and promise.mase is not None:
        mase = bootstrap_mean(scaled, seed=seed, draws=DRAWS)
        found.append(_error("mase", (mase.value, mase.low, mase.high), promise.mase, promise.ratio))
    errors, sold = error.sum(axis=1), np.abs(weeks.actual).sum(axis=1)
    if len(sold) >= LEAST_SERIES and sold.sum() > 0 and promise.wape is not None:
        ratio = errors.sum() / sold.sum()
        rest = bootstrap_mean(errors - ratio * sold, seed=seed, draws=DRAWS)
        low, high = (float(ratio + end / sold.mean()) for end in (rest.low, rest.high))
        found.append(_error("wape", (float(ratio), low, high), promise.wape, promise.ratio))
    known = np.isfinite(weeks.low) & np.isfinite(weeks.high)
    whole = known.all(axis=1)
    if whole.sum() >= LEAST_SERIES:
        inside = (weeks.low <= weeks.actual) & (weeks.actual <= weeks.high)
        share = bootstrap_mean(inside[whole].mean(axis=1), seed=seed, draws=DRAWS)
        least = promise.coverage - promise.slack
        ends = (share.value, share.low, share.high)
        found.append(Measured("coverage", *ends, promise.coverage, least, share.high < least))
    return tuple(found)


def _error(
    metric: str, ends: tuple[float, float, float], promised: float, ratio: float
) -> Measured:
    worst = promised * ratio
    return Measured(metric, *ends, promised, worst, ends[1] > worst)
