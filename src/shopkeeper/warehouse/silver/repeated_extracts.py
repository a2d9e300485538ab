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
from shopkeeper.warehouse.bronze import SOURCE_LINES
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
)
# A day with fewer distinct rows can look doubled by chance.
LEAST_ROWS_OF_A_DOUBLED_DAY = 10


# What names a raw row.
ROW = ("source", "batch_id", "row_number")

CONTRACT = Contract(
    name="repeated_extracts",
    layer=Layer.SILVER,
    meaning="One row per raw row that is a surplus copy of another, because two extracts of the "
    "same period overlap. Genuine repeated lines of an order are not in it.",
    grain=ROW,
    columns=tuple(SOURCE_LINES.column(name) for name in ROW),
)


def build(source_lines: ir.Table) -> ir.Table:
    """Gives the rows that are surplus copies, as `ROW`.

    Rows that have a reason already count for nothing. Only the few suspect orders are looked at
    row by row.
    """
    kept = source_lines.filter(source_lines.reason.isnull())
    kept = kept.select(*ROW, *SAME_ROW[1:], "order_date", "loaded_at")
    return _surplus(kept.inner_join(_suspects(kept), ["source", "order_id"]))


def _suspects(kept: ir.Table) -> ir.Table:
    """Gives the orders to look at closely, with whether their day is doubled."""
    orders = kept.group_by("source", "order_id", "order_date", "batch_id").agg(
        line_count=kept.count()
    )
    doubled = _doubled_days(kept, orders)
    dated = orders.left_join(doubled, ["source", "order_date", "batch_id"])
    found = dated.group_by("source", "order_id").agg(
        is_doubled=ibis.coalesce(dated.is_doubled, 0).max(),
        first_batch=dated.batch_id.min(),
        last_batch=dated.batch_id.max(),
    )
    found = found.filter((found.is_doubled == 1) | (found.first_batch != found.last_batch))
    return found.select("source", "order_id", "is_doubled")


def _doubled_days(kept: ir.Table, orders: ir.Table) -> ir.Table:
    """Gives the days on which each distinct row occurs an even number of times.

    Only days on which each order has an even number of lines are looked at row by row.
    """
    day = ["source", "order_date", "batch_id"]
    likely = orders.group_by(*day).agg(uneven=(orders.line_count % 2).sum())
    likely = likely.filter(likely.uneven == 0)
    rows = kept.semi_join(likely, day)
    same = rows.group_by(*SAME_ROW, "order_date", "batch_id").agg(copies=rows.count())
    days = same.group_by(*day).agg(distinct_rows=same.count(), uneven=(same.copies % 2).sum())
    doubled = days.filter((days.uneven == 0) & (days.distinct_rows >= LEAST_ROWS_OF_A_DOUBLED_DAY))
    return doubled.select(*day, is_doubled=ibis.literal(1))


def _surplus(rows: ir.Table) -> ir.Table:
    """Gives the rows of suspect orders that are surplus copies."""
    in_file = ibis.window(group_by=[*SAME_ROW, "batch_id"])
    in_order = ibis.window(group_by=[*SAME_ROW, "batch_id"], order_by="row_number")
    numbered = rows.mutate(copy=ibis.row_number().over(in_order), copies=rows.count().over(in_file))
    # Of an uneven number (an order over midnight of the last doubled day) the larger half stays.
    halved = (numbered.is_doubled == 1).ifelse((numbered.copies + 1) // 2, numbered.copies)
    numbered = numbered.mutate(is_surplus=numbered.copy >= halved)
    files = ibis.window(
        group_by=[*SAME_ROW, "copy", "is_surplus"], order_by=["loaded_at", "batch_id"]
    )
    numbered = numbered.mutate(place=ibis.row_number().over(files))
    found = numbered.filter(numbered.is_surplus | (numbered.place > 0))
    return found.select(*ROW)


REPEATED_EXTRACTS = Table(CONTRACT, build)
