"""Lifetime values on Online Retail II: the naive row to the digits given, and beaten.

Source: `NUMBERS.md`, part 2. Rows with a customer, not cancelled, quantity and price above 0,
repeated lines once: 779,425 rows of 17,374,804.27. Its cut-offs are the minute after the last
order (2011-12-09 12:50) plus one day, less 90, 180 and 360 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.evaluation.lifetime_value import (
    mean_absolute_error,
    mean_metrics,
    size_of,
)
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.contest import fit_candidate, hold, ranges_of
from shopkeeper.tasks.lifetime_value.label import future_amounts

pytestmark = pytest.mark.slow


class Naive(NamedTuple):
    """`Same spend as the last period` over one horizon, as the source gives it.

    The table of the source calls 360 days a year; the data end there, so the model of a year, 365
    days, is judged on the 360 that are known.
    """

    days: int
    model_days: int
    cutoff: date
    customers: int
    mae: float
    total: float
    rmse: float
    spearman: float
    capture: float


NAIVE = (
    Naive(90, 90, date(2011, 9, 11), 5285, 454.0, 0.611, 3244.8, 0.477, 0.531),
    Naive(180, 180, date(2011, 6, 13), 4981, 620.5, 0.699, 3848.8, 0.570, 0.595),
    Naive(360, 365, date(2010, 12, 15), 4324, 1113.0, 1.229, 4371.8, 0.622, 0.613),
)
TOTAL_WITHIN = 0.15
MEDIAN_BETTER_BY = 0.05


@dataclass(frozen=True)
class Judged:
    """One horizon: what was foretold at the cut-off, and what followed."""

    naive: Naive
    is_proved: bool
    actual: np.ndarray
    expected: np.ndarray
    typical: np.ndarray
    last: np.ndarray
    metrics: dict[str, float]


@pytest.fixture(scope="module")
def lines(real_data) -> pd.DataFrame:
    return value_worlds.online_retail_ii_lines(
        real_data("online_retail_ii/online_retail_II.csv.gz")
    )


@pytest.fixture(scope="module")
def purchases(lines) -> pd.DataFrame:
    return value_worlds.purchases_of_lines(lines)


@pytest.fixture(scope="module", params=NAIVE, ids=[f"{row.days} days" for row in NAIVE])
def judged(request, purchases) -> Judged:
    naive: Naive = request.param
    world = value_worlds.world(purchases, naive.cutoff, naive.model_days)
    contest = hold(world, naive.model_days)
    candidate = fit_candidate(world, contest.winner, naive.model_days)
    habits = RepeatBuying(BgNbd, has_prior=True).fit(world.known(naive.cutoff, naive.model_days))
    customers = world.customers_at(naive.cutoff)
    expected = candidate.predict(customers, naive.cutoff)
    _, typical, _ = ranges_of(contest, candidate, habits, world).of(expected)
    actual = value_worlds.spent(purchases, customers.index, naive.cutoff, naive.days)
    start = (pd.Timestamp(naive.cutoff) - pd.Timedelta(days=naive.days)).date()
    last = value_worlds.spent(purchases, customers.index, start, naive.days)
    size = size_of(customers["purchase_amount"].to_numpy())
    metrics = mean_metrics(actual, expected, size)
    return Judged(naive, contest.is_proved, actual, expected, typical, last, metrics)


def test_the_rows_are_those_of_the_source(lines):
    assert len(lines) == 779_425
    assert round(lines["amount"].sum(), 2) == 17_374_804.27


def test_the_naive_row_is_reproduced(judged):
    naive, actual, last = judged.naive, judged.actual, judged.last
    found = mean_metrics(actual, last, np.ones(len(actual)))
    assert len(actual) == naive.customers
    assert mean_absolute_error(actual, last) == pytest.approx(naive.mae, abs=0.05)
    assert found["total_ratio"] == pytest.approx(naive.total, abs=0.0005)
    assert found["rmse"] == pytest.approx(naive.rmse, abs=0.05)
    assert found["spearman"] == pytest.approx(naive.spearman, abs=0.0005)
    assert found["top_decile_capture"] == pytest.approx(naive.capture, abs=0.0005)


def test_the_label_is_what_pandas_counts(judged, purchases):
    naive = judged.naive
    customers = value_worlds.features(purchases, naive.cutoff)[naive.cutoff].index
    found = future_amounts(purchases, customers, naive.cutoff, naive.days)
    assert found == pytest.approx(judged.actual)


def test_the_mean_beats_the_naive_row_in_all_that_judges_a_mean(judged):
    naive, found = judged.naive, judged.metrics
    assert abs(found["total_ratio"] - 1) <= TOTAL_WITHIN
    assert found["rmse"] < naive.rmse
    assert found["spearman"] > naive.spearman
    assert found["top_decile_capture"] > naive.capture


def test_the_median_has_an_error_a_twentieth_below_the_naive_row(judged):
    error = mean_absolute_error(judged.actual, judged.typical)
    assert error <= (1 - MEDIAN_BETTER_BY) * judged.naive.mae


def test_a_year_cannot_be_proved_on_a_year_of_data(judged):
    assert judged.is_proved == (judged.naive.days < 360)
