"""What must be known of a raw file to read it: its format, its encoding, its signs and columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

# Columns that reading adds; a file must not have columns of these names.
ROW_NUMBER = "_row_number"
SHEET = "_sheet"


class FileFormat(StrEnum):
    """How rows are written in a file."""

    CSV = "csv"
    PARQUET = "parquet"
    EXCEL = "excel"


class Compression(StrEnum):
    """What is wrapped around a file as a whole."""

    NONE = "none"
    GZIP = "gzip"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class FileInspection:
    """A raw file as it lies on disk, looked at but not yet read.

    Attributes:
        path: Where it lies.
        file_format: How its rows are written.
        compression: What is wrapped around it.
        size_bytes: Size as it lies on disk.
        sha256: Hexadecimal SHA-256 of the file as it lies on disk.
        header: Names of its columns, as written.
        member: Name of the one data file inside a zip archive.
        encoding: Python's name of the encoding of a text; empty otherwise.
        has_byte_order_mark: Whether a text begins with one.
        delimiter: Sign between two fields of a text; empty otherwise.
        quote: Sign around a field of a text, doubled inside of one; empty otherwise.
        line_count: Physical lines of a text without blank ones at the end; None where unknown.
        first_damaged_line: First line, from 1, with a byte that is not of the encoding or is NUL.
        is_header_first: Whether the header of a text is one physical line, the very first.
        has_line_breaks: Whether fields hold line breaks, as far as the beginning of a text shows.
        sheets: Sheets of a workbook that have the header, in order.
        other_sheets: Sheets of a workbook that hold something else and are left out.
    """

    path: Path
    file_format: FileFormat
    compression: Compression
    size_bytes: int
    sha256: str
    header: tuple[str, ...]
    member: str | None = None
    encoding: str = ""
    has_byte_order_mark: bool = False
    delimiter: str = ""
    quote: str = ""
    line_count: int | None = None
    first_damaged_line: int | None = None
    is_header_first: bool = True
    has_line_breaks: bool = False
    sheets: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()

    @property
    def needs_mending(self) -> bool:
        """Whether it is known that not every line of a text is a readable record."""
        return (
            self.has_line_breaks or not self.is_header_first or self.first_damaged_line is not None
        )
