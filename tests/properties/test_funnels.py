"""Funnels of random event logs against plain Python that tries every attempt."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations, product

import pytest
from event_log import AS_OF, Row, event_logs, events_of
from hypothesis import given, settings
from hypothesis import strategies as st

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.marts.funnel import FunnelQuestion, reached

pytestmark = pytest.mark.slow

STEPS = ("view", "cart", "purchase")
questions = st.builds(
    FunnelQuestion,
    steps=st.sampled_from([STEPS, ("view", "purchase"), ("home", "view", "cart", "purchase")]),
    order=st.sampled_from(["ordered", "strict", "any"]),
    per=st.sampled_from(["person", "session"]),
    window_hours=st.sampled_from([None, 0.5, 1.0, 24.0, 7 * 24.0]),
    entry=st.sampled_from(["each", "each", "first"]),
    since=st.sampled_from([None, date(2025, 1, 2)]),
    until=st.sampled_from([None, date(2025, 1, 9)]),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)


def asked(engine: DuckDBEngine, rows: list[Row], question: FunnelQuestion, as_of: date) -> dict:
    table = engine.register("events", events_of(rows))
    found = engine.collect(reached(table, as_of=as_of, question=question)).to_pylist()
    times = [f"seconds_to_step_{k}" for k in range(2, len(question.steps) + 1)]
    return {
        tuple(row[name] for name in question.unit): (
            row["step_count"],
            [row[name] for name in times],
            row["is_open"],
            row["channel"],
        )
        for row in found
    }


def tried(rows: list[Row], question: FunnelQuestion, as_of: date) -> dict:
    """Gives the same by trying every attempt of everyone."""
    end = as_of if question.until is None else min(as_of, question.until)
    units = defaultdict(list)
    for row in rows:
        if (question.since or date.min) <= row["event_date"] < end:
            units[tuple(row[name] for name in question.unit)].append(row)
    found = {}
    for unit, events in units.items():
        steps = question.steps
        place = {name: k for k, name in enumerate(steps)}
        events.sort(
            key=lambda e: (e["event_at"], place.get(e["event_name"], len(steps)), e["event_id"])
        )
        firsts = [i for i, event in enumerate(events) if event["event_name"] == steps[0]]
        if not firsts:
            continue
        starts = firsts[:1] if question.entry == "first" else firsts
        depth, seconds = 1, []
        for k in range(2, len(steps) + 1):
            spans = list(_spans(events, steps[:k], starts, question))
            depth += bool(spans)
            seconds.append(min(spans) if spans else None)
        last = events[starts[-1]]["event_date"]
        is_open = question.window_hours is not None and depth < len(steps)
        if is_open:
            over = last + timedelta(days=1) + timedelta(days=-(-question.window_hours // 24))
            is_open = over > end
        found[unit] = (depth, seconds, is_open, events[firsts[0]]["channel"])
    return found


def _spans(events, steps, starts, question):
    """Gives the seconds of each way to take these steps."""
    limit = timedelta.max
    if question.window_hours is not None:
        limit = timedelta(hours=question.window_hours)
    at = [event["event_at"] for event in events]
    names = [event["event_name"] for event in events]
    if question.order == "any":
        places = [[i for i, name in enumerate(names) if name == step] for step in steps]
        for way in product(*places):
            times = [at[i] for i in way]
            if max(times) - min(times) <= limit:
                yield (max(times) - min(times)).seconds + (max(times) - min(times)).days * 86400
        return
    for start in starts:
        if question.order == "strict":
            ways = [tuple(range(start, start + len(steps)))]
        else:
            later = range(start + 1, len(events))
            ways = [(start, *rest) for rest in combinations(later, len(steps) - 1)]
        for way in ways:
            if way[-1] < len(events) and tuple(names[i] for i in way) == steps:
                span = at[way[-1]] - at[start]
                if span <= limit:
                    yield span.seconds + span.days * 86400


@settings(max_examples=60, deadline=None)
@given(rows=event_logs(), question=questions)
def test_funnels_are_what_trying_every_attempt_finds(engine, rows, question):
    assert asked(engine, rows, question, AS_OF) == tried(rows, question, AS_OF)


@settings(max_examples=10, deadline=None)
@given(rows=event_logs(), question=questions, day=st.integers(1, 59))
def test_a_funnel_never_sees_the_future(engine, rows, question, day):
    as_of = date(2025, 1, 1) + timedelta(days=day)
    before = [row for row in rows if row["event_date"] < as_of]
    assert asked(engine, rows, question, as_of) == asked(engine, before, question, as_of)
