"""Repeat values: how many repeat purchases customers made, and their mean value; checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.likelihood.distinct import distinct
from shopkeeper.models.likelihood.histories import WEIGHT, read_column

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FREQUENCY, MEAN = "frequency", "mean_value"


@dataclass(frozen=True)
class RepeatValues:
    """Distinct pairs of purchase count and mean value, and where each row stands among them.

    Attributes:
        frequency: Repeat purchases x; array of shape (distinct,).
        mean: Their mean value, in money; 0 where there are none.
        weight: Customers that have this pair.
        place: Array of shape (rows,): the pair of each row.
    """

    frequency: NDArray[np.float64]
    mean: NDArray[np.float64]
    weight: NDArray[np.float64]
    place: NDArray[np.intp]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> RepeatValues:
        """Gives the distinct pairs of a frame.

        Args:
            rows: One row per customer with `frequency` and `mean_value`, which may be missing
                where frequency is 0; and optionally `weight`.

        Raises:
            ModelDataError: A column is missing, or a value is missing or cannot be.
        """
        frequency = read_column(rows, FREQUENCY)
        bought = rows.assign(**{MEAN: rows[MEAN].where(frequency > 0, 0)}) if MEAN in rows else rows
        (frequency, mean), place = distinct([frequency, read_column(bought, MEAN)])
        given = read_column(rows, WEIGHT) if WEIGHT in rows else None
        weight = np.bincount(place, weights=given, minlength=len(frequency)).astype(np.float64)
        return cls(frequency, mean, weight, place)

    def valued(self) -> RepeatValues:
        """Gives the pairs that tell something of values: repeat purchases that cost something."""
        kept = (self.frequency > 0) & (self.mean > 0) & (self.weight > 0)
        nowhere = np.empty(0, dtype=np.intp)
        return RepeatValues(self.frequency[kept], self.mean[kept], self.weight[kept], nowhere)
