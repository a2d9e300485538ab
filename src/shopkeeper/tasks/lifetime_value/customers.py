"""Customers: what both marts of buying know of each customer at a cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.marts.customer_features import CUSTOMER_FEATURES
from shopkeeper.marts.purchase_history import PURCHASE_HISTORY

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# Of the mart `purchase_history`, what `customer_features` does not say.
HISTORY = ("frequency", "recency_days")


def customers_at(purchases: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the mart `customer_features`, with frequency and recency of `purchase_history`.

    One row per customer who had bought before `as_of`. Training and scoring both read this.
    """
    tables, questions = {"purchases": purchases}, {"as_of": as_of}
    features = CUSTOMER_FEATURES.expression(tables, questions)
    history = PURCHASE_HISTORY.expression(tables, questions).select("customer_id", *HISTORY)
    return features.inner_join(history, "customer_id")
