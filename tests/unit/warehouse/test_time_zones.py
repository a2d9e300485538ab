"""Shop time and UTC agree with the standard library, hour by hour around every change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.warehouse.time_zones import to_local, to_utc, transitions

ZONES = [
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",  # southern, gave daylight saving time up in 2019, changed at midnight
    "Australia/Lord_Howe",  # moves by half an hour
    "Australia/Adelaide",  # southern, half an hour off
    "Asia/Kathmandu",  # a quarter of an hour off, no changes
    "Africa/Casablanca",  # four changes in some years
    "Pacific/Apia",  # left out a whole day
    "UTC",
]
YEARS = range(2009, 2027)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)


def instants(time_zone: str) -> list[datetime]:
    """Gives instants around each change of a zone, and one in each month, naive."""
    steps = [timedelta(minutes=m) for m in (*range(-180, 181, 15), -1, 1)]
    around = [change + step for change, _, _ in transitions(time_zone) for step in steps]
    months = [
        datetime.fromisoformat(f"{y}-{m:02}-15 12:34:56") for y in YEARS for m in range(1, 13)
    ]
    return sorted({*(t for t in around if t.year in YEARS), *months})


def ran(engine: DuckDBEngine, turn, values: list[datetime], time_zone: str) -> list[datetime]:
    table = engine.register("times", pa.table({"t": pa.array(values, pa.timestamp("us"))}))
    return engine.collect(table.select(t=turn(table.t, time_zone))).column("t").to_pylist()


def local(instant: datetime, time_zone: str) -> datetime:
    # Fold 0: of an hour that comes twice, its first is meant.
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None, fold=0)


def utc(shop_time: datetime, time_zone: str) -> datetime:
    return shop_time.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("time_zone", ZONES)
def test_utc_becomes_shop_time_as_in_the_standard_library(engine, time_zone):
    values = instants(time_zone)
    assert ran(engine, to_local, values, time_zone) == [local(v, time_zone) for v in values]


@pytest.mark.parametrize("time_zone", ZONES)
def test_shop_time_becomes_utc_as_in_the_standard_library(engine, time_zone):
    values = sorted({local(value, time_zone) for value in instants(time_zone)})
    assert ran(engine, to_utc, values, time_zone) == [utc(v, time_zone) for v in values]


@pytest.mark.parametrize(
    ("shop_time", "expected"),
    [
        ("2025-10-26 01:30", "2025-10-26 00:30"),  # comes twice: taken as the first
        ("2025-10-26 02:00", "2025-10-26 02:00"),
        ("2025-03-30 01:30", "2025-03-30 01:30"),  # skipped: the offset from before the change
        ("2025-03-30 00:59", "2025-03-30 00:59"),
        ("2025-03-30 02:00", "2025-03-30 01:00"),
    ],
)
def test_hours_that_come_twice_or_never_have_one_meaning(engine, shop_time, expected):
    (found,) = ran(engine, to_utc, [datetime.fromisoformat(shop_time)], "Europe/London")
    assert found == datetime.fromisoformat(expected)


@pytest.mark.parametrize("time_zone", ZONES)
def test_there_and_back_is_the_same_instant_outside_of_repeated_hours(engine, time_zone):
    values = [v for v in instants(time_zone) if utc(local(v, time_zone), time_zone) == v]
    there = ran(engine, to_local, values, time_zone)
    assert ran(engine, to_utc, there, time_zone) == values


def test_seconds_and_below_are_kept(engine):
    value = datetime.fromisoformat("2025-07-01 10:11:12.345678")
    (found,) = ran(engine, to_local, [value], "Europe/London")
    assert found == value + timedelta(hours=1)


def test_a_date_before_the_known_years_takes_their_first_offset(engine):
    value = datetime.fromisoformat("1991-07-01 12:00")
    (found,) = ran(engine, to_local, [value], "Europe/London")
    assert found == value


def test_a_date_after_the_known_years_takes_their_last_offset(engine):
    value = datetime.fromisoformat("2045-07-01 12:00")
    (found,) = ran(engine, to_local, [value], "Europe/London")
    assert found == value


def test_changes_are_exact_to_the_minute():
    changes = [c for c in transitions("Europe/London") if c[0].year == 2025]
    assert changes == [
        (datetime.fromisoformat("2025-03-30 01:00"), timedelta(0), timedelta(hours=1)),
        (datetime.fromisoformat("2025-10-26 01:00"), timedelta(hours=1), timedelta(0)),
    ]


def test_changes_stand_oldest_first():
    changes = [change for change, _, _ in transitions("Africa/Casablanca")]
    assert changes == sorted(changes)


def test_a_zone_without_changes_has_none():
    assert transitions("UTC") == ()


def test_a_missing_time_stays_missing(engine):
    assert ran(engine, to_utc, [None], "Europe/London") == [None]
