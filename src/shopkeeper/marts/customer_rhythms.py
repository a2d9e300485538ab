"""Customer rhythms: each customer's own gaps between purchases, and their silence as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.money import AMOUNT, total
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# A year, so that one high season is in it whatever the day.
YEAR_DAYS = 365

CONTRACT = Contract(
    name="customer_rhythms",
    layer=Layer.MART,
    meaning="One row per customer the shop can name who had bought before `as_of`: the gaps in "
    "days between the days on which they bought, and how long they have been silent. Looks at "
    "nothing from `as_of` on.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("first_purchase_date", "date", "First day on which they bought"),
        Column("last_purchase_date", "date", "Last day on which they bought"),
        Column("purchase_day_count", "int64", "Days on which they bought", unit="days"),
        Column("gap_count", "int64", "Gaps between these days; one less"),
        Column(
            "median_gap_days",
            "float64",
            "Half of their gaps are no longer; missing without a gap",
            unit="days",
            nullable=True,
        ),
        Column(
            "long_gap_days",
            "int64",
            "The smallest of their gaps that nine in ten do not exceed; missing without a gap",
            unit="days",
            nullable=True,
        ),
        Column("longest_gap_days", "int64", "Their longest gap", unit="days", nullable=True),
        Column("silent_days", "int64", "Days from the last purchase to `as_of`", unit="days"),
        Column("longer_gap_count", "int64", "Of their gaps, those as long as the silence or more"),
        Column(
            "year_amount",
            AMOUNT,
            "Bought in the 365 days that end with the last purchase, less discounts and less "
            "what was taken back from the first of these days on",
            unit="currency",
        ),
    ),
    checks=(
        at_least("silent_days", 1),
        at_least("purchase_day_count", 1),
        holds(
            "one_gap_less_than_days",
            "there is one gap less than there are days of purchase",
            lambda table: table.gap_count == table.purchase_day_count - 1,
        ),
    ),
)


def build(purchases: ir.Table, order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the customers who had bought before `as_of`, with their rhythm."""
    day = ibis.date(as_of.isoformat())
    seen = purchases.filter(purchases.order_date < day)
    customers = seen.group_by("customer_id").agg(
        first_purchase_date=seen.order_date.min(),
        last_purchase_date=seen.order_date.max(),
        purchase_day_count=seen.count(),
    )
    # ibis dates: the span is written as minus the reverse, the only way all engines accept.
    customers = customers.mutate(silent_days=-customers.last_purchase_date.delta(day, unit="day"))
    gaps = _gaps(seen.inner_join(customers.select("customer_id", "silent_days"), "customer_id"))
    goods = order_items.filter(is_goods(order_items) & (order_items.order_date < day))
    spent = _year(goods, customers)
    joined = customers.left_join(gaps, "customer_id").drop("customer_id_right")
    joined = joined.left_join(spent, "customer_id").drop("customer_id_right")
    return joined.mutate(
        as_of=day,
        gap_count=joined.purchase_day_count - 1,
        median_gap_days=(joined.lower_gap_days + joined.upper_gap_days).cast("float64") / 2,
        longer_gap_count=ibis.coalesce(joined.longer_gap_count, 0),
        year_amount=ibis.coalesce(joined.year_amount, ibis.literal(0).cast(AMOUNT)),
    )


def _gaps(seen: ir.Table) -> ir.Table:
    """Gives the middle, the long and the longest gap of each customer, by their ranks."""
    in_time = ibis.window(group_by="customer_id", order_by="order_date")
    dated = seen.mutate(previous_date=seen.order_date.lag().over(in_time))
    gaps = dated.filter(dated.previous_date.notnull())
    gaps = gaps.mutate(gap_days=gaps.order_date.delta(gaps.previous_date, unit="day"))
    by_length = ibis.window(group_by="customer_id", order_by=["gap_days", "order_date"])
    own = ibis.window(group_by="customer_id")
    ranked = gaps.mutate(
        rank=ibis.row_number().over(by_length) + 1, gap_count=gaps.count().over(own)
    )
    lower = ranked.gap_days.max(where=ranked.rank * 2 <= ranked.gap_count + 1)
    upper = ranked.gap_days.max(where=(ranked.rank - 1) * 2 <= ranked.gap_count)
    return ranked.group_by("customer_id").agg(
        lower_gap_days=lower,
        upper_gap_days=upper,
        # The first rank that covers nine tenths is the last one with fewer below it.
        long_gap_days=ranked.gap_days.max(where=(ranked.rank - 1) * 10 < ranked.gap_count * 9),
        longest_gap_days=ranked.gap_days.max(),
        longer_gap_count=(ranked.gap_days >= ranked.silent_days).ifelse(1, 0).sum(),
    )


def _year(goods: ir.Table, customers: ir.Table) -> ir.Table:
    """Gives what each customer spent in the year up to their last purchase."""
    dated = goods.inner_join(customers.select("customer_id", "last_purchase_date"), "customer_id")
    days_before_last = dated.last_purchase_date.delta(dated.order_date, unit="day")
    recent = dated.filter(days_before_last < YEAR_DAYS)
    return recent.group_by("customer_id").agg(year_amount=total(recent.net_amount))


CUSTOMER_RHYTHMS = Table(CONTRACT, build)
