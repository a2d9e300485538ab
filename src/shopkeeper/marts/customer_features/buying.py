"""Buying: how often, how much and how lately each customer bought, as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column
from shopkeeper.warehouse.money import AMOUNT, total

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Windows end on the day before `as_of`; the year-ago windows start 365 days before it and so
# cover the season that is to come, one year earlier.
WINDOWS = (30, 90, 180, 365)
SEASONS = (30, 90, 180)
YEAR_DAYS = 365


def _window_columns() -> tuple[Column, ...]:
    found = []
    for days in WINDOWS:
        found.append(
            Column(
                f"last_{days}_days_purchase_count",
                "int64",
                f"Days of purchase in the last {days} days before `as_of`",
                unit="purchases",
            )
        )
        found.append(
            Column(
                f"last_{days}_days_amount",
                AMOUNT,
                f"Amount bought in the last {days} days before `as_of`",
                unit="currency",
            )
        )
    return tuple(found)


def _season_columns() -> tuple[Column, ...]:
    return tuple(
        Column(
            f"year_ago_{days}_days_amount",
            AMOUNT,
            f"Amount bought in the {days} days from the day one year before `as_of`",
            unit="currency",
        )
        for days in SEASONS
    )


COLUMNS = (
    Column("customer_id", "string", "Customer as the shop names them", personal=True),
    Column("as_of", "date", "Day before which data were seen (exclusive)"),
    Column("purchase_count", "int64", "Days of purchase so far", unit="purchases"),
    Column("purchase_amount", AMOUNT, "Amount bought so far, less discounts", unit="currency"),
    Column("largest_purchase_amount", AMOUNT, "Largest amount of one day", unit="currency"),
    Column(
        "days_since_first_purchase",
        "int64",
        "Days from the first purchase to `as_of`",
        unit="days",
    ),
    Column(
        "days_since_last_purchase",
        "int64",
        "Days from the last purchase to `as_of`",
        unit="days",
    ),
    *_window_columns(),
    *_season_columns(),
)
CHECKS = (at_least("purchase_count", 1), at_least("days_since_last_purchase", 1))


def at_each(seen: ir.Table) -> ir.Table:
    """Gives the mart at each of several dates at once.

    Args:
        seen: Purchases with the date `as_of` that they are seen from; all lie before it. A
            purchase stands once for each date that sees it.
    """
    # Days back from `as_of`: 1 is the day before.
    seen = seen.mutate(days_ago=-seen.order_date.delta(seen.as_of, unit="day"))
    measures: dict[str, ir.Value] = {
        "purchase_count": seen.count(),
        "total_amount": total(seen.purchase_amount),
        "largest_purchase_amount": seen.purchase_amount.max(),
        "days_since_first_purchase": seen.days_ago.max(),
        "days_since_last_purchase": seen.days_ago.min(),
    }
    for days in WINDOWS:
        within = cast("ir.BooleanValue", seen.days_ago <= days)
        measures[f"last_{days}_days_purchase_count"] = within.ifelse(1, 0).sum()
        measures[f"last_{days}_days_amount"] = total(seen.purchase_amount, within)
    for days in SEASONS:
        within = (seen.days_ago <= YEAR_DAYS) & (seen.days_ago > YEAR_DAYS - days)
        measures[f"year_ago_{days}_days_amount"] = total(seen.purchase_amount, within)
    customers = seen.group_by("as_of", "customer_id").agg(**measures)
    return customers.mutate(purchase_amount=customers.total_amount)
