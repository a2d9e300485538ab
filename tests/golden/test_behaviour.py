"""Words of retention and funnels as the field uses them, and figures that plain SQL finds too."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from event_log import SCHEMA, Log, event_rows
from scipy.stats import CensoredData, ecdf

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.marts.funnel import FunnelQuestion, reached
from shopkeeper.marts.lifecycle import states
from shopkeeper.marts.retention import RetentionQuestion
from shopkeeper.reports.funnel import funnel
from shopkeeper.reports.lifecycle import lifecycle
from shopkeeper.reports.repeat_purchase import kaplan_meier
from shopkeeper.reports.retention import retention
from shopkeeper.warehouse import activity
from shopkeeper.warehouse.periods import Period

LONG_AFTER = date(2026, 1, 1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=2)


def active_in(engine, first: str, again: str, as_of=LONG_AFTER, **asked) -> list[int]:
    """Gives the periods after the first in which Ann came back."""
    log = Log(engine, event_rows({"event_at": first}, {"event_at": again}))
    question = RetentionQuestion(activity="events", **asked)
    (cohort,) = log.ask(retention, as_of=as_of, question=question).cohorts
    return [cell.first_period for cell in cohort.cells[1:] if cell.value]


def test_rolling_days_begin_at_the_full_hour(engine):
    start, back = "2024-12-01 17:59", "2024-12-02 17:00"
    assert active_in(engine, start, back, cohorts="day", clock="rolling") == [1]
    assert active_in(engine, start, "2024-12-02 16:59", cohorts="day", clock="rolling") == []


def test_calendar_days_are_a_named_alternative(engine):
    start, back = "2024-12-01 23:59", "2024-12-02 00:00"
    assert active_in(engine, start, back, cohorts="day", clock="calendar") == [1]
    assert active_in(engine, start, back, cohorts="day", clock="rolling") == []


@pytest.mark.parametrize(("back", "weeks"), [("2024-12-07 23:00", []), ("2024-12-08 00:00", [1])])
def test_rolling_weeks_are_seven_days_from_the_first_day(engine, back, weeks):
    assert active_in(engine, "2024-12-01 17:59", back, cohorts="week", clock="rolling") == weeks


@pytest.mark.parametrize(("back", "months"), [("2024-12-30 23:00", []), ("2024-12-31 00:00", [1])])
def test_rolling_months_are_thirty_days(engine, back, months):
    assert active_in(engine, "2024-12-01 17:59", back, cohorts="month", clock="rolling") == months


@pytest.mark.parametrize(("as_of", "known"), [(date(2025, 1, 31), False), (date(2025, 2, 1), True)])
def test_what_is_not_over_is_unknown_and_never_nothing(engine, as_of, known):
    log = Log(engine, event_rows({"event_at": "2024-12-05"}))
    question = RetentionQuestion(activity="events", periods=1)
    (cohort,) = log.ask(retention, as_of=as_of, question=question).cohorts
    assert cohort.cells[1].value == (0 if known else None)
    assert cohort.cells[1].rate == (0.0 if known else None)


@pytest.mark.parametrize(
    ("as_of", "known"), [(date(2024, 12, 7), False), (date(2024, 12, 8), True)]
)
def test_a_rolling_day_is_over_when_the_last_to_begin_have_lived_it(engine, as_of, known):
    log = Log(engine, event_rows({"event_at": "2024-12-05 09:00"}))
    question = RetentionQuestion(activity="events", cohorts="day", clock="rolling", periods=1)
    (cohort,) = log.ask(retention, as_of=as_of, question=question).cohorts
    # Who began on the 5th at 23:59 is in day 1 until the 7th at 23:00.
    assert cohort.cells[1].value == (0 if known else None)


@pytest.mark.parametrize(("at", "count"), [("2025-01-01 11:00", 1), ("2025-01-01 11:01", 0)])
@pytest.mark.parametrize("order", ["ordered", "strict", "any"])
def test_the_last_instant_of_a_window_is_in_it(engine, order, at, count):
    rows = event_rows({"event_at": "2025-01-01 10:00"}, {"event_name": "purchase", "event_at": at})
    question = FunnelQuestion(steps=("view", "purchase"), order=order, window_hours=1)
    answer = Log(engine, rows).ask(funnel, as_of=LONG_AFTER, question=question)
    assert [step.count for step in answer.steps] == [1, count]


def test_new_is_by_the_first_event_ever_and_the_three_make_the_active(engine):
    days = {
        "ann": ("2024-10-05", "2024-12-05"),
        "bob": ("2024-11-05", "2024-12-05"),
        "cid": ("2024-12-05",),
        "dan": ("2024-11-05",),
    }
    rows = [{"person_id": p, "event_at": day} for p, found in days.items() for day in found]
    answer = Log(engine, event_rows(*rows)).ask(lifecycle, as_of=LONG_AFTER, activity="events")
    december = next(p for p in answer.periods if p.start == date(2024, 12, 1))
    counts = {count.state: count.count for count in december.states}
    assert counts == {"new": 1, "returning": 1, "resurrecting": 1, "dormant": 1}
    assert december.active_count == 3


def test_steps_of_depth_two_of_four_give_two_ones_and_two_zeros(engine):
    names = ("home", "view", "cart", "purchase")
    rows = event_rows(
        {"event_name": "home", "event_at": "2025-01-01 10:00"},
        {"event_name": "view", "event_at": "2025-01-01 10:01"},
        # The steps of another, so that there are events with these names.
        {"event_name": "cart", "event_at": "2025-01-01 09:00", "person_id": "bob"},
        {"event_name": "purchase", "event_at": "2025-01-01 09:01", "person_id": "bob"},
    )
    question = FunnelQuestion(steps=names)
    answer = Log(engine, rows).ask(funnel, as_of=LONG_AFTER, question=question)
    assert [step.count for step in answer.steps] == [1, 1, 0, 0]


# Weeks in remission of 21 patients on 6-mercaptopurine (Freireich and others, 1963), as in every
# book on survival; some times were cut off.
ENDED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
CUT_OFF = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def test_kaplan_meier_is_that_of_the_books():
    steps = kaplan_meier([(d, True, 1) for d in ENDED] + [(d, False, 1) for d in CUT_OFF])
    waiting = {step.days: round(1 - step.share, 3) for step in steps}
    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert waiting == expected
    data = CensoredData(uncensored=ENDED, right=CUT_OFF)
    interval = ecdf(data).sf.confidence_interval(0.95, method="log-log")
    days = [step.days for step in steps]
    np.testing.assert_allclose([1 - s.high for s in steps], interval.low.evaluate(days))
    np.testing.assert_allclose([1 - s.low for s in steps], interval.high.evaluate(days))


@pytest.fixture(scope="module")
def thelook(engine, real_data):
    """The event log of the TheLook layout, read by plain SQL and by no source."""
    file = real_data("thelook_regenerated/events.csv.gz")
    engine.connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE thelook AS SELECT
        'web' AS source, CAST(id AS VARCHAR) AS event_id, t AS event_at, CAST(t AS DATE) AS
        event_date, CASE event_type WHEN 'product' THEN 'view' ELSE event_type END AS event_name,
        COALESCE(CAST(user_id AS VARCHAR), 'session:' || session_id) AS person_id,
        CAST(user_id AS VARCHAR) AS customer_id, session_id, NULL::VARCHAR AS product_id,
        traffic_source AS channel, NULL::VARCHAR AS device, browser, NULL::VARCHAR AS country,
        false AS is_simulated
        FROM (SELECT *, strptime(replace(created_at, ' UTC', ''), '%Y-%m-%d %H:%M:%S') AS t
              FROM read_csv('{file}', all_varchar=true))"""
    )
    found = engine.connection.execute("SELECT * FROM thelook").to_arrow_table()
    return engine.register("thelook_events", found.cast(SCHEMA))


