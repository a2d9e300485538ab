"""Weekly demand: what was sold in each week, in total, by category and by product; or zero."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.merchandise_sold import WHOLE_SHOP, sold_by_product
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, nothing
from shopkeeper.warehouse.periods import FIRST_MONDAY, Period, number, number_of
from shopkeeper.warehouse.stages import settled
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir


class SeriesLevel(StrEnum):
    """What a series adds up; each level adds up to the one before."""

    TOTAL = "total"
    CATEGORY = "category"
    PRODUCT = "product"


DAYS_OF_A_WEEK = 7

CONTRACT = Contract(
    name="weekly_demand",
    layer=Layer.MART,
    meaning="One row per series and week from Monday on, from the week of the first sale of the "
    "series to the week of the last day before `as_of`. A week without a sale is 0, not missing. "
    "Products add up to their category, categories to the total. Looks at nothing from `as_of` on.",
    grain=("series_level", "series_id", "week_date"),
    columns=(
        Column("series_level", "string", "`total`, `category` or `product`"),
        Column("series_id", "string", "`all`, the category, or the product as the shop names it"),
        Column("category", "string", "Category of a product or a category; `all` of the total"),
        Column("week_date", "date", "Monday with which the week begins, in the shop's time zone"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column(
            "is_complete",
            "boolean",
            "Whether all seven days lie between the shop's first booking and `as_of`; other weeks "
            "are never learned from",
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
        one_of("series_level", tuple(SeriesLevel)),
        at_least("quantity", 0),
        at_least("sales_amount", 0),
        holds(
            "weeks_begin_on_monday",
            "a week begins on a Monday",
            lambda table: cast(
                "ir.BooleanValue", table.week_date.truncate("W").cast("date") == table.week_date
            ),
        ),
    ),
)


def build(order_items: ir.Table, refunds: ir.Table, products: ir.Table, *, as_of: date) -> ir.Table:
    """Gives all series with their weeks before `as_of`."""
    day = ibis.date(as_of.isoformat())
    sold = sold_by_product(order_items, refunds, products, day, Period.WEEK)
    sold = settled(sold.rename(week_number="period_number"))
    total, *others = (_level(sold, level) for level in SeriesLevel)
    weeks = settled(total.union(*others))
    firsts = sold.agg(opened_date=sold.first_date.min())
    filled = _with_zeros(weeks, as_of).cross_join(firsts)
    opened = number_of(filled.opened_date, Period.DAY)
    # The week in which the shop opened is whole only if it opened on the Monday.
    is_begun = filled.week_number * DAYS_OF_A_WEEK >= opened
    return filled.mutate(
        week_date=_monday(filled.week_number),
        as_of=day,
        is_complete=(filled.week_number < number(as_of, Period.WEEK)) & is_begun,
    ).select(*CONTRACT.column_names)


def _level(sold: ir.Table, level: SeriesLevel) -> ir.Table:
    keys = {
        SeriesLevel.TOTAL: (ibis.literal(WHOLE_SHOP), ibis.literal(WHOLE_SHOP)),
        SeriesLevel.CATEGORY: (sold.category, sold.category),
        SeriesLevel.PRODUCT: (sold.product_id, sold.category),
    }
    series_id, category = keys[level]
    rows = sold.select(
        "week_number", "quantity", "sales_amount", series_id=series_id, category=category
    )
    grouped = rows.group_by("series_id", "category", "week_number").agg(
        quantity=rows.quantity.sum().cast(QUANTITY),
        sales_amount=rows.sales_amount.sum().cast(AMOUNT),
    )
    return grouped.select(
        *("series_id", "category", "week_number", "quantity", "sales_amount"),
        series_level=ibis.literal(str(level)),
    )


def _with_zeros(weeks: ir.Table, as_of: date) -> ir.Table:
    """Gives every week of each series from its first to the last before `as_of`."""
    keys = ["series_level", "series_id", "category"]
    end = number(as_of - timedelta(days=1), Period.WEEK) + 1
    lives = weeks.group_by(keys).agg(first_number=weeks.week_number.min())
    lives = settled(lives.mutate(end_number=ibis.literal(end, "int64")))
    numbers = ibis.range(lives.first_number, lives.end_number)
    every = lives.mutate(week_number=numbers.unnest().cast("int64"))
    found = every.left_join(weeks, [*keys, "week_number"])
    return found.select(
        *keys,
        "week_number",
        quantity=ibis.coalesce(found.quantity, ibis.literal(0).cast(QUANTITY)),
        sales_amount=ibis.coalesce(found.sales_amount, nothing()),
    )


def _monday(week: ir.IntegerValue) -> ir.DateValue:
    """Gives the first day of the week with this number."""
    days = (week * DAYS_OF_A_WEEK).cast("int32").as_interval("D")
    return cast("ir.DateValue", (ibis.date(FIRST_MONDAY.isoformat()) + days).cast("date"))


WEEKLY_DEMAND = Table(CONTRACT, build)
