"""Splits flawed delimited text by hand: the records that can be read, and the lines that cannot."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import BinaryIO, NamedTuple

# A quote that is not closed within this many lines or bytes was never meant to open a field.
LINES_OF_ONE_RECORD = 10_000
BYTES_OF_ONE_RECORD = 1_900_000
# Characters of an unreadable line that are kept.
CHARACTERS_OF_A_LINE = 1_000
_LONE_RETURN = re.compile(rb"(?<=\r)(?!\n)")


class Flaw(StrEnum):
    """Why a line cannot be split into the fields that the header names."""

    FIELD_COUNT = "field_count"
    OPEN_QUOTE = "open_quote"
    TEXT_AFTER_QUOTE = "text_after_quote"
    ENCODING = "encoding"
    NUL_CHARACTER = "nul_character"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class RecordShape:
    """How the records of a text file are written.

    Attributes:
        delimiter: Sign between two fields.
        quote: Sign around a field; doubled inside of one.
        column_count: Number of fields in a record.
        encoding: `utf-8` or `latin-1`: ASCII signs must stand as single bytes.
    """

    delimiter: str
    quote: str
    column_count: int
    encoding: str = "utf-8"

    @cached_property
    def delimiter_byte(self) -> bytes:
        """The delimiter as it stands in the file."""
        return self.delimiter.encode(self.encoding)

    @cached_property
    def quote_byte(self) -> bytes:
        """The quote as it stands in the file."""
        return self.quote.encode(self.encoding)

    @cached_property
    def field(self) -> re.Pattern[bytes]:
        """One field and what ends it; a space may stand before its quote, as DuckDB allows."""
        return re.compile(self._field_pattern() + b"(" + self._delimiter() + rb"|\Z)")

    @cached_property
    def record(self) -> re.Pattern[bytes]:
        """A whole record; empty fields too many at the end are let pass, as DuckDB does."""
        field, delimiter, quote = self._field_pattern(), self._delimiter(), self._quote()
        more = b"(?:%b%b){%d}" % (delimiter, field, self.column_count - 1)
        empty = b"(?:%b(?: ?%b%b *)?)*" % (delimiter, quote, quote)
        return re.compile(field + more + empty + rb"\Z")

    @cached_property
    def open_record(self) -> re.Pattern[bytes]:
        """The beginning of a record up to a quoted field whose closing quote is missing."""
        fields = b"(?:%b%b){0,%d}" % (
            self._field_pattern(),
            self._delimiter(),
            self.column_count - 1,
        )
        quote = self._quote()
        return re.compile(fields + rb" ?%b[^%b]*(?:%b%b[^%b]*)*\Z" % ((quote,) * 5))

    @cached_property
    def closing(self) -> re.Pattern[bytes]:
        """The rest of a quoted field up to and with its closing quote."""
        quote = self._quote()
        return re.compile(rb"[^%b]*(?:%b%b[^%b]*)*%b(?!%b)" % ((quote,) * 6))

    def _field_pattern(self) -> bytes:
        quote, delimiter = self._quote(), self._delimiter()
        quoted = b" ?%b[^%b]*(?:%b%b[^%b]*)*%b *" % ((quote,) * 6)
        return b"(?:%b|(?! ?%b)[^%b\\r\\n]*)" % (quoted, quote, delimiter)

    def _quote(self) -> bytes:
        return re.escape(self.quote_byte)

    def _delimiter(self) -> bytes:
        return re.escape(self.delimiter_byte)


class Record(NamedTuple):
    """One data record of a file, or one line that is none.

    Attributes:
        row_number: Place among all records of the file, unreadable ones included, from 1.
        line_number: Physical line on which it begins, from 1.
        data: Its bytes, without the end of the line.
        flaw: Why it cannot be read; None if it can.
    """

    row_number: int
    line_number: int
    data: bytes
    flaw: Flaw | None


def physical_lines(source: BinaryIO) -> Iterator[bytes]:
    r"""Gives the lines of a file with their ends, which may be `\n`, `\r\n` or `\r`, also mixed."""
    for line in source:
        if b"\r" in line and (line.count(b"\r") > 1 or not line.endswith(b"\r\n")):
            yield from (part for part in _LONE_RETURN.split(line) if part)
        else:
            yield line


def split_records(lines: Iterable[bytes], shape: RecordShape) -> Iterator[Record]:
    """Gives the records after the header; a line that spoils its record stands alone.

    Blank lines are no records. Where a quoted field that spans several lines does not end well,
    only its first line is given up, so that the lines behind it are neither lost nor shifted.
    """
    upcoming = _Lookahead(lines)
    delimiter, quote, signs = shape.delimiter_byte, shape.quote_byte, shape.column_count - 1
    row_number = -1
    for line in upcoming:
        content = line.rstrip(b"\r\n")
        if not content:
            continue
        flaw, line_number = None, upcoming.line_number
        # Most lines have no quote and nothing odd; looking closer takes ten times as long.
        is_plain = content.count(delimiter) == signs and quote not in content
        is_usual = content.isascii() and b"\0" not in content
        if not is_plain or not is_usual or len(content) > BYTES_OF_ONE_RECORD:
            flaw = _flaw_of_line(content, shape)
            if flaw is Flaw.OPEN_QUOTE:
                content, flaw = _read_on(line, upcoming, shape)
        row_number += 1
        if row_number:
            yield Record(row_number, line_number, content, flaw)


def _flaw_of_line(content: bytes, shape: RecordShape) -> Flaw | None:
    if b"\0" in content:
        return Flaw.NUL_CHARACTER
    if len(content) > BYTES_OF_ONE_RECORD:
        return Flaw.TOO_LONG
    if shape.encoding == "utf-8" and not _is_utf8(content):
        return Flaw.ENCODING
    if shape.record.match(content):
        return None
    return Flaw.OPEN_QUOTE if shape.open_record.match(content) else _flaw_of_fields(content, shape)


def _flaw_of_fields(content: bytes, shape: RecordShape) -> Flaw:
    """Walks the fields of a record that does not match, to say why."""
    position = 0
    while match := shape.field.match(content, position):
        if not match[1]:
            return Flaw.FIELD_COUNT
        position = match.end()
    return Flaw.TEXT_AFTER_QUOTE


def _read_on(first: bytes, lines: _Lookahead, shape: RecordShape) -> tuple[bytes, Flaw | None]:
    """Adds lines until the open quote closes; gives back all but the first if that fails."""
    parts, size = [first], len(first)
    flaw: Flaw | None = Flaw.OPEN_QUOTE
    for line in lines:
        parts.append(line)
        size += len(line)
        if len(parts) > LINES_OF_ONE_RECORD or size > BYTES_OF_ONE_RECORD:
            break
        if shape.closing.match(line):
            flaw = _flaw_of_line(b"".join(parts).rstrip(b"\r\n"), shape)
            if flaw is not Flaw.OPEN_QUOTE:
                break
    if flaw in {None, Flaw.FIELD_COUNT}:
        return b"".join(parts).rstrip(b"\r\n"), flaw
    lines.give_back(parts[1:])
    return first.rstrip(b"\r\n"), flaw


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Lookahead:
    """Lines that can be given back, and the number of the line taken last."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._returned: deque[bytes] = deque()
        self.line_number = 0

    def __iter__(self) -> Iterator[bytes]:
        returned, lines = self._returned, self._lines
        while True:
            line = returned.popleft() if returned else next(lines, None)
            if line is None:
                return
            self.line_number += 1
            yield line

    def give_back(self, lines: list[bytes]) -> None:
        """Makes the lines taken last the next ones again."""
        self._returned.extendleft(reversed(lines))
        self.line_number -= len(lines)
