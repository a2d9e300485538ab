"""Refunds: every line that takes merchandise back, linked to the order it takes it back from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import SOURCE_LINES
from shopkeeper.warehouse.money import AMOUNT, QUANTITY
from shopkeeper.warehouse.refresh import Changes, Refresh, Tables, either
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="refunds",
    layer=Layer.SILVER,
    meaning="One row per line that takes merchandise back. It is linked to the order the source "
    "names; where the source names none, to the customer's latest earlier order of the same "
    "product. Where there is no such order, the link is missing and the refund still counts for "
    "the customer.",
    grain=("source", "order_id", "line_number"),
    columns=(
        Column("source", "string", "Name of the source in the settings"),
        Column("order_id", "string", "Order number of the refund itself"),
        Column("line_number", "int64", "Line of the refund"),
        SOURCE_LINES.column("customer_id"),
        SOURCE_LINES.column("product_id"),
        Column("refunded_at", "timestamp", "When the refund was booked, UTC"),
        Column("refund_date", "date", "Day of the refund in the shop's time zone"),
        Column("quantity", QUANTITY, "Pieces taken back; positive", unit="pieces"),
        Column("refund_amount", AMOUNT, "Value of what was taken back", unit="currency"),
        Column("returned_order_id", "string", "Order taken back from", nullable=True),
        Column("returned_at", "timestamp", "When that order was booked, UTC", nullable=True),
        Column("returned_order_date", "date", "Day of that order", nullable=True),
        Column("link", "string", "How it was linked: `stated`, `matched` or `none`"),
    ),
    checks=(
        holds(
            "refund_after_order",
            "no refund is booked before the order it takes back",
            lambda table: table.returned_at <= table.refunded_at,
        ),
    ),
)


SAME_PRODUCT = ("source", "customer_id", "product_id")


def build(order_items: ir.Table) -> ir.Table:
    """Gives the returned lines with the order each takes back from."""
    goods = order_items.filter(is_goods(order_items))
    returned = goods.filter(goods.is_return)
    sales = goods.filter(~goods.is_return & ~goods.is_cancellation)
    linked = _stated(returned, sales).union(
        _matched(returned.filter(returned.refund_of.isnull()), sales)
    )
    # An order is dated by its first line of any kind, as in `orders`.
    orders = order_items.group_by("source", returned_order_id=order_items.order_id).agg(
        returned_at=order_items.ordered_at.min(), returned_order_date=order_items.order_date.min()
    )
    dated = linked.inner_join(orders, ["source", "returned_order_id"])
    keys = list(CONTRACT.grain)
    found = returned.left_join(
        dated.select(*keys, "returned_order_id", "returned_at", "returned_order_date", "link"), keys
    )
    return found.select(
        *keys,
        "customer_id",
        "product_id",
        "returned_order_id",
        "returned_at",
        "returned_order_date",
        "refund_amount",
        refunded_at=found.ordered_at,
        refund_date=found.order_date,
        quantity=-found.quantity,
        link=ibis.coalesce(found.link, "none"),
    )


def _stated(returned: ir.Table, sales: ir.Table) -> ir.Table:
    """Links the returns whose source names the order."""
    orders = sales.group_by("source", returned_order_id=sales.order_id).agg(
        sold_at=sales.ordered_at.min()
    )
    found = returned.inner_join(
        orders,
        [returned.source == orders.source, returned.refund_of == orders.returned_order_id],
    )
    return _link(found.filter(found.sold_at <= found.ordered_at), "stated")


def _matched(returned: ir.Table, sales: ir.Table) -> ir.Table:
    """Links the other returns to the customer's latest earlier sale of the same product.

    Sales and returns are put in one sequence for each customer and product; the latest sale
    before a return is then the running maximum of the sales' places in it.
    """
    keys = list(SAME_PRODUCT)
    asked = returned.filter(returned.customer_id.notnull() & returned.product_id.notnull())
    columns = [*keys, "order_id", "line_number", "ordered_at"]
    asked = asked.select(*columns, is_sale=ibis.literal(0))
    offered = sales.semi_join(asked, keys).select(*columns, is_sale=ibis.literal(1))
    both = ibis.union(asked, offered)
    sequence = ibis.window(
        group_by=keys,
        order_by=["ordered_at", ibis.desc(both.is_sale), "order_id", "line_number"],
    )
    placed = both.mutate(place=ibis.row_number().over(sequence))
    sale_place = (placed.is_sale == 1).ifelse(placed.place, -1)
    so_far = ibis.window(group_by=keys, order_by="place", preceding=None, following=0)
    placed = placed.mutate(latest_sale=sale_place.max().over(so_far))
    asking = placed.filter((placed.is_sale == 0) & (placed.latest_sale >= 0)).drop("is_sale")
    offering = placed.filter(placed.is_sale == 1)
    offering = offering.select(
        *keys, latest_sale=offering.place, returned_order_id=offering.order_id
    )
    return _link(asking.inner_join(offering, [*keys, "latest_sale"]), "matched")


def _link(found: ir.Table, link: str) -> ir.Table:
    return found.select(*CONTRACT.grain, "returned_order_id", link=ibis.literal(link))


def _returns_to_link(changes: Changes) -> ir.Table:
    """Gives the returned lines that changed, or whose order or earlier sale may have."""
    keys = list(CONTRACT.grain)
    delta = changes.deltas["order_items"]
    goods = changes.now["order_items"]
    returned = goods.filter(is_goods(goods) & goods.is_return)
    stated = returned.semi_join(
        delta.named("source", "order_id"),
        [("source", "source"), ("refund_of", "order_id")],
    )
    bought = list(SAME_PRODUCT)
    matched = returned.semi_join(delta.named(*bought), bought)
    return either([delta.named(*keys), stated.select(*keys), matched.select(*keys)])


def _orders_to_look_at(now: Tables, returns: ir.Table) -> Tables:
    """Gives whole orders: of the returns, those they state, those that sold the same before."""
    items, order = now["order_items"], ["source", "order_id"]
    asked = items.semi_join(returns, list(CONTRACT.grain))
    stated = asked.filter(asked.refund_of.notnull()).select("source", order_id="refund_of")
    sold = items.semi_join(asked, list(SAME_PRODUCT))
    orders = either([asked.select(*order), stated, sold.select(*order)])
    return {**now, "order_items": items.semi_join(orders, order)}


REFUNDS = Table(
    CONTRACT,
    build,
    refresh=Refresh(
        keys=CONTRACT.grain,
        follows=("order_items",),
        groups=_returns_to_link,
        context=_orders_to_look_at,
    ),
)
