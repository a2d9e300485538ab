"""Customers: what both marts of buying know of each customer, at one cut-off or at several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.marts import purchase_history
from shopkeeper.marts.customer_features import buying

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import ibis.expr.types as ir

# Of the mart `purchase_history`, what `customer_features` does not say.
HISTORY = ("frequency", "recency_days")


def customers_at(purchases: ir.Table, *, cutoffs: Iterable[date]) -> ir.Table:
    """Gives theme `buying` of `customer_features`, with two columns of `purchase_history`.

    Training and scoring both read this.

    Args:
        purchases: The table `purchases`.
        cutoffs: Days before which purchases are seen.

    Returns:
        One row per cut-off, as `as_of`, and customer who had bought before it.
    """
    days = [ibis.date(cutoff.isoformat()) for cutoff in cutoffs]
    seen = ibis.union(
        *(purchases.filter(purchases.order_date < day).mutate(as_of=day) for day in days)
    )
    features = buying.at_each(seen)
    features = features.select(*(column.name for column in buying.COLUMNS))
    history = purchase_history.at_each(seen).select("as_of", "customer_id", *HISTORY)
    return features.inner_join(history, ["as_of", "customer_id"])
