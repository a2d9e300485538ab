"""Bronze events: raw rows of event logs in the shop's own terms, and the names of what happens."""

from __future__ import annotations

from enum import StrEnum

from shopkeeper.contracts.contract import Column, Contract, Layer


class EventName(StrEnum):
    """Events that mean the same in every shop; any other keeps the source's own word."""

    VIEW = "view"
    CART = "cart"
    CHECKOUT = "checkout"
    PURCHASE = "purchase"
    CANCEL = "cancel"


EVENT_NAME_MEANINGS = {
    EventName.VIEW: "a product was looked at",
    EventName.CART: "a product was put into the cart",
    EventName.CHECKOUT: "the checkout was begun",
    EventName.PURCHASE: "an order was placed, or one line of it",
    EventName.CANCEL: "an order was cancelled",
}

# The terms in which each source says its events, before the warehouse looks at other rows.
EVENT_COLUMNS = (
    Column("source", "string", "Name of the source in the settings"),
    Column("batch_id", "string", "File the row came from; see `batches`"),
    Column("row_number", "int64", "Place of the row in its file, from 1", unit="rows"),
    Column("loaded_at", "timestamp", "When the row was read, UTC"),
    Column("event_id", "string", "Event as the source names it; missing if unnamed", nullable=True),
    Column("event_at", "timestamp", "When it happened, UTC", nullable=True),
    Column("event_date", "date", "Day on which it happened in the shop's time zone", nullable=True),
    Column(
        "event_name",
        "string",
        "What happened: `view`, `cart`, `checkout`, `purchase`, `cancel`, else the source's own "
        "word in lower case",
        nullable=True,
    ),
    Column(
        "customer_id",
        "string",
        "Customer as the shop names them; missing where nobody was signed in",
        nullable=True,
        personal=True,
    ),
    Column(
        "visitor_id",
        "string",
        "Browser or device as the source names it; missing where it does not",
        nullable=True,
        personal=True,
    ),
    Column(
        "session_id",
        "string",
        "Session as the source names it; missing where it does not",
        nullable=True,
    ),
    Column("product_id", "string", "Product that it happened to, if any", nullable=True),
    Column("channel", "string", "Where the visit came from: search, e-mail …", nullable=True),
    Column("device", "string", "Kind of device", nullable=True),
    Column("browser", "string", "Browser", nullable=True),
    Column("country", "string", "Country of the visitor", nullable=True),
    Column("is_simulated", "boolean", "Whether the event was made up by a simulation"),
    Column("reason", "string", "Why the row goes to quarantine; missing if kept", nullable=True),
)

SOURCE_EVENTS = Contract(
    name="source_events",
    layer=Layer.BRONZE,
    meaning="One row per raw row of the current event logs, in the shop's own terms, each looked "
    "at alone; a row that cannot be read has a reason. Empty where a shop has no event log.",
    grain=("source", "batch_id", "row_number"),
    columns=EVENT_COLUMNS,
)
