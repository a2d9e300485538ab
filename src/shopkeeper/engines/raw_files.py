"""Reads a raw file into DuckDB as it is: every column text, every row in file order, none lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from shopkeeper.engines.duckdb import quote_name, quote_text
from shopkeeper.engines.raw_layout import (
    ROW_NUMBER,
    SHEET,
    Compression,
    FileFormat,
    FileInspection,
)
from shopkeeper.engines.raw_text import (
    MendedText,
    ReadableText,
    RejectedLine,
    direct_text,
    mend_text,
)
from shopkeeper.engines.raw_workbooks import read_workbook
from shopkeeper.errors import FileUnreadableError, FormatError, StorageError, shorten

if TYPE_CHECKING:
    import duckdb

# Longest record in bytes; what DuckDB takes by default, named so that it does not change with it.
LONGEST_RECORD_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class RawRead:
    """A raw file as relations of a connection.

    Attributes:
        relation: View with one row per readable row of the file, in its order: `_row_number`
            (place among all data rows, unreadable ones included, from 1), then `columns`.
        rejected_relation: Table with one row per unreadable line: `_row_number`,
            `line_number` (physical, from 1), `reason` (see `Flaw`) and `text` (capped).
        columns: Columns of the file as written there; for a workbook also `_sheet`, at the end.
        row_count: Rows of `relation`.
        rejected_count: Rows of `rejected_relation`.
        file: Parquet file that holds the rows, in file order.
    """

    relation: str
    rejected_relation: str
    columns: tuple[str, ...]
    row_count: int
    rejected_count: int
    file: Path


def read_raw(
    connection: duckdb.DuckDBPyConnection,
    inspection: FileInspection,
    folder: Path,
    *,
    name: str = "raw",
) -> RawRead:
    """Reads a file once into a new Parquet file in `folder` and opens that as view `name`.

    Row numbers cost nothing: they are the places of the rows in that Parquet file. A Parquet file
    is not copied but viewed where it lies, with its own types.

    Args:
        connection: An open DuckDB that keeps the order of insertion, as it does by default; views
            and tables are temporary.
        inspection: What is known of the file.
        folder: Existing folder for the Parquet file, which the caller deletes when it is done, and
            for temporary texts.
        name: Name of the view; the rejected lines are in `<name>_rejected`.

    Raises:
        FileUnreadableError: The file changed or vanished since it was inspected.
        FormatError: Most lines do not fit the header.
        StorageError: `folder` cannot be written, or the disk is full.
    """
    # A new name each time: DuckDB may hold pages of a file that had the same name before.
    target = folder / f"{name}-{uuid4().hex}.parquet"
    try:
        return _READERS[inspection.file_format](_Reading(connection, inspection, target, name))
    except OSError as error:
        target.unlink(missing_ok=True)
        raise _storage_error(inspection, error) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


class _LineDoesNotFitError(Exception):
    """DuckDB found a line that it cannot split into the fields of the header."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is read, and where to."""

    connection: duckdb.DuckDBPyConnection
    inspection: FileInspection
    target: Path
    name: str


def _read_parquet(reading: _Reading) -> RawRead:
    columns, path = reading.inspection.header, reading.inspection.path
    row = reading.connection.execute(
        f"SELECT count(*) FROM read_parquet({quote_text(str(path))})"
    ).fetchone()
    assert row is not None
    return _publish(reading, path, columns, row[0])


def _read_excel(reading: _Reading) -> RawRead:
    columns = (*reading.inspection.header, SHEET)
    handle = f"{reading.name} (workbook)"
    reading.connection.register(handle, read_workbook(reading.inspection))
    cells = ", ".join(quote_name(column) for column in reading.inspection.header)
    # Formatted but empty rows at the end of a sheet are no rows.
    query = f"SELECT * FROM {quote_name(handle)} WHERE coalesce({cells}) IS NOT NULL"
    try:
        count = _copy(reading, query)
    finally:
        reading.connection.unregister(handle)
    return _publish(reading, reading.target, columns, count)


def _read_text(reading: _Reading) -> RawRead:
    """Lets DuckDB split the text where each line is a record; else splits it by hand."""
    inspection, folder = reading.inspection, reading.target.parent
    with direct_text(inspection, folder) as text:
        if not inspection.needs_mending:
            count = _split_by_duckdb(reading, text)
            if count is not None:
                return _publish(reading, reading.target, inspection.header, count)
        with mend_text(inspection, text, folder) as mended:
            return _read_mended(reading, mended, text.encoding)


def _split_by_duckdb(reading: _Reading, text: ReadableText) -> int | None:
    """Splits on all cores.

    DuckDB guesses where a record begins when it starts in the middle of a text, and drops a last
    record whose quote is open when it does not. If there are as many records as lines, each line
    is a record and neither can have happened.

    Returns:
        The number of rows; None if a line is no record.
    """
    columns = reading.inspection.header
    select = ", ".join(quote_name(column) for column in columns)
    scan = _scan(reading.inspection, text, columns, {"header": "true"})
    try:
        count = _copy(reading, f"SELECT {select} FROM {scan}")
    except _LineDoesNotFitError:
        return None
    return count if count + 1 == text.line_count else None


