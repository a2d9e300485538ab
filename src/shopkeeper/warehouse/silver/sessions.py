"""Sessions: visits to the shop, with what happened in them and who it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze_events import SOURCE_EVENTS, EventName
from shopkeeper.warehouse.silver.events import CONTRACT as EVENTS
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Facts of a session; should its events disagree, the first by name stands.
FACTS = ("channel", "device", "browser", "country")

CONTRACT = Contract(
    name="sessions",
    layer=Layer.SILVER,
    meaning="One row per session: the events that the source puts into one, or that no silence "
    "longer than `definitions.session_minutes` divides. Empty where a shop has no event log.",
    grain=("source", "session_id"),
    columns=(
        SOURCE_EVENTS.column("source"),
        EVENTS.column("session_id"),
        EVENTS.column("person_id"),
        Column(
            "customer_id",
            "string",
            "Customer that the session names; of several the first by name",
            nullable=True,
            personal=True,
        ),
        Column("started_at", "timestamp", "First event, UTC"),
        Column("ended_at", "timestamp", "Last event, UTC"),
        Column("session_date", "date", "Day of the first event in the shop's time zone"),
        Column("event_count", "int64", "Events of any kind", unit="rows"),
        Column("view_count", "int64", "Products looked at", unit="rows"),
        Column("cart_count", "int64", "Products put into the cart", unit="rows"),
        Column("purchase_count", "int64", "Purchase events", unit="rows"),
        *(SOURCE_EVENTS.column(name) for name in FACTS),
        SOURCE_EVENTS.column("is_simulated"),
    ),
    checks=(
        at_least("event_count", 1),
        holds(
            "starts_before_it_ends",
            "no session ends before it starts",
            lambda table: table.started_at <= table.ended_at,
        ),
    ),
)


def build(events: ir.Table) -> ir.Table:
    """Gives the sessions that the events make up."""
    facts: dict[str, Any] = {name: events[name].min() for name in FACTS}
    sessions = events.group_by("source", "session_id").agg(
        first_person_id=events.person_id.min(),
        customer_id=events.customer_id.min(),
        started_at=events.event_at.min(),
        ended_at=events.event_at.max(),
        session_date=events.event_date.min(),
        event_count=events.count(),
        view_count=_count(events, EventName.VIEW),
        cart_count=_count(events, EventName.CART),
        purchase_count=_count(events, EventName.PURCHASE),
        simulated_events=events.is_simulated.ifelse(1, 0).sum(),
        **facts,
    )
    return sessions.mutate(
        person_id=ibis.coalesce(sessions.customer_id, sessions.first_person_id),
        is_simulated=sessions.simulated_events > 0,
    )


def _count(events: ir.Table, name: EventName) -> ir.IntegerScalar:
    return (events.event_name == str(name)).ifelse(1, 0).sum()


SESSIONS = Table(CONTRACT, build)
