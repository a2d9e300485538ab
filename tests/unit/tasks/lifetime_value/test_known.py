"""What is known at a cut-off: label, clock, season, histories, lessons; nothing later."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.evaluation.leakage import future_alarms
from shopkeeper.tasks.lifetime_value.clock import MONTHS, Clock, Season
from shopkeeper.tasks.lifetime_value.histories import histories, values
from shopkeeper.tasks.lifetime_value.label import future_amounts

FIRST = date(2023, 1, 1)
DECEMBER = Season(pace=(1.0,) * 11 + (2.0,), worth=(1.0,) * 11 + (1.5,))


def bought(*rows: tuple[str, str, float]) -> pd.DataFrame:
    purchases = pd.DataFrame(rows, columns=["customer_id", "order_date", "purchase_amount"])
    return value_worlds.tidy(purchases.assign(order_count=1, product_count=1))


def test_the_label_counts_the_first_day_and_not_the_last():
    purchases = bought(
        ("a", "2024-01-31", 1.0),
        ("a", "2024-02-01", 10.0),
        ("a", "2024-03-01", 100.0),
        ("a", "2024-03-02", 1_000.0),
        ("stranger", "2024-02-10", 5.0),
    )
    found = future_amounts(purchases, pd.Index(["a", "gone"]), date(2024, 2, 1), 30)
    assert found.tolist() == [110.0, 0.0]


def test_a_flat_clock_counts_weeks():
    clock = Clock(Season(), FIRST)
    assert clock.weeks(np.array([0, 7, 70])) == pytest.approx([0, 1, 10])
    assert clock.ahead(date(2024, 5, 1), 90) == pytest.approx((90 / 7, 1.0))
    assert clock.season.is_flat


def test_a_busy_month_takes_twice_its_time_and_more_money():
    clock = Clock(DECEMBER, FIRST)
    weeks, worth = clock.ahead(date(2023, 12, 1), 31)
    assert (weeks, worth) == pytest.approx((62 / 7, 1.5))
    weeks, worth = clock.ahead(date(2023, 11, 1), 61)
    assert weeks == pytest.approx((30 + 62) / 7)
    assert worth == pytest.approx((30 * 1.0 + 62 * 1.5) / 92)
    assert not clock.season.is_flat


def test_months_are_those_of_the_calendar():
    months = Clock(Season(), FIRST).months(0, 60)
    assert months.tolist() == [0] * 31 + [1] * 28 + [2]


def test_histories_are_times_on_the_clock():
    purchases = bought(("a", "2023-01-01", 2.0), ("b", "2023-01-08", 3.0), ("b", "2023-01-15", 9.0))
    day = date(2023, 1, 29)
    customers = value_worlds.features(purchases, day)[day]
    rows = histories(customers, Clock(Season(), FIRST), 28)
    assert rows.loc["a"].tolist() == [0.0, 0.0, 4.0]
    assert rows.loc["b"].tolist() == pytest.approx([1.0, 1.0, 3.0])
    assert values(customers).loc["b"].tolist() == [2.0, 6.0]


def test_the_marts_of_the_task_know_nothing_of_the_future():
    def at(purchases: pd.DataFrame, day: date) -> pd.DataFrame:
        return value_worlds.features(value_worlds.tidy(purchases), day)[day].drop(columns="as_of")

    purchases = value_worlds.small_purchases(customers=60)
    assert future_alarms(at, purchases, date(2024, 6, 1), seed=1) == ()


def test_lessons_had_ended_by_the_cutoff():
    cutoff = date(2024, 10, 1)
    known = value_worlds.world(value_worlds.small_purchases(), cutoff, 90).known(cutoff, 90)
    assert known.lessons
    for lesson in known.lessons:
        assert (cutoff - lesson.cutoff).days >= 90
        start = lesson.cutoff
        spent = value_worlds.spent(
            value_worlds.small_purchases(), lesson.customers.index, start, 90
        )
        assert lesson.future_amount == pytest.approx(spent)


def test_less_than_a_year_shows_no_season():
    cutoff = date(2023, 11, 1)
    known = value_worlds.world(value_worlds.small_purchases(), cutoff, 90).known(cutoff, 90)
    assert known.season.is_flat


def test_a_busy_december_is_learned_from_the_years_before():
    purchases = value_worlds.small_purchases(customers=700, seed=5)
    extra = purchases[purchases["order_date"].dt.month == 12].copy()
    extra["order_date"] += pd.Timedelta(days=1)
    extra = extra[extra["order_date"].dt.month == 12]
    busy = pd.concat([purchases, extra]).drop_duplicates(["customer_id", "order_date"])
    cutoff = date(2024, 10, 1)
    pace = value_worlds.world(value_worlds.tidy(busy), cutoff, 90).known(cutoff, 90).season.pace
    assert len(pace) == MONTHS
    assert int(np.argmax(pace)) == 11
    assert pace[11] > 1.4
