"""Each check gives exactly the rows that break its promise."""

from __future__ import annotations

from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from shopkeeper.contracts.checks import (
    Check,
    at_least,
    holds,
    not_null,
    one_of,
    references,
    unique,
)
from shopkeeper.engines.duckdb import DuckDBEngine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(Path(tmp_path_factory.mktemp("spill")), threads=1)


def breaking(
    engine: DuckDBEngine, check: Check, rows: list[dict], **others: list[dict]
) -> list[dict]:
    """Gives the rows that break a check, in order of their `id`."""
    types = pa.schema([("id", pa.int64()), ("name", pa.string())])
    table = engine.register("checked", pa.Table.from_pylist(rows, schema=types))
    tables = {n: engine.register(n, pa.Table.from_pylist(other)) for n, other in others.items()}
    found = engine.collect(check.breaking_rows(table, tables)).to_pylist()
    return sorted(found, key=lambda row: row.get("id") or 0)


def test_not_null_gives_the_rows_without_a_value(engine):
    rows = [{"id": 1, "name": "tea"}, {"id": 2, "name": None}]
    assert breaking(engine, not_null("name"), rows) == [{"id": 2, "name": None}]


def test_an_empty_text_is_a_value(engine):
    assert breaking(engine, not_null("name"), [{"id": 1, "name": ""}]) == []


def test_unique_gives_the_repeated_keys_with_their_count(engine):
    rows = [{"id": 1, "name": "tea"}, {"id": 1, "name": "cup"}, {"id": 2, "name": "tea"}]
    assert breaking(engine, unique("id"), rows) == [{"id": 1, "row_count": 2}]


def test_unique_looks_at_all_its_columns_together(engine):
    rows = [{"id": 1, "name": "tea"}, {"id": 1, "name": "cup"}, {"id": 2, "name": "tea"}]
    assert breaking(engine, unique("id", "name"), rows) == []


def test_two_missing_keys_are_the_same_key(engine):
    rows = [{"id": None, "name": "tea"}, {"id": None, "name": "tea"}]
    assert breaking(engine, unique("id"), rows) == [{"id": None, "row_count": 2}]


def test_at_least_gives_the_rows_below(engine):
    rows = [{"id": 0}, {"id": 1}, {"id": 2}]
    assert breaking(engine, at_least("id", 1), rows) == [{"id": 0, "name": None}]


def test_one_of_gives_the_rows_with_another_value(engine):
    rows = [{"id": 1, "name": "tea"}, {"id": 2, "name": "gin"}]
    assert breaking(engine, one_of("name", ("tea", "cup")), rows) == [{"id": 2, "name": "gin"}]


def test_holds_gives_the_rows_for_which_the_promise_is_false(engine):
    check = holds("short", "names are short", lambda table: table.name.length() < 4)
    rows = [{"id": 1, "name": "tea"}, {"id": 2, "name": "teapot"}]
    assert breaking(engine, check, rows) == [{"id": 2, "name": "teapot"}]


@pytest.mark.parametrize(
    "check",
    [
        at_least("id", 1),
        one_of("name", ("tea",)),
        holds("short", "names are short", lambda table: table.name.length() < 4),
    ],
    ids=["at_least", "one_of", "holds"],
)
def test_a_missing_value_breaks_no_promise_about_values(engine, check):
    assert breaking(engine, check, [{"id": None, "name": None}]) == []


def test_references_gives_the_rows_whose_value_stands_nowhere(engine):
    rows = [{"id": 1, "name": "tea"}, {"id": 2, "name": "gin"}]
    found = breaking(engine, references("name", "goods"), rows, goods=[{"name": "tea"}])
    assert found == [{"id": 2, "name": "gin"}]


def test_references_can_look_at_a_column_of_another_name(engine):
    check = references("name", "goods", "code")
    rows = [{"id": 1, "name": "tea"}, {"id": 2, "name": "gin"}]
    assert breaking(engine, check, rows, goods=[{"code": "tea"}]) == [{"id": 2, "name": "gin"}]


def test_a_missing_reference_is_not_a_broken_one(engine):
    rows = [{"id": 1, "name": None}]
    assert breaking(engine, references("name", "goods"), rows, goods=[{"name": "tea"}]) == []


def test_references_finds_broken_ones_beside_a_missing_value_in_the_other_table(engine):
    goods = [{"name": "tea"}, {"name": None}]
    found = breaking(engine, references("name", "goods"), [{"id": 2, "name": "gin"}], goods=goods)
    assert found == [{"id": 2, "name": "gin"}]


def test_references_says_which_table_it_needs():
    assert references("customer_id", "customers").needs == ("customers",)


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (not_null("id"), "not_null(id)"),
        (unique("source", "id"), "unique(source, id)"),
        (at_least("id", 1), "at_least(id, 1)"),
        (one_of("name", ("tea",)), "one_of(name)"),
        (references("name", "goods", "code"), "references(name → goods.code)"),
    ],
)
def test_a_check_is_named_as_its_promise_reads(check, name):
    assert check.name == name


def test_a_check_stops_its_table_unless_it_says_otherwise():
    assert Check("any", "any", breaks=lambda table: ibis.literal(False)).severity == "fail"
