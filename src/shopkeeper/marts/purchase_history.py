"""Purchase history: how often, how lately, since when and for how much customers bought again."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.money import AMOUNT, nothing, total
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

CONTRACT = Contract(
    name="purchase_history",
    layer=Layer.MART,
    meaning="One row per customer the shop can name who had bought before `as_of`, in the terms "
    "of the buy-till-you-die papers, in days. All that is bought on one day is one purchase; "
    "returns and cancellations are none, and refunds take nothing off. Looks at nothing from "
    "`as_of` on.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column(
            "frequency",
            "int64",
            "Repeat purchases (x): days with a purchase before `as_of`, less the first",
            unit="purchases",
        ),
        Column(
            "recency_days",
            "int64",
            "Days from the first purchase to the last (t_x); 0 for who bought on one day only",
            unit="days",
        ),
        Column(
            "age_days",
            "int64",
            "Days from the first purchase to the last day seen, the day before `as_of` (T)",
            unit="days",
        ),
        Column("first_order_date", "date", "Day of the first purchase"),
        Column("last_order_date", "date", "Day of the last purchase before `as_of`"),
        Column(
            "first_amount",
            AMOUNT,
            "Merchandise bought on the first day, less discounts",
            unit="currency",
        ),
        Column(
            "repeat_amount",
            AMOUNT,
            "Merchandise bought on all later days before `as_of`, less discounts",
            unit="currency",
        ),
        Column(
            "average_repeat_amount",
            "float64",
            "Repeat amount by repeat purchase, not below 0; missing where there is none",
            unit="currency",
            nullable=True,
        ),
    ),
    checks=(
        at_least("frequency", 0),
        at_least("recency_days", 0),
        at_least("average_repeat_amount", 0),
        holds(
            "recency_within_age",
            "the last purchase is not later than the last day seen",
            lambda table: cast("ir.BooleanValue", table.recency_days <= table.age_days),
        ),
        holds(
            "repeats_take_days",
            "recency is above 0 where there are repeat purchases, and only there",
            lambda table: cast(
                "ir.BooleanValue", (table.frequency > 0) == (table.recency_days > 0)
            ),
        ),
        holds(
            "mean_of_repeats",
            "the average repeat amount is missing where there are no repeat purchases, only there",
            lambda table: cast(
                "ir.BooleanValue",
                (table.frequency == 0) == table.average_repeat_amount.isnull(),
            ),
        ),
    ),
)


def build(purchases: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the customers who had bought before `as_of`, with their purchases by day."""
    day = ibis.date(as_of.isoformat())
    return at_each(purchases.filter(purchases.order_date < day).mutate(as_of=day))


def at_each(seen: ir.Table) -> ir.Table:
    """Gives the mart at each of several dates at once.

    Args:
        seen: Purchases with the date `as_of` that they are seen from; all lie before it. A
            purchase stands once for each date that sees it.
    """
    of_customer = ibis.window(group_by=["as_of", "customer_id"])
    seen = seen.mutate(first_order_date=seen.order_date.min().over(of_customer))
    is_first = seen.order_date == seen.first_order_date
    customers = seen.group_by("as_of", "customer_id").agg(
        purchase_count=seen.count(),
        first_order_date=seen.order_date.min(),
        last_order_date=seen.order_date.max(),
        first_amount=total(seen.purchase_amount, is_first),
        repeat_amount=total(seen.purchase_amount, ~is_first),
    )
    frequency = customers.purchase_count - 1
    # A discount booked on its own line can exceed what was bought; a purchase is not worth less
    # than nothing. Without repeats the divisor is missing, and so is the average.
    spent = (customers.repeat_amount < 0).ifelse(nothing(), customers.repeat_amount)
    average = spent.cast("float64") / frequency.nullif(0).cast("float64")
    return customers.mutate(
        frequency=frequency,
        recency_days=customers.last_order_date.delta(customers.first_order_date, unit="day"),
        # `as_of` itself is not seen, so the last day that was seen is the one before.
        age_days=-customers.first_order_date.delta(customers.as_of, unit="day") - 1,
        average_repeat_amount=average,
    )


PURCHASE_HISTORY = Table(CONTRACT, build)
