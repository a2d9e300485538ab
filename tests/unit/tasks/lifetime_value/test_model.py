"""The model that is registered: what it publishes keeps its promises, whatever the candidate."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.errors import UsageError
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.tasks.lifetime_value.candidates import MAKERS
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.model import LifetimeValue, mean_discount
from shopkeeper.tasks.lifetime_value.ranges import drawn_ranges

CUTOFF = date(2024, 10, 1)
AMOUNTS = ["expected_amount", "typical_amount", "lower_amount", "upper_amount"]


@pytest.fixture(scope="module")
def known():
    return value_worlds.world(value_worlds.small_purchases(), CUTOFF, 90).known(CUTOFF, 90)


@pytest.fixture(scope="module", params=["bg_nbd_with_prior", "boosting", "blend"])
def model(request, known) -> LifetimeValue:
    candidate = MAKERS[request.param]().fit(known)
    habits = RepeatBuying(BgNbd, has_prior=True).fit(known)
    return LifetimeValue.of(
        (request.param, candidate),
        habits,
        drawn_ranges(candidate, habits, known.customers, CUTOFF, seed=0),
        horizon_days=90,
        yearly_discount_rate=0.1,
    )


@pytest.fixture(scope="module")
def values(model, known) -> pd.DataFrame:
    return model.predict(known.customers)


def test_the_median_lies_in_its_interval(values):
    assert (values["lower_amount"] >= 0).all()
    assert (values["lower_amount"] <= values["typical_amount"]).all()
    assert (values["typical_amount"] <= values["upper_amount"]).all()


def test_probabilities_lie_between_0_and_1(values):
    for name in ("purchase_probability", "alive_probability"):
        assert values[name].between(0, 1).all()
    assert (values["purchase_probability"] <= values["alive_probability"] + 1e-9).all()


def test_who_is_expected_to_buy_no_less_than_once_is_not_said_to_stay_away(values):
    # Markov: P(at least one) is at most the mean of the count.
    assert (values["purchase_probability"] <= values["expected_purchases"] + 1e-9).all()


def test_nothing_is_missing_but_dates_that_never_come(values):
    assert not values.drop(columns="next_order_date").isna().any(axis=None)
    dates = values["next_order_date"].dropna()
    assert len(dates)
    assert (dates > CUTOFF).all()


def test_amounts_are_whole_cents(values):
    cents = values[AMOUNTS] * 100
    assert np.allclose(cents, cents.round(), atol=1e-6)


def test_later_money_is_worth_less_but_not_nothing(values):
    whole = values["expected_amount"].sum()
    assert 0.98 * whole < values["discounted_amount"].sum() < whole


def test_what_was_saved_predicts_the_same_to_the_last_bit(model, values, known):
    loaded = LifetimeValue.load(model.save())
    assert loaded.save() == model.save()
    assert loaded.predict(known.customers).equals(values)


def test_customers_are_predicted_one_by_one_as_among_all(model, values, known):
    some = known.customers.iloc[[7, 3]]
    alone = model.predict(some)
    assert alone.index.equals(some.index)
    assert np.allclose(alone[AMOUNTS], values.loc[some.index, AMOUNTS], atol=0.011)


def test_customers_of_several_days_are_refused(model, known):
    other = known.customers.assign(as_of=date(2024, 9, 1))
    with pytest.raises(UsageError, match="2 days"):
        model.predict(pd.concat([known.customers, other]))


def test_it_is_not_fitted_by_hand(model, known):
    with pytest.raises(UsageError, match="contest") as caught:
        model.fit(known.customers)
    assert "shopkeeper train" in caught.value.hint


def test_no_discount_and_no_time_leave_money_as_it_is():
    assert mean_discount(0.0, 365) == 1.0
    assert mean_discount(0.1, 1) == pytest.approx(1, abs=2e-4)
    assert mean_discount(0.1, 365) < mean_discount(0.1, 90)
