"""Lifetime value judged: totals, scaled error, rank and calibration of means; MAE of medians."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.evidence import Better

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

GROUPS = 10

# The expected value is a mean. MAE does not judge it: on such skewed data it is lowest for who
# predicts too little.
MEAN_METRICS = {
    "scaled_rmse": Better.LOWER,
    "rmse": Better.LOWER,
    "total_ratio": Better.NEAR_ONE,
    "calibration_error": Better.LOWER,
    "spearman": Better.HIGHER,
    "top_decile_capture": Better.HIGHER,
}
PRIMARY = "scaled_rmse"
CALIBRATION = "total_ratio"


def mean_metrics(actual: Array, expected: Array, size: Array) -> dict[str, float]:
    """Judges expected amounts by what was then spent.

    Args:
        actual: What each customer spent within the horizon; shape (customers,), from 0 on.
        expected: The mean that was predicted for each.
        size: The customer's size, known beforehand and the same for all candidates, above 0.

    Returns:
        Value of each metric of `MEAN_METRICS`; NaN where nobody spent anything.
    """
    return {
        "scaled_rmse": scaled_rmse(actual, expected, size),
        "rmse": float(np.sqrt(np.mean((actual - expected) ** 2))),
        "total_ratio": _ratio(float(expected.sum()), float(actual.sum())),
        "calibration_error": calibration_error(actual, expected),
        "spearman": spearman(actual, expected),
        "top_decile_capture": top_decile_capture(actual, expected),
    }


def scaled_rmse(actual: Array, expected: Array, size: Array) -> float:
    """Gives the error in units of that of predicting nothing, customers weighed by 1 / size.

    The variance of what a customer spends grows with the customer: without weights one wholesale
    order decides. The weights are the same for all candidates, so the true mean still has the
    lowest expected error.
    """
    nothing = float(np.mean(actual**2 / size))
    return _ratio(float(np.sqrt(np.mean((actual - expected) ** 2 / size))), float(np.sqrt(nothing)))


def size_of(past_amount: Array) -> Array:
    """Gives the size of customers: what they spent so far, added to the mean of all."""
    return np.maximum(past_amount, 0.0) + max(float(np.mean(past_amount)), 1e-9)


def calibration_error(actual: Array, expected: Array) -> float:
    """Gives the share of the actual total by which deciles of the prediction are off, added up."""
    groups = _groups(expected)
    off = [abs(float(expected[g].sum() - actual[g].sum())) for g in groups]
    return _ratio(sum(off), float(actual.sum()))


def calibration_by_decile(actual: Array, expected: Array) -> list[tuple[int, int, float, float]]:
    """Gives decile of the prediction (1 is lowest), customers, mean expected and mean actual."""
    rows = []
    for place, group in enumerate(_groups(expected), start=1):
        if len(group):
            rows.append(
                (place, len(group), float(expected[group].mean()), float(actual[group].mean()))
            )
    return rows


def spearman(actual: Array, expected: Array) -> float:
    """Gives the rank correlation, ties sharing their mean rank; NaN if either is constant."""
    from scipy.stats import rankdata

    one, other = rankdata(actual), rankdata(expected)
    one, other = one - one.mean(), other - other.mean()
    return _ratio(float(one @ other), float(np.sqrt((one @ one) * (other @ other))))


def top_decile_capture(actual: Array, expected: Array) -> float:
    """Gives the share of the actual total held by the tenth of customers expected to be best.

    Customers with equal predictions share what the places they stand for hold.
    """
    wanted = int(np.ceil(len(actual) / GROUPS))
    if not wanted:
        return float("nan")
    limit = np.partition(expected, len(expected) - wanted)[len(expected) - wanted]
    above, level = expected > limit, expected == limit
    places = (wanted - int(above.sum())) / max(int(level.sum()), 1)
    held = float(actual[above].sum()) + places * float(actual[level].sum())
    return _ratio(held, float(actual.sum()))


def mean_absolute_error(actual: Array, typical: Array) -> float:
    """Gives the MAE, which judges the typical value: the median has the lowest."""
    return float(np.mean(np.abs(actual - typical)))


def coverage(actual: Array, lower: Array, upper: Array) -> float:
    """Gives the share of customers, in 0-1, whose actual amount lies within their interval."""
    return float(np.mean((actual >= lower - 1e-9) & (actual <= upper + 1e-9)))


def slices_of(customers: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Gives the parts of the customers on which no model may break.

    Args:
        customers: Rows of the mart `customer_features`.

    Returns:
        Name → mask of shape (customers,).
    """
    count = customers["purchase_count"].to_numpy()
    silent = customers["days_since_last_purchase"].to_numpy()
    age = customers["days_since_first_purchase"].to_numpy()
    return {
        "purchases=1": count == 1,
        "purchases=2-4": (count >= 2) & (count <= 4),
        "purchases=5+": count >= 5,
        "silent=under 90 days": silent < 90,
        "silent=90 days or more": silent >= 90,
        "customer=under 180 days": age < 180,
        "customer=180 days or more": age >= 180,
    }


def _groups(expected: Array) -> list[NDArray[np.intp]]:
    """Gives the places of the customers of each decile; ties are parted by nothing but place."""
    return list(np.array_split(np.argsort(expected, kind="stable"), GROUPS))


def _ratio(value: float, whole: float) -> float:
    return value / whole if whole else float("nan")
