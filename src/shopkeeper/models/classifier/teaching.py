"""Teaching rows: features, labels and weights as arrays, held to what every classifier needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Fewer of a kind cannot carry a single split, nor the ten numbers of the smallest model.
LEAST_OF_EACH = 50
# Column with the weight of each row, where there is one.
WEIGHT = "weight"


@dataclass(frozen=True)
class Teaching:
    """What a classifier is taught on.

    Attributes:
        values: Array of shape (rows, features); NaN where a value is missing.
        label: Array of shape (rows,), 0 or 1.
        weights: Array of shape (rows,), above 0, with mean 1.
    """

    values: Array
    label: Array
    weights: Array


def teaching(rows: pd.DataFrame, features: Sequence[str], target: str) -> Teaching:
    """Gives rows in an order that does not depend on the one they came in.

    Args:
        rows: Features and target, and `weight` where rows do not count alike.
        features: Columns that are looked at.
        target: Column with the label.

    Raises:
        ModelDataError: A label is neither 0 nor 1, or one of them is too rare.
    """
    values = matrix(rows, features)
    if target not in rows:
        raise UsageError(f"The rows have no column `{target}`.")
    label = rows[target].to_numpy(dtype=np.float64)
    if not np.isin(label, (0, 1)).all():
        raise ModelDataError(f"`{target}` must be 0 or 1 in each row.")
    ones = int(label.sum())
    if min(ones, len(label) - ones) < LEAST_OF_EACH:
        raise ModelDataError(
            f"{ones:,} of {len(label):,} rows have `{target}` = 1; {LEAST_OF_EACH} with it and "
            f"{LEAST_OF_EACH} without are needed.",
            "give a longer period or another horizon",
        )
    weights = rows[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in rows else np.ones(len(label))
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ModelDataError(f"`{WEIGHT}` must be above 0 in each row.")
    order = np.lexsort([weights, *values.T, label])
    return Teaching(values[order], label[order], (weights / weights.mean())[order])


def matrix(rows: pd.DataFrame, features: Sequence[str]) -> Array:
    """Gives the features as an array of shape (rows, features), missing values as NaN."""
    missing = [name for name in features if name not in rows]
    if missing:
        raise UsageError(f"The rows have no column `{missing[0]}`.")
    values: Array = rows[list(features)].to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def probability(log_odds: Array) -> Array:
    """Gives probabilities in 0–1 from log-odds; nothing overflows."""
    found: Array = 0.5 * (1.0 + np.tanh(0.5 * log_odds))
    return found
