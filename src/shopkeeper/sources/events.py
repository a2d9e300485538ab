"""Events: any log of what people did in a shop; columns are guessed and correctable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shopkeeper.settings import SourceSettings
from shopkeeper.sources.conforming_events import conform_events
from shopkeeper.sources.reading.event_terms import EVENT_TERMS, NEEDS_OF_AN_EVENT
from shopkeeper.sources.reading.mapping import check_mapping, guess_mapping
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.sources.understanding import understand_columns
from shopkeeper.warehouse.bronze import LineType, RowKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.sources.reading.profiles import ColumnProfile

# A file with one of these says what was bought for how much: it is a file of orders.
SIGNS_OF_ORDERS = ("quantity", "unit_price", "line_amount", "order_id")
# The columns of the clicks that a simulation writes.
SIMULATED_COLUMNS: Mapping[str, str] = {
    **{name: name for name in EVENT_TERMS},
    "event_at": "occurred_at",
    "event_name": "event",
}


class Events:
    """Events in files of the user's own, one row an event."""

    kind = "events"
    meaning = "Any CSV, TSV, Parquet or Excel file with one row per event: view, cart, purchase"
    row_kind = RowKind.EVENTS
    line_types: Mapping[LineType, Sequence[str]] = {}

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes a header with time, event and person or session, but neither order nor price."""
        found = guess_mapping(header, (), EVENT_TERMS)
        says_who = {"customer_id", "visitor_id", "session_id"} & set(found)
        is_event = all(term in found for group in NEEDS_OF_AN_EVENT for term in group)
        orders = guess_mapping(header, ())
        return bool(says_who) and is_event and not set(SIGNS_OF_ORDERS) & set(orders)

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Guesses what each column is, corrected by the settings."""
        return understand_events(profiles, settings)

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms."""
        return conform_events(raw, reading, terms)


class SimulatedEvents:
    """Events that a simulation made up, marked as such wherever they are counted."""

    kind = "simulated_events"
    meaning = "The clicks of a shop made up by `shopkeeper demo` or `shopkeeper simulate-events`"
    row_kind = RowKind.EVENTS
    line_types: Mapping[LineType, Sequence[str]] = {}

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes the very header that a simulation writes."""
        return set(header) == set(SIMULATED_COLUMNS.values())

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Takes the known names."""
        columns = {**SIMULATED_COLUMNS, **settings.columns}
        return understand_events(profiles, settings.model_copy(update={"columns": columns}))

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms, as simulated."""
        return conform_events(raw, reading, terms, is_simulated=True)


def understand_events(profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
    """Finds out what each column of an event log is and how it is written.

    Raises:
        FormatError: The time or the name of the event is in no column, or cannot be understood.
    """
    stated = settings.columns
    left = [profile for profile in profiles if profile.name not in stated.values()]
    guessed = guess_mapping(tuple(profile.name for profile in left), left, EVENT_TERMS)
    columns = {**{t: c for t, c in guessed.items() if t not in stated}, **stated}
    names = tuple(profile.name for profile in profiles)
    check_mapping(columns, names, EVENT_TERMS, NEEDS_OF_AN_EVENT)
    kinds = {name: term.kind for name, term in EVENT_TERMS.items()}
    return understand_columns(profiles, columns, settings.format, kinds)


EVENTS = Events()
SIMULATED_EVENTS = SimulatedEvents()
