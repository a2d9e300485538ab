"""Days: they add up to their weeks, know nothing of later ones, and beat rules of days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from demand_shops import PRICES, weekly_rows

from shopkeeper.jobs.demand_training import days_found
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.adding_up import rounded_to_both
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


def shop_pieces() -> np.ndarray:
    """Gives pieces sold of three products, shape (products, weeks, 7)."""
    random = np.random.default_rng(6)
    level = 4 + np.cumsum(random.normal(0, 0.15, WEEKS))
    sizes = np.array([3.0, 2.0, 1.0])
    mean = np.exp(level / 4)[None, :, None] * WEEKDAYS * sizes[:, None, None]
    for n in range(7 * WEEKS):
        if FIRST + timedelta(days=n) in HOLIDAYS:
            mean[:, n // 7, n % 7] *= 0.1
    return random.poisson(mean).astype(float)


def shop() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Gives rows of weeks, of days, and of products by day, of a shop of two categories."""
    pieces = shop_pieces()
    weeks = weekly_rows(pieces.sum(axis=2), ("hot", "things"), str(FIRST))
    dates = pd.date_range(FIRST, periods=7 * WEEKS)
    sold = pd.concat(
        [
            pd.DataFrame({"product_id": f"p0{n}", "sales_date": dates, QUANTITY: own.ravel(),
                          AMOUNT: own.ravel() * price, "series_id": ("hot", "things")[n % 2]})
            for n, (own, price) in enumerate(zip(pieces, PRICES[:3], strict=True))
        ],
        ignore_index=True,
    )  # fmt: skip
    by = ["series_id", "sales_date"]
    own = sold.groupby(by, as_index=False)[[QUANTITY, AMOUNT]].sum()
    total = sold.groupby("sales_date", as_index=False)[[QUANTITY, AMOUNT]].sum()
    days = pd.concat(
        [
            total.assign(series_level="total", series_id="all"),
            own.assign(series_level="category"),
        ],
        ignore_index=True,
    )
    kept = sold[sold[QUANTITY] > 0].drop(columns="series_id")
    return weeks, days.assign(is_complete=True), kept


@pytest.fixture(scope="module")
def rows() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
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
    return hold_days(contest, days_of(rows[1], panel, HOLIDAYS, rows[2]))


def test_days_add_up_to_their_weeks_and_each_level_to_the_one_above(held, contest, panel):
    found = held.forecasts[SHARED_OUT]
    for group in held.days.groups:
        weeks = found[group].reshape(*found[group].shape[:2], HORIZON, 7).sum(axis=3)
        assert weeks == pytest.approx(contest.served[group])
    for measure in (AMOUNT, QUANTITY):
        total, own = (found[Group(level, measure)] for level in list(SeriesLevel)[:2])
        assert own.sum(axis=1) == pytest.approx(total[:, 0])
        parts = found[Group(SeriesLevel.PRODUCT, measure)]
        summed = np.zeros_like(own)
        np.add.at(summed, (slice(None), panel.parents[SeriesLevel.PRODUCT]), parts)
        assert summed == pytest.approx(own)


def test_days_of_products_are_those_that_were_sold_and_the_rest_is_what_is_left(held, panel, rows):
    pieces = held.days.values[Group(SeriesLevel.PRODUCT, QUANTITY)]
    assert panel.ids[SeriesLevel.PRODUCT] == ("p00", "p01", "(other products) hot")
    sold = rows[2].pivot(index="product_id", columns="sales_date", values=QUANTITY).fillna(0)
    flat = pieces.reshape(3, -1)
    assert np.array_equal(flat, sold.loc[["p00", "p01", "p02"]].to_numpy())


def test_weekdays_of_a_category_that_seldom_sells_are_drawn_to_those_of_the_shop(rows, panel):
    days = days_of(rows[1], panel, frozenset())
    thin = {group: values.copy() for group, values in days.values.items()}
    for group in days.lowest:
        thin[group][1] = 0
        thin[group][1, -1, 2] = 1
    changed = replace(days, values=thin)
    weeks = {group: np.full((len(v), HORIZON), 70.0) for group, v in days.values.items()}
    told = shared_out(changed, WEEKS, weeks)[Group(SeriesLevel.CATEGORY, QUANTITY)][1, :7]
    # Its one sale was on a Wednesday; nobody concludes that it sells on no other day.
    assert told.argmax() == 4
    assert told.min() > 0


def test_no_forecast_of_days_sees_what_followed(rows, panel, contest, held):
    end = contest.rolling.plan.origins[10]
    later = rows[1]["sales_date"] >= pd.Timestamp(panel.weeks.monday(end))
    other = rows[1].copy()
    other.loc[later, [QUANTITY, AMOUNT]] *= 30
    sold = rows[2].copy()
    sold.loc[sold["sales_date"] >= pd.Timestamp(panel.weeks.monday(end)), [QUANTITY, AMOUNT]] *= 30
    changed = hold_days(contest, days_of(other, panel, HOLIDAYS, sold))
    for name, told in held.forecasts.items():
        for group in held.days.groups:
            assert np.array_equal(told[group][:11], changed.forecasts[name][group][:11]), name
    rule = changed.forecasts[DAY_RULES[0]][TOTAL_AMOUNT]
    assert not np.array_equal(rule[11:], held.forecasts[DAY_RULES[0]][TOTAL_AMOUNT][11:])


