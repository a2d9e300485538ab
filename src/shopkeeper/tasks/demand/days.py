"""Days: weeks that are foretold shared out to their days, beside two simple rules of days.

The days of a week add up to the week, so both say the same. A day's part is what its weekday was
of the last weeks; public holidays, known in advance, take the part that earlier ones took. Products
take the parts of their category: most of their own days are 0, and weekdays of so few sales are
noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.names import AMOUNT, QUANTITY, Group

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.panel import Panel

Number = TypeVar("Number", np.float64, np.int64)

DAYS_OF_A_WEEK = 7
SHARED_OUT, LAST_DAY, SAME_DAY = "weeks_shared_out", "last_day", "same_day_last_week"
DAY_RULES = (LAST_DAY, SAME_DAY)
# Of the other levels the mart `daily_demand` holds every day.
LEVELS = (SeriesLevel.TOTAL, SeriesLevel.CATEGORY)
NEEDED_OF_DAYS = ("series_level", "series_id", "sales_date", "is_complete", QUANTITY, AMOUNT)
PRODUCT_DAYS = ("product_id", "sales_date", QUANTITY, AMOUNT)
# Weekdays are as lately; one loud week of eight does not rule.
LATELY_WEEKS = 8
# A category's weekdays are drawn to those of the whole shop as if by so many days of it: one that
# sold on each of the last days is half its own, one that seldom sells is nearly as the shop.
USUAL_DAYS = LATELY_WEEKS * DAYS_OF_A_WEEK
# A holiday's part rests on few holidays: it is drawn to the usual one as if by so many of them.
USUAL_HOLIDAYS = 3


@dataclass(frozen=True)
class Days:
    """Days of the whole weeks of a panel.

    Attributes:
        panel: The weeks.
        values: Group → array of shape (series, weeks, 7); NaN of days that were not or that may be
            cut, and before a series begins. Products only where their days are known.
        holidays: Public holidays that were known in advance, past and to come.
    """

    panel: Panel
    values: Mapping[Group, Numbers]
    holidays: frozenset[date]

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is foretold by day."""
        return tuple(self.values)

    @property
    def upper(self) -> tuple[Group, ...]:
        """The whole shop and its categories."""
        return tuple(group for group in self.values if group.level in LEVELS)

    @property
    def lowest(self) -> tuple[Group, ...]:
        """What has weekdays of its own: categories where there are any; the total adds up."""
        level = max(self.upper, key=lambda group: LEVELS.index(group.level)).level
        return tuple(group for group in self.upper if group.level is level)

    @property
    def products(self) -> tuple[Group, ...]:
        """Products, where their days are known: they take the weekdays of what they belong to."""
        return tuple(group for group in self.values if group.level not in LEVELS)

    @property
    def week_count(self) -> int:
        """Weeks of which the last day is known, too."""
        last = self.values[Group(SeriesLevel.TOTAL, AMOUNT)][0, :, -1]
        known = np.flatnonzero(np.isfinite(last))
        return int(known[-1]) + 1 if len(known) else 0

    def is_holiday(self, first: int, end: int) -> Numbers:
        """Gives 1 for holidays, shape (weeks, 7), from a week to before one."""
        monday = self.panel.weeks.monday(first)
        count = (end - first) * DAYS_OF_A_WEEK
        found = [monday + timedelta(days=n) in self.holidays for n in range(count)]
        return np.array(found, dtype=np.float64).reshape(-1, DAYS_OF_A_WEEK)


def days_of(
    rows: pd.DataFrame,
    panel: Panel,
    holidays: frozenset[date],
    sold: pd.DataFrame | None = None,
) -> Days:
    """Gives the days of a panel's weeks from rows of the mart.

    Args:
        rows: Columns `NEEDED_OF_DAYS`, days as timestamps, numbers as floats.
        panel: The weeks.
        holidays: Public holidays that were known in advance.
        sold: Columns `PRODUCT_DAYS`, one row per product and day with a sale; None leaves days of
            products out.
    """
    import pandas as pd

    first = pd.Timestamp(panel.weeks.first_date)
    count = panel.weeks.week_count * DAYS_OF_A_WEEK
    place = (rows["sales_date"] - first).dt.days
    kept = rows[rows["is_complete"] & place.between(0, count - 1)]
    values = {}
    for level in (level for level in LEVELS if level in panel.ids):
        own = kept[kept["series_level"] == str(level)]
        row = pd.Index(panel.ids[level]).get_indexer(pd.Index(own["series_id"]))
        at = place[own.index].to_numpy()
        for measure in (AMOUNT, QUANTITY):
            array = np.full((len(panel.ids[level]), count), np.nan)
            array[row[row >= 0], at[row >= 0]] = own[measure].to_numpy()[row >= 0]
            shape = (len(array), panel.weeks.week_count, DAYS_OF_A_WEEK)
            values[Group(level, measure)] = array.reshape(shape)
    if sold is not None:
        for measure in (AMOUNT, QUANTITY):
            values[Group(SeriesLevel.PRODUCT, measure)] = _of_products(sold, panel, measure, values)
    return Days(panel, values, holidays)


