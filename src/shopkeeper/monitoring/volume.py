"""Volume: whether orders still come in, and as many as the season lets expect.

Both are judged by the shop's own past. All is robust: single odd days or weeks move no limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

WEEK_DAYS = 7
# The same weekday of the same season.
YEAR_DAYS = 364
# Silences of the same season are those that began within three weeks of the same day.
SEASON_DAYS = 21
LEAST_ORDER_DAYS = 14
# Weeks by which the level of today is told from that of a year before, and that of a young shop.
LEVEL_WEEKS = 8
# Weeks on which the same forecast is tried to learn how far it usually is off.
TRIED_WEEKS = 26
LEAST_TRIED_WEEKS = 8
# In robust standard deviations: about one week in a thousand by chance.
WIDTH = 3.5
# Makes the median distance of a bell curve its standard deviation.
MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long ago the last order was, against the shop's own silences.

    Attributes:
        last_order_date: Day of the last order, as ISO text.
        on: Day that is asked about, as ISO text.
        silent_days: Whole days since.
        longest_usual_days: Longest silence that is usual at this time of the year; None where the
            shop has had too few days with orders to tell.
    """

    last_order_date: str
    on: str
    silent_days: int
    longest_usual_days: int | None

    @property
    def is_late(self) -> bool:
        """Whether orders are missing."""
        return self.longest_usual_days is not None and self.silent_days > self.longest_usual_days


@dataclass(frozen=True, slots=True)
class Volume:
    """Orders of the last seven days against what the season lets expect.

    Attributes:
        from_date, until_date: The days, the last one exclusive, as ISO text.
        order_count: Orders in them.
        expected: Orders that were to be expected.
        low, high: Ends of the range in which nearly all earlier weeks lay.
        is_seasonal: Whether the same weeks of the year before were looked at.
    """

    from_date: str
    until_date: str
    order_count: int
    expected: float
    low: float
    high: float
    is_seasonal: bool

    @property
    def is_odd(self) -> bool:
        """Whether the number of orders lies outside of the range."""
        return not self.low <= self.order_count <= self.high


def freshness(orders: Mapping[date, int], on: date) -> Freshness | None:
    """Gives how long ago the last order was; None without any.

    A silence is usual if 99 of 100 silences of the last year were no longer, or if one as long
    began at the same time of an earlier year, as when a shop closes over the holidays.

    Args:
        orders: Day → orders; days without one may be left out.
        on: Day that is asked about; orders from it on are not looked at.
    """
    days = sorted(day for day, count in orders.items() if count and day < on)
    if not days:
        return None
    last = days[-1]
    usual = None
    if len(days) >= LEAST_ORDER_DAYS:
        gaps = [(then, (after - then).days - 1) for then, after in pairwise(days)]
        recent = [gap for then, gap in gaps if (last - then).days <= YEAR_DAYS + 1]
        same = [gap for then, gap in gaps if _is_same_season(then, last)]
        usual = max(int(np.ceil(np.quantile(recent, 0.99))), *same, 0) + 1
    silent = (on - last).days - 1
    return Freshness(last.isoformat(), on.isoformat(), silent, usual)


def volume(orders: Mapping[date, int], until: date) -> Volume | None:
    """Gives whether the last seven days had as many orders as usual; None where nobody can tell.

    Expected is the middle of the three weeks around the same days of the year before, times how
    much more the weeks before now had than theirs; without a year, the middle of the weeks before.
    How far that may be off is learned from the same forecast of each earlier week.

    Args:
        orders: Day → orders.
        until: Day before which the seven days end.
    """
    if not orders:
        return None
    weeks = _weeks(orders, until)
    tried = [_error(weeks, place) for place in range(1, TRIED_WEEKS + 1)]
    errors = [error for error in tried if error is not None]
    found = _expected(weeks, 0)
    if found is None or len(errors) < LEAST_TRIED_WEEKS:
        return None
    least, expected, most, is_seasonal = found
    middle = float(np.median(errors))
    spread = MAD_TO_DEVIATION * float(np.median(np.abs(np.array(errors) - middle)))
    # Orders that come by chance alone vary by the root of their number; none are that regular.
    width = WIDTH * max(spread, 1 / np.sqrt(expected + 1))
    low = (least + 1) * np.exp(-width) - 1
    high = (most + 1) * np.exp(width) - 1
    since = until - timedelta(days=WEEK_DAYS)
    return Volume(
        since.isoformat(), until.isoformat(), weeks[0], expected, max(0.0, low), high, is_seasonal
    )


def _is_same_season(then: date, now: date) -> bool:
    """Gives whether a day lies near the same day of an earlier year."""
    years = round((now - then).days / 365.25)
    return years > 0 and abs((now - then).days - years * 365.25) <= SEASON_DAYS


def _weeks(orders: Mapping[date, int], until: date) -> list[int]:
    """Gives orders of whole weeks back from a day, the latest first."""
    first = min(orders)
    count = (until - first).days // WEEK_DAYS
    weeks = [0] * count
    for day, number in orders.items():
        place = ((until - day).days - 1) // WEEK_DAYS
        if day < until and place < count:
            weeks[place] += number
    return weeks


def _expected(weeks: list[int], place: int) -> tuple[float, float, float, bool] | None:
    """Gives what was to be expected of a week from those before it.

    Returns:
        Least, middle and most, and whether by season; None where there are too few weeks. Days
        of sale move by a week from year to year, so each of the three weeks may come again.
    """
    before = weeks[place + 1 : place + 1 + LEVEL_WEEKS]
    if len(before) < LEVEL_WEEKS:
        return None
    year = place + YEAR_DAYS // WEEK_DAYS
    around, level = weeks[year - 1 : year + 2], weeks[year + 1 : year + 1 + LEVEL_WEEKS]
    if len(level) < LEVEL_WEEKS or not np.median(level):
        middle = float(np.median(before))
        return middle, middle, middle, False
    ratio = np.median([(now + 1) / (then + 1) for now, then in zip(before, level, strict=True)])
    least, middle, most = (float(week * ratio) for week in sorted(around))
    return least, middle, most, True


def _error(weeks: list[int], place: int) -> float | None:
    """Gives by how much a week lay above what was expected of it, on a logarithmic scale."""
    found = _expected(weeks, place)
    if found is None:
        return None
    return float(np.log((weeks[place] + 1) / (found[1] + 1)))
