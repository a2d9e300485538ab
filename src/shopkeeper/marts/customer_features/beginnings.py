"""Beginnings: the first order, how soon the second came, and the country a customer buys from."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.contract import Column
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, total

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMNS = (
    Column("first_order_amount", AMOUNT, "First order, less discounts", unit="currency"),
    Column("first_order_quantity", QUANTITY, "Pieces of the first order", unit="pieces"),
    Column("is_first_order_discounted", "boolean", "Whether a discount was given on it"),
    Column("first_channel", "string", "Where the first order came in", nullable=True),
    Column(
        "days_to_second_order",
        "int64",
        "Days from the first order to the second; missing below two orders",
        unit="days",
        nullable=True,
    ),
    Column(
        "country",
        "string",
        "Country on the last day before `as_of` that gives one; of several on that day the first "
        "in order of their names",
        nullable=True,
    ),
)


def measures(orders: ir.Table) -> dict[str, ir.Value]:
    """Gives the facts of a customer's first order, as aggregates of `orders_at`."""
    first = cast("ir.BooleanValue", orders.order_number == 1)
    pieces = orders.quantity.sum(where=first)
    return {
        "first_order_amount": total(orders.order_amount, first),
        "first_order_quantity": ibis.coalesce(pieces, ibis.literal(0).cast(QUANTITY)),
        "is_first_order_discounted": total(orders.discount_amount, first) > 0,
        "first_channel": orders.channel.min(where=first),
        "days_to_second_order": orders.gap_days.max(where=orders.order_number == 2),
    }


def country_days(days: ir.Table) -> ir.Table:
    """Gives the days on which each customer gave a country, up to the next such day.

    Args:
        days: The rows of `order_days`.
    """
    given = days.filter(days.country.notnull())
    daily = given.group_by("customer_id", "order_date").agg(country=given.country.min())
    in_time = ibis.window(group_by="customer_id", order_by="order_date")
    return daily.mutate(until=daily.order_date.lead().over(in_time))
