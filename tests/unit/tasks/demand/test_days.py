"""Days: they add up to their weeks, know nothing of later ones, and beat rules of days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from demand_shops import weekly_rows

from shopkeeper.lifecycle.promotion import judge
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.contest import Contest, hold, with_rules
from shopkeeper.tasks.demand.day_contest import DayContest, day_findings, hold_days
from shopkeeper.tasks.demand.day_forecasts import CONTRACT, day_rows
from shopkeeper.tasks.demand.days import DAY_RULES, SHARED_OUT, Days, days_of, shared_out
from shopkeeper.tasks.demand.findings import DayFindings, Findings
from shopkeeper.tasks.demand.forecasts import in_units
from shopkeeper.tasks.demand.model import DemandModel, Options
from shopkeeper.tasks.demand.names import AMOUNT, QUANTITY, Group
from shopkeeper.tasks.demand.panel import Panel, panel_of
from shopkeeper.tasks.demand.plan import plan_of

HORIZON, WEEKS = 2, 60
FIRST = date(2023, 1, 2)
# Sundays are quiet, and so are the first Mondays of months, which are holidays.
WEEKDAYS = np.array([3.0, 3, 4, 5, 8, 6, 1])
HOLIDAYS = frozenset(
    day
    for day in (FIRST + timedelta(days=n) for n in range(7 * (WEEKS + HORIZON)))
    if day.weekday() == 0 and day.day <= 7
)
TOTAL_AMOUNT = Group(SeriesLevel.TOTAL, AMOUNT)


def shop() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gives rows of weeks and of days of a shop of two categories."""
    random = np.random.default_rng(6)
    level = 4 + np.cumsum(random.normal(0, 0.15, WEEKS))
    mean = np.exp(level / 4)[None, :, None] * WEEKDAYS * np.array([4.0, 2.0])[:, None, None]
    for n in range(7 * WEEKS):
        if FIRST + timedelta(days=n) in HOLIDAYS:
            mean[:, n // 7, n % 7] *= 0.1
    pieces = random.poisson(mean).astype(float)
    weeks = weekly_rows(pieces.sum(axis=2), ("hot", "things"), str(FIRST))
    dates = pd.date_range(FIRST, periods=7 * WEEKS)
    parts = [
        pd.DataFrame({"series_level": "category", "series_id": name, "sales_date": dates,
                      QUANTITY: own.ravel(), AMOUNT: own.ravel() * price})
        for name, own, price in zip(("hot", "things"), pieces, (2.0, 5.0), strict=True)
    ]  # fmt: skip
    total = parts[0].assign(series_level="total", series_id="all")
    for name in (QUANTITY, AMOUNT):
        total[name] = parts[0][name] + parts[1][name]
    return weeks, pd.concat([total, *parts], ignore_index=True).assign(is_complete=True)


@pytest.fixture(scope="module")
def rows() -> tuple[pd.DataFrame, pd.DataFrame]:
    return shop()


@pytest.fixture(scope="module")
def panel(rows) -> Panel:
    return panel_of(rows[0], most_products=2)


@pytest.fixture(scope="module")
def contest(panel) -> Contest:
    # A rule of weeks is enough: how weeks are foretold is not asked here.
    return with_rules(hold(panel, plan_of(WEEKS, HORIZON), HORIZON, 0))


@pytest.fixture(scope="module")
def held(rows, panel, contest) -> DayContest:
    return hold_days(contest, days_of(rows[1], panel, HOLIDAYS))


def test_days_add_up_to_their_weeks_and_categories_to_the_total(held, contest):
    found = held.forecasts[SHARED_OUT]
    for group in held.days.groups:
        weeks = found[group].reshape(*found[group].shape[:2], HORIZON, 7).sum(axis=3)
        assert weeks == pytest.approx(contest.served[group])
    for measure in (AMOUNT, QUANTITY):
        total, own = (found[Group(level, measure)] for level in list(SeriesLevel)[:2])
        assert own.sum(axis=1) == pytest.approx(total[:, 0])


def test_no_forecast_of_days_sees_what_followed(rows, panel, contest, held):
    end = contest.rolling.plan.origins[10]
    later = rows[1]["sales_date"] >= pd.Timestamp(panel.weeks.monday(end))
    other = rows[1].copy()
    other.loc[later, [QUANTITY, AMOUNT]] *= 30
    changed = hold_days(contest, days_of(other, panel, HOLIDAYS))
    for name, told in held.forecasts.items():
        again = changed.forecasts[name][TOTAL_AMOUNT]
        assert np.array_equal(told[TOTAL_AMOUNT][:11], again[:11]), name
    rule = changed.forecasts[DAY_RULES[0]][TOTAL_AMOUNT]
    assert not np.array_equal(rule[11:], held.forecasts[DAY_RULES[0]][TOTAL_AMOUNT][11:])


def test_weekdays_and_holidays_are_known_and_beat_both_rules(held, rows, panel, contest):
    mase = {name: held.accuracy(name, TOTAL_AMOUNT, held.judged).mase for name in held.forecasts}
    assert mase[SHARED_OUT] < 0.9 * min(mase[rule] for rule in DAY_RULES)
    assert judge(held.evidence, SHARED_OUT).passed
    without = hold_days(contest, days_of(rows[1], panel, frozenset()))
    assert mase[SHARED_OUT] < without.accuracy(SHARED_OUT, TOTAL_AMOUNT, held.judged).mase


def test_days_that_may_be_cut_teach_nothing(rows, panel):
    cut = rows[1].copy()
    last = cut["sales_date"] == cut["sales_date"].max()
    cut.loc[last, [QUANTITY, AMOUNT]] = 1e6
    cut.loc[last, "is_complete"] = False
    days = days_of(cut, panel, frozenset())
    assert days.week_count == WEEKS - 1
    weeks = {group: np.full((len(v), HORIZON), 70.0) for group, v in days.values.items()}
    told = shared_out(days, WEEKS, weeks)[TOTAL_AMOUNT]
    assert told.max() < 70


def served(held: DayContest, way: str) -> DayFindings:
    return DayFindings(way == SHARED_OUT, way, (), day_findings(held, way, 0.8))


def test_ranges_of_days_hold_about_as_often_as_promised_and_survive_as_plain_values(held):
    found = served(held, SHARED_OUT)
    for group in found.groups:
        assert 0.7 <= group.coverage <= 0.92
        assert len(group.low) == len(group.high) == 7 * HORIZON
    kept = Findings(HORIZON, 0.8, days=found)
    assert Findings.from_plain(kept.to_plain()) == kept


@pytest.mark.parametrize("way", [SHARED_OUT, *DAY_RULES])
def test_rows_of_days_sum_to_their_weeks_to_the_cent(held, contest, panel, rows, way):
    model = DemandModel.of(contest, Options(HORIZON, 4, 2), 0.8).taught(panel)
    weeks = model.forecast(panel)
    units = in_units(panel, weeks)
    days: Days = replace(held.days, panel=panel)
    table = day_rows(days, weeks, units, served(held, way))
    assert set(table.columns) <= set(CONTRACT.column_names)
    assert len(table) == 3 * 7 * HORIZON
    assert (table["lower_amount"] <= table["expected_amount"]).all()
    by_day = table.groupby(["series_level", "sales_date"])["expected_amount"].agg(exactly)
    assert by_day.loc["category"].equals(by_day.loc["total"])
    if way == SHARED_OUT:
        by_week = table.groupby(["series_level", "series_id", "week_date"])["expected_amount"]
        cents = [int(amount * 100) for amount in by_week.agg(exactly)]
        ends = (Group(level, AMOUNT) for level in (SeriesLevel.CATEGORY, SeriesLevel.TOTAL))
        assert cents == [int(unit) for group in ends for unit in units[group].ravel()]


def exactly(values: pd.Series) -> Decimal:
    return sum(values, Decimal(0))
