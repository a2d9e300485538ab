"""Formats are plain data and plain words."""

import json

import pytest

from shopkeeper.sources.reading.formats import DateFormat, NumberFormat, Presence, Zone

DATES = [
    (DateFormat("dmy", ".", seconds=Presence.NEVER), "day first, 31.12.2011 17:05"),
    (DateFormat("mdy", "/", time=Presence.NEVER), "month first, 12/31/2011"),
    (DateFormat(joint="T", has_fraction=True), "year first, 2011-12-31T17:05:09.125"),
    (DateFormat("ymd", "", time=Presence.NEVER), "year first, 20111231"),
    (
        DateFormat("mdy", "/", has_short_year=True, has_half_days=True, seconds=Presence.NEVER),
        "month first, 12/31/11 5:05 PM",
    ),
    (DateFormat(zone=Zone.UTC), "year first, 2011-12-31 17:05:09 UTC, UTC"),
    (
        DateFormat(zone=Zone.OFFSET),
        "year first, 2011-12-31 17:05:09+02:00, with offset from UTC",
    ),
]
NUMBERS = [
    (NumberFormat(is_plain=True), "decimal point, 1234.56"),
    (NumberFormat(",", ".", "€"), "decimal comma, € 1.234,56"),
    (NumberFormat(".", "'"), "decimal point, 1'234.56"),
]


@pytest.mark.parametrize(("date_format", "text"), DATES)
def test_dates_are_said_in_words(date_format, text):
    assert date_format.text == text


@pytest.mark.parametrize(("number_format", "text"), NUMBERS)
def test_numbers_are_said_in_words(number_format, text):
    assert number_format.text == text


@pytest.mark.parametrize("written", [f for f, _ in DATES] + [f for f, _ in NUMBERS])
def test_formats_survive_json(written):
    plain = json.loads(json.dumps(written.to_dict()))
    assert type(written).from_dict(plain) == written


def test_only_a_written_zone_gives_utc():
    assert [DateFormat(zone=zone).is_utc for zone in Zone] == [False, True, True]
