"""Person days: one row per person and day with events; the grain of retention and stickiness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="person_days",
    layer=Layer.GOLD,
    meaning="One row per person and day, in the shop's time zone, with at least one event.",
    grain=("person_id", "event_date"),
    columns=(
        Column("person_id", "string", "Customer, visitor or session that acts", personal=True),
        Column("event_date", "date", "Day in the shop's time zone"),
        Column("first_event_at", "timestamp", "First event of that day, UTC"),
        Column("event_count", "int64", "Events of any name", unit="events"),
        Column("view_count", "int64", "Events `view`", unit="events"),
        Column("cart_count", "int64", "Events `cart`", unit="events"),
        Column("purchase_count", "int64", "Events `purchase`", unit="events"),
    ),
    checks=(at_least("event_count", 1),),
)


def build(events: ir.Table) -> ir.Table:
    """Gives the days on which each person did anything."""
    named = {
        f"{name}_count": (events.event_name == name).ifelse(1, 0).sum().cast("int64")
        for name in ("view", "cart", "purchase")
    }
    return events.group_by("person_id", "event_date").agg(
        first_event_at=events.event_at.min(), event_count=events.count(), **named
    )


PERSON_DAYS = Table(CONTRACT, build)
