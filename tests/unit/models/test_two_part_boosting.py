"""Two-part boosting: what it learns, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.model import Model
from shopkeeper.models.two_part_boosting import LEAST_BUYERS, TwoPartBoosting

FEATURES = ["often", "much", "noise"]


def rows_of(size: int = 1_500, seed: int = 1) -> pd.DataFrame:
    """Who bought often comes back; who spent much spends much; one feature says nothing."""
    random = np.random.default_rng(seed)
    often, much = random.random(size), random.lognormal(3, 1, size)
    buys = random.random(size) < 0.1 + 0.8 * often
    spent = np.where(buys, much * random.gamma(4, 0.25, size), 0.0)
    return pd.DataFrame(
        {"often": often, "much": much, "noise": random.random(size), "spent": spent}
    )


ROWS = rows_of()


def made(**options) -> TwoPartBoosting:
    return TwoPartBoosting(FEATURES, "spent", **options)


@pytest.fixture(scope="module")
def model() -> TwoPartBoosting:
    return made().fit(ROWS)


def test_it_follows_the_protocol(model):
    assert isinstance(model, Model)


def test_fitting_again_gives_the_same_bytes(model):
    assert made().fit(ROWS).save() == model.save()


def test_the_order_of_rows_changes_nothing(model):
    shuffled = ROWS.sample(frac=1, random_state=3)
    assert made().fit(shuffled).save() == model.save()
    assert model.predict(shuffled).sort_index().equals(model.predict(ROWS))


def test_another_seed_draws_other_rows(model):
    assert made(seed=1).fit(ROWS).save() != model.save()


def test_what_was_saved_predicts_the_same_to_the_last_bit(model):
    loaded = TwoPartBoosting.load(model.save())
    assert loaded.predict(ROWS).equals(model.predict(ROWS))
    assert loaded.save() == model.save()


def test_predictions_have_the_index_of_the_rows(model):
    rows = ROWS.set_axis([f"c{place}" for place in range(len(ROWS))])
    assert model.predict(rows).index.equals(rows.index)


def test_one_row_and_none_are_predicted_as_among_others(model):
    assert model.predict(ROWS.iloc[[7]]).equals(model.predict(ROWS).iloc[[7]])
    assert len(model.predict(ROWS.head(0))) == 0


def test_it_learns_who_comes_back_and_what_they_spend(model):
    others = rows_of(seed=2)
    found = model.predict(others)
    assert found["expected_amount"].sum() == pytest.approx(others["spent"].sum(), rel=0.15)
    assert found["probability_of_purchase"].between(0, 1).all()
    assert found["probability_of_purchase"].corr(others["often"]) > 0.9
    assert (found["expected_amount"] >= 0).all()


def test_missing_features_and_constant_ones_are_learned_from():
    rows = ROWS.assign(noise=1.0, much=ROWS["much"].where(ROWS.index % 3 > 0))
    assert np.isfinite(made().fit(rows).predict(rows).to_numpy()).all()


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_amounts_that_cannot_be_are_refused(value):
    rows = ROWS.copy()
    rows.loc[3, "spent"] = value
    with pytest.raises(ModelDataError, match="spent"):
        made().fit(rows)


def test_too_few_with_or_without_an_amount_are_refused_with_a_hint():
    buyers, others = ROWS[ROWS["spent"] > 0], ROWS[ROWS["spent"] == 0]
    few = LEAST_BUYERS - 1
    for rows in (
        pd.concat([buyers.head(few), others]),
        pd.concat([buyers, others.head(few)]),
        ROWS.head(0),
    ):
        with pytest.raises(ModelDataError, match="are needed") as caught:
            made().fit(rows)
        assert caught.value.hint


def test_a_missing_column_is_named(model):
    with pytest.raises(UsageError, match="much"):
        model.predict(ROWS.drop(columns="much"))


def test_what_is_not_fitted_predicts_and_saves_nothing():
    for do in (lambda: made().predict(ROWS), lambda: made().save()):
        with pytest.raises(UsageError, match="not fitted"):
            do()
