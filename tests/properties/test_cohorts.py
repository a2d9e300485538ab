"""Retention and lifecycle of random logs against plain Python that looks at each member alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from event_log import Log, Row, event_logs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.marts.retention import MEASURES, RetentionQuestion
from shopkeeper.reports.lifecycle import lifecycle
from shopkeeper.reports.retention import retention

pytestmark = pytest.mark.slow

DAYS = st.sampled_from([date(2025, 1, 2), date(2025, 1, 9), date(2025, 2, 1), date(2025, 3, 2)])

# None of them, one, or several: most draws look at all events.
NAMES_THAT_COUNT = st.sampled_from([(), (), ("view",), ("purchase",), ("cart", "home")])


@st.composite
def questions(draw: st.DrawFn) -> RetentionQuestion:
    activity = draw(st.sampled_from(["orders", "events"]))
    return RetentionQuestion(
        activity=activity,
        measure=draw(st.sampled_from(["", *MEASURES[activity]])),
        cohorts=draw(st.sampled_from(["day", "week", "month"])),
        clock=draw(st.sampled_from(["calendar", "rolling"])),
        kind=draw(st.sampled_from(["period", "unbounded", "bracket"])),
        brackets=draw(st.sampled_from([((1, 3), (4, 6)), ((0, 0), (2, 9), (10, 30))])),
        periods=draw(st.integers(0, 9)),
        event_names=draw(NAMES_THAT_COUNT) if activity == "events" else (),
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)


def begin(day: date, period: str) -> date:
    """Gives the first day of the period that a day lies in."""
    if period == "day":
        return day
    return day - timedelta(day.weekday()) if period == "week" else day.replace(day=1)


def following(start: date, period: str, count: int = 1) -> date:
    """Gives the first day of a later period."""
    if period == "month":
        months = start.year * 12 + start.month - 1 + count
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(count * {"day": 1, "week": 7}[period])


def since(first: Row, row: Row, question: RetentionQuestion) -> int:
    """Gives the period after a member's beginning that a row lies in."""
    period, day = question.cohorts, row["event_date"]
    if question.clock == "calendar":
        start, count = begin(first["event_date"], period), 0
        while following(start, period, count + 1) <= day:
            count += 1
        return count
    if period == "day":
        hours = [at.replace(minute=0, second=0) for at in (first["event_at"], row["event_at"])]
        return (hours[1] - hours[0]) // timedelta(hours=24)
    return (day - first["event_date"]).days // {"week": 7, "month": 30}[period]


def end_of(first: datetime, low: int, question: RetentionQuestion) -> date:
    """Gives the day after a period of one who began at an instant."""
    period = question.cohorts
    if question.clock == "calendar":
        return following(begin(first.date(), period), period, low + 1)
    if period == "day":
        hour = first.replace(minute=0, second=0)
        return (hour + timedelta(days=low + 1) - timedelta(microseconds=1)).date() + timedelta(1)
    return first.date() + timedelta((low + 1) * {"week": 7, "month": 30}[period])


def looked_at(rows: list[Row], question: RetentionQuestion, as_of: date) -> dict:
    """Gives of each cohort its size and its values, by looking at each member alone."""
    people = defaultdict(list)
    for place, row in enumerate(rows):
        counts = not question.event_names or row["event_name"] in question.event_names
        if row["event_date"] < as_of and counts:
            people[row["person_id"]].append({**row, "amount": Decimal(place + 1)})
    cohorts = defaultdict(list)
    for own in people.values():
        first = min(own, key=lambda row: row["event_at"])
        placed = [(since(first, row, question), row) for row in own]
        cohorts[begin(first["event_date"], question.cohorts)].append(placed)
    found = {}
    for start, members in cohorts.items():
        # The youngest that a cohort can have begins in the last hour of its last day.
        youngest = datetime.combine(following(start, question.cohorts), datetime.min.time())
        youngest -= timedelta(minutes=1)
        cells = []
        for low, high in question.spans:
            if end_of(youngest, low if high is None else high, question) > as_of:
                cells.append(None)
                continue
            lies = [
                [row for n, row in placed if low <= n <= (n if high is None else high)]
                for placed in members
            ]
            cells.append(counted(lies, question))
        found[start] = (len(members), cells)
    return found


def counted(lies: list[list[Row]], question: RetentionQuestion) -> int | Decimal:
    if question.counts in ("customers", "people"):
        return sum(bool(rows) for rows in lies)
    if question.counts == "revenue":
        return sum((row["amount"] for rows in lies for row in rows), Decimal(0))
    return sum(len(rows) for rows in lies)


@settings(max_examples=30, deadline=None)
@given(rows=event_logs(), question=questions(), as_of=DAYS)
def test_retention_is_what_looking_at_each_member_finds(engine, rows, question, as_of):
    expected = looked_at(rows, question, as_of)
    assume(expected)
    assume(set(question.event_names) <= {row["event_name"] for row in rows})
    log = Log(engine, rows)
    answer = log.ask(retention, as_of=as_of, question=question)
    found = {c.start: (c.member_count, [cell.value for cell in c.cells]) for c in answer.cohorts}
    assert found == expected
    for cohort in answer.cohorts[:2]:
        assert log.opened(cohort.members, as_of) == cohort.member_count
        for cell in cohort.cells[:3]:
            if cell.value is not None and question.counts != "revenue":
                assert log.opened(cell.members, as_of) == cell.value


@settings(max_examples=20, deadline=None)
@given(
    rows=event_logs(),
    activity=st.sampled_from(["orders", "events"]),
    period=st.sampled_from(["day", "week", "month"]),
    as_of=DAYS,
)
def test_lifecycle_is_what_looking_at_each_member_finds(engine, rows, activity, period, as_of):
    active = defaultdict(set)
    for row in rows:
        if row["event_date"] < as_of:
            active[row["person_id"]].add(begin(row["event_date"], period))
    assume(active)
    log = Log(engine, rows)
    answer = log.ask(lifecycle, as_of=as_of, activity=activity, period=period)
    start = min(day for days in active.values() for day in days)
    for found in answer.periods:
        assert found.start == start
        expected = dict.fromkeys(("new", "returning", "resurrecting", "dormant"), 0)
        for days in active.values():
            state = state_of(days, start, period)
            if state:
                expected[state] += 1
        counts = {count.state: count.count for count in found.states}
        is_over = following(start, period) <= as_of
        assert found.is_over == is_over
        assert counts == (expected if is_over else dict.fromkeys(expected))
        if is_over:
            assert found.active_count == sum(expected.values()) - expected["dormant"]
            assert found.active_count == sum(start in days for days in active.values())
        start = following(start, period)
    assert start >= begin(as_of, period)
    last = answer.periods[-1]
    if last.is_over:
        assert log.opened(last.active, as_of) == last.active_count
        for count in last.states:
            assert log.opened(count.members, as_of) == count.count


def state_of(days: set[date], start: date, period: str) -> str | None:
    before = any(following(day, period) == start for day in days)
    if start not in days:
        return "dormant" if before else None
    if min(days) == start:
        return "new"
    return "returning" if before else "resurrecting"
