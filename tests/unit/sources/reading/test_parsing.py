"""Parsing takes any type, and is said to each engine without what they understand differently."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import ibis
import pyarrow as pa
import pytest

from shopkeeper.engines.dialects import DIALECTS, to_sql
from shopkeeper.sources.reading.formats import DateFormat, NumberFormat, Presence, Zone
from shopkeeper.sources.reading.parsing import (
    parse_identifier,
    parse_number,
    parse_text,
    parse_timestamp,
)

PARSERS = {
    "number": parse_number,
    "plain number": lambda c: parse_number(c, NumberFormat(is_plain=True), scale=3),
    "decimal comma": lambda c: parse_number(c, NumberFormat(",", ".")),
    "spaces": lambda c: parse_number(c, NumberFormat(",", " ")),
    "apostrophe": lambda c: parse_number(c, NumberFormat(".", "'")),
    "date": parse_timestamp,
    "day first": lambda c: parse_timestamp(c, DateFormat("dmy", "/")),
    "padded": lambda c: parse_timestamp(c, DateFormat("mdy", ".", is_padded=True)),
    "compact": lambda c: parse_timestamp(c, DateFormat("ymd", "", time=Presence.NEVER)),
    "short": lambda c: parse_timestamp(c, DateFormat("mdy", "/", has_short_year=True)),
    "half days": lambda c: parse_timestamp(c, DateFormat("mdy", "/", has_half_days=True)),
    "fraction": lambda c: parse_timestamp(c, DateFormat(has_fraction=True, joint="T")),
    "utc": lambda c: parse_timestamp(c, DateFormat(zone=Zone.UTC)),
    "offset": lambda c: parse_timestamp(c, DateFormat(zone=Zone.OFFSET)),
    "identifier": lambda c: parse_identifier(c, has_trailing_zero=True),
    "text": parse_text,
}
TEXTS = ibis.table({"cell": "string"}, name="cells")


@pytest.fixture(scope="module")
def run():
    """Gives what an expression over a column gives on DuckDB."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'UTC'")

    def evaluate(cells: pa.Array, parse) -> list:
        backend.con.register("cells", pa.table({"cell": cells}))
        table = backend.table("cells")
        query = backend.compile(table.select(value=parse(table.cell)))
        return backend.con.execute(query).to_arrow_table().column("value").to_pylist()

    yield evaluate
    backend.disconnect()


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("name", PARSERS)
def test_every_parser_is_said_to_every_engine(name, dialect):
    sql = to_sql(TEXTS.select(value=PARSERS[name](TEXTS.cell)), dialect)
    # Nothing that only one engine has, nothing that raises on text that was not looked at.
    assert not re.search(r"TRY_CAST|STRPTIME|TO_TIMESTAMP|TO_DATE", sql)
    # Escapes that a literal of Spark does not know lose their backslash there: `\v` becomes `v`.
    assert set(re.findall(r"\\.", sql)) <= {r"\t", r"\r", r"\n", r"\'"}


@pytest.mark.parametrize("name", PARSERS)
def test_a_cast_never_sees_a_cell_that_was_not_cut_to_a_pattern(name):
    sql = to_sql(TEXTS.select(value=PARSERS[name](TEXTS.cell)), "duckdb")
    assert not re.search(r'CAST\(\s*(REPLACE\(\s*)*"t0"\."cell"', sql)


def test_numbers_of_any_type_become_exact(run):
    cases = [
        (pa.array([1, -2, None], pa.int8()), [Decimal(1), Decimal(-2), None]),
        (pa.array([2**62], pa.int64()), [None]),
        (pa.array([2.675, -0.00005, 1e300, float("nan"), float("inf")]), None),
        (pa.array([Decimal("1.23456")]), [Decimal("1.2346")]),
        (pa.array([Decimal(10) ** 20]), [None]),
    ]
    for cells, expected in cases:
        found = run(cells, parse_number)
        assert found == (expected or [Decimal("2.675"), Decimal("-0.0001"), None, None, None])


def test_dates_of_any_type_become_timestamps(run):
    instant = datetime.fromisoformat("2011-01-02 10:00:00")
    berlin = pa.array([instant], pa.timestamp("us")).cast(pa.timestamp("us", "Europe/Berlin"))
    assert run(berlin, parse_timestamp) == [instant]
    assert run(pa.array([instant.replace(tzinfo=UTC)]), parse_timestamp) == [instant]
    midnight = datetime.fromisoformat("2011-01-02")
    assert run(pa.array([date(2011, 1, 2)]), parse_timestamp) == [midnight]
    compact = DateFormat("ymd", "", time=Presence.NEVER)
    assert run(pa.array([20110102]), lambda c: parse_timestamp(c, compact)) == [midnight]
    assert run(pa.array([1.5]), parse_timestamp) == [None]


@pytest.mark.parametrize("order", ["ymd", "dmy", "mdy"])
def test_days_that_exist_are_read_and_others_are_not(run, order):
    texts, expected = [], []
    for year, month, day in product(
        (1899, 1900, 1999, 2000, 2012, 2099, 2100), range(14), range(33)
    ):
        parts = {"y": f"{year}", "m": f"{month}", "d": f"{day:02}"}
        texts.append("/".join(parts[part] for part in order))
        exists = (
            1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
        )
        expected.append(datetime.fromisoformat(f"{year}-{month:02}-{day:02}") if exists else None)
    written = DateFormat(order, "/", time=Presence.NEVER)
    assert run(pa.array(texts), lambda cell: parse_timestamp(cell, written)) == expected


def test_identifiers_of_any_type_are_whole_numbers_without_a_point(run):
    assert run(pa.array([17850.0, None, float("nan"), 1.5]), parse_identifier) == [
        "17850",
        None,
        None,
        "1.5",
    ]
    assert run(pa.array([17850], pa.int64()), parse_identifier) == ["17850"]
    assert run(pa.array([Decimal(17850)]), parse_identifier) == ["17850"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "1e5",
        "0x1F",
        "1_000",
        "١٢",
        "12\x85",
        "12\u2028",
        "'; DROP",
        "--1",
        "9" * 40,
        "1.2.3",
    ],
)
def test_texts_that_engines_read_differently_are_no_numbers(run, text):
    assert run(pa.array([text]), parse_number) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "infinity",
        "now",
        "epoch",
        "today",
        "J2451187",
        "2011-366",
        "0000-00-00",
        "24:00",
        "1/2/3",
        "٢٠١١-١-١",
    ],
)
def test_texts_that_engines_read_differently_are_no_dates(run, text):
    assert run(pa.array([text]), parse_timestamp) == [None]


def test_accents_and_leading_zeros_stay(run):
    assert run(pa.array([" Crème  brûlée "]), parse_text) == ["Crème brûlée"]
    assert run(pa.array(["00123", "vfv"]), parse_identifier) == ["00123", "vfv"]
