"""The contest on demand and its model: later weeks alone judge, and what is saved says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from demand_shops import seasonal_shop, weekly_rows

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.forecasting import LEAST_ERRORS
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.lifecycle.safe_files import check_file
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.contest import Contest, hold, with_rules
from shopkeeper.tasks.demand.findings import Findings, found_by
from shopkeeper.tasks.demand.forecasts import CONTRACT, forecast_rows
from shopkeeper.tasks.demand.model import DemandModel, Options
from shopkeeper.tasks.demand.names import AMOUNT, BASELINES, CHOSEN, PRODUCTS, QUANTITY
from shopkeeper.tasks.demand.panel import Panel, panel_of
from shopkeeper.tasks.demand.plan import plan_of
from shopkeeper.tasks.demand.ranges import past_ranges

HORIZON = 4
OPTIONS = Options(HORIZON, 4, 4)


def held(rows: pd.DataFrame) -> tuple[Panel, Contest]:
    panel = panel_of(rows, most_products=4)
    return panel, hold(panel, plan_of(panel.weeks.week_count, HORIZON), HORIZON, 0)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return seasonal_shop()


@pytest.fixture(scope="module")
def contest(rows) -> tuple[Panel, Contest]:
    return held(rows)


@pytest.fixture(scope="module")
def model(contest) -> DemandModel:
    return DemandModel.of(contest[1], OPTIONS, 0.8).taught(contest[0])


def test_forecasts_of_past_dates_see_nothing_of_what_followed(rows, contest):
    panel, whole = contest
    place = 8
    end = whole.rolling.plan.origins[place]
    known = pd.Timestamp(panel.weeks.monday(end))
    other = rows.copy()
    later = other["week_date"] >= known
    other.loc[later, [QUANTITY, AMOUNT]] *= 50
    changed = held(other)[1]
    for group in whole.groups:
        for name, told in whole.rolling.forecasts[group].items():
            again = changed.rolling.forecasts[group][name]
            assert np.array_equal(told[: place + 1], again[: place + 1]), (group, name)
            assert not np.array_equal(told[place + 1 :], again[place + 1 :]), (group, name)


def test_what_is_served_at_each_date_adds_up(contest):
    whole = contest[1]
    for measure in (QUANTITY, AMOUNT):
        total = whole.served[SeriesLevel.TOTAL, measure][:, 0]
        for level in (SeriesLevel.CATEGORY, SeriesLevel.PRODUCT):
            assert whole.served[level, measure].sum(axis=1) == pytest.approx(total)


def test_what_is_served_beats_both_simple_rules_or_is_the_better_one(contest):
    whole = contest[1]
    errors = {name: whole.accuracy(name, PRODUCTS).rmsse for name in (CHOSEN, *BASELINES)}
    assert errors[CHOSEN] < 0.95 * min(errors[rule] for rule in BASELINES)
    total = whole.groups[0]
    rules = [whole.accuracy(rule, total).mase for rule in BASELINES]
    assert whole.accuracy(CHOSEN, total).mase <= min(rules)
    assert (whole.ways[total] in BASELINES) == (total in whole.failed)


def test_a_choice_that_loses_is_replaced_by_the_better_rule(contest):
    rule = with_rules(contest[1])
    assert set(rule.ways.values()) == {rule.ways[PRODUCTS]}
    assert rule.ways[PRODUCTS] in BASELINES
    assert rule.failed == rule.groups
    served = rule.served[SeriesLevel.TOTAL, AMOUNT]
    said = rule.rolling.forecasts[rule.groups[0]][rule.ways[PRODUCTS]]
    assert np.array_equal(served, said)


def test_weeks_that_are_all_alike_have_an_answer():
    panel, whole = held(weekly_rows(np.full((3, 60), 7.0), ("hot",)))
    assert set(whole.ways.values()) == {"last_week"}
    assert not judge(whole.evidence, CHOSEN).passed
    told = found_by(with_rules(whole), 0.8)
    assert all(row.mase is None for group in told["groups"] for row in group.contest)
    model = DemandModel.of(with_rules(whole), OPTIONS, 0.8).taught(panel)
    found = model.forecast(panel)
    assert found[PRODUCTS] == pytest.approx(np.full((3, HORIZON), 7.0))
    low, high = model.ends(panel, found, 0.8)[PRODUCTS]
    assert low == pytest.approx(found[PRODUCTS])
    assert high == pytest.approx(found[PRODUCTS])


def test_a_shop_of_noise_is_served_by_a_rule_or_proved():
    random = np.random.default_rng(0)
    whole = held(weekly_rows(random.poisson(0.02, (4, 60)).astype(float), ("hot",)))[1]
    assert all(np.isfinite(values).all() for values in whole.served.values())
    for group in whole.failed:
        assert whole.ways[group] in BASELINES


@pytest.mark.parametrize("way", ["", "boosted_trees"])
def test_a_saved_model_says_the_same_to_the_last_bit(contest, model, way):
    if way:
        ways = dict.fromkeys(contest[1].groups, way)
        model = DemandModel(OPTIONS, ways, model.errors).taught(contest[0])
    files = model.save()
    for name, content in files.items():
        check_file(name, content)
    assert files == model.save()
    assert any(name.endswith(".ubj") for name in files) == bool(way)
    again = DemandModel.load(files)
    told, said = model.forecast(contest[0]), again.forecast(contest[0])
    for group, values in told.items():
        assert np.array_equal(values, said[group])
    ends, others = (one.ends(contest[0], told, 0.8) for one in (model, again))
    assert all(np.array_equal(ends[g], others[g]) for g in ends)
    with pytest.raises(ModelDataError, match="demand"):
        DemandModel.load({})


def test_rows_without_numbers_are_foretold_as_in_the_table(rows, contest, model):
    panel = contest[0]
    coming = [pd.Timestamp(panel.weeks.monday(panel.weeks.week_count + n)) for n in range(HORIZON)]
    asked = pd.DataFrame(
        {
            "series_level": "product",
            "series_id": "p00",
            "category": "hot",
            "week_date": coming,
            QUANTITY: np.nan,
            AMOUNT: np.nan,
        }
    )
    found = model.predict(pd.concat([rows, asked], ignore_index=True))
    assert found.iloc[: len(rows)].isna().all(axis=None)
    expected = model.forecast(panel)
    assert np.array_equal(found[QUANTITY].tail(HORIZON), expected[PRODUCTS][0])
    assert np.array_equal(found[AMOUNT].tail(HORIZON), expected[SeriesLevel.PRODUCT, AMOUNT][0])


def test_fitting_on_rows_is_teaching_on_their_panel(rows, contest, model):
    again = DemandModel.of(contest[1], OPTIONS, 0.8).fit(rows)
    told, said = again.forecast(contest[0]), model.forecast(contest[0])
    assert all(np.array_equal(told[group], said[group]) for group in told)


def test_rows_add_up_to_the_cent_and_lie_within_their_ranges(contest, model):
    panel = contest[0]
    found = model.forecast(panel)
    rows = forecast_rows(panel, found, model.ends(panel, found, 0.8), model.ways)
    sums = rows.groupby(["series_level", "week_date"])[
        ["expected_amount", "expected_quantity"]
    ].agg(lambda values: sum(values, Decimal(0)))
    for level in ("category", "product"):
        assert sums.loc[level].equals(sums.loc["total"])
    assert rows["week_date"].min() == date(2024, 2, 26)
    assert (rows["lower_amount"] <= rows["expected_amount"]).all()
    assert (rows["upper_quantity"] >= rows["expected_quantity"]).all()
    assert set(rows.columns) <= set(CONTRACT.column_names)


def test_ranges_of_past_dates_hold_about_as_often_as_promised_or_are_widened(contest):
    for group in found_by(contest[1], 0.8)["groups"]:
        assert group.covered_count > 0
        assert group.range_width > 0
        assert (group.widened_by > 1) == (group.coverage < 0.75)
    whole = found_by(contest[1], 0.8)["whole"]
    assert whole.lower_share < 1 < whole.upper_share


def test_errors_of_ranges_are_those_of_the_ways_from_now_on(contest):
    whole = contest[1]
    rule = with_rules(whole)
    ours, theirs = (past_ranges(one, PRODUCTS, 0.8).errors for one in (whole, rule))
    off = rule.rolling.actual(PRODUCTS) - rule.rolling.forecasts[PRODUCTS][rule.ways[PRODUCTS]]
    assert np.array_equal(np.sign(np.round(theirs, 6)), np.sign(np.round(off, 6)))
    assert whole.ways[PRODUCTS] != rule.ways[PRODUCTS]
    assert not np.array_equal(ours, theirs)


def test_a_widened_range_is_wider_by_what_it_lacked(contest, model):
    panel, group = contest[0], contest[1].groups[0]
    errors = model.errors
    found = model.forecast(panel)
    _, high = model.ends(panel, found, 0.8)[group]
    wider = DemandModel(
        OPTIONS, model.ways, replace(errors, widened={**errors.widened, group: 3.0})
    )
    _, more = wider.ends(panel, found, 0.8)[group]
    times = 3.0 / errors.widened[group]
    assert more - found[group] == pytest.approx(times * (high - found[group]))


def test_a_rule_that_says_the_same_is_no_new_version(contest):
    rule = DemandModel.of(with_rules(contest[1]), OPTIONS, 0.8)
    curves = rule.errors.of_weeks

    def moved(factor: float) -> DemandModel:
        of_weeks = {group: curve * factor for group, curve in curves.items()}
        return DemandModel(OPTIONS, rule.ways, replace(rule.errors, of_weeks=of_weeks))

    assert rule.is_like(DemandModel.load(rule.save()), 0.8)
    assert rule.is_like(moved(1.02), 0.8)
    assert not rule.is_like(moved(1.5), 0.8)
    other = DemandModel(OPTIONS, dict.fromkeys(rule.ways, "recent_mean"), rule.errors)
    assert not rule.is_like(other, 0.8)


def test_more_safety_asks_for_more_stock(contest, model):
    panel = contest[0]
    expected = model.forecast(panel)[PRODUCTS]
    some, more = (model.enough(panel, expected, 2, level) for level in (0.6, 0.95))
    mean = expected[:, :2].sum(axis=1)
    assert (mean <= some).all()
    assert (some <= more).all()
    assert (some < more).any()


def test_too_few_past_dates_give_no_range_and_no_advice():
    panel, whole = held(seasonal_shop(week_count=33))
    assert len(whole.rolling.plan.origins) < LEAST_ERRORS
    model = DemandModel.of(whole, OPTIONS, 0.8).taught(panel)
    found = model.forecast(panel)
    low, high = model.ends(panel, found, 0.8)[PRODUCTS]
    assert np.isnan([low, high]).all()
    assert np.isnan(model.enough(panel, found[PRODUCTS], 2, 0.95)).all()
    rows = forecast_rows(panel, found, model.ends(panel, found, 0.8), model.ways)
    assert rows["upper_amount"].isna().all()
    assert all(group.coverage is None for group in found_by(whole, 0.8)["groups"])


def test_findings_survive_as_plain_values(contest):
    found = Findings(HORIZON, 0.8, **found_by(contest[1], 0.8))
    assert Findings.from_plain(found.to_plain()) == found
    assert len(found.past) == found.judged_count
    assert {lead.other for lead in found.groups[0].leads} == set(BASELINES)
