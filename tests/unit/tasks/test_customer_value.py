"""Customer value: expected purchases times expected value, discounted by period, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gamma_gamma import GammaGamma
from shopkeeper.tasks.customer_value import Plan, expected_value, model_rows, value_interval

PURCHASES = BgNbd.with_parameters(26, r=0.5, alpha=5, a=0.8, b=2.5)
VALUES = GammaGamma.with_parameters(5, 4, 20)
ROWS = pd.DataFrame(
    {
        "frequency": [0.0, 3.0, 12.0, 3.0],
        "recency": [0.0, 20.0, 50.0, 20.0],
        "T": [40.0, 30.0, 52.0, 30.0],
        "mean_value": [0.0, 30.0, 45.0, 30.0],
    },
    index=["ann", "bob", "cid", "dan"],
)


def test_value_without_discount_is_purchases_times_value():
    each = VALUES.predict(ROWS)["expected_value"].to_numpy()
    expected = PURCHASES.expected_purchases(ROWS, 26) * each
    assert np.allclose(expected_value(PURCHASES, VALUES, ROWS, Plan(26)), expected, rtol=1e-12)


def test_each_period_is_discounted_by_its_end():
    until = [PURCHASES.expected_purchases(ROWS, end) for end in (10, 20, 26)]
    bought = (until[0], until[1] - until[0], until[2] - until[1])
    factors = (1 / 1.1, 1 / 1.1**2, 1 / 1.1**2.6)
    each = VALUES.predict(ROWS)["expected_value"].to_numpy()
    expected = sum(b * f for b, f in zip(bought, factors, strict=True)) * each
    found = expected_value(PURCHASES, VALUES, ROWS, Plan(26, discount_rate=0.1, period=10))
    assert np.allclose(found, expected, rtol=1e-12)


def test_a_period_that_is_short_by_rounding_only_is_none():
    assert len(Plan(0.3, discount_rate=0.1, period=0.1).ends) == 3


def test_money_scales_value():
    pennies = ROWS.assign(mean_value=ROWS["mean_value"] * 100)
    values = GammaGamma.with_parameters(5, 4, 2000)
    found = expected_value(PURCHASES, values, pennies, Plan(26))
    assert np.allclose(found, 100 * expected_value(PURCHASES, VALUES, ROWS, Plan(26)))


def test_intervals_do_not_depend_on_the_order_of_rows():
    found = value_interval(PURCHASES, VALUES, ROWS, Plan(26), draws=200, seed=3)
    turned = value_interval(PURCHASES, VALUES, ROWS[::-1], Plan(26), draws=200, seed=3)
    assert turned[::-1].equals(found)


def test_customers_with_the_same_history_have_the_same_interval():
    found = value_interval(PURCHASES, VALUES, ROWS, Plan(26), draws=200, seed=3)
    assert found.loc["bob"].tolist() == found.loc["dan"].tolist()


def test_intervals_are_in_order_and_wider_for_more_coverage():
    plan = Plan(26, discount_rate=0.01, period=4)
    narrow, wide = (
        value_interval(PURCHASES, VALUES, ROWS, plan, coverage=share, draws=2000, seed=1)
        for share in (0.5, 0.95)
    )
    assert (narrow["low"] <= narrow["median"]).all()
    assert (narrow["median"] <= narrow["high"]).all()
    assert (wide["low"] <= narrow["low"]).all()
    assert (wide["high"] > narrow["high"]).all()


def test_a_value_model_without_a_mean_is_refused_with_a_way_out():
    with pytest.raises(ModelDataError, match="no mean") as caught:
        expected_value(PURCHASES, GammaGamma.with_parameters(5, 0.9, 20), ROWS, Plan(26))
    assert "penalty" in caught.value.hint


@pytest.mark.parametrize("broken", [{"horizon": 0}, {"horizon": 9, "discount_rate": -0.1}])
def test_plans_that_cannot_be_are_refused(broken):
    with pytest.raises(UsageError):
        Plan(**broken)


def test_the_mart_becomes_rows_in_weeks():
    mart = pd.DataFrame(
        {
            "frequency": [2, 0],
            "recency_days": [14, 0],
            "age_days": [35, 7],
            "average_repeat_amount": [12.5, None],
        }
    )
    assert model_rows(mart).to_dict("list") == {
        "frequency": [2.0, 0.0],
        "recency": [2.0, 0.0],
        "T": [5.0, 1.0],
        "mean_value": [12.5, 0.0],
    }
