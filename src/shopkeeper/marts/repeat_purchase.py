"""Repeat purchase: after each order of a customer, how long until the next, or how long none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

CONTRACT = Contract(
    name="repeat_purchase",
    layer=Layer.MART,
    meaning="One row per order of a named customer before `as_of`: the days until the next one, "
    "or, where there is none yet, the days for which there was none. Looks at nothing from "
    "`as_of` on.",
    grain=("customer_id", "order_number"),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("order_number", "int64", "The customer's first, second … order, from 1"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("source", "string", "Name of the source in the settings"),
        Column("order_id", "string", "Order as the shop names it"),
        Column("order_date", "date", "Day of the order in the shop's time zone"),
        Column(
            "next_order_date",
            "date",
            "Day of the next order; missing where there is none before `as_of`",
            nullable=True,
        ),
        Column("has_next", "boolean", "Whether there is a next order before `as_of`"),
        Column(
            "observed_days",
            "int64",
            "Days to the next order; without one, to the last day seen",
            unit="days",
        ),
    ),
    checks=(
        at_least("observed_days", 0),
        holds(
            "next_has_a_day",
            "the day of the next order is there where there is one, and only there",
            lambda table: table.has_next == table.next_order_date.notnull(),
        ),
    ),
)


def build(customer_orders: ir.Table, *, as_of: date) -> ir.Table:
    """Gives each order with the time to the next, or the time without one."""
    day = ibis.date(as_of.isoformat())
    seen = customer_orders.filter(customer_orders.order_date < day)
    in_order = ibis.window(group_by="customer_id", order_by="order_number")
    seen = seen.mutate(next_order_date=seen.order_date.lead().over(in_order))
    has_next = seen.next_order_date.notnull()
    until_next = seen.next_order_date.delta(seen.order_date, unit="day")
    # `as_of` itself is not seen, so the last day that was seen is the one before.
    without = -seen.order_date.delta(day, unit="day") - 1
    return seen.mutate(
        as_of=day,
        has_next=has_next,
        observed_days=has_next.ifelse(until_next, without).cast("int64"),
    )


REPEAT_PURCHASE = Table(CONTRACT, build)
