"""Kept promises: lists and forecasts that are as good as said are quiet, and worse ones are not."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from shopkeeper.jobs.watched_lists import bought_within, popular_before
from shopkeeper.monitoring.kept_forecasts import ForecastPromise, Weeks, forecast_measures
from shopkeeper.monitoring.kept_lists import list_measures
from shopkeeper.tasks.lifetime_value.inputs import INPUTS, inputs_of
from shopkeeper.warehouse.silver.events import CONTRACT as EVENTS
from shopkeeper.warehouse.silver.order_items import CONTRACT as ORDER_ITEMS

PROMISE = ForecastPromise(mase=0.9, wape=0.4, coverage=0.8, ratio=1.5, slack=0.1)
# Ends of 80 % of a normal distribution.
WIDTH = 1.2816


def hits(rate: float, popular: float, count: int = 2_000):
    """Buyers who found something on their list, and among what is popular."""
    random = np.random.default_rng(1)
    return random.random(count) < rate, random.random(count) < popular


def broken(measured) -> set[str]:
    return {each.metric for each in measured if each.is_broken}


def lists(rate: float, popular: float, promised: float | None = 0.5):
    ours, theirs = hits(rate, popular)
    return list_measures(ours, theirs, length=10, promised=promised, slack=0.05, seed=0)


def test_lists_that_keep_their_promise_are_quiet():
    measured = lists(0.49, 0.3)
    assert broken(measured) == set()
    rate, lead = measured
    assert rate.metric == "hit_rate_10"
    assert rate.low < rate.value < rate.high
    assert lead.value == pytest.approx(0.19, abs=0.03)


def test_lists_that_meet_fewer_buyers_than_promised_are_found():
    assert broken(lists(0.4, 0.3)) == {"hit_rate_10"}


def test_lists_that_what_is_popular_beats_are_found_without_any_promise():
    assert broken(lists(0.3, 0.4, promised=None)) == {"lead_over_popular"}


def test_a_handful_of_buyers_is_given_the_benefit_of_the_doubt():
    ours, theirs = hits(0.4, 0.3, count=30)
    measured = list_measures(ours, theirs, length=10, promised=0.5, slack=0.05, seed=0)
    assert broken(measured) == set()


def weeks(error: float = 1.0, width: float = WIDTH, series: int = 150) -> Weeks:
    """Forecasts of twenty pieces a week whose errors have a spread, and ranges of a width."""
    random = np.random.default_rng(2)
    said = np.full((series, 4), 20.0)
    actual = said + random.normal(0, 8 * error, said.shape)
    ends = 8 * width
    return Weeks(actual, said, said - ends, said + ends, np.full(series, 8.0))


def test_forecasts_that_keep_their_promise_are_quiet():
    measured = forecast_measures(weeks(), PROMISE, seed=0)
    assert [each.metric for each in measured] == ["mase", "wape", "coverage"]
    assert broken(measured) == set()
    mase, wape, coverage = measured
    # The mean absolute value of a normal distribution is 0.798 of its spread.
    assert mase.value == pytest.approx(0.798, abs=0.03)
    assert wape.value == pytest.approx(0.798 * 8 / 20, abs=0.03)
    assert coverage.value == pytest.approx(0.8, abs=0.03)
    assert all(each.low < each.value < each.high for each in measured)


def test_forecasts_that_lie_twice_as_far_off_are_found():
    assert broken(forecast_measures(weeks(error=2.5), PROMISE, seed=0)) == {
        *("mase", "wape", "coverage"),
    }


def test_ranges_that_are_too_narrow_are_found_alone():
    assert broken(forecast_measures(weeks(width=WIDTH / 2), PROMISE, seed=0)) == {"coverage"}


def test_few_products_say_nothing_and_neither_does_a_lost_promise():
    assert forecast_measures(weeks(series=19), PROMISE, seed=0) == ()
    lost = ForecastPromise(None, None, 0.8, 1.5, 0.1)
    assert [each.metric for each in forecast_measures(weeks(), lost, seed=0)] == ["coverage"]


def test_products_without_ranges_or_changes_are_left_out_of_what_they_cannot_tell():
    plain = weeks()
    low = plain.low.copy()
    low[:140] = np.nan
    scale = plain.scale.copy()
    scale[:140] = 0.0
    found = forecast_measures(
        Weeks(plain.actual, plain.said, low, plain.high, scale), PROMISE, seed=0
    )
    assert [each.metric for each in found] == ["wape"]


def test_inputs_are_the_same_of_a_table_and_of_a_frame():
    frame = pd.DataFrame(
        {
            **{name: [1.0, 4.0] for name in INPUTS if name != "mean_purchase_amount"},
            "purchase_amount": [30.0, 10.0],
            "purchase_count": [3, 4],
        }
    )
    found = inputs_of(frame)
    assert list(found.columns) == list(INPUTS)
    assert found["mean_purchase_amount"].tolist() == [10.0, 2.5]
    pd.testing.assert_frame_equal(inputs_of(ibis.memtable(frame)).to_pandas(), found)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark"])
def test_what_was_bought_and_popular_compiles_for_all_engines(dialect):
    tables = [ibis.table(contract.types(), contract.name) for contract in (ORDER_ITEMS, EVENTS)]
    since, until = date(2024, 9, 2), date(2024, 10, 2)
    for asked in (
        bought_within(*tables, since=since, until=until),
        popular_before(*tables, day=since, length=10),
    ):
        assert "2024" in ibis.to_sql(asked, dialect=dialect)
