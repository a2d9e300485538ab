"""Parsing gives what `decimal` and `datetime` give, and nothing for any other text."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shopkeeper.sources.reading.formats import DateFormat, NumberFormat, Presence, Zone
from shopkeeper.sources.reading.parsing import (
    parse_identifier,
    parse_number,
    parse_text,
    parse_timestamp,
)

BATCHES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SPACES = " \t\n\r\u00a0\u2009\u202f\u3000\ufeff"
CODES = ("EUR", "USD", "GBP", "R$", "US$", "$", "€", "£", "kr")
NUMBER_FORMATS = [
    NumberFormat(decimal, thousands, is_plain=is_plain)
    for decimal in ".,"
    for thousands in ("", ".", ",", " ", "'")
    for is_plain in (False, True)
    if thousands != decimal
]


@pytest.fixture(scope="module")
def run():
    """Gives what an expression over a column of texts gives on DuckDB."""
    backend = ibis.duckdb.connect()

    def evaluate(texts: list[str | None], parse: Callable) -> list:
        backend.con.register("cells", pa.table({"cell": pa.array(texts, pa.string())}))
        table = backend.table("cells")
        query = backend.compile(table.select(value=parse(table.cell)))
        return backend.con.execute(query).to_arrow_table().column("value").to_pylist()

    yield evaluate
    backend.disconnect()


def expected_number(text: str, written: NumberFormat, scale: int) -> Decimal | None:
    """Reads a number step by step, without patterns."""
    cell, is_negative = text, False
    if not written.is_plain:
        cell = cell.strip(SPACES)
        cell, is_negative = without_decoration(cell)
        if cell is None:
            return None
    elif cell[:1] in {"+", "-"}:
        is_negative, cell = cell[0] == "-", cell[1:]
    whole, _, decimals = cell.partition(written.decimal)
    if not written.is_plain:
        whole = without_groups(whole, written.thousands)
    digits = set("0123456789")
    if whole is None or not set(whole + decimals) <= digits or len(decimals) > 30:
        return None
    if not whole and not decimals:
        return None
    if len(whole) > 17 - scale:
        return None
    try:
        value = Decimal(f"{'-' if is_negative else ''}{whole or '0'}.{decimals or '0'}")
    except InvalidOperation:
        return None
    return value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


def without_decoration(cell: str) -> tuple[str | None, bool]:
    """Takes spaces, one currency on each side, and one of the three ways of minus off."""
    cell, _ = without_code(cell, at_start=True)
    is_negative = False
    if cell[:1] == "(":
        if cell[-1:] != ")":
            cell, _ = without_code(cell, at_start=False)
        if cell[-1:] != ")":
            return None, False
        cell, is_negative = cell[1:-1].strip(SPACES), True
        cell, _ = without_code(cell, at_start=True)
        cell, _ = without_code(cell, at_start=False)
        return cell, is_negative
    if cell[:1] in {"-", "−", "+"}:
        is_negative = cell[0] != "+"
        cell, _ = without_code(cell[1:].strip(SPACES), at_start=True)
        cell, _ = without_code(cell, at_start=False)
        return cell, is_negative
    cell, _ = without_code(cell, at_start=False)
    if cell[-1:] in {"-", "−"}:
        is_negative = True
        cell, _ = without_code(cell[:-1].strip(SPACES), at_start=False)
    return cell, is_negative


def without_code(cell: str, *, at_start: bool) -> tuple[str, bool]:
    for code in sorted(CODES, key=len, reverse=True):
        if at_start and cell.startswith(code):
            return cell[len(code) :].strip(SPACES), True
        if not at_start and cell.endswith(code):
            return cell[: -len(code)].strip(SPACES), True
    return cell, False


def without_groups(whole: str, sign: str) -> str | None:
    """Takes thousands signs out; gives None where groups have not three digits."""
    kinds = {" ": " \u00a0\u2009\u202f", "'": "'’"}.get(sign, sign)
    first, *groups = "".join("_" if sign and c in kinds else c for c in whole).split("_")
    if groups and (not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups)):
        return None
    return first + "".join(groups)


def written_number(value: Decimal, written: NumberFormat, style: int) -> str:
    whole, _, decimals = f"{abs(value):f}".partition(".")
    if style & 1 and not written.is_plain and written.thousands:
        whole = f"{int(whole):,}".replace(",", written.thousands)
    text = whole + (written.decimal + decimals if decimals else "")
    if written.is_plain:
        return f"-{text}" if value < 0 else text
    text = [text, f"€{text}", f"{text} EUR", f"R$ {text}"][style // 2 % 4]
    if value < 0:
        text = [f"-{text}", f"({text})", f"{text}-", f"− {text}"][style // 8 % 4]
    return f" {text}\u00a0" if style & 32 else text


@BATCHES
@given(
    values=st.lists(
        st.tuples(st.decimals(-(10**12), 10**12, allow_nan=False, places=5), st.integers(0, 63)),
        min_size=1,
        max_size=40,
    ),
    written=st.sampled_from(NUMBER_FORMATS),
)
def test_numbers_are_read_back_to_the_digit(run, values, written):
    texts = [written_number(value, written, style) for value, style in values]
    cent = Decimal("0.0001")
    assert run(texts, lambda cell: parse_number(cell, written)) == [
        value.quantize(cent, ROUND_HALF_UP) for value, _ in values
    ]


@BATCHES
@example(texts=["€€0-", "€€0", "€0-", "-€0", "€-0"] * 4, written=NUMBER_FORMATS[0], scale=2)
@given(
    texts=st.lists(
        st.one_of(
            st.text("0123456789.,- '()€+", max_size=9),
            st.lists(
                st.sampled_from(
                    [*"0159.,-−+()'’", "123", "000", *CODES, *SPACES, "e5", "x", "1" * 9]
                ),
                max_size=7,
            ).map("".join),
        ),
        min_size=20,
        max_size=60,
    ),
    written=st.sampled_from(NUMBER_FORMATS),
    scale=st.sampled_from([0, 2, 3, 4, 10]),
)
def test_any_text_is_the_number_it_says_or_none(run, texts, written, scale):
    found = run(texts, lambda cell: parse_number(cell, written, scale=scale))
    wrong = [
        (text, value, expected)
        for text, value in zip(texts, found, strict=True)
        if value != (expected := expected_number(text, written, scale))
    ]
    assert not wrong


DATE_FORMATS = st.builds(
    DateFormat,
    order=st.sampled_from(["ymd", "dmy", "mdy"]),
    separator=st.sampled_from(["-", "/", ".", ""]),
    has_short_year=st.booleans(),
    is_padded=st.booleans(),
    joint=st.sampled_from([" ", "T", ", "]),
    time=st.sampled_from(Presence),
    seconds=st.sampled_from(Presence),
    has_fraction=st.booleans(),
    has_half_days=st.booleans(),
    zone=st.sampled_from(Zone),
    is_trimmed=st.booleans(),
)
INSTANTS = st.datetimes(
    datetime.fromisoformat("1969-01-01"), datetime.fromisoformat("2068-12-31T23:59:59.999999")
)
OFFSETS = st.sampled_from([0, 60, 330, -300, -210, 765])


def written_date(instant: datetime, written: DateFormat, offset: int, style: int) -> str:
    """Writes an instant in a format; what may be left out is left out by `style`."""
    is_padded = written.is_padded or not written.separator or style & 1
    width = "02" if is_padded else ""
    year = f"{instant.year % 100:02}" if written.has_short_year else f"{instant.year}"
    parts = {"y": year, "m": f"{instant.month:{width}}", "d": f"{instant.day:{width}}"}
    text = written.separator.join(parts[part] for part in written.order)
    if not has_part(written.time, style & 2):
        return text
    hour = instant.hour
    if written.has_half_days:
        hour = hour % 12 or 12
    clock = f"{hour:{width}}:{instant.minute:02}"
    if has_part(written.seconds, style & 4):
        clock += f":{instant.second:02}"
        if written.reads_fraction and style & 8:
            clock += f".{instant.microsecond:06}" + "79"[: style & 1]
    if written.has_half_days:
        clock += [" AM", " PM", "am", "p.m."][(instant.hour >= 12) + 2 * bool(style & 16)]
    return text + written.joint + clock + written_zone(written.zone, offset, style)


def written_zone(zone: Zone, offset: int, style: int) -> str:
    if zone is Zone.NONE:
        return ""
    if zone is Zone.UTC or offset == 0:
        return [" UTC", "Z"][style & 1]
    hours, minutes = divmod(abs(offset), 60)
    return f"{'+' if offset > 0 else '-'}{hours:02}{':' if style & 1 else ''}{minutes:02}"


def has_part(presence: Presence, is_wanted: int) -> bool:
    return presence is Presence.ALWAYS or (presence is Presence.SOMETIMES and bool(is_wanted))


def as_written(instant: datetime, written: DateFormat, offset: int, style: int) -> datetime:
    """What remains of an instant after it was written, in UTC where its zone was."""
    if not has_part(written.time, style & 2):
        return datetime.combine(instant.date(), time())
    kept = instant.replace(microsecond=0)
    if not has_part(written.seconds, style & 4):
        kept = kept.replace(second=0)
    elif written.reads_fraction and style & 8:
        kept = instant
    shift = offset if written.zone is Zone.OFFSET else 0
    return (
        kept.replace(tzinfo=timezone(timedelta(minutes=shift))).astimezone(UTC).replace(tzinfo=None)
    )


@settings(BATCHES, max_examples=150)
@given(
    written=DATE_FORMATS,
    cells=st.lists(st.tuples(INSTANTS, OFFSETS, st.integers(0, 31)), min_size=1, max_size=30),
)
def test_dates_are_read_back_to_the_microsecond(run, written, cells):
    texts = [written_date(instant, written, offset, style) for instant, offset, style in cells]
    if not written.is_trimmed:
        texts = [f" {text}\u00a0" for text in texts]
    assert run(texts, lambda cell: parse_timestamp(cell, written)) == [
        as_written(instant, written, offset, style) for instant, offset, style in cells
    ]


@settings(BATCHES, max_examples=100)
@given(
    order=st.sampled_from(["ymd", "dmy", "mdy"]),
    separator=st.sampled_from(["-", "/", "."]),
    cells=st.lists(
        st.tuples(
            st.sampled_from(
                ["1899", "1900", "1999", "2000", "2012", "2099", "2100", "0", "12", "x"]
            ),
            st.sampled_from(["0", "1", "2", "02", "4", "11", "12", "13", "012", "", "-1"]),
            st.sampled_from(["0", "1", "9", "28", "29", "30", "31", "32", "031", "١"]),
            st.sampled_from(
                ["", " 0:00", " 23:59:59", " 24:00", " 8:60", " 8:5", "T08:00", " 8", "Z"]
            ),
            st.sampled_from(["", "", "", " ", "\n", "x", "\u2028"]),
        ),
        min_size=30,
        max_size=60,
    ),
)
def test_any_text_is_the_date_it_says_or_none(run, order, separator, cells):
    texts, expected = [], []
    for year, month, day, clock, rest in cells:
        parts = {"y": year, "m": month, "d": day}
        texts.append(separator.join(parts[part] for part in order) + clock + rest)
        expected.append(expected_date(year, month, day, clock, rest))
    written = DateFormat(order, separator)
    assert run(texts, lambda cell: parse_timestamp(cell, written)) == expected


def expected_date(year: str, month: str, day: str, clock: str, rest: str) -> datetime | None:
    clocks = {"": time(), " 0:00": time(), " 23:59:59": time(23, 59, 59)}
    is_short = len(month) <= 2 and len(day) <= 2 and (month + day).isascii()
    if clock not in clocks or rest.strip(SPACES) or not is_short:
        return None
    try:
        found = datetime.combine(date(int(year), int(month), int(day)), clocks[clock])
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2099 and int(month) > 0 else None


@BATCHES
@given(texts=st.lists(st.text(f"aB{SPACES}é", max_size=8), min_size=10, max_size=40))
def test_texts_lose_their_spaces_and_nothing_else(run, texts):
    single = [" ".join("".join(" " if c in SPACES else c for c in t).split(" ")) for t in texts]
    expected = [" ".join(text.split()) or None for text in single]
    assert run(texts, parse_text) == expected


@BATCHES
@given(
    texts=st.lists(
        st.text(f"0A.é{SPACES}", max_size=6) | st.sampled_from(["NULL", "nan", "17850.0", "N/A"]),
        min_size=10,
        max_size=40,
    ),
    has_trailing_zero=st.booleans(),
)
def test_identifiers_lose_what_is_around_them_and_nothing_else(run, texts, has_trailing_zero):
    expected = []
    for text in texts:
        bare = text.strip(SPACES)
        bare = bare.removesuffix(".0") if has_trailing_zero else bare
        expected.append(None if bare in {"", "NULL", "nan", "N/A"} else bare)
    found = run(texts, lambda cell: parse_identifier(cell, has_trailing_zero=has_trailing_zero))
    assert found == expected
