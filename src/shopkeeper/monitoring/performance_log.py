"""Performance log: what came true of models, day by day; what was never served is marked so.

One file for each model and day on which it was said. It holds figures and names no customer, so
it outlives the scores that it was measured on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from shopkeeper.errors import StorageError
from shopkeeper.monitoring.performance import Measured, Performance

FOLDER = "performance"
SERVED, BACKFILLED = "served", "backfilled"


def write_performance(folder: Path, found: Performance) -> Path:
    """Keeps what came true; it stands there whole, or not at all.

    Args:
        folder: The `.shopkeeper` folder of the shop.
        found: What came true.

    Raises:
        StorageError: It cannot be written.
    """
    file = file_of(
        folder, found.model, date.fromisoformat(found.said_on), is_backfilled=found.is_backfilled
    )
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(asdict(found), indent=1, sort_keys=True) + "\n", "utf-8")
        partial.replace(file)
    except OSError as error:
        raise StorageError(
            f"The log of performance cannot be written: {error.strerror}.",
            "mend the disk and look again; what was measured is measured anew",
        ) from error
    return file


def file_of(folder: Path, model: str, said_on: date, *, is_backfilled: bool) -> Path:
    """Gives the file of a model and day.

    Args:
        folder: The `.shopkeeper` folder of the shop.
        model: Name and version.
        said_on: Day before which data were seen.
        is_backfilled: Whether it was said afterwards.
    """
    kind = BACKFILLED if is_backfilled else SERVED
    return folder / FOLDER / f"{model.replace(' ', '-')}-{said_on.isoformat()}-{kind}.json"


def read_performance(folder: Path) -> tuple[Performance, ...]:
    """Gives all that came true: of each task and day what was served, else what was said later.

    Args:
        folder: The `.shopkeeper` folder of the shop.

    Returns:
        By task, ascending by day.

    Raises:
        StorageError: A file is damaged.
    """
    found: dict[tuple[str, str], Performance] = {}
    for file in sorted((folder / FOLDER).glob("*.json")):
        one = _read(file)
        last = found.get((one.task, one.said_on))
        if last is None or _rank(one) > _rank(last):
            found[one.task, one.said_on] = one
    return tuple(found[key] for key in sorted(found))


def latest(history: Iterable[Performance]) -> tuple[Performance, ...]:
    """Gives the latest of each task."""
    found = {one.task: one for one in sorted(history, key=lambda each: each.said_on)}
    return tuple(found[task] for task in sorted(found))


def performance_of(row: Mapping[str, Any]) -> Performance:
    """Gives what plain values say came true."""
    return Performance(**{**row, "measured": tuple(Measured(**each) for each in row["measured"])})


def _rank(found: Performance) -> tuple[bool, int]:
    """Gives what comes before what: served before said later, a later version before earlier."""
    return not found.is_backfilled, int(found.model.rpartition(" ")[2])


def _read(file: Path) -> Performance:
    try:
        return performance_of(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"`{FOLDER}/{file.name}` cannot be read.",
            f"remove `{file}`; the next look, or `shopkeeper monitor --backfill`, makes it anew",
        ) from error
