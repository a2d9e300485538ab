"""Forecasting: how far forecasts of series lay off at past dates, and ranges that hold later.

Errors come from a rolling origin: at each past week everything is forecast anew from what was
known then. Arrays of errors have the shape (origins, series, steps).

References:
    Hyndman, R. J., Koehler, A. B. (2006). Another look at measures of forecast accuracy. IJF
    22(4): 679-688; MASE.
    Makridakis, S. et al. (2022). M5 accuracy competition. IJF 38(4): 1346-1364; RMSSE.
    Vovk, V., Gammerman, A., Shafer, G. (2005). Algorithmic Learning in a Random World. Springer;
    conformal ranges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

# Of fewer past dates the ends of a range would rest on one or two errors.
LEAST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far forecasts lay off; None where nothing was sold, or no week differed from the last.

    Attributes:
        mase: Mean absolute error over that of "as last week" within the known past; 1 is as good.
        rmsse: The same of squared errors, under a root; it is least for the mean.
        wape: Absolute errors added up, over what was sold.
        bias: Forecasts less what was sold, over what was sold; above 0 is too much.
        row_count: Forecasts that were held against a week.
    """

    mase: float | None
    rmsse: float | None
    wape: float | None
    bias: float | None
    row_count: int


def accuracy(actual: Numbers, forecast: Numbers, steps_before: Numbers) -> Accuracy:
    """Gives how far forecasts lay off.

    Args:
        actual: What was sold, array of shape (origins, series, steps).
        forecast: What was foretold, of the same shape.
        steps_before: Two numbers of each series at each origin, shape (origins, series, 2): mean
            absolute and mean squared change from week to week before it.

    Raises:
        UsageError: The arrays do not fit together.
    """
    if actual.shape != forecast.shape or steps_before.shape != (*actual.shape[:2], 2):
        raise UsageError(
            f"Actual {actual.shape}, forecast {forecast.shape}, scales {steps_before.shape}.",
            "give one forecast for each week, and two scales for each series and origin",
        )
    error = forecast - actual
    sold = float(np.abs(actual).sum())
    scaled = _over(np.abs(error).mean(axis=2), steps_before[:, :, 0])
    squared = _over((error**2).mean(axis=2), steps_before[:, :, 1])
    return Accuracy(
        mase=_mean(scaled),
        rmsse=_mean(np.sqrt(squared)),
        wape=float(np.abs(error).sum()) / sold if sold else None,
        bias=float(error.sum()) / sold if sold else None,
        row_count=int(error.size),
    )


def changes(values: Numbers) -> Numbers:
    """Gives mean absolute and mean squared change from week to week, shape (series, 2).

    Args:
        values: Array of shape (series, weeks); NaN before a series begins.
    """
    steps = np.diff(values, axis=1)
    known = np.isfinite(steps)
    count = np.maximum(1, known.sum(axis=1))
    filled = np.where(known, steps, 0.0)
    return np.column_stack(
        [np.abs(filled).sum(axis=1) / count, (filled**2).sum(axis=1) / count]
    ).astype(np.float64)


def range_ends(errors: ArrayLike, level: float, date_count: int) -> tuple[float, float] | None:
    """Gives the ends of a range around a forecast, as errors to be added to it.

    Of errors that are exchangeable with the next one, at least `level` of the next lie within.

    Args:
        errors: What was sold less what was foretold, in any common unit.
        level: Share that is to lie within, in 0-1.
        date_count: Past dates they come from; errors of one date are not independent, so they
            count as one.

    Returns:
        Lower and upper end; None below `LEAST_ERRORS` dates.
    """
    low = quantile_end(errors, (1 - level) / 2, date_count)
    high = quantile_end(errors, (1 + level) / 2, date_count)
    return None if low is None or high is None else (low, high)


def quantile_end(errors: ArrayLike, share: float, date_count: int) -> float | None:
    """Gives the error that is not exceeded with a probability of `share`; None with too few."""
    found = np.asarray(errors, dtype=np.float64)
    found = found[np.isfinite(found)]
    if date_count < LEAST_ERRORS or not len(found):
        return None
    if share < 0.5:
        return -end_of(-found, 1 - share, date_count)
    return end_of(found, share, date_count)


def end_of(errors: Numbers, share: float, date_count: int) -> float:
    """Gives the error that is not exceeded with a probability of `share`, of however few dates."""
    return float(np.quantile(errors, _rank(share, date_count), method="higher"))


def coverage(actual: Numbers, low: Numbers, high: Numbers) -> float | None:
    """Gives the share of values that lay within their range; None where there is none."""
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(actual)
    if not known.any():
        return None
    return float(((low <= actual) & (actual <= high))[known].mean())


def _rank(share: float, count: int) -> float:
    """Gives the share widened by the one error that is still to come, at most 1."""
    return min(1.0, math.ceil((count + 1) * share) / count)


def _over(values: Numbers, scale: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, values / scale, np.nan)


def _mean(values: Numbers) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
