"""What files bring and take away: tables brought up to date by changes are those built anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_book import LOADED_AT, MIDDLE, Row, Shop, line, lines, order_books, questions

from shopkeeper import catalog
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.pipeline.draft import arrow_schema
from shopkeeper.warehouse.refresh import Changes, Delta, Refresh
from shopkeeper.warehouse.table import Table

ANY_FILES = settings(max_examples=30, deadline=None, database=None, derandomize=True)
FILES = ("a", "b", "c", "d")

REFRESHED = {table.name: table for table in catalog.WAREHOUSE if isinstance(table.refresh, Refresh)}


def rule(table: Table) -> Refresh:
    assert isinstance(table.refresh, Refresh)
    return table.refresh


@lru_cache(maxsize=1)
def engine() -> DuckDBEngine:
    return DuckDBEngine(Path(gettempdir()), threads=1)


def named(table: str, role: str = "") -> ibis.Table:
    """Gives a table, or one in a role, as an expression."""
    return ibis.table(catalog.contract(table).types(), name=f"{table}{role}")


@lru_cache(maxsize=256)
def queries(name: str, changed: frozenset[str]) -> tuple[str, str]:
    """Gives the SQL of the groups to build anew, and of their rows."""
    table, refresh = REFRESHED[name], rule(REFRESHED[name])
    now = {needed: named(needed) for needed in table.inputs}
    deltas = {n: Delta(named(n, " went"), named(n, " came")) for n in sorted(changed)}
    asked = refresh.groups(Changes(deltas, now)).distinct()
    types = catalog.contract(name).types()
    groups = ibis.table({key: types[key] for key in refresh.keys}, name=f"{name} groups")
    rows = table.expression(refresh.context(now, groups), questions(MIDDLE))
    return engine().compile(asked), engine().compile(rows.semi_join(groups, list(refresh.keys)))


def difference(one: pa.Table, other: pa.Table) -> list[Row]:
    there = {tuple(row.values()) for row in other.to_pylist()}
    return [row for row in one.to_pylist() if tuple(row.values()) not in there]


def refreshed(name: str, before: Shop, now: Shop) -> list[Row]:
    """Gives a table as it follows from its old rows and the changes of what it reads."""
    table, refresh = REFRESHED[name], rule(REFRESHED[name])
    connection, changed = engine().connection, set()
    for needed in table.inputs:
        old, new = before.arrow(needed), now.arrow(needed)
        went, came = difference(old, new), difference(new, old)
        connection.register(needed, new)
        if needed in refresh.follows and (went or came):
            changed.add(needed)
            for role, rows in (("went", went), ("came", came)):
                schema = arrow_schema(catalog.contract(needed))
                connection.register(f"{needed} {role}", pa.Table.from_pylist(rows, schema=schema))
    if not changed:
        return before[name]
    asked, rows = queries(name, frozenset(changed))
    groups = connection.execute(asked).to_arrow_table()
    connection.register(f"{name} groups", groups)
    new = connection.execute(rows).to_arrow_table().cast(arrow_schema(table.contract))
    again = {tuple(row.values()) for row in groups.to_pylist()}
    kept = [row for row in before[name] if tuple(row[k] for k in refresh.keys) not in again]
    return [*kept, *new.to_pylist()]


def content(rows: Sequence[Row]) -> list[str]:
    """Gives rows so that they can be compared, in whatever order they come."""
    return sorted(str(sorted(row.items())) for row in rows)


def shop(rows: Sequence[Mapping[str, Any]], files: Sequence[str]) -> Shop:
    return Shop([dict(row) for row in rows if row["batch_id"] in files], MIDDLE)


def compare(rows: Sequence[Row], before: Sequence[str], now: Sequence[str]) -> None:
    old, new = shop(rows, before), shop(rows, now)
    for name in REFRESHED:
        assert content(refreshed(name, old, new)) == content(new[name]), name


@st.composite
def changing_files(draw: st.DrawFn) -> tuple[list[Row], list[str], list[str]]:
    """Gives rows in several files, those that were there before and those that are there now."""
    rows = draw(order_books(most_days_of_an_order=2))
    for row in rows:
        row["batch_id"] = draw(st.sampled_from(FILES))
        row["row_number"] = None
        row["loaded_at"] = LOADED_AT + timedelta(hours=FILES.index(row["batch_id"]))
    before = draw(st.lists(st.sampled_from(FILES), min_size=1, unique=True))
    now = draw(st.lists(st.sampled_from(FILES), min_size=1, unique=True))
    return lines(*rows), before, now


@pytest.mark.slow
@ANY_FILES
@given(changing_files())
def test_whatever_files_come_and_go_changes_lead_to_what_building_anew_gives(changing):
    compare(*changing)


def doubled_day() -> list[Row]:
    """A file with ten lines of ten orders of one day, each twice; two orders go on in others."""
    day = [line(order=str(n), batch="a", at="2025-01-03 10:00", quantity=n) for n in range(1, 11)]
    late = [
        line(order="3", batch="b", at="2025-01-03 10:00", quantity=3),
        line(order="4", batch="b", at="2025-01-05 10:00", quantity=1),
        line(order="9", batch="c", at="2025-01-09 10:00", quantity=-9, refund_of="2"),
    ]
    return lines(*day, *day, *late)


@pytest.mark.parametrize(
    ("before", "now"), [("a", "ab"), ("ab", "a"), ("b", "ab"), ("ab", "abc"), ("ac", "ab")]
)
def test_a_doubled_day_stays_one_when_a_later_file_names_some_of_its_orders(before, now):
    compare(doubled_day(), before, now)


def returns_before_their_sales() -> list[Row]:
    """Returns in a file of their own: one states its order, one is matched, one has none yet."""
    return lines(
        line(order="7", batch="a", at="2025-01-12 10:00", quantity=-1, refund_of="2"),
        line(order="8", batch="a", at="2025-01-12 10:00", quantity=-1, product="cup"),
        line(order="9", batch="a", at="2025-01-12 10:00", quantity=-1, customer="bob"),
        line(order="2", batch="b", at="2025-01-03 10:00", quantity=3, customer="cid"),
        line(order="3", batch="c", at="2025-01-04 10:00", quantity=1, product="cup"),
        line(order="3", batch="d", at="2025-01-02 10:00", quantity=1, product="mat"),
        line(order="4", batch="d", at="2025-01-09 10:00", quantity=1, product="cup"),
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [("a", "ab"), ("b", "ab"), ("a", "ac"), ("abc", "a"), ("abc", "abcd"), ("abcd", "abd")],
)
def test_returns_find_their_sales_whichever_comes_first(before, now):
    compare(returns_before_their_sales(), before, now)


def test_every_refreshed_table_replaces_whole_groups_of_its_own_key():
    for table in REFRESHED.values():
        refresh = rule(table)
        assert set(refresh.keys) <= set(table.contract.grain), table.name
        assert {*refresh.follows, *refresh.beside} <= set(table.inputs), table.name


def test_the_large_tables_are_refreshed():
    large = {"repeated_extracts", "quarantine", "order_items", "orders", "refunds", "customers"}
    assert large | {"customer_orders", "purchases", "daily_sales"} <= set(REFRESHED)