def _read_mended(reading: _Reading, mended: MendedText, encoding: str) -> RawRead:
    inspection = reading.inspection
    text, columns = ReadableText(mended.path, encoding), (ROW_NUMBER, *inspection.header)
    # The end of the line is said, because DuckDB takes the first it sees, also inside of quotes.
    parallel = "false" if mended.has_line_breaks else "true"
    options = {"header": "false", "parallel": parallel, "new_line": r"'\n'"}
    scan = _scan(inspection, text, columns, options)
    select = ", ".join(quote_name(column) for column in inspection.header)
    number = f"CAST({quote_name(ROW_NUMBER)} AS BIGINT) AS {quote_name(ROW_NUMBER)}"
    try:
        count = _copy(reading, f"SELECT {number}, {select} FROM {scan}")
    except _LineDoesNotFitError as error:
        raise _unsplittable(inspection, str(error)) from error
    if count != mended.row_count:
        raise _unsplittable(inspection, f"{mended.row_count:,} rows became {count:,}")
    return _publish(reading, reading.target, inspection.header, count, mended.rejected)


def _scan(
    inspection: FileInspection,
    text: ReadableText,
    columns: Sequence[str],
    options: Mapping[str, str],
) -> str:
    """Gives the table function that reads a text with every column as text, strictly."""
    types = ", ".join(f"{quote_text(column)}: 'VARCHAR'" for column in columns)
    is_gzip = text.path == inspection.path and inspection.compression is Compression.GZIP
    arguments = {
        "columns": f"{{{types}}}",
        "auto_detect": "false",
        "strict_mode": "true",
        "delim": quote_text(inspection.delimiter),
        "quote": quote_text(inspection.quote),
        "escape": quote_text(inspection.quote),
        "encoding": quote_text(text.encoding),
        "compression": "'gzip'" if is_gzip else "'none'",
        "max_line_size": str(LONGEST_RECORD_BYTES),
        **options,
    }
    listed = ", ".join(f"{name} = {value}" for name, value in arguments.items())
    return f"read_csv({quote_text(str(text.path))}, {listed})"


def _copy(reading: _Reading, query: str) -> int:
    """Writes the rows of a query in their order; gives their number.

    Raises:
        _LineDoesNotFitError: A text has a line that DuckDB cannot split.
        FileUnreadableError, StorageError: The file vanished, or the disk is full.
    """
    import duckdb

    try:
        row = reading.connection.execute(
            f"COPY ({query}) TO {quote_text(str(reading.target))} (FORMAT parquet)"
        ).fetchone()
    except duckdb.IOException as error:
        raise _storage_error(reading.inspection, error) from error
    except (
        duckdb.InvalidInputException,
        duckdb.ConversionException,
        duckdb.NotImplementedException,
    ) as error:
        raise _LineDoesNotFitError(str(error)) from error
    assert row is not None
    return int(row[0])


def _publish(
    reading: _Reading,
    file: Path,
    columns: tuple[str, ...],
    row_count: int,
    rejected: Sequence[RejectedLine] | None = None,
) -> RawRead:
    """Opens the view of the rows and the table of the rejected lines."""
    number = quote_name(ROW_NUMBER)
    place = number if rejected is not None else f"file_row_number + 1 AS {number}"
    select = ", ".join(quote_name(column) for column in columns)
    reading.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {quote_name(reading.name)} AS SELECT {place}, {select} "
        f"FROM read_parquet({quote_text(str(file))}, file_row_number = true)"
    )
    rejected_name = f"{reading.name}_rejected"
    _create_rejected(reading, rejected_name, rejected or ())
    return RawRead(reading.name, rejected_name, columns, row_count, len(rejected or ()), file)


def _create_rejected(reading: _Reading, name: str, rejected: Sequence[RejectedLine]) -> None:
    import pyarrow as pa

    columns = {
        ROW_NUMBER: pa.array([line.row_number for line in rejected], pa.int64()),
        "line_number": pa.array([line.line_number for line in rejected], pa.int64()),
        "reason": pa.array([str(line.flaw) for line in rejected], pa.string()),
        "text": pa.array([line.text for line in rejected], pa.string()),
    }
    handle = f"{name} (lines)"
    reading.connection.register(handle, pa.table(columns))
    reading.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote_name(name)} AS SELECT * FROM {quote_name(handle)}"
    )
    reading.connection.unregister(handle)


def _unsplittable(inspection: FileInspection, reason: str) -> FormatError:
    return FormatError(
        f"The rows of `{inspection.path.name}` cannot be told apart: {shorten(reason, 120)}",
        "save it again as CSV with quotes around every text",
        {"path": str(inspection.path)},
    )


def _storage_error(inspection: FileInspection, error: Exception) -> Exception:
    if not inspection.path.is_file():
        return FileUnreadableError(
            f"`{inspection.path.name}` vanished while it was read.", "put it back and run again"
        )
    return StorageError(
        f"The rows of `{inspection.path.name}` could not be written: {shorten(error, 120)}",
        "make room on the disk and run again; the last good tables are untouched",
        {"path": str(inspection.path)},
    )


_READERS = {
    FileFormat.CSV: _read_text,
    FileFormat.EXCEL: _read_excel,
    FileFormat.PARQUET: _read_parquet,
}
