"""Each way to predict lifetime values keeps the same promises; a new one is tried by itself."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.errors import ModelDataError
from shopkeeper.tasks.lifetime_value.candidates import BASELINES, MAKERS, WITHOUT_PROOF
from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate

CUTOFF = date(2024, 10, 1)
DAYS = 90


def known_of(purchases: pd.DataFrame, days: int = DAYS):
    return value_worlds.world(purchases, CUTOFF, days).known(CUTOFF, days)


@pytest.fixture(scope="module")
def known():
    return known_of(value_worlds.small_purchases())


@pytest.fixture(scope="module", params=list(MAKERS))
def fitted(request, known) -> Candidate:
    return MAKERS[request.param]().fit(known)


def refitted(fitted: Candidate, purchases: pd.DataFrame) -> tuple[Candidate, pd.DataFrame]:
    """The same way, learned from other purchases, and the customers it then knows."""
    known = known_of(purchases)
    name = next(n for n, make in MAKERS.items() if same_way(make(), fitted))
    return MAKERS[name]().fit(known), known.customers


def same_way(one: Candidate, other: Candidate) -> bool:
    traits = ("model", "has_prior")
    return type(one) is type(other) and all(
        getattr(one, trait, None) == getattr(other, trait, None) for trait in traits
    )


def test_it_follows_the_protocol(fitted):
    assert isinstance(fitted, Candidate)


def test_it_predicts_finite_amounts_from_0_on(fitted, known):
    found = fitted.predict(known.customers, CUTOFF)
    assert found.shape == (len(known.customers),)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found.sum() > 0


def test_what_was_saved_predicts_the_same_to_the_last_bit(fitted, known):
    loaded = type(fitted).load(fitted.save())
    assert loaded.save() == fitted.save()
    ours, theirs = (one.predict(known.customers, CUTOFF) for one in (fitted, loaded))
    assert ours.tobytes() == theirs.tobytes()


def test_any_part_of_the_customers_is_predicted_as_among_all(fitted, known):
    whole = fitted.predict(known.customers, CUTOFF)
    some = fitted.predict(known.customers.iloc[5:6], CUTOFF)
    assert some == pytest.approx(whole[5:6], rel=1e-9)
    turned = fitted.predict(known.customers.iloc[::-1], CUTOFF)
    assert turned[::-1] == pytest.approx(whole, rel=1e-9)


def test_the_order_of_rows_changes_nothing(fitted, known):
    shuffled = value_worlds.small_purchases().sample(frac=1, random_state=1)
    other, customers = refitted(fitted, shuffled.reset_index(drop=True))
    assert customers.equals(known.customers)
    found = other.predict(customers, CUTOFF)
    assert found == pytest.approx(fitted.predict(known.customers, CUTOFF), rel=1e-9)


def test_what_comes_at_or_after_the_cutoff_changes_nothing(fitted, known):
    purchases = value_worlds.small_purchases()
    later = purchases["order_date"] >= np.datetime64(CUTOFF)
    assert later.any()
    changed = purchases.assign(
        purchase_amount=purchases["purchase_amount"].where(~later, 9_999.0),
    )
    other, customers = refitted(fitted, changed)
    assert other.save() == fitted.save()
    assert (
        other.predict(customers, CUTOFF).tobytes()
        == fitted.predict(known.customers, CUTOFF).tobytes()
    )


def test_money_in_another_unit_scales_the_values(fitted, known):
    purchases = value_worlds.small_purchases()
    dearer = purchases.assign(purchase_amount=purchases["purchase_amount"] * 100)
    other, customers = refitted(fitted, dearer)
    found = other.predict(customers, CUTOFF) / 100
    # Trees cut at 32-bit values and maxima are found to a tolerance.
    assert found.sum() == pytest.approx(fitted.predict(known.customers, CUTOFF).sum(), rel=0.02)
    assert found == pytest.approx(fitted.predict(known.customers, CUTOFF), rel=0.05, abs=0.5)


def test_who_bought_for_more_is_not_worth_less(known):
    customers = known.customers
    money = [name for name in customers if name.endswith("_amount")]
    richer = customers.assign(**{name: customers[name] * 3 for name in money})
    for name in set(MAKERS) - {"boosting", "blend"}:
        model = MAKERS[name]().fit(known)
        ours, theirs = (model.predict(rows, CUTOFF) for rows in (customers, richer))
        assert (theirs >= ours - 1e-9).all(), name


def test_the_last_period_is_what_was_spent_in_it(known):
    found = MAKERS["last_period"]().fit(known).predict(known.customers, CUTOFF)
    spent = value_worlds.spent(
        value_worlds.small_purchases(), known.customers.index, date(2024, 7, 3), DAYS
    )
    assert found == pytest.approx(spent)


def test_the_average_customer_is_everybody(known):
    found = MAKERS["average_customer"]().fit(known).predict(known.customers, CUTOFF)
    assert set(found) == {known.customers["last_90_days_amount"].mean()}


def test_baselines_and_the_way_without_proof_are_ways():
    assert {*BASELINES, WITHOUT_PROOF} <= set(MAKERS)
    assert WITHOUT_PROOF not in BASELINES


def test_boosting_without_lessons_says_so():
    purchases = value_worlds.small_purchases()
    young = purchases[purchases["order_date"] >= "2024-07-15"]
    with pytest.raises(ModelDataError, match="90 days had passed") as caught:
        MAKERS["boosting"]().fit(known_of(young))
    assert caught.value.hint


def test_a_blend_without_lessons_goes_on_without_boosting():
    purchases = value_worlds.small_purchases()
    known = known_of(purchases[purchases["order_date"] >= "2024-05-15"])
    assert known.lessons == ()
    blend = MAKERS["blend"]().fit(known)
    assert sorted(blend.members) == ["last_period", "repeat_buying"]
    assert blend.predict(known.customers, CUTOFF).sum() > 0
