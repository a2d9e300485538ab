"""Quiet weeks: a shop that goes on as it was, Christmas included, raises no alarm of drift."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.feature_rows import feature_rows
from shopkeeper.jobs.training_data import features_at, purchases_of
from shopkeeper.jobs.watched_models import expected_of, segment_reference, value_reference
from shopkeeper.jobs.writing import writing
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.monitoring.drift import Limits, drift
from shopkeeper.monitoring.portraits import portrait_of
from shopkeeper.monitoring.reference import recent_of, reference_of, scores_of
from shopkeeper.monitoring.volume import YEAR_DAYS, freshness, volume
from shopkeeper.tasks.customer_segmentation.features import RAW
from shopkeeper.tasks.customer_segmentation.model import SegmentationModel
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.inputs import inputs_of
from shopkeeper.tasks.lifetime_value.known import Known

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
        days = [*weeks, *taught, *seasons]
        found = feature_rows(at_work, days)
        purchases = purchases_of(at_work, end)
        bought = purchases, features_at(at_work, purchases, days)
        return weeks, {day: found[day] for day in taught}, found, bought


def test_twenty_weeks_of_a_shop_that_goes_on_give_no_more_than_one_alarm(rows):
    weeks, taught, found, _ = rows
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


def alarms_of(reference, at, said, weeks):
    """Gives the columns and scores of each week that are called drift."""
    alarms = []
    for day in weeks:
        days = (day, day - timedelta(days=YEAR_DAYS))
        today, before = (
            portrait_of(recent_of(at(each), WINDOW_DAYS), reference.feature_bins, each)
            for each in days
        )
        now, then = (
            portrait_of(scores_of(at(each), said), reference.score_bins, each) for each in days
        )
        columns = drift(today, (*reference.features, before), reference.feature_bins, Limits())
        scores = drift(now, (*reference.scores, then), reference.score_bins, Limits())
        assert columns
        assert scores
        alarms += [(day, c.column) for c in (*columns, *scores) if c.has_drifted]
    return alarms


class OfCandidate:
    """A model of value reduced to what drift asks of it."""

    def __init__(self, candidate):
        self.candidate = candidate


def test_values_and_segments_of_the_same_weeks_give_no_more_than_one_alarm(rows):
    weeks, taught, _, (purchases, known) = rows
    trained = max(taught)
    past = purchases[purchases["order_date"] < str(trained)]
    habits = RepeatBuying(BgNbd, has_prior=True).fit(
        Known(trained, 90, past, known[trained], (), 0)
    )
    value = OfCandidate(habits)
    reference = value_reference({day: known[day] for day in taught}, value, WINDOW_DAYS)
    assert set(reference.feature_bins) == {
        *("days_since_last_purchase", "frequency", "recency_days", "mean_purchase_amount"),
        *("largest_purchase_amount", "last_30_days_amount", "last_30_days_purchase_count"),
    }

    def valued(day):
        return inputs_of(known[day]).assign(said=expected_of(value, known[day]))

    alarms = alarms_of(reference, valued, lambda frame: frame["said"], weeks)
    groups = SegmentationModel(seed=0, cluster_count=5).fit(known[trained][list(RAW)])
    reference = segment_reference(
        {day: known[day][list(RAW)] for day in taught}, groups, WINDOW_DAYS
    )
    alarms += alarms_of(
        reference,
        lambda day: known[day][list(RAW)],
        lambda frame: groups.predict(frame)["segment"],
        weeks,
    )
    assert len(alarms) <= 1, alarms


def test_orders_of_the_same_weeks_are_as_many_as_the_season_lets_expect(rows, demo):
    weeks, _, _, _ = rows
    sales = demo.frame("daily_sales")
    orders = {
        day.date() if hasattr(day, "date") else day: int(count)
        for day, count in zip(sales["order_date"], sales["order_count"], strict=True)
    }
    odd = [day for day in weeks if (found := volume(orders, day)) and found.is_odd]
    late = [day for day in weeks if freshness(orders, day).is_late]
    assert len(odd) + len(late) <= 1, (odd, late)
