"""Spans of days in words: one horizon, several, and the days a forecast was about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from shopkeeper.html import formatting


def days(count: int) -> str:
    """Gives a length in days.

    Examples:
        >>> days(90) == f"90{formatting.SPACE}days"
        True
    """
    return formatting.plural(count, "day")


def listed(counts: Sequence[int]) -> str:
    """Gives several lengths: `90, 180 and 365 days`."""
    numbers = [str(count) for count in counts]
    if len(numbers) < 2:
        return days(counts[0]) if counts else ""
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}{formatting.SPACE}days"


def share_days(cutoffs: Sequence[date], horizon_days: int) -> bool:
    """Whether the horizons from any two cut-offs, given ascending, have days in common."""
    gaps = [(b - a).days for a, b in pairwise(cutoffs)]
    return any(gap < horizon_days for gap in gaps)
