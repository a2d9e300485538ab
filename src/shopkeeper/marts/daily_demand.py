"""Daily demand: what was sold on each day, in total and by category; or zero."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import at_least, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.merchandise_sold import WHOLE_SHOP, sold_by_product
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, nothing
from shopkeeper.warehouse.periods import FIRST_MONDAY, Period, number, number_of
from shopkeeper.warehouse.stages import settled
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOTAL, CATEGORY = "total", "category"

CONTRACT = Contract(
    name="daily_demand",
    layer=Layer.MART,
    meaning="One row per series and day, from the day of the first sale of the series to the last "
    "day before `as_of`. A day without a sale is 0, not missing. Categories add up to the total. "
    "Counted as in `weekly_demand`. Looks at nothing from `as_of` on.",
    grain=("series_level", "series_id", "sales_date"),
    columns=(
        Column("series_level", "string", "`total` or `category`"),
        Column("series_id", "string", "`all`, or the category"),
        Column("sales_date", "date", "Day, in the shop's time zone"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column(
            "is_complete",
            "boolean",
            "Whether something was booked both on an earlier and on a later day; the first and the "
            "last day may have been cut, and are never learned from",
        ),
        Column(
            "quantity",
            QUANTITY,
            "Pieces of merchandise sold, less those taken back on the day of the order",
            unit="pieces",
        ),
        Column(
            "sales_amount",
            AMOUNT,
            "What was paid for them, after discounts on the line; later refunds are not taken off",
            unit="currency",
        ),
    ),
    checks=(
        one_of("series_level", (TOTAL, CATEGORY)),
        at_least("quantity", 0),
        at_least("sales_amount", 0),
    ),
)


def build(order_items: ir.Table, refunds: ir.Table, products: ir.Table, *, as_of: date) -> ir.Table:
    """Gives both levels with their days before `as_of`."""
    day = ibis.date(as_of.isoformat())
    sold = settled(sold_by_product(order_items, refunds, products, day, Period.DAY))
    days = settled(
        _level(sold, TOTAL, ibis.literal(WHOLE_SHOP)).union(_level(sold, CATEGORY, sold.category))
    )
    booked = order_items.filter(order_items.order_date < day)
    span = booked.agg(
        opened_number=number_of(booked.order_date.min(), Period.DAY),
        ended_number=number_of(booked.order_date.max(), Period.DAY),
    )
    filled = _with_zeros(days, as_of).cross_join(span)
    return filled.mutate(
        sales_date=_date(filled.day_number),
        as_of=day,
        is_complete=(filled.day_number > filled.opened_number)
        & (filled.day_number < filled.ended_number),
    ).select(*CONTRACT.column_names)


def _level(sold: ir.Table, level: str, series_id: ir.Value) -> ir.Table:
    rows = sold.select("quantity", "sales_amount", day_number="period_number", series_id=series_id)
    grouped = rows.group_by("series_id", "day_number").agg(
        quantity=rows.quantity.sum().cast(QUANTITY),
        sales_amount=rows.sales_amount.sum().cast(AMOUNT),
    )
    return grouped.select(
        *("series_id", "day_number", "quantity", "sales_amount"), series_level=ibis.literal(level)
    )


def _with_zeros(days: ir.Table, as_of: date) -> ir.Table:
    """Gives every day of each series from its first to the last before `as_of`."""
    keys = ["series_level", "series_id"]
    end = number(as_of - timedelta(days=1), Period.DAY) + 1
    lives = days.group_by(keys).agg(first_number=days.day_number.min())
    lives = settled(lives.mutate(end_number=ibis.literal(end, "int64")))
    numbers = ibis.range(lives.first_number, lives.end_number)
    every = lives.mutate(day_number=numbers.unnest().cast("int64"))
    found = every.left_join(days, [*keys, "day_number"])
    return found.select(
        *keys,
        "day_number",
        quantity=ibis.coalesce(found.quantity, ibis.literal(0).cast(QUANTITY)),
        sales_amount=ibis.coalesce(found.sales_amount, nothing()),
    )


def _date(day: ir.IntegerValue) -> ir.DateValue:
    """Gives the day with this number."""
    days = day.cast("int32").as_interval("D")
    return cast("ir.DateValue", (ibis.date(FIRST_MONDAY.isoformat()) + days).cast("date"))


DAILY_DEMAND = Table(CONTRACT, build)
