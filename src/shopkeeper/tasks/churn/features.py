"""Features: what models of churn look at, from what the marts know of each customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

RECENCY = "days_since_last_purchase"
# Columns that are no features: who it is, when, what other columns say already, and places in a
# week or a day, which have no order from small to large.
NO_FEATURES = frozenset(
    {
        *("customer_id", "as_of", "frequency", "recency_days"),
        *("favourite_weekday", "favourite_hour"),
    }
)


def features(customers: pd.DataFrame) -> pd.DataFrame:
    """Gives all numbers of the mart and the ratios of habit that follow from them, as floats.

    Args:
        customers: What was known at a cut-off, one row per customer.

    Returns:
        A frame with the same index; missing where a number does not exist, such as the gap
        between orders of who ordered once.
    """
    numbers = customers.select_dtypes(["number", "bool"])
    rows = numbers.drop(columns=[name for name in NO_FEATURES if name in numbers])
    rows = rows.astype(np.float64)
    count, silence = rows["purchase_count"], rows[RECENCY]
    tenure = rows["days_since_first_purchase"]
    gap = ((tenure - silence) / (count - 1).where(count > 1)).replace(0.0, np.nan)
    rows["mean_gap_days"] = gap
    # How overdue a customer is by their own habit.
    rows["gap_ratio"] = silence / gap
    rows["mean_amount"] = rows["purchase_amount"] / count
    rows["purchases_per_year"] = count / (tenure / 365)
    return rows
