"""Quiet weeks: a shop that goes on as it was, Christmas included, raises no alarm of drift."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.feature_rows import feature_rows
from shopkeeper.jobs.writing import writing
from shopkeeper.monitoring.drift import Limits, drift
from shopkeeper.monitoring.portraits import portrait_of
from shopkeeper.monitoring.reference import recent_of, reference_of
from shopkeeper.monitoring.volume import YEAR_DAYS, freshness, volume

pytestmark = pytest.mark.slow

WEEKS = 20
WINDOW_DAYS = 28
TAUGHT_EVERY_DAYS = 90


@pytest.fixture(scope="module")
def rows(demo_folder, tmp_path_factory):
    """The mart each week of the last twenty, on the days a champion before them was taught at."""
    import shutil

    folder = tmp_path_factory.mktemp("quiet") / "shop"
    shutil.copytree(demo_folder, folder)
    with writing(Workspace(folder)) as at_work:
        end = at_work.as_of
        trained = end - timedelta(weeks=WEEKS)
        weeks = [trained + timedelta(weeks=n) for n in range(1, WEEKS + 1)]
        taught = [trained - timedelta(days=TAUGHT_EVERY_DAYS * n) for n in range(4)]
        seasons = [day - timedelta(days=YEAR_DAYS) for day in weeks]
        found = feature_rows(at_work, [*weeks, *taught, *seasons])
        return weeks, {day: found[day] for day in taught}, found


def test_twenty_weeks_of_a_shop_that_goes_on_give_no_more_than_one_alarm(rows):
    weeks, taught, found = rows
    reference = reference_of(taught, lambda frame: frame["purchase_amount"], WINDOW_DAYS)
    alarms = []
    for day in weeks:
        season = day - timedelta(days=YEAR_DAYS)
        today, before = (
            portrait_of(recent_of(found[each], WINDOW_DAYS), reference.feature_bins, each)
            for each in (day, season)
        )
        columns = drift(today, (*reference.features, before), reference.feature_bins, Limits())
        assert len(columns) > 50
        alarms += [(day, column.column) for column in columns if column.has_drifted]
    assert len(alarms) <= 1, alarms


def test_orders_of_the_same_weeks_are_as_many_as_the_season_lets_expect(rows, demo):
    weeks, _, _ = rows
    sales = demo.frame("daily_sales")
    orders = {
        day.date() if hasattr(day, "date") else day: int(count)
        for day, count in zip(sales["order_date"], sales["order_count"], strict=True)
    }
    odd = [day for day in weeks if (found := volume(orders, day)) and found.is_odd]
    late = [day for day in weeks if freshness(orders, day).is_late]
    assert len(odd) + len(late) <= 1, (odd, late)
