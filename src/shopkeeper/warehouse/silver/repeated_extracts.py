"""Repeated extracts: rows that stand in two exports of the same period, to be kept once.

Two signs are looked for, and neither depends on the order of rows:

* *Doubled days* – on a calendar day every distinct row occurs an even number of times. One
  repeated line in an order is common; a whole day of them is two extracts in one file.
* *Shared orders* – the same order stands in several files. Of each distinct row, as many copies
  are kept as the file with most copies has.

Genuine repeated lines – the same product twice in one order – are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.contract import Contract, Layer
from shopkeeper.warehouse.bronze import ITEM_PART, SOURCE_LINES
from shopkeeper.warehouse.refresh import Changes, Refresh, Tables, either
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

# What makes two rows the same row. Times of loading and file positions do not belong here.
SAME_ROW = (
    "source",
    "order_id",
    "ordered_at",
    "customer_id",
    "product_id",
    "product_name",
    "quantity",
    "unit_price_amount",
    "discount_amount",
    "part",
)
# What else a row says: of equal rows, these tell which copy stays, so that row order does not.
OTHERWISE = (
    "email",
    "phone",
    "person_key",
    "category",
    "country",
    "channel",
    "payment_method",
    "store_id",
    "promotion",
    "line_type",
    "is_cancellation",
    "refund_of",
)
# What names a raw row, and a line of it.
ROW = ("source", "batch_id", "row_number", "part")
DAY = ("source", "order_date", "batch_id")
# A day with fewer distinct rows can look doubled by chance.
LEAST_ROWS_OF_A_DOUBLED_DAY = 10

CONTRACT = Contract(
    name="repeated_extracts",
    layer=Layer.SILVER,
    meaning="One row per raw row, or part of it, that is a surplus copy of another, because two "
    "extracts of the same period overlap: lines that stand in two, and events and payments whose "
    "name came before. Genuine repeated lines of an order are not in it.",
    grain=ROW,
    columns=tuple(SOURCE_LINES.column(name) for name in ROW),
)


def build(source_lines: ir.Table, source_events: ir.Table, source_payments: ir.Table) -> ir.Table:
    """Gives the rows of all kinds that are surplus copies."""
    events = _again(source_events.filter(source_events.event_id.notnull()), "event_id")
    payments = source_payments.filter(source_payments.payment_number.notnull())
    paid_twice = _again(payments, "order_id", "payment_number")
    return _lines(source_lines).union(events, paid_twice)


def _again(rows: ir.Table, *key: str) -> ir.Table:
    """Gives the rows that say what a row with the same key has said before, as `ROW`."""
    names = ["source", *key]
    kept = rows.filter(rows.reason.isnull()).select(*names, "batch_id", "row_number", "loaded_at")
    counted = kept.group_by(names).agg(copy_count=kept.count())
    suspects = kept.semi_join(counted.filter(counted.copy_count > 1), names)
    order = ibis.window(group_by=names, order_by=["loaded_at", "batch_id", "row_number"])
    placed = suspects.mutate(place=ibis.row_number().over(order))
    found = placed.filter(placed.place > 0).mutate(part=ibis.literal(ITEM_PART))
    return found.select(*ROW)


def _lines(source_lines: ir.Table) -> ir.Table:
    """Gives the lines that are surplus copies, as `ROW`.

    Rows that have a reason already count for nothing. Only the few suspect orders are looked at
    row by row.
    """
    kept = source_lines.filter(source_lines.reason.isnull())
    kept = kept.select(*ROW, *SAME_ROW[1:-1], *OTHERWISE, "order_date", "loaded_at")
    is_item = (kept.part == ITEM_PART).ifelse(1, 0)
    orders = kept.group_by(*DAY, "order_id").agg(line_count=is_item.sum())
    doubled = _doubled_days(kept, orders)
    suspects = kept.semi_join(_suspects(orders, doubled), ["source", "order_id"])
    return _surplus(suspects.left_join(doubled, list(DAY)))


def _suspects(orders: ir.Table, doubled: ir.Table) -> ir.Table:
    """Gives the orders to look at row by row: of doubled days, and in several files."""
    found = orders.left_join(doubled, list(DAY))
    found = found.group_by("source", "order_id").agg(
        is_doubled=ibis.coalesce(found.is_doubled, 0).max(),
        first_batch=found.batch_id.min(),
        last_batch=found.batch_id.max(),
    )
    return found.filter((found.is_doubled == 1) | (found.first_batch != found.last_batch))


def _doubled_days(kept: ir.Table, orders: ir.Table) -> ir.Table:
    """Gives the days of a file on which each distinct row occurs an even number of times.

    Only days on which each order has an even number of lines are looked at row by row.
    """
    likely = orders.group_by(*DAY).agg(uneven=(orders.line_count % 2).sum())
    likely = likely.filter(likely.uneven == 0)
    rows = kept.semi_join(likely, list(DAY))
    same = rows.group_by(*SAME_ROW, "order_date", "batch_id").agg(copies=rows.count())
    days = same.group_by(*DAY).agg(distinct_rows=same.count(), uneven=(same.copies % 2).sum())
    doubled = days.filter((days.uneven == 0) & (days.distinct_rows >= LEAST_ROWS_OF_A_DOUBLED_DAY))
    return doubled.select(*DAY, is_doubled=ibis.literal(1))


def _surplus(rows: ir.Table) -> ir.Table:
    """Gives the rows of suspect orders that are surplus copies."""
    alike = [*SAME_ROW, "batch_id"]
    order = [ibis.asc(rows[name], nulls_first=True) for name in (*OTHERWISE, "row_number")]
    numbered = rows.mutate(copy=ibis.row_number().over(ibis.window(group_by=alike, order_by=order)))
    # On a doubled day equal rows stand in pairs: of each pair the second is surplus.
    doubled = ibis.coalesce(numbered.is_doubled, 0) == 1
    numbered = numbered.mutate(
        is_surplus=doubled & (numbered.copy % 2 == 1),
        copy=doubled.ifelse(numbered.copy // 2, numbered.copy),
    )
    files = ibis.window(
        group_by=[*SAME_ROW, "copy", "is_surplus"], order_by=["loaded_at", "batch_id"]
    )
    numbered = numbered.mutate(place=ibis.row_number().over(files))
    found = numbered.filter(numbered.is_surplus | (numbered.place > 0))
    return found.select(*ROW)


def _rows_to_compare(changes: Changes) -> ir.Table:
    """Gives all rows of the orders that came, went or stand in a file that did."""
    orders = either(changes.named("source_lines", "source", "order_id"))
    lines = changes.now["source_lines"]
    lines = lines.semi_join(orders, ["source", "order_id"])
    return either([lines.select(*ROW), *changes.named("source_lines", *ROW)])


def _days_to_compare(now: Tables, rows: ir.Table) -> Tables:
    """Gives whole days of files: whether a day is doubled shows in all its rows."""
    lines = now["source_lines"]
    days = lines.semi_join(rows, list(ROW)).select(*DAY).distinct()
    return {**now, "source_lines": lines.semi_join(days, list(DAY))}


REPEATED_EXTRACTS = Table(
    CONTRACT,
    build,
    # Where events or payments come as well, all is compared.
    refresh=Refresh(
        keys=ROW, follows=("source_lines",), groups=_rows_to_compare, context=_days_to_compare
    ),
)