def _of_products(
    sold: pd.DataFrame, panel: Panel, measure: str, above: Mapping[Group, Numbers]
) -> Numbers:
    """Gives days of best sellers, and what is left of each parent's; as whole as the parent's."""
    import pandas as pd

    parent_of = panel.parents[SeriesLevel.PRODUCT]
    whole = above[Group(panel.levels[-2], measure)]
    parents = whole.reshape(len(whole), -1)
    single = np.flatnonzero(~panel.is_rest)
    names = [panel.ids[SeriesLevel.PRODUCT][place] for place in single]
    row = pd.Index(names, dtype=object).get_indexer(pd.Index(sold["product_id"], dtype=object))
    place = (sold["sales_date"] - pd.Timestamp(panel.weeks.first_date)).dt.days.to_numpy()
    kept = (row >= 0) & (place >= 0) & (place < parents.shape[1])
    found = np.zeros((len(parent_of), parents.shape[1]))
    found[single[row[kept]], place[kept]] = sold[measure].to_numpy()[kept]
    shown = np.zeros_like(parents)
    np.add.at(shown, parent_of[single], found[single])
    left = np.round(np.nan_to_num(parents) - shown, 6)
    found[panel.is_rest] = np.maximum(left, 0.0)[parent_of[panel.is_rest]]
    has_begun = np.isfinite(panel.values[SeriesLevel.PRODUCT, measure].values)
    is_known = np.isfinite(parents)[parent_of] & np.repeat(has_begun, DAYS_OF_A_WEEK, axis=1)
    shape = (len(found), panel.weeks.week_count, DAYS_OF_A_WEEK)
    return np.asarray(np.where(is_known, found, np.nan).reshape(shape), dtype=np.float64)


def shared_out(days: Days, end: int, weeks: Mapping[Group, Numbers]) -> dict[Group, Numbers]:
    """Gives forecasts of days from those of weeks, from what was known when so many were over.

    Args:
        days: The days; none from week `end` on is looked at.
        end: Weeks that were over.
        weeks: Group → forecasts of weeks, shape (series, weeks ahead).

    Returns:
        Group → array of shape (series, days ahead). Days add up to their weeks, products to their
        categories, and categories to the total.
    """
    found: dict[Group, Numbers] = {}
    part = {}
    for group in days.lowest:
        part[group.measure] = _parts(days, group, end, weeks[group].shape[1])
        found[group] = _days(weeks[group], part[group.measure])
    for group in days.products:
        own = part[group.measure][days.panel.parents[group.level]]
        found[group] = _days(weeks[group], own)
    return with_totals(days, found)


def _days(weeks: Numbers, part: Numbers) -> Numbers:
    return np.asarray((weeks[:, :, None] * part).reshape(len(weeks), -1), dtype=np.float64)


def with_totals(days: Days, found: Mapping[Group, NDArray[Number]]) -> dict[Group, NDArray[Number]]:
    """Gives days of categories, if there are any, with those of the total."""
    made = dict(found)
    for group in days.upper:
        if group not in made:
            made[group] = made[Group(SeriesLevel.CATEGORY, group.measure)].sum(
                axis=0, keepdims=True
            )
    return made


def by_rule(name: str, days: Days, end: int, horizon: int) -> dict[Group, Numbers]:
    """Gives forecasts of days by a simple rule: as the last day, or as the same day last week."""
    found = {}
    for group, values in days.values.items():
        last = np.nan_to_num(values[:, end - 1])
        if name == LAST_DAY:
            last = np.repeat(last[:, -1:], DAYS_OF_A_WEEK, axis=1)
        found[group] = np.tile(last, (1, horizon))
    return found


def _parts(days: Days, group: Group, end: int, horizon: int) -> Numbers:
    """Gives each day's part of its week, shape (series, weeks ahead, 7); each week sums to 1."""
    values = days.values[group]
    lately = values[:, max(0, end - LATELY_WEEKS) : end]
    is_off = days.is_holiday(max(0, end - LATELY_WEEKS), end)
    usual = _usual(np.where(is_off[None] > 0, np.nan, lately))
    off = days.is_holiday(end, end + horizon)
    factor = 1 + (_holiday_factor(days, group.measure, end) - 1) * off
    weighed = usual[:, None, :] * factor[None]
    return np.asarray(weighed / weighed.sum(axis=2, keepdims=True), dtype=np.float64)


def _usual(lately: Numbers) -> Numbers:
    """Gives parts of weekdays, shape (series, 7), drawn to those of all series together."""
    own = _means(lately)
    own = own / own.sum(axis=1, keepdims=True)
    if len(own) == 1:
        return np.asarray(own, dtype=np.float64)
    summed = np.where(np.isfinite(lately).any(axis=0), np.nansum(lately, axis=0), np.nan)
    shop = _means(summed[None])
    sold = (np.nan_to_num(lately) > 0).sum(axis=(1, 2))[:, None]
    drawn = (sold * own + USUAL_DAYS * shop / shop.sum()) / (sold + USUAL_DAYS)
    return np.asarray(drawn, dtype=np.float64)


def _means(values: Numbers) -> Numbers:
    """Gives means of weekdays, shape (series, 7); 1 of all where nothing was sold."""
    known = np.isfinite(values)
    summed = np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(summed.sum(axis=1, keepdims=True) > 0, summed, 1.0)


def _holiday_factor(days: Days, measure: str, end: int) -> float:
    """Gives what holidays brought over what their weekdays did, by all that were known."""
    total = days.values[Group(SeriesLevel.TOTAL, measure)][0, :end]
    is_off = days.is_holiday(0, end) > 0
    usual = _means(np.where(is_off, np.nan, total)[None])[0]
    # A week in which more is sold than usual has better holidays, too.
    level = np.nan_to_num(total).sum(axis=1, keepdims=True) / max(usual.sum(), 1e-9)
    expected = (usual * level)[is_off & np.isfinite(total)]
    actual = total[is_off & np.isfinite(total)]
    prior = USUAL_HOLIDAYS * float(usual.mean())
    return float((actual.sum() + prior) / max(expected.sum() + prior, 1e-9))
