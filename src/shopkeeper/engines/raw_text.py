"""Texts made ready for DuckDB: unpacked, rewritten as UTF-8, and freed of lines that do not fit."""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from shopkeeper.engines.raw_layout import Compression, FileInspection
from shopkeeper.engines.raw_lines import (
    CHARACTERS_OF_A_LINE,
    Flaw,
    Record,
    RecordShape,
    physical_lines,
    split_records,
)
from shopkeeper.errors import FileUnreadableError, FormatError, shorten

# Encodings that DuckDB reads itself without loss; all others are rewritten as UTF-8 first.
READ_BY_DUCKDB = frozenset({"utf-8", "latin-1"})
CHUNK_BYTES = 1 << 20
# Above this share a file is given up: its header or its delimiter is wrong, not some of its lines.
# Fewer lines than the first number prove nothing; at multiples of the second it is looked early.
REJECTED_SHARE_AT_MOST = 0.5
REJECTED_LINES_AT_LEAST = 10
REJECTED_LINES_BETWEEN_LOOKS = 100_000


@dataclass(frozen=True, slots=True)
class ReadableText:
    """A text that DuckDB can open.

    Attributes:
        path: The raw file itself, or a copy that is gone when its context ends.
        encoding: `utf-8` or `latin-1`.
        line_count: Physical lines without blank ones at the end; None where unknown.
    """

    path: Path
    encoding: str
    line_count: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that cannot be split into the fields that the header names.

    Attributes:
        row_number: Place among all data rows of the file, from 1.
        line_number: Physical line, from 1.
        flaw: Why it cannot be read.
        text: The line, capped.
    """

    row_number: int
    line_number: int
    flaw: Flaw
    text: str


@dataclass(frozen=True, slots=True)
class MendedText:
    """A text without header whose every record fits, its row number first, and what was left out.

    Attributes:
        path: Where it lies; it is gone when the context ends.
        row_count: Records in it.
        has_line_breaks: Whether any of their fields holds a line break.
        rejected: Lines that are not in it, in file order.
    """

    path: Path
    row_count: int
    has_line_breaks: bool
    rejected: tuple[RejectedLine, ...]


@contextmanager
def open_bytes(inspection: FileInspection) -> Iterator[BinaryIO]:
    """Opens the unpacked bytes of a text or workbook.

    Raises:
        FileUnreadableError: The file is damaged or changed since it was inspected.
    """
    try:
        if inspection.compression is Compression.GZIP:
            with gzip.open(inspection.path, "rb") as unpacked:
                yield cast("BinaryIO", unpacked)
        elif inspection.compression is Compression.ZIP and inspection.member is not None:
            with (
                zipfile.ZipFile(inspection.path) as archive,
                archive.open(inspection.member) as unpacked,
            ):
                yield cast("BinaryIO", unpacked)
        else:
            with inspection.path.open("rb") as plain:
                yield plain
    except (zipfile.BadZipFile, EOFError, gzip.BadGzipFile, UnicodeError) as error:
        raise FileUnreadableError(
            f"`{inspection.path.name}` changed while it was read: {shorten(error)}",
            "run again when nothing writes to it",
            {"path": str(inspection.path)},
        ) from error


@contextmanager
def direct_text(inspection: FileInspection, folder: Path) -> Iterator[ReadableText]:
    """Gives what DuckDB can open: the file itself, or a copy in `folder` while this is open.

    Raises:
        FileUnreadableError: The file is damaged or changed since it was inspected.
    """
    if inspection.encoding in READ_BY_DUCKDB and inspection.compression is not Compression.ZIP:
        yield ReadableText(inspection.path, inspection.encoding, inspection.line_count)
        return
    with _temporary(folder) as path:
        with open_bytes(inspection) as source, path.open("wb") as target:
            line_count = _rewrite(source, target, inspection.encoding)
        yield ReadableText(path, "utf-8", line_count)


def _rewrite(source: BinaryIO, target: BinaryIO, encoding: str) -> int:
    """Writes a text anew as UTF-8; gives the number of its lines."""
    decode = codecs.getincrementaldecoder(encoding)().decode
    newlines, last = 0, ""
    while chunk := source.read(CHUNK_BYTES):
        text = decode(chunk)
        newlines += text.count("\n")
        last = text[-1:] or last
        target.write(text.encode("utf-8"))
    target.write(decode(b"", final=True).encode("utf-8"))
    return newlines + (last != "\n")


@contextmanager
def mend_text(inspection: FileInspection, text: ReadableText, folder: Path) -> Iterator[MendedText]:
    """Gives the records of a text that fit its header, in a copy in `folder` while this is open.

    Raises:
        FormatError: Most lines do not fit the header.
    """
    columns = len(inspection.header)
    shape = RecordShape(inspection.delimiter, inspection.quote, columns, text.encoding)
    delimiter = shape.delimiter.encode(shape.encoding)
    with _temporary(folder) as target:
        rejected: list[RejectedLine] = []
        kept, has_line_breaks = 0, False
        with _open_lines(inspection, text.path) as source, target.open("wb") as output:
            for record in split_records(physical_lines(source), shape):
                if record.flaw is None:
                    kept += 1
                    has_line_breaks = has_line_breaks or b"\n" in record.data
                    output.write(b"%d%b%b\n" % (record.row_number, delimiter, record.data))
                else:
                    rejected.append(_rejected(record, record.flaw, shape.encoding))
                    if len(rejected) % REJECTED_LINES_BETWEEN_LOOKS == 0:
                        _check_share(inspection, kept, rejected)
        _check_share(inspection, kept, rejected)
        yield MendedText(target, kept, has_line_breaks, tuple(rejected))


@contextmanager
def _open_lines(inspection: FileInspection, path: Path) -> Iterator[BinaryIO]:
    if path != inspection.path:
        with path.open("rb") as source:
            yield _after_mark(source)
    else:
        with open_bytes(inspection) as source:
            yield _after_mark(source)


def _after_mark(source: BinaryIO) -> BinaryIO:
    """Skips a byte order mark: behind it, a quote would not open a field."""
    if source.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        source.seek(0)
    return source


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as file:
        path = Path(file.name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _rejected(record: Record, flaw: Flaw, encoding: str) -> RejectedLine:
    # A character has up to four bytes; cutting first keeps the cost of a huge line small.
    text = record.data[: 4 * CHARACTERS_OF_A_LINE].decode(encoding, "replace")
    shown = text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:CHARACTERS_OF_A_LINE]
    return RejectedLine(record.row_number, record.line_number, flaw, shown)


def _check_share(inspection: FileInspection, kept: int, rejected: list[RejectedLine]) -> None:
    is_proof = len(rejected) >= REJECTED_LINES_AT_LEAST or not kept
    if is_proof and len(rejected) > REJECTED_SHARE_AT_MOST * (kept + len(rejected)):
        first = rejected[0]
        raise FormatError(
            f"Most lines of `{inspection.path.name}` do not have the "
            f"{len(inspection.header):,} fields of its header; first: line {first.line_number} "
            f"`{shorten(first.text)}`",
            "name the right `delimiter` in shopkeeper.toml, or save the file again as CSV",
            {"path": str(inspection.path), "line": first.line_number},
        )
