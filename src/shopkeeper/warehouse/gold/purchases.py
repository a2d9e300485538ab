"""Purchases: one row per named customer and day on which they bought; the grain of value models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import at_least, references
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import AMOUNT, total
from shopkeeper.warehouse.refresh import by_key
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="purchases",
    layer=Layer.GOLD,
    meaning="One row per customer the shop can name and day on which they bought merchandise; "
    "orders of one day are one purchase, as models of repeat buying want it. Cancellations, "
    "returns and what is no merchandise are not in it, so a row never changes by what is booked "
    "later.",
    grain=("customer_id", "order_date"),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("order_date", "date", "Day of the purchase in the shop's time zone"),
        Column("order_count", "int64", "Orders of that day", unit="orders"),
        Column("product_count", "int64", "Distinct products bought", unit="products"),
        Column(
            "purchase_amount",
            AMOUNT,
            "Merchandise bought that day less discounts, before any later refund",
            unit="currency",
        ),
    ),
    checks=(at_least("order_count", 1), references("customer_id", "customers")),
)


def build(order_items: ir.Table) -> ir.Table:
    """Gives the days on which each named customer bought."""
    items = order_items.filter(
        is_goods(order_items) & order_items.customer_id.notnull() & ~order_items.is_cancellation
    )
    sale = ~items.is_return & (items.line_type == str(LineType.MERCHANDISE))
    # Two sources may use the same order number; together they name one order.
    order = items.source.concat("/").concat(items.order_id)
    days = items.group_by("customer_id", "order_date").agg(
        order_count=order.nunique(where=sale),
        product_count=items.product_id.nunique(where=sale),
        purchase_amount=total(items.gross_amount) - total(items.discount_amount),
    )
    return days.filter(days.order_count > 0)


PURCHASES = Table(CONTRACT, build, refresh=by_key("order_items", "customer_id", "order_date"))
