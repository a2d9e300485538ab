"""Rhythm: the days between orders, and the weekday and hour at which a customer likes to order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import holds
from shopkeeper.contracts.contract import Column
from shopkeeper.marts.customer_features.cutoffs import SEEN

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_OF_A_WEEK = 7
HOURS_OF_A_DAY = 24

COLUMNS = (
    Column(
        "average_days_between_orders",
        "float64",
        "Mean of the days between one order and the next; 0 for two on one day; missing below two "
        "orders",
        unit="days",
        nullable=True,
    ),
    Column(
        "days_between_orders_deviation",
        "float64",
        "Standard deviation (n - 1) of the days between orders; missing below three orders",
        unit="days",
        nullable=True,
    ),
    Column(
        "favourite_weekday",
        "int64",
        "Weekday of most orders in the shop's time zone, 1 (Monday) to 7; of equals the earlier",
    ),
    Column(
        "favourite_hour",
        "int64",
        "Hour of most orders in the shop's time zone, 0 to 23; of equals the earlier; missing "
        "where all are booked at midnight sharp, as dates without a time are",
        nullable=True,
    ),
)
CHECKS = (
    holds(
        "weekday_in_week",
        "a weekday is 1 to 7",
        lambda table: cast("ir.BooleanValue", table.favourite_weekday.between(1, DAYS_OF_A_WEEK)),
    ),
    holds(
        "gap_of_repeat_orders",
        "the days between orders are missing below two orders, and only there",
        lambda table: cast(
            "ir.BooleanValue",
            (table.order_count < 2) == table.average_days_between_orders.isnull(),
        ),
    ),
)


def measures(orders: ir.Table) -> dict[str, ir.Value]:
    """Gives sums of the days between the orders of a customer, as aggregates of `orders_at`.

    Sums of whole days are exact, so every engine gives the same to the last bit.
    """
    gaps = orders.gap_days.cast("int64")
    return {"gap_count": gaps.count(), "gap_sum": gaps.sum(), "gap_squares": (gaps * gaps).sum()}


def gaps(found: ir.Table) -> dict[str, ir.Value]:
    """Gives what follows from `measures`: mean and standard deviation of the days between."""
    count, summed = found.gap_count.cast("float64"), found.gap_sum.cast("float64")
    one, two = ((found.gap_count >= least).ifelse(count, ibis.null("float64")) for least in (1, 2))
    squares = found.gap_squares.cast("float64") * count - summed * summed
    return {
        "average_days_between_orders": summed / one,
        "days_between_orders_deviation": (squares / (two * (two - 1))).sqrt(),
    }


def weekdays_at(orders: ir.Table) -> ir.Table:
    """Gives the favourite weekday seen from each cut-off."""
    sales = orders.filter(orders.order_date.notnull())
    weekday = sales.order_date.day_of_week.index().cast("int64")
    found = _most_frequent(sales.mutate(value=weekday), DAYS_OF_A_WEEK)
    return found.select(*SEEN, favourite_weekday=found.value + 1)


def hours_at(orders: ir.Table) -> ir.Table:
    """Gives the favourite hour seen from each cut-off, for customers with an hour at all."""
    timed = orders.filter(orders.hour.notnull())
    found = _most_frequent(timed.mutate(value=timed.hour), HOURS_OF_A_DAY)
    return found.select(*SEEN, favourite_hour=found.value)


def _most_frequent(orders: ir.Table, size: int) -> ir.Table:
    """Gives the most frequent of whole numbers below `size`; of equals the smallest.

    Count and number are one whole number, of which the largest is taken: cheaper than a window.
    """
    counted = orders.group_by(*SEEN, "value").agg(order_count=orders.count())
    rank = counted.order_count * size + (size - 1 - counted.value)
    best = counted.mutate(rank=rank).group_by(*SEEN).agg(best=lambda t: t["rank"].max())
    return best.mutate(value=size - 1 - best.best % size)
