"""Every count of funnel and lifecycle opens its list; stored marts say what reports say."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from event_log import AS_OF, START, Log, event_rows
from order_book import to_arrow

from shopkeeper import catalog
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.errors import NotPublishedError, UnknownNameError, UsageError
from shopkeeper.marts.funnel import FunnelQuestion
from shopkeeper.marts.funnel import build as build_funnel
from shopkeeper.marts.lifecycle import LIFECYCLE
from shopkeeper.marts.retention import RETENTION, RetentionQuestion
from shopkeeper.marts.stickiness import STICKINESS
from shopkeeper.reports.funnel import funnel
from shopkeeper.reports.lifecycle import lifecycle
from shopkeeper.reports.retention import retention

QUESTIONS = (
    FunnelQuestion(),
    FunnelQuestion(order="strict", per="session", window_hours=1),
    FunnelQuestion(order="any", window_hours=None, since=date(2025, 1, 5)),
)


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Log:
    """Sixty people over two months, most of whom do not finish."""
    draw = Random(3)
    rows = event_rows(
        *(
            {
                "person_id": f"person-{draw.randrange(60)}",
                "session_id": f"session-{draw.randrange(90)}",
                "event_name": draw.choice(("view", "view", "view", "home", "cart", "purchase")),
                "event_at": START + timedelta(days=draw.randrange(58), minutes=draw.randrange(800)),
                "channel": draw.choice((None, "Ads", "Mail, post")),
                "browser": draw.choice(("Fox", "Bear")),
            }
            for _ in range(300)
        )
    )
    return Log(DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1), rows)


def kept(log: Log, name: str, expression):
    """Gives a table as a store keeps it: with the types of its contract."""
    rows = log.engine.collect(expression).cast(expression.schema().to_pyarrow())
    return log.engine.register(name, rows)


def customer_orders(log: Log):
    contract = catalog.contract("customer_orders")
    return log.engine.register("no_orders", to_arrow(contract, []))


@pytest.mark.parametrize(
    ("question", "split"), list(zip(QUESTIONS, ("channel", "browser", None), strict=True))
)
def test_each_count_of_a_funnel_opens_as_many(log, question, split):
    answer = log.ask(funnel, as_of=AS_OF, question=question, split=split)
    assert answer.steps[0].count > answer.steps[-1].count
    steps = [*answer.steps, *(step for group in answer.groups for step in group.steps)]
    for step in steps:
        assert log.opened(step.members, AS_OF) == step.count
        assert log.opened(step.lost, AS_OF) == step.lost_count
    assert log.opened(answer.open_members, AS_OF) == answer.open_count
    if split:
        for place, step in enumerate(answer.steps):
            assert step.count == sum(group.steps[place].count for group in answer.groups)


def test_a_stored_funnel_answers_as_the_events_do(log):
    tables = log.tables
    stored = kept(log, "stored", build_funnel(tables["events"], as_of=AS_OF))
    whole = funnel(tables["events"], as_of=AS_OF, split="channel")
    assert funnel(tables["events"], stored, as_of=AS_OF, split="channel") == whole


def test_active_windows_are_counted_day_by_day_and_open_their_lists(log):
    tables = log.tables
    rows = STICKINESS.expression(
        {"customer_orders": customer_orders(log), "person_days": tables["person_days"]},
        {"as_of": AS_OF},
    )
    stored = kept(log, "stickiness", rows)
    answer = lifecycle(
        tables["customer_orders"], tables["person_days"], stored, as_of=AS_OF, activity="events"
    )
    for window in answer.windows:
        counts = []
        for n in range(30):
            end = AS_OF - timedelta(days=n + 1)
            start = end - timedelta(days=window.days - 1)
            counts.append(
                len({r["person_id"] for r in log.rows if start <= r["event_date"] <= end})
            )
        assert window.last_count == counts[0] == log.opened(window.members, AS_OF)
        is_known = AS_OF - timedelta(days=29 + window.days) >= min(
            row["event_date"] for row in log.rows
        )
        assert window.average_count == (sum(counts) / 30 if is_known else None)


def test_stored_cohorts_are_those_of_the_report(log):
    tables = {**log.tables, "customer_orders": customer_orders(log)}
    asked = {"as_of": date(2025, 2, 20)}
    tables["lifecycle"] = kept(log, "lifecycle", LIFECYCLE.expression(tables, asked))
    stored = {
        (row["cohort_date"], row["months_since_first"]): (
            row["cohort_member_count"],
            row["active_count"],
        )
        for row in kept(log, "cells", RETENTION.expression(tables, asked)).to_pyarrow().to_pylist()
    }
    question = RetentionQuestion(activity="events", periods=1)
    answer = log.ask(retention, question=question, **asked)
    cells = {
        (cohort.start, cell.first_period): (cohort.member_count, cell.value)
        for cohort in answer.cohorts
        for cell in cohort.cells
    }
    assert stored == {place: cells[place] for place in stored}
    # In the month that is not over nothing is known.
    assert stored[date(2025, 1, 1), 1][1] is None
    january = {row["person_id"] for row in log.rows if row["event_at"].month == 1}
    assert stored[date(2025, 1, 1), 0] == (len(january), len(january))


def test_a_shop_without_events_says_so(log):
    empty = Log(log.engine, [])
    with pytest.raises(NotPublishedError, match="no events"):
        empty.ask(funnel, as_of=AS_OF)
    with pytest.raises(NotPublishedError, match="no orders"):
        empty.ask(retention, as_of=AS_OF)
    with pytest.raises(NotPublishedError, match="no events"):
        empty.ask(lifecycle, as_of=AS_OF, activity="events")


def test_a_step_that_nobody_took_offers_the_closest(log):
    with pytest.raises(UnknownNameError) as caught:
        log.ask(funnel, as_of=AS_OF, question=FunnelQuestion(steps=("view", "kart")))
    assert caught.value.hint == "did you mean `cart`?"


@pytest.mark.parametrize(
    "wrong", [{"steps": ("view",)}, {"steps": ("view", "view")}, {"window_hours": 0}]
)
def test_a_funnel_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(UsageError):
        FunnelQuestion(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"brackets": ((1, 3), (3, 5))},
        {"brackets": ((4, 5), (1, 2))},
        {"measure": "people"},
        {"event_names": ("view",)},
    ],
)
def test_retention_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(UsageError):
        RetentionQuestion(**wrong)


def test_retention_counts_only_the_events_that_are_named_and_says_so(log):
    question = RetentionQuestion(activity="events", event_names=("purchase",))
    answer = log.ask(retention, as_of=AS_OF, question=question)
    assert answer.definition[-1] == "Only events named purchase count as being active."
    assert "whose first purchase event before" in answer.definition[0]
    everything = log.ask(retention, as_of=AS_OF, question=RetentionQuestion(activity="events"))
    sizes = [sum(c.member_count for c in one.cohorts) for one in (answer, everything)]
    assert 0 < sizes[0] < sizes[1]


def test_retention_of_an_event_that_nobody_did_offers_the_closest(log):
    question = RetentionQuestion(activity="events", event_names=("purchas",))
    with pytest.raises(UnknownNameError) as caught:
        log.ask(retention, as_of=AS_OF, question=question)
    assert caught.value.hint == "did you mean `purchase`?"
