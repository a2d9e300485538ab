"""The terms for an event, the names that logs give them, and the words for what happened."""

from __future__ import annotations

from collections.abc import Mapping

from shopkeeper.sources.reading.terms import Term, TermKind
from shopkeeper.warehouse.bronze_events import EventName

_NAME, _INSTANT = TermKind.NAME, TermKind.INSTANT

# Of each of these groups an event must say one.
NEEDS_OF_AN_EVENT = (("event_at",), ("event_name",))

EVENT_TERMS: Mapping[str, Term] = {
    "event_id": Term("the event", _NAME, ("event id", "hit id", "message id", "event uuid", "id")),
    "event_at": Term(
        "when it happened",
        _INSTANT,
        (
            *("event at", "occurred at", "event time", "event timestamp", "event date"),
            *("timestamp", "created at", "datetime", "date time", "time", "date", "ts"),
        ),
    ),
    "event_name": Term(
        "what happened",
        _NAME,
        (
            *("event name", "event type", "event", "action", "action type", "event action"),
            *("activity", "activity type", "hit type", "behavior", "behaviour", "behavior type"),
        ),
    ),
    "customer_id": Term(
        "the customer who was signed in",
        _NAME,
        (
            *("customer id", "user id", "account id", "member id", "customer"),
            *("customer number", "user", "shopper id"),
        ),
    ),
    "visitor_id": Term(
        "the browser or device",
        _NAME,
        (
            *("visitor id", "anonymous id", "user pseudo id", "device id", "cookie id", "visitor"),
            *("full visitor id", "browser id", "client id", "distinct id", "anonymous user id"),
        ),
    ),
    "session_id": Term(
        "the session",
        _NAME,
        ("session id", "user session", "session", "visit id", "ga session id", "visit"),
    ),
    "product_id": Term(
        "the product",
        _NAME,
        ("product id", "item id", "sku", "product", "item", "product code", "stock code"),
    ),
    "channel": Term(
        "where the visit came from",
        _NAME,
        (
            *("channel", "traffic source", "source medium", "source", "utm source", "medium"),
            *("campaign source", "referrer", "acquisition channel"),
        ),
    ),
    "device": Term(
        "the kind of device", _NAME, ("device", "device type", "device category", "platform")
    ),
    "browser": Term("the browser", _NAME, ("browser", "browser name", "user agent")),
    "country": Term("the country", _NAME, ("country", "country code", "geo country", "land")),
}

# What logs call the events that mean the same in every shop; signs and letter case do not matter.
EVENT_WORDS: Mapping[EventName, tuple[str, ...]] = {
    EventName.VIEW: (
        *("view", "product", "product view", "view product", "view item", "product viewed"),
        *("viewed product", "view content", "product detail", "detail", "item view", "click"),
    ),
    EventName.CART: (
        *("cart", "add to cart", "addtocart", "added to cart", "product added", "cart add"),
        *("add cart", "basket", "add to basket"),
    ),
    EventName.CHECKOUT: (
        *("checkout", "begin checkout", "initiate checkout", "checkout started"),
        *("start checkout", "started checkout", "initiatecheckout"),
    ),
    EventName.PURCHASE: (
        *("purchase", "order", "transaction", "buy", "order completed", "placed order"),
        *("checkout completed", "order placed", "purchased", "completed order"),
    ),
    EventName.CANCEL: (
        *("cancel", "cancelled", "canceled", "order cancelled", "order canceled"),
        *("cancellation", "cancelled order"),
    ),
}
