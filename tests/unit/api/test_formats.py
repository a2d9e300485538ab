"""Formats: what a client likes best is given; no cell is a formula; money stays exact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from shopkeeper.api.formats import (
    ARROW,
    CSV,
    JSON,
    encoded,
    table_of,
    to_arrow,
    to_csv,
    to_json,
    wanted_format,
)
from shopkeeper.errors import NotPublishedError, RequestRefusedError, UnknownNameError


@dataclass(frozen=True)
class Row:
    name: str
    amount: Decimal
    day: date | None


@dataclass(frozen=True)
class Answer:
    count: int
    refused: tuple[Row, ...]
    rows: tuple[Row, ...]


ROWS = (Row("=1+1", Decimal("-0.10"), date(2024, 2, 29)), Row('é,"', Decimal("3.00"), None))
ANSWER = Answer(2, (), ROWS)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("text/html, text/*;q=0.9, */*;q=0.8", CSV),
        ("application/json;q=0.5, application/vnd.apache.arrow.stream", ARROW),
        ("text/csv;q=0, */*", JSON),
        ("TEXT/CSV", CSV),
        ("text/csv;q=nonsense, application/json;q=0.1", JSON),
    ],
)
def test_the_format_that_is_liked_best_is_given(accept, form):
    assert wanted_format(accept) == form


def test_what_nobody_has_is_refused():
    with pytest.raises(RequestRefusedError) as caught:
        wanted_format("image/png, text/csv;q=0")
    assert caught.value.status == 406


def test_csv_runs_no_formula_and_keeps_numbers():
    lines = encoded(ANSWER, CSV, None).decode().split("\r\n")
    assert lines == ["name,amount,day", "'=1+1,-0.10,2024-02-29", '"é,""",3.00,', ""]


def test_arrow_keeps_money_and_dates():
    table = pa.ipc.open_stream(to_arrow(table_of(ANSWER, None))).read_all()
    assert table.to_pylist()[0] == {
        "name": "=1+1", "amount": Decimal("-0.10"), "day": date(2024, 2, 29)
    }  # fmt: skip


def test_the_first_list_that_is_not_empty_is_taken_unless_one_is_named():
    assert len(table_of(ANSWER, None)) == 2
    assert table_of(ANSWER, "refused") == []
    with pytest.raises(UnknownNameError, match="count"):
        table_of(ANSWER, "count")
    with pytest.raises(NotPublishedError):
        table_of(ROWS[0], None)


def test_json_is_one_line_with_exact_money():
    expected = '{"name":"é,\\"","amount":"3.00","day":null}'
    assert to_json(ROWS[1]).decode() == expected


def test_no_rows_are_no_lines():
    assert to_csv([]) == b"\r\n"
