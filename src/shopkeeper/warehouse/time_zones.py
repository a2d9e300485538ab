"""Shop time and UTC: conversion by the zone's own transitions, the same on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Order books older than 1995 or with dates after 2040 fall back to the nearest known offset.
FIRST_YEAR, LAST_YEAR = 1995, 2040


@lru_cache(maxsize=8)
def transitions(time_zone: str) -> tuple[tuple[datetime, timedelta, timedelta], ...]:
    """Gives each change of a zone's offset: the instant in UTC, the offset before and after.

    The instants are naive, exact to the minute, oldest first.
    """
    zone = ZoneInfo(time_zone)
    found = []
    day = datetime.fromisoformat(f"{FIRST_YEAR}-01-01")
    while day.year <= LAST_YEAR:
        following = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, following):
            found.append(_pinpoint(zone, day, following))
        day = following
    return tuple(found)


def to_utc(local: ir.TimestampValue, time_zone: str) -> ir.TimestampValue:
    """Turns shop time into UTC.

    An hour that comes twice in autumn is taken as its first; an hour that is skipped in spring
    is moved by the offset from before the change, as the standard library does with fold 0.
    """
    return _shifted(
        local,
        [(instant + max(before, after), -before) for instant, before, after in _known(time_zone)],
        -_last_offset(time_zone),
    )


def to_local(instant: ir.TimestampValue, time_zone: str) -> ir.TimestampValue:
    """Turns UTC into shop time."""
    return _shifted(
        instant,
        [(change, before) for change, before, _ in _known(time_zone)],
        _last_offset(time_zone),
    )


def _known(time_zone: str) -> tuple[tuple[datetime, timedelta, timedelta], ...]:
    return transitions(time_zone)


def _last_offset(time_zone: str) -> timedelta:
    return _offset(ZoneInfo(time_zone), datetime.fromisoformat(f"{LAST_YEAR}-12-31"))


def _shifted(
    value: ir.TimestampValue, steps: list[tuple[datetime, timedelta]], last: timedelta
) -> ir.TimestampValue:
    """Shifts by the offset of the first step that lies after the value, else by the last.

    The branches form a balanced tree, so that a row passes about seven comparisons.
    """
    if not steps:
        minutes = int(last.total_seconds() // 60)
        return value + ibis.interval(minutes=minutes) if minutes else value
    middle = len(steps) // 2
    limit, offset = steps[middle]
    earlier = _shifted(value, steps[:middle], offset)
    later = _shifted(value, steps[middle + 1 :], last)
    return cast(
        "ir.TimestampValue",
        (value < ibis.timestamp(limit.isoformat(sep=" "))).ifelse(earlier, later),
    )


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    found = instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    assert found is not None
    return found


def _pinpoint(
    zone: ZoneInfo, low: datetime, high: datetime
) -> tuple[datetime, timedelta, timedelta]:
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        low, high = (low, middle) if _offset(zone, middle) != before else (middle, high)
    return high, before, after
