"""Kept alarms: since when each stands and when it was told, so that none is told every night."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from shopkeeper.errors import StorageError
from shopkeeper.monitoring.findings import Sign, Status

ALARMS_FILE = "alarms.json"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """One alarm that stood at the last look.

    Attributes:
        name, subject: Of its sign.
        since: Day that was asked about when it was first found, as ISO text.
        told_on: Day on which it was last told; empty before it was.
    """

    name: str
    subject: str
    since: str
    told_on: str = ""


def read_alarms(folder: Path) -> tuple[KeptAlarm, ...]:
    """Gives the alarms that stood at the last look; none before the first.

    Args:
        folder: The `.shopkeeper` folder of the shop.

    Raises:
        StorageError: They cannot be read.
    """
    file = folder / ALARMS_FILE
    if not file.exists():
        return ()
    try:
        return tuple(KeptAlarm(**row) for row in json.loads(file.read_text())["alarms"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"`{ALARMS_FILE}` cannot be read.",
            f"remove `{file}`; alarms that stand are then told once more",
        ) from error


def write_alarms(folder: Path, alarms: Iterable[KeptAlarm]) -> None:
    """Keeps alarms for the next look; they stand there whole, or the last ones do.

    Raises:
        StorageError: They cannot be written.
    """
    file = folder / ALARMS_FILE
    partial = file.with_name(f".{file.name}.partial")
    plain = {"format_version": FORMAT_VERSION, "alarms": [asdict(one) for one in alarms]}
    try:
        partial.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise StorageError(
            f"`{ALARMS_FILE}` cannot be written: {error.strerror}.",
            "mend the disk; until then alarms are told at each look",
        ) from error


def with_since(
    signs: Sequence[Sign], kept: Sequence[KeptAlarm], on: date, remind_days: int | None
) -> tuple[Sign, ...]:
    """Gives signs that say since when they are alarms, and whether that is to be told.

    Args:
        signs: What was found.
        kept: What stood at the last look.
        on: Day that is asked about.
        remind_days: Days after which an alarm that goes on is told again; None never does.
    """
    known = {(one.name, one.subject): one for one in kept}
    found = []
    for sign in signs:
        last = known.get((sign.name, sign.subject))
        if sign.status is not Status.ALARM:
            found.append(sign)
            continue
        since = min(last.since, on.isoformat()) if last else on.isoformat()
        found.append(replace(sign, since=since, is_news=not last or _is_due(last, on, remind_days)))
    return tuple(found)


def alarms_after(
    signs: Sequence[Sign], kept: Sequence[KeptAlarm], on: date, *, was_told: bool
) -> tuple[KeptAlarm, ...]:
    """Gives what is kept after a look: alarms that stand, and those nobody can tell of now.

    Args:
        signs: What was found, by `with_since`.
        kept: What stood before.
        on: Day that is asked about.
        was_told: Whether what was news has reached anybody.
    """
    known = {(one.name, one.subject): one for one in kept}
    found = []
    for sign in signs:
        last = known.get((sign.name, sign.subject))
        if sign.status is Status.ALARM:
            told_on = last.told_on if last else ""
            if sign.is_news and was_told:
                told_on = on.isoformat()
            found.append(KeptAlarm(sign.name, sign.subject, sign.since, told_on))
        elif sign.status is Status.UNKNOWN and last:
            found.append(last)
    return tuple(found)


def over(signs: Sequence[Sign], kept: Sequence[KeptAlarm]) -> tuple[str, ...]:
    """Gives alarms that are over, in sentences."""
    quiet = {(sign.name, sign.subject) for sign in signs if sign.status is Status.QUIET}
    return tuple(
        f"{one.name} of {one.subject} is quiet again; it was an alarm since {one.since}."
        for one in kept
        if (one.name, one.subject) in quiet
    )


def _is_due(last: KeptAlarm, on: date, remind_days: int | None) -> bool:
    if not last.told_on:
        return True
    if remind_days is None:
        return False
    return (on - date.fromisoformat(last.told_on)).days >= remind_days
