"""Activity: who was active when, in one shape for orders and for events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.warehouse.money import AMOUNT, nothing
from shopkeeper.warehouse.periods import Period, number_of, start_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import ibis.expr.types as ir

ORDERS, EVENTS = "orders", "events"
ACTIVITIES = (ORDERS, EVENTS)

# Whom each activity is of.
MEMBER = {ORDERS: "customer_id", EVENTS: "person_id"}


def of_orders(customer_orders: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the orders before `as_of` as activity of customers, with what they bought.

    The amount is merchandise less discounts, before refunds: later refunds do not change it.
    """
    seen = customer_orders.filter(customer_orders.order_date < ibis.date(as_of.isoformat()))
    return seen.select(
        "source",
        "order_id",
        member_id=seen.customer_id,
        active_date=seen.order_date,
        active_at=seen.ordered_at,
        action_count=ibis.literal(1, "int64"),
        amount=(seen.gross_amount - seen.discount_amount).cast(AMOUNT),
    )


def of_events(events: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the events before `as_of` as activity of persons."""
    seen = events.filter(events.event_date < ibis.date(as_of.isoformat()))
    return seen.select(
        "source",
        "event_id",
        member_id=seen.person_id,
        active_date=seen.event_date,
        active_at=seen.event_at,
        action_count=ibis.literal(1, "int64"),
        amount=nothing(),
    )


def of_days(person_days: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the days with events before `as_of` as activity of persons; nothing is bought."""
    seen = person_days.filter(person_days.event_date < ibis.date(as_of.isoformat()))
    return seen.select(
        member_id=seen.person_id,
        active_date=seen.event_date,
        active_at=seen.first_event_at,
        action_count=seen.event_count,
        amount=nothing(),
    )


def in_periods(rows: ir.Table, period: Period, *also: str) -> ir.Table:
    """Gives one row per member and period with activity: how much there was."""
    numbered = rows.mutate(
        period_number=number_of(rows.active_date, period),
        period_date=start_of(rows.active_date, period),
    )
    return numbered.group_by("member_id", "period_number", "period_date", *also).agg(
        action_count=numbered.action_count.sum().cast("int64"),
        amount=numbered.amount.sum().cast(AMOUNT),
    )


def united(parts: Iterable[ir.Table], columns: Iterable[str]) -> ir.Table:
    """Gives the rows of all parts."""
    names = tuple(columns)
    first, *others = [part.select(*names) for part in parts]
    found: Any = first
    for other in others:
        found = found.union(other)
    rows: ir.Table = found
    return rows
