"""RFM: days since the last order, number of orders and amount of each customer as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import AMOUNT, total
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

CONTRACT = Contract(
    name="rfm",
    layer=Layer.MART,
    meaning="One row per customer the shop can name who had bought before `as_of`. Looks at "
    "nothing from `as_of` on; a refund counts from the day on which it was booked.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column(
            "days_since_last_order",
            "int64",
            "Days from the last sale to `as_of`; 1 for a sale on the day before",
            unit="days",
        ),
        Column("order_count", "int64", "Sales before `as_of`", unit="orders"),
        Column(
            "order_amount",
            AMOUNT,
            "Merchandise bought less discounts and refunds before `as_of`",
            unit="currency",
        ),
        Column("first_order_date", "date", "Day of the first sale"),
        Column("last_order_date", "date", "Day of the last sale before `as_of`"),
    ),
    checks=(at_least("days_since_last_order", 1), at_least("order_count", 1)),
)


def build(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the customers who had bought before `as_of`, with their three measures."""
    customers = measured(order_items, as_of=as_of)
    customers = customers.filter(customers.order_count > 0)
    day = ibis.date(as_of.isoformat())
    return customers.mutate(
        as_of=day,
        days_since_last_order=-customers.last_order_date.delta(day, unit="day"),
    )


def measured(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives whose merchandise was booked before `as_of`, also without a sale, with two measures.

    Returns:
        One row per customer: `customer_id`, `order_count`, `order_amount`, `first_order_date`,
        `last_order_date`.
    """
    day = ibis.date(as_of.isoformat())
    seen = order_items.filter(
        is_goods(order_items) & order_items.customer_id.notnull() & (order_items.order_date < day)
    )
    sale = ~seen.is_return & ~seen.is_cancellation & (seen.line_type == str(LineType.MERCHANDISE))
    # Two sources may use the same order number; together they name one order.
    order = seen.source.concat("/").concat(seen.order_id)
    return seen.group_by("customer_id").agg(
        order_count=order.nunique(where=sale),
        order_amount=total(seen.net_amount),
        first_order_date=seen.order_date.min(where=sale),
        last_order_date=seen.order_date.max(where=sale),
    )


RFM = Table(CONTRACT, build)
