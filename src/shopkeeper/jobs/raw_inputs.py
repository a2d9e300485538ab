"""Raw inputs: the files that a source names, and tables of databases brought in as files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from shopkeeper.engines.postgres_source import fetch_rows, is_database
from shopkeeper.engines.raw_layout import FileInspection
from shopkeeper.errors import FileUnreadableError
from shopkeeper.settings import SourceSettings
from shopkeeper.sources.reading.inspection import inspect_file

DATA_ENDINGS = (
    *(".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz"),
    *(".parquet", ".xlsx", ".xls", ".zip"),
)


@dataclass(frozen=True, slots=True)
class RawInput:
    """Something to be read.

    Attributes:
        path: File that holds its rows now.
        name: Name under which it is known: a path as seen from the workspace, or an address.
    """

    path: Path
    name: str


def inputs_of(source: SourceSettings, folder: Path, aside: Path) -> tuple[RawInput, ...]:
    """Gives what a source names.

    Args:
        source: One source of the settings.
        folder: The workspace.
        aside: Folder for files that stand only while the job runs.

    Raises:
        FileUnreadableError: There is no file.
        ServerUnavailableError: A database cannot be reached.
    """
    if is_database(source.path):
        aside.mkdir(parents=True, exist_ok=True)
        file = aside / f"{source.name}.csv"
        return (RawInput(file, fetch_rows(source.path, file)),)
    return tuple(RawInput(path, _name(path, folder)) for path in files_of(source, folder))


def files_of(source: SourceSettings, folder: Path) -> tuple[Path, ...]:
    """Gives the files a source names: one, all in a folder, or all that match a pattern.

    Raises:
        FileUnreadableError: There is none.
    """
    path = Path(os.path.normpath(folder / source.path))
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.name.lower().endswith(DATA_ENDINGS))
        if not found:
            raise FileUnreadableError(
                f"The folder `{source.path}` of source `{source.name}` holds no order file.",
                f"put files there that end in {', '.join(DATA_ENDINGS)}",
            )
        return tuple(found)
    if any(sign in path.name for sign in "*?["):
        found = sorted(path.parent.glob(path.name))
        if not found:
            raise FileUnreadableError(
                f"No file matches `{source.path}` of source `{source.name}`.",
                "correct `path` in shopkeeper.toml, or the name that the command was given",
            )
        return tuple(found)
    return (path,)


def inspect(source: SourceSettings, path: Path) -> FileInspection:
    """Looks at a file as the source's settings say it is written."""
    written = source.format
    return inspect_file(
        path, delimiter=written.delimiter, encoding=written.encoding, sheet=written.sheet
    )


def _name(path: Path, folder: Path) -> str:
    """Gives the path of a file as seen from the workspace, so that both can move together."""
    return os.path.relpath(path.resolve(), folder)
