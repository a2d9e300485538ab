"""Freshness and volume: the shop's own silences and seasons are the measure."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from shopkeeper.monitoring.volume import freshness, volume

END = date(2024, 6, 3)
CLOSED = [date(year, 12, 22) + timedelta(days=n) for year in (2021, 2022, 2023) for n in range(13)]


def orders(days: int, seed: int, until: date = END, mean: float = 40) -> dict[date, int]:
    """Orders by day: every weekday has its own level, December three times as many."""
    random = np.random.default_rng(seed)
    found = {}
    for back in range(1, days + 1):
        day = until - timedelta(days=back)
        level = mean * (0.6 + 0.1 * day.weekday()) * (3 if day.month == 12 else 1)
        found[day] = int(random.poisson(level))
    return found


def test_silence_longer_than_usual_is_late():
    known = orders(400, 1)
    assert not freshness(known, END).is_late
    assert not freshness(known, END + timedelta(days=1)).is_late
    assert freshness(known, END + timedelta(days=3)).is_late


def test_a_shop_that_rests_on_weekends_is_not_late_on_monday():
    known = {day: n for day, n in orders(400, 2).items() if day.weekday() < 5}
    friday = date(2024, 5, 31)
    known = {day: n for day, n in known.items() if day <= friday}
    assert not freshness(known, date(2024, 6, 3)).is_late
    assert freshness(known, date(2024, 6, 6)).is_late


def test_holidays_at_the_same_time_of_earlier_years_are_no_alarm():
    until = date(2023, 12, 22)
    known = {d: n for d, n in orders(1_000, 3, until).items() if d not in CLOSED}
    assert not freshness(known, date(2024, 1, 3)).is_late
    summer = {d: n for d, n in known.items() if d < date(2023, 7, 1)}
    assert freshness(summer, date(2023, 7, 12)).is_late


def test_orders_after_the_day_that_is_asked_about_are_not_looked_at():
    known = orders(100, 4)
    early = END - timedelta(days=20)
    assert freshness(known, early).last_order_date == (early - timedelta(days=1)).isoformat()
    assert freshness({}, END) is None


def test_quiet_weeks_are_usual_and_the_christmas_peak_too():
    until = date(2024, 2, 5)
    alarms = 0
    for seed in range(4):
        known = orders(1_100, seed, until)
        for week in range(20):
            found = volume(known, until - timedelta(days=7 * week))
            assert found.is_seasonal
            alarms += found.is_odd
    assert alarms <= 4


@pytest.mark.parametrize("factor", [0.4, 0.0, 2.5])
def test_a_week_that_breaks_off_or_doubles_is_odd(factor):
    known = orders(800, 5)
    for back in range(1, 8):
        day = END - timedelta(days=back)
        known[day] = int(known[day] * factor)
    assert volume(known, END).is_odd


def test_a_young_shop_is_judged_by_its_last_weeks_or_not_at_all():
    found = volume(orders(150, 6), END)
    assert not found.is_seasonal
    assert not found.is_odd
    assert volume(orders(60, 6), END) is None
    assert volume({}, END) is None


def test_growth_is_expected_to_go_on():
    known = {day: count * (2 if day.year == 2024 else 1) for day, count in orders(900, 7).items()}
    found = volume(known, END)
    assert found.is_seasonal
    assert not found.is_odd
