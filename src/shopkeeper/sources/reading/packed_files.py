"""Parquet files, workbooks and zip archives, looked at without reading their rows."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree.ElementTree import ParseError

from shopkeeper.engines.raw_layout import Compression, FileFormat, FileInspection
from shopkeeper.engines.raw_text import open_bytes
from shopkeeper.errors import FileUnreadableError, FormatError, closest_hint, shorten
from shopkeeper.sources.reading.file_bytes import CHUNK_BYTES
from shopkeeper.sources.reading.headers import check_header, check_rows
from shopkeeper.sources.reading.text_files import TextHints, inspect_text
from shopkeeper.sources.reading.workbooks import WORKBOOK, Sheet, sheets_of_workbook, sheets_of_xlsx

_TEXT_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
_WORKBOOK_ENDINGS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
# Parts that only workbooks of other formats than `.xlsx` have.
_OTHER_WORKBOOKS = frozenset({"xl/workbook.bin", "content.xml"})
# Flag of a zip member that needs a password.
_ENCRYPTED = 0x1


def inspect_parquet(draft: FileInspection) -> FileInspection:
    """Completes what is known of a Parquet file from its footer.

    Raises:
        FileUnreadableError: It is damaged or has no rows.
        FormatError: Its columns cannot be told apart.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = draft.path.name
    try:
        footer = pq.ParquetFile(draft.path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name, error) from error
    with footer:
        header = tuple(footer.schema_arrow.names)
        check_header(name, header)
        check_rows(name, has_rows=footer.metadata.num_rows > 0)
    return replace(draft, file_format=FileFormat.PARQUET, header=header)


def inspect_zip(draft: FileInspection, hints: TextHints, sheet: str | None) -> FileInspection:
    """Completes what is known of a workbook, or of an archive that holds one text or workbook.

    Raises:
        FileUnreadableError: It is damaged, locked by a password, or holds nothing to read.
        FormatError: It holds several files, or what it holds cannot be understood.
    """
    name = draft.path.name
    try:
        with zipfile.ZipFile(draft.path) as archive:
            parts = set(archive.namelist())
            if WORKBOOK in parts or parts & _OTHER_WORKBOOKS:
                return inspect_workbook(draft, draft.path.read_bytes(), sheet)
            member = _data_member(name, archive)
            packed = replace(draft, compression=Compression.ZIP, member=member)
            if PurePosixPath(member).suffix.lower() in _WORKBOOK_ENDINGS:
                return inspect_workbook(packed, archive.read(member), sheet)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _damaged(name, error) from error
    with open_bytes(packed) as source:
        return inspect_text(packed, iter(lambda: source.read(CHUNK_BYTES), b""), hints)


def inspect_workbook(draft: FileInspection, content: bytes, sheet: str | None) -> FileInspection:
    """Completes what is known of a workbook.

    Args:
        draft: Its path, compression and member.
        content: Its bytes.
        sheet: The sheet that is wanted; None for all that are like the first one with columns.

    Raises:
        FileUnreadableError: It is damaged, empty or has no rows.
        FormatError: There is no such sheet, or its header cannot be understood.
    """
    name = draft.path.name
    filled = [found for found in _sheets(name, content) if found.header]
    if not filled:
        raise FileUnreadableError(f"`{name}` is empty.", "check the export", {"file": name})
    first = _chosen(name, filled, sheet)
    check_header(name, first.header)
    alike = [found for found in filled if found.header == first.header]
    taken = alike if sheet is None else [first]
    check_rows(name, has_rows=any(found.has_rows for found in taken))
    names = tuple(found.name for found in taken)
    others = tuple(found.name for found in filled if found.name not in names)
    return replace(
        draft,
        file_format=FileFormat.EXCEL,
        header=first.header,
        sheets=names,
        other_sheets=others,
    )


def _sheets(name: str, content: bytes) -> tuple[Sheet, ...]:
    import fastexcel

    try:
        if zipfile.is_zipfile(BytesIO(content)):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                if WORKBOOK in archive.namelist():
                    return sheets_of_xlsx(archive)
        return sheets_of_workbook(content)
    except (fastexcel.FastExcelError, KeyError, ParseError, ValueError) as error:
        raise _damaged(name, error) from error


def _chosen(name: str, sheets: Sequence[Sheet], wanted: str | None) -> Sheet:
    """Gives the sheet that is wanted, else the first with columns: notes have a single cell."""
    if wanted is None:
        with_columns = (sheet for sheet in sheets if sum(map(bool, sheet.header)) > 1)
        return next(with_columns, sheets[0])
    for sheet in sheets:
        if sheet.name == wanted:
            return sheet
    raise FormatError(
        f"There is no filled sheet `{shorten(wanted)}` in `{name}`.",
        closest_hint(wanted, [sheet.name for sheet in sheets]),
        {"file": name, "sheet": wanted},
    )


def _data_member(name: str, archive: zipfile.ZipFile) -> str:
    """Gives the one file of an archive that can hold a table."""
    readable = [
        member
        for member in archive.infolist()
        if PurePosixPath(member.filename).suffix.lower() in _TEXT_ENDINGS | _WORKBOOK_ENDINGS
        and not member.filename.startswith("__MACOSX/")
    ]
    if not readable:
        raise FileUnreadableError(
            f"`{name}` holds no CSV, TSV or Excel file.", "unpack it and name the file"
        )
    if len(readable) > 1:
        shown = ", ".join(f"`{shorten(member.filename)}`" for member in readable[:5])
        raise FormatError(
            f"`{name}` holds {len(readable)} files, and only one can be read: {shown}",
            "unpack it and name the file or the folder",
            {"file": name, "members": [member.filename for member in readable]},
        )
    if readable[0].flag_bits & _ENCRYPTED:
        raise FileUnreadableError(f"`{name}` is locked by a password.", "unpack it first")
    return readable[0].filename


def _damaged(name: str, error: Exception) -> FileUnreadableError:
    return FileUnreadableError(
        f"`{name}` is damaged: {shorten(error, 80)}", "copy or download it again", {"file": name}
    )
