"""Normality: how far outcomes are from a bell curve; shown, never a reason to change the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# The approximation behind the p-value holds up to here; more rows reject any real outcome.
SAMPLE = 5_000


@dataclass(frozen=True, slots=True)
class Normality:
    """Shape of the outcomes of one arm.

    Attributes:
        statistic: Shapiro–Wilk W on a sample; 1 is a bell curve.
        p_value: Of W; tiny for any revenue, which does not matter to means of many units.
        skewness: Third standardised moment, over all units.
        sample_count: Units in the sample.
    """

    statistic: float
    p_value: float
    skewness: float
    sample_count: int


def normality(values: Array, seed: int) -> Normality | None:
    """Looks at the outcomes of one arm; None below 3 units or where all are equal.

    Args:
        values: Array of shape (units,), without NaN.
        seed: Of the sample.

    References:
        Shapiro, Wilk (1965), An analysis of variance test for normality; Royston (1995), AS R94.
    """
    from scipy import stats

    if len(values) < 3 or float(values.min()) == float(values.max()):
        return None
    random = np.random.default_rng(seed)
    sample = values if len(values) <= SAMPLE else random.choice(values, SAMPLE, replace=False)
    skewness = float(stats.skew(values))
    if float(sample.min()) == float(sample.max()):
        return None
    found = stats.shapiro(sample)
    return Normality(float(found.statistic), float(found.pvalue), skewness, len(sample))
