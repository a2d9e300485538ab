"""Every forecaster keeps what the protocol promises, on weeks of every shape."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from shopkeeper.models.boosted_demand import BoostedDemand
from shopkeeper.models.forecaster.forecaster import Forecaster
from shopkeeper.models.forecaster.weeks import Weeks
from shopkeeper.models.naive_forecast import LastWeek, LastYearGrown, RecentMean, SameWeekLastSeason
from shopkeeper.models.smoothing_forecast import (
    Croston,
    DyingDemand,
    ExponentialSmoothing,
    LongerBuckets,
    Theta,
)

HORIZON = 4
FIRST = date(2023, 1, 2)
FORECASTERS = {
    "last_week": LastWeek,
    "same_week_last_year": SameWeekLastSeason,
    "same_week_last_month": lambda: SameWeekLastSeason(4),
    "recent_mean": RecentMean,
    "last_year_grown": LastYearGrown,
    "exponential_smoothing": ExponentialSmoothing,
    "theta": Theta,
    "croston": Croston,
    "dying_demand": DyingDemand,
    "longer_buckets": LongerBuckets,
    "boosted_trees": lambda: BoostedDemand(HORIZON),
}


def shop(week_count: int = 110) -> Weeks:
    """Ten series with a season, trends and noise; some sell seldom, some began late."""
    random = np.random.default_rng(5)
    place = np.arange(week_count)
    season = 1 + 0.4 * np.sin(2 * np.pi * place / 52.18)
    mean = np.array([200, 60, 40, 20, 12, 6, 3, 1, 0.5, 0.2])[:, None] * season
    values = random.poisson(mean).astype(float)
    values[3, : week_count // 2] = np.nan
    values[8, : week_count - 3] = np.nan
    return Weeks(FIRST, values, {FIRST + timedelta(weeks=int(n)): 3 for n in place[::13]})


@pytest.fixture(scope="module")
def weeks() -> Weeks:
    return shop()


@pytest.fixture(params=FORECASTERS)
def forecaster(request) -> Forecaster:
    return FORECASTERS[request.param]()


def test_it_keeps_the_protocol(forecaster):
    assert isinstance(forecaster, Forecaster)
    assert forecaster.name == forecaster.name.lower()


@pytest.mark.parametrize("horizon", [1, HORIZON, 60])
def test_it_gives_means_for_each_series_and_week(forecaster, weeks, horizon):
    found = forecaster.taught(weeks).forecast(weeks, horizon)
    assert found.shape == (weeks.series_count, horizon)
    assert np.isfinite(found).all()
    assert (found >= 0).all()


def test_the_same_weeks_give_the_same_bytes(forecaster, weeks):
    first, again = (forecaster.taught(shop()).forecast(shop(), HORIZON) for _ in range(2))
    assert first.tobytes() == again.tobytes()


def test_what_comes_later_changes_nothing(forecaster, weeks):
    end = 100
    other = weeks.values.copy()
    other[:, end:] = 1e6
    told = [
        forecaster.taught(past.until(end)).forecast(past.until(end), HORIZON)
        for past in (weeks, Weeks(weeks.first_date, other, weeks.events))
    ]
    assert np.array_equal(*told)


def test_series_that_never_change_go_on(forecaster):
    values = np.tile(np.array([7.0, 0.0, 3.5])[:, None], (1, 80))
    past = Weeks(FIRST, values)
    found = forecaster.taught(past).forecast(past, HORIZON)
    assert found == pytest.approx(np.tile(values[:, :1], (1, HORIZON)), abs=0.05)
    assert not found[1].any()


@pytest.mark.parametrize("count", [1, 2, 5, 9, 14])
def test_few_weeks_are_enough_for_some_answer(forecaster, count):
    past = Weeks(FIRST, np.arange(1.0, 2 * count + 1).reshape(2, count))
    found = forecaster.taught(past).forecast(past, HORIZON)
    assert np.isfinite(found).all()
    assert (found <= 3 * past.values.max() + 1).all()


def test_a_series_that_has_not_begun_brings_nothing(forecaster, weeks):
    values = weeks.values.copy()
    values[5] = np.nan
    past = Weeks(FIRST, values)
    assert not forecaster.taught(past).forecast(past, HORIZON)[5].any()


def test_who_stands_beside_a_series_changes_nothing(forecaster, weeks):
    taught = forecaster.taught(weeks)
    alone = Weeks(FIRST, weeks.values[1:2], weeks.events)
    among = taught.forecast(weeks, HORIZON)[1:2]
    assert taught.forecast(alone, HORIZON) == pytest.approx(among, rel=1e-6)


def test_money_in_another_unit_is_the_same_forecast(forecaster, weeks):
    taught = forecaster.taught(weeks)
    many = Weeks(FIRST, weeks.values[:3] * 8, weeks.events)
    few = Weeks(FIRST, weeks.values[:3], weeks.events)
    # Trees see how large a series is; what they say moves by little.
    rel = 0.25 if forecaster.name == "boosted_trees" else 0.02
    assert taught.forecast(many, HORIZON) == pytest.approx(
        8 * taught.forecast(few, HORIZON), rel=rel
    )


def test_trees_and_last_year_see_the_season():
    values = 100 * (1 + 0.6 * np.sin(2 * np.pi * np.arange(104) / 52.18))
    noise = np.random.default_rng(1).uniform(0.95, 1.05, (6, 104))
    past = Weeks(FIRST, values * noise)
    actual = past.values[:, 100:]
    errors = {}
    for name in ("boosted_trees", "last_year_grown", "last_week"):
        told = FORECASTERS[name]().taught(past.until(100)).forecast(past.until(100), HORIZON)
        errors[name] = np.abs(told - actual).mean()
    assert errors["boosted_trees"] < 0.8 * errors["last_week"]
    assert errors["last_year_grown"] < 0.8 * errors["last_week"]


def test_trees_learn_days_that_are_known_in_advance():
    random = np.random.default_rng(2)
    is_event = random.random(124) < 0.2
    values = random.poisson(np.where(is_event, 90, 30), (40, 124)).astype(float)
    events = {FIRST + timedelta(weeks=int(n)): 7 for n in np.flatnonzero(is_event)}
    known, blind = (Weeks(FIRST, values, days) for days in (events, {}))
    errors = []
    for weeks in (known, blind):
        told = BoostedDemand(HORIZON).taught(weeks.until(110))
        found = [
            np.abs(told.forecast(weeks.until(end), HORIZON) - values[:, end : end + HORIZON])
            for end in range(110, 120)
        ]
        errors.append(np.mean(found))
    assert errors[0] < 0.6 * errors[1], errors
