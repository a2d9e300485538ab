"""Order days: what each order said on each day; order lines are reduced to them once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import QUANTITY, total
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.stages import settled
from shopkeeper.warehouse.time_zones import to_local

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Two sources may use the same order number; together they name one order.
ORDER = ("customer_id", "source", "order_id")


def order_days(order_items: ir.Table, *, time_zone: str) -> ir.Table:
    """Gives one row per order of a named customer and day on which lines of it were booked.

    What a row says of its day never changes by what is booked later. The day on which an order
    first sells something is its start: `is_start`, with the local hour and, from the second order
    on, the days since the start of the order before.
    """
    items = order_items.filter(order_items.customer_id.notnull())
    goods, sold = is_goods(items), is_sold(items)
    bought = goods & ~items.is_cancellation
    days = items.group_by(*ORDER, "order_date").agg(
        sold_at=items.ordered_at.min(where=sold),
        sold_line_count=sold.ifelse(1, 0).sum(),
        quantity=ibis.coalesce(items.quantity.sum(where=sold), ibis.literal(0).cast(QUANTITY)),
        gross_amount=total(items.gross_amount, bought),
        discount_amount=total(items.discount_amount, bought),
        refund_amount=total(items.refund_amount, goods),
        refund_line_count=(goods & items.is_return).ifelse(1, 0).sum(),
        cancelling_line_count=items.is_cancellation.ifelse(1, 0).sum(),
        country=items.country.min(),
        channel=items.channel.min(where=sold),
    )
    return _with_starts(settled(days), time_zone)


def is_sold(items: ir.Table) -> ir.BooleanValue:
    """Says which lines sell merchandise: neither returns nor parts of a cancellation."""
    return cast(
        "ir.BooleanValue",
        (items.line_type == str(LineType.MERCHANDISE)) & ~items.is_return & ~items.is_cancellation,
    )


def _with_starts(days: ir.Table, time_zone: str) -> ir.Table:
    """Adds what the start of an order says: its place, its hour, the days since the last one.

    A row after a date changes none before it: starts are in the order of their dates.
    """
    of_order = ibis.window(group_by=list(ORDER))
    start = days.order_date.min(where=days.sold_line_count > 0).over(of_order)
    is_start = ibis.coalesce(days.order_date == start, ibis.literal(value=False))
    days = settled(days.mutate(is_start=is_start))
    # Starts are numbered among themselves.
    in_sequence = ibis.window(
        group_by=["customer_id", "is_start"],
        order_by=["order_date", "sold_at", "source", "order_id"],
    )
    days = settled(
        days.mutate(
            place=ibis.row_number().over(in_sequence) + 1,
            previous_date=days.order_date.lag().over(in_sequence),
            local_at=to_local(cast("ir.TimestampValue", days.sold_at), time_zone),
        )
    )
    gap = days.order_date.delta(days.previous_date, unit="day").cast("int64")
    own = {"order_number": days.place, "gap_days": gap, "hour": _hour(days.local_at)}
    at_start = {
        name: days.is_start.ifelse(value, ibis.null("int64")) for name, value in own.items()
    }
    rows = days.mutate(**at_start)
    # Ibis drops several columns in an order that differs from process to process.
    return rows.drop("place").drop("previous_date").drop("local_at")


def _hour(local_at: ir.Value) -> ir.IntegerValue:
    """Gives the hour; missing at midnight sharp, as dates without a time are read."""
    local = cast("ir.TimestampValue", local_at)
    sharp = (local.hour() == 0) & (local.minute() == 0) & (local.second() == 0)
    return cast("ir.IntegerValue", sharp.ifelse(ibis.null("int64"), local.hour().cast("int64")))
