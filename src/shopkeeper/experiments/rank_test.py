"""Rank test: Mann–Whitney, whether units of one arm tend to lie above those of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class RankTest:
    """What ranks say; they answer another question than means.

    Attributes:
        chance_above: Chance that a unit of treatment lies above one of control, ties counting ½.
        p_value: Chance of ranks at least as far apart where both arms are alike.
    """

    chance_above: float
    p_value: float


def rank_test(control: ArrayLike, treatment: ArrayLike) -> RankTest:
    """Compares the ranks of two arms, with the correction for ties.

    Args:
        control: Array of shape (units,), without NaN.
        treatment: Array of shape (other units,), without NaN.

    References:
        Mann, Whitney (1947), On a test of whether one of two random variables is stochastically
        larger than the other.
    """
    import numpy as np
    from scipy import stats

    one, other = np.asarray(control, dtype=float), np.asarray(treatment, dtype=float)
    found = stats.mannwhitneyu(other, one, method="asymptotic")
    return RankTest(float(found.statistic) / (len(one) * len(other)), float(found.pvalue))
