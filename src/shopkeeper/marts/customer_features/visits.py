"""Visits: how often and how lately a customer came, looked at products and filled the cart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.contracts.contract import Column
from shopkeeper.marts.customer_features.cutoffs import SEEN
from shopkeeper.warehouse.bronze_events import EventName

if TYPE_CHECKING:
    import ibis.expr.types as ir

WINDOWS = (30, 90)
COUNTS = {
    "session_count": "Sessions begun",
    "view_count": "Products looked at",
    "cart_count": "Products put into the cart",
}

COLUMNS = (
    *(
        Column(
            f"last_{days}_days_{name}",
            "int64",
            f"{meaning} in the last {days} days before `as_of`; missing where the shop had no "
            "event log by then",
            nullable=True,
        )
        for days in WINDOWS
        for name, meaning in COUNTS.items()
    ),
    Column(
        "days_since_last_session",
        "int64",
        "Days from the last day with an event to `as_of`; missing where there is none",
        unit="days",
        nullable=True,
    ),
)


def visit_days(events: ir.Table) -> ir.Table:
    """Gives one row per customer and day with events; a session counts on the day it begins.

    Events are counted, not sessions as a whole: a session may run on past a cut-off.
    """
    named = events.filter(events.customer_id.notnull())
    session = ("customer_id", "source", "session_id")
    days = named.group_by(*session, "event_date").agg(
        view_count=(named.event_name == str(EventName.VIEW)).ifelse(1, 0).sum(),
        cart_count=(named.event_name == str(EventName.CART)).ifelse(1, 0).sum(),
    )
    begun = days.event_date.min().over(ibis.window(group_by=list(session)))
    days = days.mutate(is_begun=(days.event_date == begun).ifelse(1, 0))
    return days.group_by("customer_id", "event_date").agg(
        session_count=days.is_begun.sum().cast("int64"),
        view_count=days.view_count.sum().cast("int64"),
        cart_count=days.cart_count.sum().cast("int64"),
    )


def log_days(events: ir.Table) -> ir.Table:
    """Gives the day on which the event log begins, in one row; missing where there is none."""
    return events.agg(event_date=events.event_date.min())


def at_each(seen: ir.Table) -> ir.Table:
    """Gives the visits seen from each cut-off, for customers who came at all.

    Args:
        seen: Rows of `visit_days` as `seen_from` gives them.
    """
    found: dict[str, Any] = {"days_since_last_session": seen.days_ago.min()}
    for days in WINDOWS:
        for name in COUNTS:
            found[f"last_{days}_days_{name}"] = seen[name].sum(where=seen.days_ago <= days)
    return seen.group_by(*SEEN).agg(**found)


def counts(customers: ir.Table) -> dict[str, ir.Value]:
    """Gives the counts of all customers: 0 for who never came, missing where nobody could be seen.

    Args:
        customers: With what `at_each` gives, and `log_days_ago`, missing before the log begins.
    """
    has_log = customers.log_days_ago.notnull()
    return {
        name: cast(
            "ir.Value",
            has_log.ifelse(ibis.coalesce(customers[name].cast("int64"), 0), ibis.null("int64")),
        )
        for name in (f"last_{days}_days_{name}" for days in WINDOWS for name in COUNTS)
    }
