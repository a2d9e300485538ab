"""Inputs: what models of repeat buying look at of each customer, in columns that can be watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    Rows = TypeVar("Rows", pd.DataFrame, ir.Table)

MEAN_AMOUNT = "mean_purchase_amount"
RECENCY = "days_since_last_purchase"
# Frequency, recency and what a purchase is worth, over a whole life and lately: the mean of a life
# hardly moves when prices do. T is left out: it grows by a day a day for everybody, so that a shop
# that only grows older may look like one whose customers change.
INPUTS = (
    *(RECENCY, "frequency", "recency_days", MEAN_AMOUNT),
    *("largest_purchase_amount", "last_30_days_amount", "last_30_days_purchase_count"),
)


def inputs_of(customers: Rows) -> Rows:
    """Gives the columns `INPUTS` of customers, one row each.

    Args:
        customers: Rows of `customers_at`, as a table or as a frame with amounts as floats.
    """
    rows: Any = customers
    mean = rows["purchase_amount"] / rows["purchase_count"]
    if hasattr(rows, "assign"):
        return rows.assign(**{MEAN_AMOUNT: mean})[list(INPUTS)]
    mean = rows["purchase_amount"].cast("float64") / rows["purchase_count"]
    return rows.mutate(**{MEAN_AMOUNT: mean}).select(*INPUTS)
