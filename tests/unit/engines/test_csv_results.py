"""CSV results: every value comes out as the server wrote it, whatever stands in it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from shopkeeper.engines import csv_results
from shopkeeper.engines.csv_results import read_rows

SCHEMA = pa.schema([("name", pa.string()), ("amount", pa.decimal128(38, 4))])


def rows(*pieces: str, schema: pa.Schema = SCHEMA) -> list[dict]:
    found = read_rows((piece.encode() for piece in pieces), schema)
    return pa.Table.from_batches(found, schema).to_pylist()


def test_values_come_in_the_types_of_the_schema():
    schema = pa.schema(
        [("b", pa.bool_()), ("t", pa.timestamp("us")), ("d", pa.date32()), ("f", pa.float64())]
    )
    found = rows('"t","2010-12-01 08:26:00.5","1899-12-31","0.1"\n', schema=schema)
    moment = datetime(2010, 12, 1, 8, 26, 0, 500_000)
    assert found == [{"b": True, "t": moment, "d": date(1899, 12, 31), "f": 0.1}]


def test_money_is_exact():
    (row,) = rows('"tea","-99999999999999999999999999999999.9999"\n')
    assert row["amount"] == Decimal("-99999999999999999999999999999999.9999")


def test_an_empty_text_is_not_a_missing_one():
    assert [row["name"] for row in rows('"",\n', ",\n", '"NULL",\n')] == ["", None, "NULL"]


def test_quotes_commas_and_line_ends_belong_to_the_text():
    assert rows('"a ""b"", c\nd","1"\n')[0]["name"] == 'a "b", c\nd'


def test_a_missing_value_alone_in_its_row_is_a_row():
    schema = pa.schema([("name", pa.string())])
    assert rows("\n", '"tea"\n', "\n", schema=schema) == [
        {"name": None},
        {"name": "tea"},
        {"name": None},
    ]


def test_no_rows_are_no_batches():
    assert list(read_rows(iter(()), SCHEMA)) == []


@pytest.mark.parametrize("size", [1, 20, 10_000])
def test_the_size_of_blocks_changes_nothing(monkeypatch, size):
    monkeypatch.setattr(csv_results, "BYTES_OF_A_BLOCK", size)
    pieces = [f'"tea\n{n}","{n}.5"\n' for n in range(50)]
    assert [row["name"] for row in rows(*pieces)] == [f"tea\n{n}" for n in range(50)]
