"""Small event logs for tests: short rows in, the table `events` out; and random ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

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
