"""Small event logs for tests: short rows in, the table `events` out; and random ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from inspect import signature
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from shopkeeper import catalog
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.reports.drill import Selection, members
from shopkeeper.warehouse.gold.person_days import PERSON_DAYS

Row = dict[str, Any]

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("event_id", pa.string()),
        ("event_at", pa.timestamp("us")),
        ("event_date", pa.date32()),
        ("event_name", pa.string()),
        ("person_id", pa.string()),
        ("customer_id", pa.string()),
        ("session_id", pa.string()),
        ("product_id", pa.string()),
        ("channel", pa.string()),
        ("device", pa.string()),
        ("browser", pa.string()),
        ("country", pa.string()),
        ("is_simulated", pa.bool_()),
    ]
)
START = datetime.fromisoformat("2025-01-01 10:00")
AS_OF = date(2025, 3, 1)
NAMES = ("view", "cart", "purchase", "home")


def event_rows(*rows: Mapping[str, Any]) -> list[Row]:
    """Gives whole rows of `events`: a view by Ann in her first session where nothing is given."""
    found = []
    for place, given in enumerate(rows):
        row: Row = dict.fromkeys(SCHEMA.names) | {
            "source": "web",
            "event_id": f"{place:04}",
            "event_at": START,
            "event_name": "view",
            "person_id": "ann",
            "session_id": "1",
            "is_simulated": False,
        }
        row |= given
        if isinstance(row["event_at"], str):
            row["event_at"] = datetime.fromisoformat(row["event_at"])
        row["event_date"] = row["event_date"] or row["event_at"].date()
        found.append(row)
    return found


def events_of(rows: Iterable[Row]) -> pa.Table:
    """Gives rows as an Arrow table."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


@st.composite
def event_logs(draw: st.DrawFn) -> list[Row]:
    """Gives random events of a few people: many at one instant, many near the end of windows."""
    count = draw(st.integers(0, 24))
    rows = []
    for _ in range(count):
        person = draw(st.sampled_from(["ann", "bob", "visitor:1"]))
        minutes = draw(st.sampled_from([0, 0, 1, 30, 59, 60, 61, 120]))
        days = draw(st.sampled_from([0, 0, 0, 1, 2, 6, 7, 8, 29, 30, 31, 58, 59]))
        rows.append(
            {
                "person_id": person,
                "event_name": draw(st.sampled_from(NAMES)),
                "event_at": START + timedelta(days=days, minutes=minutes),
                "session_id": person + draw(st.sampled_from(["1", "2"])),
                "channel": draw(st.sampled_from([None, "Ads", "Mail"])),
            }
        )
    return event_rows(*draw(st.permutations(rows)))


ORDER_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("order_id", pa.string()),
        ("customer_id", pa.string()),
        ("ordered_at", pa.timestamp("us")),
        ("order_date", pa.date32()),
        ("gross_amount", pa.decimal128(18, 4)),
        ("discount_amount", pa.decimal128(18, 4)),
    ]
)


def orders_of(rows: Iterable[Row]) -> pa.Table:
    """Gives each event as an order of its person, worth as much as its place in the log."""
    found = [
        {
            "source": row["source"],
            "order_id": row["event_id"],
            "customer_id": row["person_id"],
            "ordered_at": row["event_at"],
            "order_date": row["event_date"],
            "gross_amount": Decimal(place + 2),
            "discount_amount": Decimal(1),
        }
        for place, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(found, schema=ORDER_SCHEMA)


@dataclass(frozen=True)
class Log:
    """The tables of an event log, as reports read them; each event is an order too."""

    engine: DuckDBEngine
    rows: list[Row]

    @property
    def tables(self) -> dict[str, Any]:
        """Events, days with events, and the same events as orders."""
        events = self.engine.register("events", events_of(self.rows))
        days = self.engine.collect(PERSON_DAYS.build(events))
        return {
            "events": events,
            "person_days": self.engine.register("person_days", days),
            "customer_orders": self.engine.register("customer_orders", orders_of(self.rows)),
        }

    def ask(self, report: Any, **questions: Any) -> Any:
        """Answers a report from the tables that its parameters name."""
        known = self.tables
        names = [n for n in signature(report).parameters if n in known]
        return report(**{name: known[name] for name in names}, **questions)

    def opened(self, selection: Selection, as_of: date) -> int:
        """Gives how many are on the list of a selection."""
        roll = catalog.roll(selection.roll)
        rows = self.ask(roll.build, as_of=as_of, **dict(selection.questions))
        return members(rows, roll, selection).count