@pytest.mark.slow
@pytest.mark.parametrize("per", ["person", "session"])
def test_the_funnel_of_thelook_is_what_joins_in_sql_find(engine, thelook, per):
    unit = {"person": "person_id", "session": "session_id"}[per]
    sql = f"""
    WITH e AS (SELECT {unit} AS u, event_at AS t, event_name AS n FROM thelook
               WHERE event_at < '2023-07-01'),
    two AS (SELECT v.u, v.t AS t1, c.t AS t2 FROM e v JOIN e c ON v.u = c.u
            WHERE v.n = 'view' AND c.n = 'cart' AND c.t BETWEEN v.t AND v.t + INTERVAL 2 DAY),
    three AS (SELECT two.u FROM two JOIN e p ON p.u = two.u
              WHERE p.n = 'purchase' AND p.t BETWEEN two.t2 AND two.t1 + INTERVAL 2 DAY)
    SELECT (SELECT COUNT(DISTINCT u) FROM e WHERE n = 'view'),
           (SELECT COUNT(DISTINCT u) FROM two), (SELECT COUNT(DISTINCT u) FROM three)"""
    expected = engine.connection.execute(sql).fetchone()
    question = FunnelQuestion(per=per, window_hours=48)
    rows = reached(thelook, as_of=date(2023, 7, 1), question=question)
    depths = engine.collect(rows.select("step_count")).column("step_count").to_numpy()
    assert tuple(int((depths >= k).sum()) for k in (1, 2, 3)) == expected
    assert expected[2] > 1_000


