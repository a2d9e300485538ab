"""The value of a measure in words, and how it changed against the period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.html import formatting

if TYPE_CHECKING:
    from shopkeeper.reports.report import Measure, Number

# Counts from here on are shortened in a headline.
LARGEST_IN_FULL = 10_000_000
ARROWS = {"up": "\N{BLACK UP-POINTING TRIANGLE}", "down": "\N{BLACK DOWN-POINTING TRIANGLE}"}


@dataclass(frozen=True, slots=True)
class Change:
    """How a measure changed: a direction (up, down, level, unknown), an arrow and words.

    `before` says what it changed from, or is "" where that is not known.
    """

    direction: str
    arrow: str
    words: str
    before: str = ""


def value_text(value: Number | None, unit: str, currency: str) -> str:
    """Gives a value in a few characters, in the way of its unit."""
    if value is None:
        return formatting.UNKNOWN
    if unit == "currency":
        return formatting.short_money(value, currency)
    if unit == "share":
        return formatting.share(float(value))
    if unit == "days":
        days = formatting.decimal(value)
        return f"{days}{formatting.SPACE}{'day' if days == '1.0' else 'days'}"
    return (
        formatting.count(value)
        if formatting.magnitude_of(value) < LARGEST_IN_FULL
        else formatting.short_count(value)
    )


def exact_text(value: Number | None, unit: str, currency: str) -> str:
    """Gives a value with all its digits."""
    if value is None:
        return formatting.UNKNOWN
    if unit == "currency":
        return formatting.money(value, currency)
    if unit == "share":
        return formatting.share(float(value), 2)
    return formatting.count(value)


def change_of(measure: Measure, currency: str) -> Change:
    """Gives the change of a measure; a change that has no meaning is said to be unknown."""
    value, previous = measure.value, measure.previous
    if value is None or previous is None:
        return Change("unknown", "", "no earlier value")
    before = value_text(previous, measure.unit, currency)
    if value_text(value, measure.unit, currency) == before:
        return Change("level", "", "unchanged", f"at {before}")
    direction = "up" if float(value) > float(previous) else "down"
    by = _difference(measure, float(value), float(previous))
    return Change(direction, ARROWS[direction], direction + by, f"from {before}")


def _difference(measure: Measure, value: float, previous: float) -> str:
    """Says by how much: shares in points, other units in percent of a positive value before."""
    if measure.unit == "share":
        points = formatting.decimal(abs(value - previous) * 100)
        return f" {points}{formatting.SPACE}points"
    if previous <= 0:
        return ""
    return f" {formatting.share(abs(value - previous) / previous)}"
