"""Conforming events: raw rows of event logs in the shop's terms, with a reason if unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.sources.conforming import FIRST_PLAUSIBLE_DAY, RawFields, row_names, shop_times
from shopkeeper.sources.reading.event_terms import EVENT_TERMS, EVENT_WORDS
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import Reason
from shopkeeper.warehouse.bronze_events import EVENT_COLUMNS
from shopkeeper.warehouse.stages import settled

if TYPE_CHECKING:
    import ibis.expr.types as ir

IDENTIFIERS = ("event_id", "customer_id", "visitor_id", "session_id", "product_id")
TEXTS = ("channel", "device", "browser", "country")


def conform_events(
    raw: ir.Table, reading: Reading, terms: Terms, *, is_simulated: bool = False
) -> ir.Table:
    """Says raw rows in the shop's terms.

    Args:
        raw: Raw table; rows of files that were understood as `reading` says.
        reading: Which column is what, and how it is written.
        terms: What must be known of the shop.
        is_simulated: Whether a simulation made the events up.

    Returns:
        One row for each raw row, with the columns of `EVENT_COLUMNS`.
    """
    fields = RawFields(raw, reading)
    parsed = raw.select(
        **row_names(raw),
        **{name: fields.identifier(name) for name in IDENTIFIERS},
        **{name: fields.text(name) for name in TEXTS},
        time=fields.time("event_at"),
        event_name=fields.text("event_name"),
        is_unreadable=raw["_unreadable_line"].notnull(),
    )
    parsed = settled(parsed)
    at, day = shop_times(parsed.time, terms.time_zone, is_utc=fields.is_utc("event_at"))
    timed = settled(parsed.mutate(event_at=at, event_date=day))
    return said_events(timed, terms, is_simulated=is_simulated)


def said_events(parsed: ir.Table, terms: Terms, *, is_simulated: bool = False) -> ir.Table:
    """Gives parsed rows with the shop's own words and a reason where one cannot be kept.

    Args:
        parsed: One row per raw row, with the terms of an event; those it lacks are missing.
        terms: What must be known of the shop.
        is_simulated: Whether a simulation made the events up.
    """
    absent = {name: ibis.null("string") for name in EVENT_TERMS if name not in parsed.columns}
    said = parsed.mutate(
        **absent,
        source=ibis.literal(terms.source),
        is_simulated=ibis.literal(is_simulated),
        event_name=event_name(parsed.event_name),
    )
    said = settled(said)
    said = said.mutate(reason=_reason(said))
    return said.select(*(column.name for column in EVENT_COLUMNS))


def event_name(word: ir.StringValue) -> ir.StringValue:
    """Gives the shop's name for what a log calls an event, else the log's own in lower case."""
    own = word.lower()
    plain = own.replace("_", " ").replace("-", " ")
    branches = [(plain.isin(list(words)), str(name)) for name, words in EVENT_WORDS.items()]
    return cast("ir.StringValue", ibis.cases(*branches, else_=own))


def _reason(said: ir.Table) -> ir.StringValue:
    """Gives the first rule that a row breaks, or missing if it breaks none."""
    implausible = (said.event_at < ibis.timestamp(f"{FIRST_PLAUSIBLE_DAY} 00:00:00")) | (
        said.event_at > said.loaded_at + ibis.interval(days=1)
    )
    rules = (
        (said.is_unreadable, Reason.UNREADABLE_LINE),
        (said.event_at.isnull(), Reason.UNREADABLE_DATE),
        (implausible, Reason.IMPLAUSIBLE_DATE),
        (said.event_name.isnull(), Reason.MISSING_NAME),
    )
    return cast(
        "ir.StringValue",
        ibis.cases(*((test, str(reason)) for test, reason in rules), else_=ibis.null("string")),
    )
