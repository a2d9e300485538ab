"""Periods: days, weeks from Monday, months of the calendar, numbered without a gap."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

# A Monday before any order; days and weeks are counted from it.
FIRST_MONDAY = date(1900, 1, 1)
MONTHS_OF_A_YEAR = 12
DAYS_OF_A_WEEK = 7
# A month where it is a length of time and not a page of the calendar.
DAYS_OF_A_MONTH = 30
TRUNCATION = {"day": "D", "week": "W", "month": "M"}


class Period(StrEnum):
    """How time is cut."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        """Length in days; a month has 30 where it is a length."""
        return {"day": 1, "week": DAYS_OF_A_WEEK, "month": DAYS_OF_A_MONTH}[str(self)]


def number_of(dates: ir.DateValue, period: Period) -> ir.IntegerValue:
    """Gives the number of the period that a date lies in; the next period has the next number."""
    if period is Period.MONTH:
        months = dates.year().cast("int64") * MONTHS_OF_A_YEAR + dates.month().cast("int64") - 1
        return cast("ir.IntegerValue", months)
    days = dates.delta(ibis.date(FIRST_MONDAY.isoformat()), unit="day").cast("int64")
    return cast("ir.IntegerValue", days if period is Period.DAY else days // DAYS_OF_A_WEEK)


def start_of(dates: ir.DateValue, period: Period) -> ir.DateValue:
    """Gives the first day of the period that a date lies in."""
    return cast("ir.DateValue", dates.truncate(TRUNCATION[str(period)]).cast("date"))


def first_day(number: int, period: Period) -> date:
    """Gives the first day of the period with this number.

    Examples:
        >>> first_day(2025 * 12 + 2, Period.MONTH)
        datetime.date(2025, 3, 1)
    """
    if period is Period.MONTH:
        return date(number // MONTHS_OF_A_YEAR, number % MONTHS_OF_A_YEAR + 1, 1)
    return FIRST_MONDAY + timedelta(days=number * period.days)


def number(day: date, period: Period) -> int:
    """Gives the number of the period that a day lies in.

    Examples:
        >>> first_day(number(date(2025, 3, 9), Period.WEEK), Period.WEEK)
        datetime.date(2025, 3, 3)
    """
    if period is Period.MONTH:
        return day.year * MONTHS_OF_A_YEAR + day.month - 1
    days = (day - FIRST_MONDAY).days
    return days if period is Period.DAY else days // DAYS_OF_A_WEEK
