"""Lake sweep: removes files that no kept version names, and shortens the logs of tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shopkeeper.engines.lake import Lake

# A table with fewer commits than this has nothing to shorten.
LEAST_COMMITS = 10


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file of a table that no kept version names.

    Attributes:
        path: The file.
        size_bytes: What its removal gives back; nothing where another name of it is kept.
    """

    path: Path
    size_bytes: int


def leftovers(lake: Lake, kept: Mapping[tuple[str, str], Collection[str]]) -> Iterator[Leftover]:
    """Gives the files of tables that no kept version names.

    Args:
        lake: The folders.
        kept: Layer and table → files to keep. A table that is left out has none.
    """
    for log in sorted(lake.folder.glob("*/*/_delta_log")):
        table = log.parent
        names = set(kept.get((table.parent.name, table.name), ()))
        for path in sorted(table.rglob("*.parquet")):
            inside = path.relative_to(table)
            if inside.parts[0] != log.name and inside.as_posix() not in names:
                found = path.stat()
                yield Leftover(path, found.st_size if found.st_nlink == 1 else 0)


def shorten_logs(lake: Lake) -> int:
    """Sums up each table's log and removes entries older than Delta Lake's own 30 days.

    Returns:
        Number of tables.
    """
    from deltalake import DeltaTable

    found = 0
    for log in sorted(lake.folder.glob("*/*/_delta_log")):
        table = DeltaTable(str(log.parent))
        if table.version() >= LEAST_COMMITS:
            table.create_checkpoint()
            table.cleanup_metadata()
            found += 1
    return found


def remove_all(files: Collection[Leftover]) -> None:
    """Removes files, and folders that are empty without them."""
    for leftover in files:
        leftover.path.unlink(missing_ok=True)
        with suppress(OSError):
            # A folder of parts goes with the last of them.
            leftover.path.parent.rmdir()
