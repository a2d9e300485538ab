"""Features: the few things by which customers are grouped, made from columns of the mart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# Columns of `customer_features` that a customer must bring, new or old.
RAW = (
    "purchase_count",
    "purchase_amount",
    "days_since_first_purchase",
    "days_since_last_purchase",
)
# Two features that go together like this say the same; the later one is left out.
SAME = 0.99


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing by which customers are grouped.

    Attributes:
        name: Name, that of the mart where it is a column of it.
        label: Name for people.
        unit: `days`, `purchases` or `currency`.
    """

    name: str
    label: str
    unit: str


# Total spending is the product of two of these and would count them twice.
FEATURES = (
    Feature("days_since_last_purchase", "Days since the last purchase", "days"),
    Feature("purchase_count", "Days of purchase", "purchases"),
    Feature("mean_purchase_amount", "Amount a purchase", "currency"),
    Feature("days_since_first_purchase", "Days since the first purchase", "days"),
)
NAMES = tuple(feature.name for feature in FEATURES)


def with_features(customers: pd.DataFrame) -> pd.DataFrame:
    """Gives the features of customers; what is missing stays missing.

    Args:
        customers: One row per customer, with the columns `RAW`.

    Raises:
        ModelDataError: A column is not there.
    """
    missing = [name for name in RAW if name not in customers]
    if missing:
        raise ModelDataError(f"The customers have no column `{missing[0]}`.")
    found = customers[list(RAW)].astype(np.float64)
    count = found["purchase_count"].where(found["purchase_count"] > 0)
    found["mean_purchase_amount"] = found["purchase_amount"] / count
    return found[list(NAMES)]


def useful(features: pd.DataFrame) -> tuple[str, ...]:
    """Gives the features that tell customers apart, none of which says the same as another.

    Where all customers bought once, their number of purchases says nothing, and the days since
    the first purchase are those since the last.
    """
    kept: list[str] = []
    for name in NAMES:
        values = _logs(features[name])
        if values.std() < 1e-9:
            continue
        if all(abs(_together(values, _logs(features[other]))) < SAME for other in kept):
            kept.append(name)
    return tuple(kept)


def _logs(values: pd.Series) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log1p(np.maximum(values.to_numpy(dtype=np.float64), 0))
    return logs


def _together(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.corrcoef(one, other)[0, 1])
