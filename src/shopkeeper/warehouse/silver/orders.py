"""Orders: one row per order, refund or correction; merchandise, shipping and the rest apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds, references
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import SOURCE_LINES, LineType
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, total
from shopkeeper.warehouse.refresh import by_key
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="orders",
    layer=Layer.SILVER,
    meaning="One row per order number: sales, refunds, cancellations and corrections alike. "
    "`is_sale` says which rows are orders in the usual sense.",
    grain=("source", "order_id"),
    columns=(
        Column("source", "string", "Name of the source in the settings"),
        Column("order_id", "string", "Order as the shop names it"),
        SOURCE_LINES.column("customer_id"),
        Column("is_guest", "boolean", "Whether the order names no customer"),
        Column("ordered_at", "timestamp", "First booking of the order, UTC"),
        Column("order_date", "date", "Day of the first booking in the shop's time zone"),
        SOURCE_LINES.column("country"),
        SOURCE_LINES.column("channel"),
        SOURCE_LINES.column("payment_method"),
        SOURCE_LINES.column("store_id"),
        Column("is_sale", "boolean", "Whether the order sells merchandise and cancels nothing"),
        SOURCE_LINES.column("is_cancellation"),
        SOURCE_LINES.column("refund_of"),
        Column("line_count", "int64", "Lines of any type", unit="rows"),
        Column("product_count", "int64", "Distinct products sold", unit="products"),
        Column("quantity", QUANTITY, "Pieces of merchandise sold", unit="pieces"),
        Column("gross_amount", AMOUNT, "Merchandise sold, before discount", unit="currency"),
        Column(
            "discount_amount",
            AMOUNT,
            "Discounts on merchandise, on its lines and on lines of their own",
            unit="currency",
        ),
        Column("refund_amount", AMOUNT, "Merchandise taken back by this order", unit="currency"),
        Column("net_amount", AMOUNT, "Gross less discount less refund", unit="currency"),
        Column("shipping_amount", AMOUNT, "Postage and carriage, net", unit="currency"),
        Column("other_amount", AMOUNT, "All other lines, net: fees, gift cards …", unit="currency"),
        Column("total_amount", AMOUNT, "Net, shipping and other together", unit="currency"),
    ),
    checks=(
        at_least("line_count", 1),
        holds(
            "total_adds_up",
            "total is net, shipping and other together",
            lambda table: cast(
                "ir.BooleanValue",
                table.total_amount == table.net_amount + table.shipping_amount + table.other_amount,
            ),
        ),
        references("customer_id", "customers"),
    ),
)


def build(order_items: ir.Table) -> ir.Table:
    """Gives the orders that the lines make up."""
    items = order_items
    goods = is_goods(items)
    sold = goods & ~items.is_return & (items.line_type == str(LineType.MERCHANDISE))
    shipping = items.line_type == str(LineType.SHIPPING)
    orders = items.group_by("source", "order_id").agg(
        customer_id=items.customer_id.min(),
        ordered_at=items.ordered_at.min(),
        order_date=items.order_date.min(),
        country=items.country.min(),
        channel=items.channel.min(),
        payment_method=items.payment_method.min(),
        store_id=items.store_id.min(),
        # A return booked under the number of its own order refunds no other one.
        refund_of=items.refund_of.nullif(items.order_id).min(),
        cancelling_lines=items.is_cancellation.ifelse(1, 0).sum(),
        sold_lines=sold.ifelse(1, 0).sum(),
        line_count=items.count(),
        product_count=items.product_id.nunique(where=sold),
        quantity=ibis.coalesce(items.quantity.sum(where=sold), ibis.literal(0).cast(QUANTITY)),
        gross_amount=total(items.gross_amount, goods),
        discount_amount=total(items.discount_amount, goods),
        refund_amount=total(items.refund_amount, goods),
        net_amount=total(items.net_amount, goods),
        shipping_amount=total(items.net_amount, shipping),
        other_amount=total(items.net_amount, ~goods & ~shipping),
        total_amount=total(items.net_amount),
    )
    is_cancellation = orders.cancelling_lines > 0
    return orders.mutate(
        is_guest=orders.customer_id.isnull(),
        is_cancellation=is_cancellation,
        is_sale=(orders.sold_lines > 0) & ~is_cancellation,
    )


def is_goods(items: ir.Table) -> ir.BooleanValue:
    """Says which lines make up merchandise revenue: products, and discounts on them."""
    return cast(
        "ir.BooleanValue",
        items.line_type.isin([str(LineType.MERCHANDISE), str(LineType.DISCOUNT)]),
    )


ORDERS = Table(CONTRACT, build, refresh=by_key("order_items", "source", "order_id"))
