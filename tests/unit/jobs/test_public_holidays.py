"""Public holidays: those that were known a year ahead, of the right country, or a clear refusal."""

from __future__ import annotations

from datetime import date

import pytest

from shopkeeper.errors import SettingsError
from shopkeeper.jobs.demand_data import by_week
from shopkeeper.jobs.public_holidays import checked_code, country_code, holidays_of


def test_holidays_of_every_year_are_known():
    found = holidays_of("GB", [2010, 2011])
    assert {date(2010, 4, 2), date(2010, 12, 25), date(2011, 5, 30)} <= found
    assert {day.year for day in found} == {2010, 2011}


def test_a_day_off_for_one_occasion_was_not_known_in_advance():
    # A royal wedding, a jubilee, a funeral; a new holiday counts from its second year on.
    found = holidays_of("GB", range(2011, 2024))
    assert found.isdisjoint({date(2011, 4, 29), date(2012, 6, 5), date(2022, 9, 19)})
    juneteenth = holidays_of("US", range(2020, 2024))
    assert date(2021, 6, 18) not in juneteenth
    assert date(2023, 6, 19) in juneteenth


@pytest.mark.parametrize(
    ("name", "code"),
    [("United Kingdom", "GB"), ("brazil", "BR"), ("USA", "US"), ("TR", "TR"), ("EIRE", None)],
)
def test_countries_are_known_by_name_and_by_code(name, code):
    assert country_code(name) == code


def test_a_country_of_no_calendar_is_refused_with_the_closest():
    with pytest.raises(SettingsError, match="holiday_country") as caught:
        checked_code("GBX")
    assert "`GB`" in caught.value.hint


def test_days_are_counted_by_their_monday():
    days = [date(2024, 12, 25), date(2024, 12, 26), date(2025, 1, 1)]
    assert by_week(days) == {date(2024, 12, 23): 2, date(2024, 12, 30): 1}
