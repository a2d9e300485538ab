"""Daily sales: what was sold and taken back on each day, and what became of each day's orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, nothing, total
from shopkeeper.warehouse.refresh import Changes, Refresh, Tables, either
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="daily_sales",
    layer=Layer.GOLD,
    meaning="One row per calendar day, in the shop's time zone, on which anything was booked. "
    "Days without a booking have no row.",
    grain=("order_date",),
    columns=(
        Column("order_date", "date", "Day in the shop's time zone"),
        Column("order_count", "int64", "Sales booked", unit="orders"),
        Column("customer_count", "int64", "Named customers with a sale", unit="customers"),
        Column("new_customer_count", "int64", "Of these, with their first sale", unit="customers"),
        Column("guest_order_count", "int64", "Sales that name no customer", unit="orders"),
        Column("quantity", QUANTITY, "Pieces of merchandise sold", unit="pieces"),
        Column("gross_amount", AMOUNT, "Merchandise sold, before discount", unit="currency"),
        Column("discount_amount", AMOUNT, "Discounts on merchandise", unit="currency"),
        Column("refund_amount", AMOUNT, "Merchandise taken back on this day", unit="currency"),
        Column("net_amount", AMOUNT, "Gross less discount less refund", unit="currency"),
        Column("shipping_amount", AMOUNT, "Postage and carriage, net", unit="currency"),
        Column("other_amount", AMOUNT, "All other lines, net", unit="currency"),
        Column("total_amount", AMOUNT, "Net, shipping and other together", unit="currency"),
        Column(
            "refunded_later_amount",
            AMOUNT,
            "Of this day's orders, taken back on any day so far",
            unit="currency",
        ),
    ),
    checks=(
        at_least("order_count", 0),
        holds(
            "net_adds_up",
            "net is gross less discount less refund",
            lambda table: (
                table.net_amount == table.gross_amount - table.discount_amount - table.refund_amount
            ),
        ),
    ),
)


def build(orders: ir.Table, refunds: ir.Table, customer_orders: ir.Table) -> ir.Table:
    """Gives the days on which anything was booked."""
    sale = orders.is_sale
    days = orders.group_by("order_date").agg(
        order_count=sale.ifelse(1, 0).sum(),
        customer_count=orders.customer_id.nunique(where=sale),
        guest_order_count=(sale & orders.is_guest).ifelse(1, 0).sum(),
        quantity=ibis.coalesce(orders.quantity.sum(), ibis.literal(0).cast(QUANTITY)),
        **{
            name: total(orders[name])
            for name in (
                "gross_amount",
                "discount_amount",
                "refund_amount",
                "net_amount",
                "shipping_amount",
                "other_amount",
                "total_amount",
            )
        },
    )
    firsts = customer_orders.filter(customer_orders.order_number == 1)
    firsts = firsts.group_by("order_date").agg(new_customer_count=firsts.count())
    linked = refunds.filter(refunds.returned_order_date.notnull())
    later = linked.group_by(order_date=linked.returned_order_date).agg(
        refunded_later_amount=total(linked.refund_amount)
    )
    joined = days.left_join(firsts, "order_date").drop("order_date_right")
    joined = joined.left_join(later, "order_date").drop("order_date_right")
    return joined.mutate(
        new_customer_count=ibis.coalesce(joined.new_customer_count, 0),
        refunded_later_amount=ibis.coalesce(joined.refunded_later_amount, nothing()),
    )


# Input → the column of it that says on which day it counts.
COUNTED_ON = {
    "orders": "order_date",
    "refunds": "returned_order_date",
    "customer_orders": "order_date",
}


def _changed_days(changes: Changes) -> ir.Table:
    """Gives the days on which anything counts that changed."""
    found = []
    for name, day in COUNTED_ON.items():
        found += [days.select(order_date=day) for days in changes.named(name, day)]
    return either(found)


def _rows_of_days(now: Tables, days: ir.Table) -> Tables:
    return {
        name: now[name].semi_join(days, [(day, "order_date")]) for name, day in COUNTED_ON.items()
    }


DAILY_SALES = Table(
    CONTRACT,
    build,
    refresh=Refresh(
        keys=CONTRACT.grain,
        follows=tuple(COUNTED_ON),
        groups=_changed_days,
        context=_rows_of_days,
    ),
)
