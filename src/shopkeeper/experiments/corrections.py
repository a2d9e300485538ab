"""Corrections: p-values that allow for how many comparisons were looked at, their scope named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Correction:
    """How a family of comparisons was corrected.

    Attributes:
        method: `Holm` keeps the chance of any false alarm; `Benjamini–Hochberg` keeps the share
            of false ones among the alarms; `none` for one comparison.
        scope: What was counted, in words.
        count: Comparisons in the family.
    """

    method: str
    scope: str
    count: int


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Gives p-values that keep the chance of any false alarm in the family.

    Examples:
        >>> holm([0.01, 0.04, 0.03])
        (0.03, 0.06, 0.06)

    References:
        Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * np.arange(len(values), 0, -1)
    return _in_place(np.minimum(1.0, np.maximum.accumulate(stepped)), order)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Gives p-values that keep the expected share of false ones among the alarms.

    Examples:
        >>> benjamini_hochberg([0.01, 0.04, 0.03])
        (0.03, 0.04, 0.04)

    References:
        Benjamini, Hochberg (1995), Controlling the false discovery rate.
    """
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * len(values) / np.arange(1, len(values) + 1)
    lowest = np.minimum.accumulate(stepped[::-1])[::-1] if len(stepped) else stepped
    return _in_place(np.minimum(1.0, lowest), order)


def _in_place(stepped: np.ndarray, order: np.ndarray) -> tuple[float, ...]:
    found = np.empty(len(stepped))
    found[order] = stepped
    return tuple(float(value) for value in found)
