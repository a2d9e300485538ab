"""Identity log: every merge and split as a file of its own; only ever added to, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from shopkeeper.errors import StorageError

LOG_FOLDER = "identities"
FORMAT_VERSION = 1

Action = Literal["merge", "split"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One merge or split, as it was recorded.

    Attributes:
        number: Its place in the log, from 1.
        action: What was done.
        at: When, UTC.
        by: Who did it, as the system names them.
        rule: What told it: names of keys, `hand`, or `entry 3` where that one was undone.
        why: What the person who did it said of it; may be empty.
        ids: Ids and guests that count under another name from here on.
        customer_ids: The name of each; None for who stands alone again.
        apart: Ids that a person has told to be different people: no key merges them again.
    """

    number: int
    action: Action
    at: datetime
    by: str
    rule: str
    why: str
    ids: tuple[str, ...]
    customer_ids: tuple[str | None, ...]
    apart: tuple[str, ...] = ()


def read_log(state_folder: Path) -> tuple[Entry, ...]:
    """Gives all entries, oldest first.

    Raises:
        StorageError: An entry is missing or cannot be read.
    """
    folder = state_folder / LOG_FOLDER
    files = sorted(folder.glob("[0-9]*.json")) if folder.is_dir() else []
    entries = tuple(_read(file) for file in files)
    for place, entry in enumerate(entries, start=1):
        if entry.number != place:
            raise StorageError(
                f"Entry {place} of the merges and splits is missing.",
                f"bring `{file_name(place)}` back into `{folder}`; entries are never removed",
            )
    return entries


def append(state_folder: Path, entry: Entry) -> Path:
    """Adds an entry to the log; it stands there whole, or not at all.

    Raises:
        StorageError: It cannot be written, or one of that number stands there.
    """
    folder = state_folder / LOG_FOLDER
    file = folder / file_name(entry.number)
    if file.exists():
        raise StorageError(f"Entry {entry.number} stands in `{folder}` already.", "run it again")
    plain = {**asdict(entry), "at": entry.at.isoformat(), "format_version": FORMAT_VERSION}
    partial = file.with_name(f".{file.name}.partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", "utf-8")
        partial.chmod(0o444)
        partial.rename(file)
    except OSError as error:
        raise StorageError(
            f"The merge or split cannot be recorded: {error.strerror}.",
            "make room on the disk and do it again; nothing has changed",
        ) from error
    return file


def file_name(number: int) -> str:
    """Gives the name of the file of an entry."""
    return f"{number:06}.json"


def _read(file: Path) -> Entry:
    try:
        plain: dict[str, Any] = json.loads(file.read_text("utf-8"))
        plain.pop("format_version")
        plain["at"] = datetime.fromisoformat(plain["at"])
        texts: Sequence[str] = ("ids", "customer_ids", "apart")
        entry = Entry(**{**plain, **{name: tuple(plain[name]) for name in texts}})
        dict(zip(entry.ids, entry.customer_ids, strict=True))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"An entry of the merges and splits cannot be read: `{file.name}`.",
            f"bring `{file}` back as it was; without it nobody knows who is one person",
        ) from error
    return entry
