"""Customer orders: each customer's orders in sequence, with what was refunded of them later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds, references
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import SOURCE_LINES
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, nothing, total
from shopkeeper.warehouse.refresh import Changes, Refresh, Tables, either
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="customer_orders",
    layer=Layer.GOLD,
    meaning="One row per sale of a customer the shop can name; guests, cancellations and "
    "corrections are not in it. Refunds stand with the order they take back from.",
    grain=("customer_id", "order_number"),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("order_number", "int64", "The customer's first, second … order, from 1"),
        Column("source", "string", "Name of the source in the settings"),
        Column("order_id", "string", "Order as the shop names it"),
        Column("ordered_at", "timestamp", "When the order was booked, UTC"),
        Column("order_date", "date", "Day of the order in the shop's time zone"),
        Column(
            "days_since_previous_order",
            "int64",
            "Calendar days since the order before; missing on the first",
            unit="days",
            nullable=True,
        ),
        SOURCE_LINES.column("country"),
        SOURCE_LINES.column("channel"),
        Column("product_count", "int64", "Distinct products sold", unit="products"),
        Column("quantity", QUANTITY, "Pieces sold", unit="pieces"),
        Column("gross_amount", AMOUNT, "Merchandise sold, before discount", unit="currency"),
        Column("discount_amount", AMOUNT, "Discounts on merchandise", unit="currency"),
        Column(
            "refund_amount",
            AMOUNT,
            "Taken back of this order, whenever it was booked",
            unit="currency",
        ),
        Column("net_amount", AMOUNT, "Gross less discount less refund", unit="currency"),
        Column("shipping_amount", AMOUNT, "Postage and carriage", unit="currency"),
    ),
    checks=(
        at_least("order_number", 1),
        at_least("days_since_previous_order", 0),
        references("customer_id", "customers"),
        holds(
            "only_the_first_has_no_previous",
            "exactly the first order has no order before it",
            lambda table: (table.order_number == 1) == table.days_since_previous_order.isnull(),
        ),
    ),
)


def build(orders: ir.Table, refunds: ir.Table) -> ir.Table:
    """Gives the sales of named customers in sequence, less their refunds."""
    sales = orders.filter(orders.is_sale & orders.customer_id.notnull())
    linked = refunds.filter(refunds.returned_order_id.notnull())
    taken_back = linked.group_by("source", "returned_order_id").agg(
        later_amount=total(linked.refund_amount)
    )
    sales = sales.left_join(
        taken_back,
        [
            sales.source == taken_back.source,
            sales.order_id == taken_back.returned_order_id,
        ],
    )
    # A sale can carry a return of something bought earlier: that refund belongs to the earlier
    # order (or to none), so what counts against a sale is what was linked to it.
    refund = ibis.coalesce(sales.later_amount, nothing())
    in_sequence = ibis.window(group_by="customer_id", order_by=["ordered_at", "source", "order_id"])
    numbered = sales.mutate(
        order_number=ibis.row_number().over(in_sequence) + 1,
        previous_date=sales.order_date.lag().over(in_sequence),
        refund_amount=refund,
        net_amount=sales.gross_amount - sales.discount_amount - refund,
    )
    return numbered.mutate(
        days_since_previous_order=numbered.order_date.delta(numbered.previous_date, unit="day")
    )


def _changed_customers(changes: Changes) -> ir.Table:
    """Gives the customers whose orders changed, or what was taken back of them."""
    found = changes.named("orders", "customer_id")
    for returned in changes.named("refunds", "source", "returned_order_id"):
        orders = changes.now["orders"].semi_join(
            returned, [("source", "source"), ("order_id", "returned_order_id")]
        )
        found.append(orders.filter(orders.customer_id.notnull()).select("customer_id"))
    return either(found)


def _orders_of_customers(now: Tables, customers: ir.Table) -> Tables:
    return {**now, "orders": now["orders"].semi_join(customers, "customer_id")}


CUSTOMER_ORDERS = Table(
    CONTRACT,
    build,
    refresh=Refresh(
        keys=("customer_id",),
        follows=("orders", "refunds"),
        groups=_changed_customers,
        context=_orders_of_customers,
    ),
)
