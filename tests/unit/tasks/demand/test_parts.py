"""Parts of demand: the panel, sums to the cent, the plan of past dates, and readiness."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from demand_shops import seasonal_shop, weekly_rows

from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.adding_up import rounded_to, scaled_to
from shopkeeper.tasks.demand.names import AMOUNT, QUANTITY
from shopkeeper.tasks.demand.panel import OTHERS, panel_of
from shopkeeper.tasks.demand.plan import least_weeks, plan_of, readiness_of
from shopkeeper.tasks.demand.stock import stock_rows

TOTAL, CATEGORY, PRODUCT = SeriesLevel


def test_a_panel_adds_up_with_the_rest_as_series_of_its_own():
    panel = panel_of(seasonal_shop(), most_products=2)
    assert panel.ids[PRODUCT] == ("p00", "p01", f"{OTHERS} hot", f"{OTHERS} things")
    assert panel.is_rest.tolist() == [False, False, True, True]
    for measure in (QUANTITY, AMOUNT):
        products = panel.values[PRODUCT, measure].values
        for place in range(2):
            own = np.nan_to_num(products[panel.parents[PRODUCT] == place]).sum(axis=0)
            assert own == pytest.approx(panel.values[CATEGORY, measure].values[place])
        assert panel.values[CATEGORY, measure].values.sum(axis=0) == pytest.approx(
            panel.values[TOTAL, measure].values[0]
        )


def test_row_order_changes_no_panel():
    rows = seasonal_shop()
    one, other = (
        panel_of(found, most_products=3) for found in (rows, rows.sample(frac=1, random_state=1))
    )
    assert one.ids == other.ids
    for key, weeks in one.values.items():
        assert np.array_equal(weeks.values, other.values[key].values, equal_nan=True)


def test_a_shop_without_categories_has_two_levels():
    panel = panel_of(weekly_rows(np.ones((3, 9)), ("(no category)",)), most_products=2)
    assert panel.levels == (TOTAL, PRODUCT)
    assert panel.ids[PRODUCT] == ("p00", "p01", OTHERS)


def test_best_sellers_are_those_that_were_known():
    quantity = np.ones((3, 40))
    quantity[2, 30:] = 500
    rows = weekly_rows(quantity, ("hot",))
    assert panel_of(rows, most_products=1, ranked_until=30).ids[PRODUCT][0] == "p00"
    assert panel_of(rows, most_products=1).ids[PRODUCT][0] == "p02"


def test_children_keep_their_proportions_and_sum_to_their_parent():
    parent = np.array([[10.0, 6.0], [4.0, 2.0]])
    children = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 7.0]])
    of = np.array([0, 0, 1])
    found = scaled_to(parent, children, of, np.array([3.0, 1.0, 9.0]))
    assert found.tolist() == [[2.5, 4.5], [7.5, 1.5], [4.0, 2.0]]


def test_nothing_known_is_shared_out_equally():
    found = scaled_to(np.array([[6.0]]), np.zeros((3, 1)), np.zeros(3, dtype=int), np.zeros(3))
    assert found.ravel().tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize("seed", range(8))
def test_rounded_children_sum_to_their_parents_to_the_cent(seed):
    random = np.random.default_rng(seed)
    of = random.integers(0, 3, 20)
    children = random.exponential(5, (20, 4)) * (random.random((20, 4)) < 0.7)
    sums = np.zeros((3, 4))
    np.add.at(sums, of, children)
    parent = np.rint(sums / 0.01).astype(np.int64)
    found = rounded_to(parent, children, of, 0.01)
    for place in range(3):
        if (of == place).any():
            assert np.array_equal(found[of == place].sum(axis=0), parent[place])
    assert (found >= 0).all()
    assert np.abs(found * 0.01 - children).max() <= 0.02


@pytest.mark.parametrize("horizon", [1, 4, 13])
@pytest.mark.parametrize("extra", [0, 7, 40, 200])
def test_no_way_is_chosen_by_weeks_that_were_not_over(horizon, extra):
    count = least_weeks(horizon) + extra
    plan = plan_of(count, horizon)
    assert plan.origins[-1] + horizon == count
    assert plan.folds[-1][1] == len(plan.origins)
    for number, (start, end) in enumerate(plan.folds):
        assert end - start >= 2
        known = [plan.origins[place] for place in plan.chosen_before(number, horizon)]
        assert known
        assert max(known) + horizon <= plan.origins[start]
    assert plan.origins[0] >= (52 if plan.season_weeks == 52 else 13)


def test_a_season_of_a_year_needs_a_year_before_every_past_date():
    assert plan_of(52 + 20, 4).season_weeks == 52
    assert plan_of(60, 4).season_weeks == 4


def test_too_short_a_history_is_refused_in_plain_words():
    ready = readiness_of(20, 20, 4)
    assert not ready.is_ready
    assert "20 whole weeks" in ready.reasons[0]
    assert str(least_weeks(4)) in ready.reasons[0]
    assert "3 of 60 whole weeks" in readiness_of(60, 3, 4).reasons[0]
    assert "nothing is known of the seasons" in readiness_of(60, 60, 4).caveats[0]
    assert readiness_of(104, 104, 4).caveats == ()


def test_stock_says_what_is_missing_only_where_it_is_known():
    panel = panel_of(seasonal_shop(), most_products=2)
    expected = np.array([20.0, 4.25, 1.0, 1.0])
    enough = np.array([33.2, np.nan, 2.0, 2.0])
    rows = stock_rows(panel, expected, enough, {"p00": "Tea"}, {"p00": Decimal(10)})
    assert list(rows["product_id"]) == ["p00", "p01"]
    tea, mug = rows.to_dict("records")
    assert (tea["product_name"], tea["reorder_quantity"], tea["missing_quantity"]) == (
        "Tea",
        34,
        24,
    )
    assert tea["safety_quantity"] == 14
    assert mug["reorder_quantity"] is None
    assert mug["missing_quantity"] is None
    assert mug["product_name"] == "p01"