@pytest.mark.slow
def test_lifecycle_of_thelook_is_what_joins_in_sql_find(engine, thelook):
    sql = """
    WITH m AS (SELECT DISTINCT person_id AS p, date_trunc('month', event_at)::DATE AS d
               FROM thelook WHERE event_at < '2023-07-10'),
    f AS (SELECT p, MIN(d) AS d FROM m GROUP BY p)
    SELECT COUNT(*) FILTER (WHERE f.d = m.d), COUNT(*) FILTER (WHERE f.d < m.d AND b.p IS NOT NULL),
           COUNT(*) FILTER (WHERE f.d < m.d AND b.p IS NULL),
           (SELECT COUNT(*) FROM m o WHERE o.d = '2023-05-01' AND NOT EXISTS
             (SELECT 1 FROM m n WHERE n.p = o.p AND n.d = '2023-06-01'))
    FROM m JOIN f ON f.p = m.p LEFT JOIN m b ON b.p = m.p AND b.d = m.d - INTERVAL 1 MONTH
    WHERE m.d = '2023-06-01'"""
    expected = engine.connection.execute(sql).fetchone()
    rows = activity.of_events(thelook, as_of=date(2023, 7, 10))
    found = states(rows, Period.MONTH, as_of=date(2023, 7, 10))
    june = engine.collect(found.filter(found.period_number == 2023 * 12 + 5)).to_pandas()
    counts = june.state.value_counts()
    names = ("new", "returning", "resurrecting", "dormant")
    assert tuple(int(counts[name]) for name in names) == expected
    assert min(expected) > 10


@pytest.mark.slow
def test_cohorts_of_online_retail_are_what_pandas_finds(online_retail_ii):
    orders = online_retail_ii.frame("customer_orders")
    month = orders.order_date.astype("datetime64[ns]").dt.to_period("M")
    first = month.groupby(orders.customer_id).transform("min")
    age = (month - first).map(lambda months: months.n)
    active = orders.customer_id.groupby([first, age]).nunique().to_dict()
    answer = online_retail_ii.retention(question=RetentionQuestion(periods=24))
    assert sum(cohort.member_count for cohort in answer.cohorts) == orders.customer_id.nunique()
    expected = {(p.to_timestamp().date(), n): c for (p, n), c in active.items()}
    found = {
        (cohort.start, cell.first_period): cell.value
        for cohort in answer.cohorts
        for cell in cohort.cells
        if cell.value is not None
    }
    # Of 25 months the last is not over.
    assert len(found) == 24 * 25 // 2
    assert found == {place: expected.get(place, 0) for place in found}
