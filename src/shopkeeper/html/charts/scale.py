"""Where a value stands on a sheet, and which round numbers an axis names."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Steps that people read easily, in parts of a power of ten.
ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to positions: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Gives the position of a value."""
        if self.high == self.low:
            return self.start
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def length(self, value: float) -> float:
        """Gives how long a bar of this value is, never negative."""
        return abs(self.at(value) - self.at(0.0))


def round_step(span: float, most: int, *, is_whole: bool = False) -> float:
    """Gives the smallest round step that divides `span` into at most `most` parts."""
    if span <= 0:
        return 1.0
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [power * part for part in ROUND_STEPS if power * part >= rough * (1 - 1e-9)]
    if is_whole:
        return next((step for step in steps if step >= 1 and step == int(step)), 1.0)
    return steps[0]


def axis(
    low: float, high: float, most: int = 5, *, is_whole: bool = False
) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Gives the ends of an axis, and the round numbers between them.

    The axis ends at a round number, or at the data where that would leave it half empty.
    """
    named = ticks(low, high, most, is_whole=is_whole)
    room = (named[1] - named[0]) * 0.5
    first = named[0] if min(0.0, low) - named[0] <= room else min(0.0, low)
    last = named[-1] if named[-1] - max(0.0, high) <= room else max(0.0, high)
    return (first, last), tuple(tick for tick in named if first <= tick <= last)


def ticks(low: float, high: float, most: int = 5, *, is_whole: bool = False) -> tuple[float, ...]:
    """Gives round numbers from at or below `low` to at or above `high`, zero among them.

    Examples:
        >>> ticks(0, 930)
        (0.0, 200.0, 400.0, 600.0, 800.0, 1000.0)
    """
    low, high = min(0.0, low), max(0.0, high)
    step = round_step(high - low, most, is_whole=is_whole)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    return tuple(round(step * index, 10) for index in range(first, last + 1))
