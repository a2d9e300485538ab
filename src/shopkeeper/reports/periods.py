"""Periods: months, quarters, years and spans of days by name, and whether data cover them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from shopkeeper.errors import UsageError, shorten

# A shop whose first order of a month comes a few days late was open all the same.
OPENING_DAYS = 3
MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
QUARTER = re.compile(r"^(\d{4})-?[Qq]([1-4])$")
YEAR = re.compile(r"^(\d{4})$")
SPAN = re.compile(r"^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$")
WAYS = "write `2011-11`, `2011-Q4`, `2011` or `2011-11-01..2011-11-15` (both days included)"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days; `end` is the day after the last one."""

    label: str
    start: date
    end: date

    @property
    def day_count(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    def is_covered(self, first: date, as_of: date) -> bool:
        """Says whether data from `first` to before `as_of` cover the period whole."""
        return first <= self.start + timedelta(days=OPENING_DAYS) and self.end <= as_of


def month(day: date, back: int = 0) -> Period:
    """Gives the calendar month of a day, or one of those before it."""
    number = day.year * 12 + day.month - 1 - back
    start = date(number // 12, number % 12 + 1, 1)
    return Period(f"{start:%Y-%m}", start, date((number + 1) // 12, (number + 1) % 12 + 1, 1))


def quarter(day: date, back: int = 0) -> Period:
    """Gives the calendar quarter of a day, or one of those before it."""
    number = day.year * 4 + (day.month - 1) // 3 - back
    start = date(number // 4, number % 4 * 3 + 1, 1)
    end = date((number + 1) // 4, (number + 1) % 4 * 3 + 1, 1)
    return Period(f"{start.year}-Q{number % 4 + 1}", start, end)


def read_period(text: str) -> Period:
    """Gives the period that a text names.

    Raises:
        UsageError: It names none.

    Examples:
        >>> read_period("2011-Q4").end
        datetime.date(2012, 1, 1)
    """
    if found := MONTH.match(text):
        return month(date(int(found[1]), int(found[2]), 1))
    if found := QUARTER.match(text):
        return quarter(date(int(found[1]), int(found[2]) * 3, 1))
    if found := YEAR.match(text):
        return Period(text, date(int(text), 1, 1), date(int(text) + 1, 1, 1))
    if found := SPAN.match(text):
        return _span(text, found[1], found[2])
    raise UsageError(f"`{shorten(text)}` is no period.", WAYS)


def _span(text: str, first: str, last: str) -> Period:
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    except ValueError as error:
        raise UsageError(f"`{shorten(text)}` names a day that does not exist.", WAYS) from error
    if end <= start:
        raise UsageError(f"`{shorten(text)}` ends before it begins.", WAYS)
    return Period(text, start, end)
