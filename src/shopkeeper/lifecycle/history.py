"""History: every change of a model's champion, kept as a file with the verdict that allowed it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shopkeeper.errors import StorageError
from shopkeeper.lifecycle.promotion import Verdict

HISTORY_FILE = "history.json"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the champion.

    Attributes:
        action: `promoted` or `rolled back`.
        version: Champion from then on.
        previous: Champion until then; None where there was none.
        at: When, UTC.
        verdict: What the gate had said of the new champion.
    """

    action: str
    version: int
    previous: int | None
    at: datetime
    verdict: Verdict | None


def read_changes(folder: Path) -> tuple[Change, ...]:
    """Gives the changes of a model, oldest first.

    Args:
        folder: Folder of the model's name.

    Raises:
        StorageError: The file is damaged.
    """
    file = folder / HISTORY_FILE
    if not file.exists():
        return ()
    try:
        return tuple(
            Change(
                change["action"],
                change["version"],
                change["previous"],
                datetime.fromisoformat(change["at"]),
                Verdict.from_plain(change["verdict"]) if change["verdict"] else None,
            )
            for change in json.loads(file.read_text(encoding="utf-8"))
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"`{file}` cannot be read: {error}.", "move it away") from error


def record_change(folder: Path, change: Change) -> None:
    """Adds a change; the file is replaced whole."""
    plain = [
        {
            "action": c.action,
            "version": c.version,
            "previous": c.previous,
            "at": c.at.isoformat(),
            "verdict": c.verdict.to_plain() if c.verdict else None,
        }
        for c in (*read_changes(folder), change)
    ]
    replace_text(folder / HISTORY_FILE, json.dumps(plain, indent=1, sort_keys=True) + "\n")


def replace_text(file: Path, text: str) -> None:
    """Writes a file aside and puts it in its place whole.

    Raises:
        StorageError: The folder cannot be written.
    """
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise StorageError(f"`{file}` cannot be written: {error.strerror}.") from error
