"""Kept alarms: each is told once, then shown as standing, and reminded of after some days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shopkeeper.errors import StorageError
from shopkeeper.monitoring.findings import Sign, Status
from shopkeeper.monitoring.kept_alarms import (
    ALARMS_FILE,
    alarms_after,
    over,
    read_alarms,
    with_since,
    write_alarms,
)

DAY = date(2025, 1, 10)
DRIFT = Sign("features", "churn 1", Status.ALARM, "drifted")


def look(folder, signs, day, *, was_told=True, remind_days=7):
    """One night: what is said of signs, and what is over; kept for the next night."""
    kept = read_alarms(folder)
    found, ended = with_since(signs, kept, day, remind_days), over(signs, kept)
    write_alarms(folder, alarms_after(found, kept, day, was_told=was_told))
    return found, ended


def nights(folder, count, **options):
    """Whether the same alarm is news on each of some nights."""
    found = [look(folder, [DRIFT], DAY + timedelta(days=n), **options)[0] for n in range(count)]
    assert {signs[0].since for signs in found} == {"2025-01-10"}
    return [signs[0].is_news for signs in found]


def test_an_alarm_is_news_once_and_again_when_it_is_time_to_remind(tmp_path):
    assert nights(tmp_path, 9) == [True, *[False] * 6, True, False]


def test_who_wants_no_reminder_gets_none(tmp_path):
    assert nights(tmp_path, 400, remind_days=None) == [True, *[False] * 399]


def test_an_alarm_that_reached_nobody_is_news_until_it_does(tmp_path):
    assert nights(tmp_path, 3, was_told=False) == [True, True, True]
    assert nights(tmp_path, 2) == [True, False]


def test_an_alarm_that_comes_back_is_new(tmp_path):
    look(tmp_path, [DRIFT], DAY)
    quiet = replace(DRIFT, status=Status.QUIET)
    _, ended = look(tmp_path, [quiet], DAY + timedelta(days=1))
    assert ended == ("features of churn 1 is quiet again; it was an alarm since 2025-01-10.",)
    (sign,), _ = look(tmp_path, [DRIFT], DAY + timedelta(days=2))
    assert (sign.since, sign.is_news) == ("2025-01-12", True)


def test_what_cannot_be_told_for_a_night_is_not_over(tmp_path):
    look(tmp_path, [DRIFT], DAY)
    unknown = replace(DRIFT, status=Status.UNKNOWN)
    _, ended = look(tmp_path, [unknown], DAY + timedelta(days=1))
    assert ended == ()
    (sign,), _ = look(tmp_path, [DRIFT], DAY + timedelta(days=2))
    assert (sign.since, sign.is_news) == ("2025-01-10", False)


def test_another_alarm_beside_one_that_stands_is_news_alone(tmp_path):
    look(tmp_path, [DRIFT], DAY)
    other = replace(DRIFT, name="scores")
    found, _ = look(tmp_path, [DRIFT, other], DAY + timedelta(days=1))
    assert [sign.is_news for sign in found] == [False, True]


def test_a_file_that_was_cut_short_is_named(tmp_path):
    (tmp_path / ALARMS_FILE).write_text('{"alarms": [')
    with pytest.raises(StorageError, match=ALARMS_FILE):
        read_alarms(tmp_path)