def test_weekdays_and_holidays_are_known_and_beat_both_rules(held, rows, panel, contest):
    mase = {name: held.accuracy(name, TOTAL_AMOUNT, held.judged).mase for name in held.forecasts}
    assert mase[SHARED_OUT] < 0.9 * min(mase[rule] for rule in DAY_RULES)
    assert judge(held.evidence(held.days.upper), SHARED_OUT).passed
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
    ways = dict.fromkeys(held.days.upper, way) | dict.fromkeys(held.days.products, SHARED_OUT)
    groups = day_findings(held, ways, 0.8)
    return DayFindings(way == SHARED_OUT, way, (), groups, SHARED_OUT)


def test_products_have_a_gate_of_their_own(held):
    found = days_found(held, 0.8)
    assert found.product_way == SHARED_OUT
    assert {group.level for group in found.groups} == {"total", "category", "product"}
    worse = {
        g: 30 * v if g in held.days.products else v for g, v in held.forecasts[SHARED_OUT].items()
    }
    lost = days_found(replace(held, forecasts={**held.forecasts, SHARED_OUT: worse}), 0.8)
    assert lost.way == SHARED_OUT
    assert lost.product_way == ""
    assert "rmsse" in lost.product_reasons[0]
    assert {group.level for group in lost.groups} == {"total", "category"}


def test_ranges_of_days_hold_about_as_often_as_promised_and_survive_as_plain_values(held):
    found = served(held, SHARED_OUT)
    for group in found.groups:
        assert 0.7 <= group.coverage <= 0.95
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
    assert len(table) == 6 * 7 * HORIZON
    assert (table["lower_amount"] <= table["expected_amount"]).all()
    by_day = table.groupby(["series_level", "sales_date"])["expected_amount"].agg(exactly)
    assert by_day.loc["category"].equals(by_day.loc["total"])
    if way == SHARED_OUT:
        ends = (Group(level, AMOUNT) for level in (SeriesLevel.CATEGORY, SeriesLevel.TOTAL))
        kept = table[table["series_level"] != "product"]
        by_week = kept.groupby(["series_level", "series_id", "week_date"])["expected_amount"]
        cents = [int(amount * 100) for amount in by_week.agg(exactly)]
        assert cents == [int(unit) for group in ends for unit in units[group].ravel()]
        assert by_day.loc["product"].equals(by_day.loc["total"])
    of_products = table[table["series_level"] == "product"]
    own = of_products.groupby(["series_id", "week_date"], sort=False)["expected_amount"]
    cents = [int(amount * 100) for amount in own.agg(exactly)]
    assert cents == [int(unit) for unit in units[Group(SeriesLevel.PRODUCT, AMOUNT)].ravel()]


@pytest.mark.parametrize("way", [SHARED_OUT, *DAY_RULES])
def test_in_a_shop_without_categories_products_add_up_to_the_total(rows, way):
    _, days, sold = rows
    pieces = shop_pieces().sum(axis=2)
    weeks = weekly_rows(pieces, ("hot",), str(FIRST))
    panel = panel_of(weeks, most_products=2)
    assert SeriesLevel.CATEGORY not in panel.ids
    contest = with_rules(hold(panel, plan_of(WEEKS, HORIZON), HORIZON, 0))
    held = hold_days(contest, days_of(days, panel, HOLIDAYS, sold))
    model = DemandModel.of(contest, Options(HORIZON, 4, 2), 0.8).taught(panel)
    told = model.forecast(panel)
    table = day_rows(held.days, told, in_units(panel, told), served(held, way))
    by_day = table.groupby(["series_level", "sales_date"])["expected_amount"].agg(exactly)
    assert set(table["series_level"]) == {"total", "product"}
    if way == SHARED_OUT:
        assert by_day.loc["product"].equals(by_day.loc["total"])


@pytest.mark.parametrize("seed", range(20))
def test_a_table_is_rounded_to_its_rows_and_its_columns(seed):
    random = np.random.default_rng(seed)
    rows = random.integers(0, 40, 9) * random.integers(0, 2, 9)
    share = random.dirichlet(np.full(7, 0.4))
    columns = (
        random.multinomial(rows.sum(), share) if seed % 2 else rounded_parts(rows.sum(), share)
    )
    made = rounded_to_both(rows, columns, rows[:, None] * share)
    assert made.min() >= 0
    assert np.array_equal(made.sum(axis=1), rows)
    assert np.array_equal(made.sum(axis=0), columns)


def rounded_parts(total: int, share: np.ndarray) -> np.ndarray:
    found = np.floor(total * share).astype(int)
    found[np.argmax(share)] += total - found.sum()
    return found


def exactly(values: pd.Series) -> Decimal:
    return sum(values, Decimal(0))
