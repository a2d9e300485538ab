"""Sample ratio: whether arms have the sizes that were planned; looked at first, and it blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Below, the chi-squared distribution is no longer that of the statistic.
LEAST_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Sizes of arms beside what was planned.

    Attributes:
        variants: Names of the arms.
        counts: Units of each.
        expected: Units of each, as planned.
        p_value: Chance of sizes at least as far off where the draw is fair.
        alpha: p-value below which the test is not read.
        is_small: Whether an arm was planned so small that the p-value is rough.
    """

    variants: tuple[str, ...]
    counts: tuple[int, ...]
    expected: tuple[float, ...]
    p_value: float
    alpha: float
    is_small: bool

    @property
    def is_broken(self) -> bool:
        """Whether units got lost or were drawn otherwise than planned."""
        return self.p_value < self.alpha


def sample_ratio(
    counts: Mapping[str, int], allocation: Mapping[str, float] | None = None, alpha: float = 0.01
) -> SampleRatio:
    """Compares the sizes of arms with their planned parts by Pearson's chi-squared test.

    Args:
        counts: Arm → units.
        allocation: Arm → planned part, in any unit; None or empty plans equal parts. A planned
            arm that nobody was seen in counts as empty.
        alpha: p-value below which the test is not read.

    Raises:
        UnknownNameError: An arm was seen that was not planned.
        UsageError: There are fewer than two arms, or nobody in them.
    """
    from scipy import stats

    for name in counts:
        if allocation and name not in allocation:
            raise UnknownNameError.among("planned arm", name, allocation)
    names = tuple(allocation) if allocation else tuple(counts)
    sizes = np.array([counts.get(name, 0) for name in names], dtype=float)
    if len(names) < 2 or sizes.sum() == 0:
        raise UsageError(
            f"An experiment has at least two arms; here is {len(names)}.",
            "name the column that tells the arms apart with `--variant`",
        )
    parts = np.array([allocation[name] for name in names]) if allocation else np.ones(len(names))
    expected = parts / parts.sum() * sizes.sum()
    statistic = float(((sizes - expected) ** 2 / expected).sum())
    return SampleRatio(
        variants=names,
        counts=tuple(int(size) for size in sizes),
        expected=tuple(float(value) for value in expected),
        p_value=float(stats.chi2.sf(statistic, len(names) - 1)),
        alpha=alpha,
        is_small=bool(expected.min() < LEAST_EXPECTED),
    )
