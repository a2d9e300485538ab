"""Seen files: how each file lay on disk when it was last looked at, so that nights stay short."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEEN_FILE = "seen_files.json"
FORMAT_VERSION = 1

Key = tuple[str, str, str]


@dataclass
class SeenFiles:
    """What is remembered of files; losing it costs time only, as each is looked at again.

    Attributes:
        file: Where it is kept.
        known: Source, file and settings → size, time of change, and the batch that was read.
    """

    file: Path
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, state_folder: Path) -> SeenFiles:
        """Reads what is remembered; nothing where that is missing or damaged."""
        file = state_folder / SEEN_FILE
        try:
            plain = json.loads(file.read_text(encoding="utf-8"))
            if plain["format_version"] == FORMAT_VERSION:
                return cls(file, dict(plain["files"]))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return cls(file)

    def batch_of(self, key: Key, state: tuple[int, int] | None) -> str | None:
        """Gives the batch a file was read as, if it lies there as it lay then."""
        found = self.known.get(_text(key))
        if state is None or found is None or [found["size"], found["changed"]] != [*state]:
            return None
        return str(found["batch_id"])

    def note(self, key: Key, state: tuple[int, int] | None, batch_id: str) -> None:
        """Remembers how a file lay there before it was looked at."""
        if state is not None:
            size, changed = state
            self.known[_text(key)] = {"size": size, "changed": changed, "batch_id": batch_id}

    def write(self) -> None:
        """Keeps what is remembered, whole or not at all."""
        text = json.dumps({"format_version": FORMAT_VERSION, "files": self.known}, sort_keys=True)
        partial = self.file.with_name(f".{self.file.name}.partial")
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(self.file)


def file_state(path: Path) -> tuple[int, int] | None:
    """Gives size in bytes and time of the last change in nanoseconds; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _text(key: Key) -> str:
    return json.dumps(key)
