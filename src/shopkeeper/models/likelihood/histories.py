"""Histories: how often, how lately and since when customers bought; each distinct one once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.models.likelihood.distinct import distinct

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = ("frequency", "recency", "T")
WEIGHT = "weight"


@dataclass(frozen=True)
class Histories:
    """Distinct purchase histories, sorted, and where each row of a frame stands among them.

    Attributes:
        frequency: Repeat purchases x; array of shape (distinct,), whole numbers from 0.
        recency: Time of the last purchase since the first, t_x; 0 for who bought once.
        age: Time from the first purchase to the end of observation, T.
        weight: Customers that have this history.
        place: Array of shape (rows,): the history of each row.
    """

    frequency: NDArray[np.float64]
    recency: NDArray[np.float64]
    age: NDArray[np.float64]
    weight: NDArray[np.float64]
    place: NDArray[np.intp]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Histories:
        """Gives the distinct histories of a frame.

        Args:
            rows: One row per customer with `frequency`, `recency` and `T`, times in one unit; and
                optionally `weight`, the number of customers that a row stands for.

        Raises:
            ModelDataError: A column is missing, or a value is missing or cannot be.
        """
        frequency, recency, age = (read_column(rows, name) for name in COLUMNS)
        _refuse(frequency != np.floor(frequency), "frequency", frequency, "is no whole number")
        _refuse(recency > age, "recency", recency, "is greater than `T`")
        once = (frequency == 0) & (recency > 0)
        _refuse(once, "recency", recency, "is greater than 0 though `frequency` is 0")
        (frequency, recency, age), place = distinct([frequency, recency, age])
        given = read_column(rows, WEIGHT) if WEIGHT in rows else None
        weight = np.bincount(place, weights=given, minlength=len(frequency)).astype(np.float64)
        return cls(frequency, recency, age, weight, place)

    def scaled(self, unit: float) -> Histories:
        """Gives the same histories with times in multiples of `unit`."""
        recency, age = self.recency / unit, self.age / unit
        return Histories(self.frequency, recency, age, self.weight, self.place)

    @cached_property
    def counts(self) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
        """Gives the distinct frequencies, which of them each history has, and their weights.

        Gamma functions depend on the frequency alone, and there are few.
        """
        values, place = np.unique(self.frequency, return_inverse=True)
        weights = np.bincount(place, weights=self.weight).astype(np.float64)
        return values, place, weights

    def chosen(self, chosen: slice | NDArray[np.intp]) -> Histories:
        """Gives some of the distinct histories; no row of a frame stands among them any more."""
        return Histories(
            self.frequency[chosen],
            self.recency[chosen],
            self.age[chosen],
            self.weight[chosen],
            np.empty(0, dtype=np.intp),
        )


def read_column(rows: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Gives a column as finite numbers from 0 on.

    Raises:
        ModelDataError: The column is missing, or a value is missing, infinite or negative.
    """
    if name not in rows:
        found = ", ".join(f"`{column}`" for column in list(rows)[:8])
        raise ModelDataError(
            f"There is no column `{name}`; found {found or 'none'}.",
            f"rename the columns to {', '.join(f'`{column}`' for column in COLUMNS)}",
        )
    try:
        values = rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ModelDataError(f"Column `{name}` holds values that are no numbers.") from error
    _refuse(~np.isfinite(values), name, values, "is missing or infinite")
    _refuse(values < 0, name, values, "is negative")
    return values


def _refuse(
    broken: NDArray[np.bool_], name: str, values: NDArray[np.float64], problem: str
) -> None:
    if broken.any():
        row = int(np.argmax(broken))
        raise ModelDataError(
            f"`{name}` {problem} in {int(broken.sum())} rows; first: row {row}, `{values[row]:g}`.",
            "all times must count from the customer's first purchase, in one unit",
            {"column": name, "row": row},
        )
