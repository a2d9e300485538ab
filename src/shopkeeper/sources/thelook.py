"""TheLook: the layout of a public e-commerce data set - users, orders, items, products, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from shopkeeper.sources.conforming_events import said_events
from shopkeeper.sources.line_parts import Part, goods, lines_of
from shopkeeper.sources.linked_source import Role, looked_up
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Terms
from shopkeeper.warehouse.bronze import ITEM_PART, LineType, RowKind
from shopkeeper.warehouse.time_zones import to_local

if TYPE_CHECKING:
    import ibis.expr.types as ir

_INSTANT, _NUMBER = TermKind.INSTANT, TermKind.NUMBER

ROLES = (
    Role(
        "order_items",
        RowKind.LINES,
        {
            "item_id": "id",
            "order_id": "order_id",
            "customer_id": "user_id",
            "product_id": "product_id",
            "status": "status",
            "item_at": "created_at",
            "returned_at": "returned_at",
            "unit_price": "sale_price",
        },
        {"item_at": _INSTANT, "returned_at": _INSTANT, "unit_price": _NUMBER},
    ),
    Role(
        "orders",
        RowKind.FACTS,
        {"order_id": "order_id", "order_at": "created_at", "item_count": "num_of_item"},
        {"order_at": _INSTANT},
        is_needed=False,
    ),
    Role(
        "users",
        RowKind.FACTS,
        {
            "customer_id": "id",
            "email": "email",
            "country": "country",
            "traffic_source": "traffic_source",
            "postal_code": "postal_code",
        },
        is_needed=False,
    ),
    Role(
        "products",
        RowKind.FACTS,
        {
            "product_id": "id",
            "product_name": "name",
            "category": "category",
            "retail_price": "retail_price",
        },
    ),
    Role(
        "events",
        RowKind.EVENTS,
        {
            "event_id": "id",
            "customer_id": "user_id",
            "session_id": "session_id",
            "event_at": "created_at",
            "browser": "browser",
            "channel": "traffic_source",
            "uri": "uri",
            "event_name": "event_type",
        },
        {"event_at": _INSTANT},
        is_needed=False,
    ),
)

CANCELLED, RETURNED = "cancelled", "returned"


class TheLook:
    """Orders and events of the layout; an item says its sale, its return and its cancellation.

    The status is that at extraction. A return has a time of its own; a cancellation has none and
    is booked with the order, so that features of earlier dates know of it too soon.
    """

    kind = "thelook"
    meaning = "TheLook e-commerce: a folder with order_items, products, users, orders, events"
    line_types: Mapping[LineType, Sequence[str]] = {}
    roles: tuple[Role, ...] = ROLES
    reads: Mapping[RowKind, tuple[str, ...]] = {
        RowKind.LINES: ("order_items", "orders", "users", "products"),
        RowKind.EVENTS: ("events", "users"),
    }

    def conform(self, row_kind: RowKind, files: Mapping[str, ir.Table], terms: Terms) -> ir.Table:
        """Says the rows of one kind in the shop's terms."""
        return _events(files, terms) if row_kind is RowKind.EVENTS else _lines(files, terms)


def _lines(files: Mapping[str, ir.Table], terms: Terms) -> ir.Table:
    items = looked_up(files["order_items"], files, "orders", "order_id", ("order_at",))
    items = looked_up(items, files, "users", "customer_id", ("email", "country"))
    items = looked_up(items, files, "products", "product_id", ("product_name", "category"))
    status = items.status.lower()
    items = items.mutate(
        status=status,
        ordered_at=ibis.coalesce(items.item_at, items.order_at),
        unit_price_amount=items.unit_price,
        is_cancellation=ibis.coalesce(status == CANCELLED, False),
        line_type=goods(),
    )
    parts = (
        Part(ITEM_PART),
        Part(
            "cancellation",
            lambda _: {"quantity": ibis.literal(-1)},
            lambda rows: rows.is_cancellation,
        ),
        Part(
            "refund",
            lambda rows: {
                "quantity": ibis.literal(-1),
                "ordered_at": ibis.coalesce(rows.returned_at, rows.ordered_at),
                "refund_of": rows.order_id,
            },
            lambda rows: ibis.coalesce(
                (rows.returned_at.notnull() | (rows.status == RETURNED)) & ~rows.is_cancellation,
                False,
            ),
        ),
    )
    return lines_of(items, parts, terms)


def _events(files: Mapping[str, ir.Table], terms: Terms) -> ir.Table:
    events = looked_up(files["events"], files, "users", "customer_id", ("country",))
    events = events.mutate(
        event_date=to_local(events.event_at, terms.time_zone).date(),
        # A page of a product names it, as in `/product/17`.
        product_id=events.uri.re_extract("^/product/([0-9]+)$", 1).nullif(""),
    )
    return said_events(events, terms)


THELOOK = TheLook()
