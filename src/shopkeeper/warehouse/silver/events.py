"""Events: what people did in the shop, each with its person and its session."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze_events import SOURCE_EVENTS
from shopkeeper.warehouse.identities import resolved
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

VISITOR, SESSION, EVENT = "visitor:", "session:", "event:"
# Stands between a person and the number of a session that was found by silence.
SESSION_NUMBER = "#"

CONTRACT = Contract(
    name="events",
    layer=Layer.SILVER,
    meaning="One row per kept event of any event log. Where a session names exactly one customer, "
    "all its events are theirs, also those before they signed in. Empty where a shop has no "
    "event log.",
    grain=("source", "event_id"),
    columns=(
        SOURCE_EVENTS.column("source"),
        Column(
            "event_id",
            "string",
            "Event as the source names it; else the file and the row it came from",
        ),
        Column("event_at", "timestamp", "When it happened, UTC"),
        SOURCE_EVENTS.column("event_date"),
        Column(
            "event_name",
            "string",
            "What happened: `view`, `cart`, `checkout`, `purchase`, `cancel`, else the source's "
            "own word in lower case",
        ),
        Column(
            "person_id",
            "string",
            "The customer if known, else `visitor:<id>` by browser, else `session:<id>`",
            personal=True,
        ),
        Column(
            "customer_id",
            "string",
            "Person by the links of `identities`, else customer as the shop names them; missing "
            "where the session names none",
            nullable=True,
            personal=True,
        ),
        Column(
            "source_customer_id",
            "string",
            "Customer as the event itself names them, whatever was merged",
            nullable=True,
            personal=True,
        ),
        Column(
            "session_id",
            "string",
            "Session as the source names it; else found by silence, as `<person>#<number>`",
        ),
        *(
            SOURCE_EVENTS.column(name)
            for name in ("product_id", "channel", "device", "browser", "country", "is_simulated")
        ),
    ),
    checks=(
        holds(
            "person_is_the_customer",
            "where the customer is known, they are the person",
            lambda table: table.person_id == table.customer_id,
        ),
    ),
)


def build(
    source_events: ir.Table,
    repeated_extracts: ir.Table,
    identities: ir.Table,
    *,
    session_minutes: int,
) -> ir.Table:
    """Gives the kept events with person and session."""
    readable = source_events.filter(source_events.reason.isnull())
    kept = readable.anti_join(repeated_extracts, ["source", "batch_id", "row_number"])
    kept = resolved(kept, identities, lambda rows: rows.source_customer_id)
    given = kept.batch_id.concat("-", kept.row_number.cast("string"))
    kept = kept.mutate(event_id=ibis.coalesce(kept.event_id, given))
    named = kept.filter(kept.session_id.notnull())
    found = _with_sessions(kept.filter(kept.session_id.isnull()), session_minutes)
    return _with_persons(named.union(found.select(*named.columns)))


def _with_sessions(events: ir.Table, session_minutes: int) -> ir.Table:
    """Gives events without a session the one they belong to: silence ends it."""
    visitor = ibis.literal(VISITOR).concat(events.visitor_id)
    alone = ibis.literal(EVENT).concat(events.event_id)
    events = events.mutate(who=ibis.coalesce(visitor, events.customer_id, alone))
    in_time = ibis.window(group_by=["source", "who"], order_by=["event_at", "event_id"])
    events = events.mutate(before_at=events.event_at.lag().over(in_time))
    is_new = events.before_at.isnull() | (
        events.event_at > events.before_at + ibis.interval(minutes=session_minutes)
    )
    events = events.mutate(is_first=is_new.ifelse(1, 0))
    so_far = ibis.window(
        group_by=["source", "who"],
        order_by=["event_at", "event_id"],
        preceding=None,
        following=0,
    )
    number = events.is_first.sum().over(so_far).cast("int64").cast("string")
    return events.mutate(session_id=events.who.concat(SESSION_NUMBER, number))


def _with_persons(events: ir.Table) -> ir.Table:
    """Gives each event its person; a session with one customer belongs to them as a whole."""
    keys = ["source", "session_id"]
    signed_in = events.filter(events.customer_id.notnull())
    customers = signed_in.group_by(keys).agg(
        session_customer_id=signed_in.customer_id.min(), other_id=signed_in.customer_id.max()
    )
    single = customers.filter(customers.session_customer_id == customers.other_id)
    joined = events.left_join(single.drop("other_id"), keys)
    customer = ibis.coalesce(joined.customer_id, joined.session_customer_id)
    return joined.mutate(
        customer_id=customer,
        person_id=cast(
            "ir.StringValue",
            ibis.coalesce(
                customer,
                ibis.literal(VISITOR).concat(joined.visitor_id),
                ibis.literal(SESSION).concat(joined.session_id),
            ),
        ),
    )


EVENTS = Table(CONTRACT, build)
