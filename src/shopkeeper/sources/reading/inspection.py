"""Looks at a raw file before it is read: what it is, how it is written, what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from shopkeeper.engines.raw_layout import Compression, FileFormat, FileInspection
from shopkeeper.errors import FileUnreadableError, closest_hint
from shopkeeper.sources.reading.file_bytes import (
    CHUNK_BYTES,
    GZIP_MAGIC,
    ZIP_MAGIC,
    HashedFile,
    open_file,
    unpack_gzip,
)
from shopkeeper.sources.reading.file_kinds import OLD_WORKBOOK_MAGIC, PARQUET_MAGIC
from shopkeeper.sources.reading.packed_files import inspect_parquet, inspect_workbook, inspect_zip
from shopkeeper.sources.reading.text_files import TextHints, inspect_text

__all__ = ["Compression", "FileFormat", "FileInspection", "inspect_file"]


def inspect_file(
    path: Path,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> FileInspection:
    """Looks at a raw file in one pass over its bytes.

    Args:
        path: A CSV, TSV, Parquet or Excel file; texts may be gzipped, and a zip archive may hold
            one text or workbook.
        delimiter: Sign between fields of a text; None to find it out.
        encoding: Name of the encoding of a text; None to find it out.
        sheet: Name of the sheet of a workbook; None for all that are like the first.

    Raises:
        FileUnreadableError: The file is missing, a folder, locked away, empty, without rows,
            truncated, damaged or no table.
        FormatError: Its encoding, delimiter, header or sheets cannot be understood.
    """
    _check_place(path)
    with open_file(path) as source:
        file = HashedFile(source, path.name)
        head = file.read(CHUNK_BYTES)
        if not head:
            raise FileUnreadableError(f"`{path.name}` is empty.", "check the export")
        found = _inspect(path, file, head, TextHints(delimiter, encoding), sheet)
        fingerprint = file.sha256()
    return replace(found, size_bytes=file.size_bytes, sha256=fingerprint)


def _inspect(
    path: Path, file: HashedFile, head: bytes, hints: TextHints, sheet: str | None
) -> FileInspection:
    draft = FileInspection(path, FileFormat.CSV, Compression.NONE, 0, "", ())
    if head.startswith(PARQUET_MAGIC):
        return inspect_parquet(draft)
    if head.startswith(OLD_WORKBOOK_MAGIC):
        return inspect_workbook(draft, path.read_bytes(), sheet)
    if head.startswith(ZIP_MAGIC):
        return inspect_zip(draft, hints, sheet)
    if head.startswith(GZIP_MAGIC):
        packed = replace(draft, compression=Compression.GZIP)
        return inspect_text(packed, unpack_gzip(file.chunks(head), path.name), hints)
    return inspect_text(draft, file.chunks(head), hints)


def _check_place(path: Path) -> None:
    """Holds a path to naming a file."""
    if path.is_dir():
        raise FileUnreadableError(
            f"`{path.name}` is a folder, not a file.",
            "name a file in it, or a pattern such as `orders/*.csv`",
            {"path": str(path)},
        )
    if path.is_file():
        return
    if path.exists():
        raise FileUnreadableError(
            f"`{path.name}` is a device or a pipe, not a file.", "save its content as a file first"
        )
    if not path.parent.is_dir():
        raise FileUnreadableError(
            f"There is no file `{path}`: its folder does not exist.",
            "check the path",
            {"path": str(path)},
        )
    neighbours = [other.name for other in path.parent.iterdir() if other.is_file()]
    raise FileUnreadableError(
        f"There is no file `{path}`.",
        closest_hint(path.name, neighbours) or "check the path; the folder holds no other file",
        {"path": str(path)},
    )
