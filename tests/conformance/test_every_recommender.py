"""Every recommender keeps what the protocol promises, on shops of every shape."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from recommendation_shops import interactions, shop_of_tastes

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.lifecycle.safe_files import check_file
from shopkeeper.models.buy_it_again import BuyItAgain, OwnRhythm
from shopkeeper.models.co_purchase import CoPurchase
from shopkeeper.models.ease import Ease
from shopkeeper.models.implicit_als import ImplicitAls
from shopkeeper.models.item_knn import ItemKnn
from shopkeeper.models.popular import Popular
from shopkeeper.models.recommender.lists import top_places
from shopkeeper.models.recommender.pairs import pairs_of

MODELS = {
    "popular": Popular,
    "popular_lately": lambda: Popular(28),
    "buy_it_again": BuyItAgain,
    "own_rhythm": OwnRhythm,
    "item_knn": lambda: ItemKnn(10),
    "co_purchase": lambda: CoPurchase(10),
    "ease": lambda: Ease(20.0),
    "ease_thin": lambda: Ease(20.0, kept=5, most_products=30),
    "implicit_als": lambda: ImplicitAls(8, iterations=5),
}
# What says how near products are; each must find tastes again.
OF_TASTES = ("item_knn", "co_purchase", "ease", "implicit_als")
ONE = interactions(("ann", "tea", 2, 40, 10))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return shop_of_tastes()


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]()


def scores(model, rows: pd.DataFrame) -> np.ndarray:
    pairs = pairs_of(rows)
    return model.scorer(pairs)(np.arange(pairs.shape[0]))


def test_fitting_again_gives_the_same(model, rows):
    first = model.fit(rows).predict(rows)
    pd.testing.assert_frame_equal(first, model.fit(rows).predict(rows), check_exact=True)
    assert list(first.index) == list(rows.index)
    assert np.isfinite(first["score"]).all()


def test_what_is_saved_scores_the_same_to_the_last_bit(model, rows):
    files = model.fit(rows).save()
    for name, content in files.items():
        check_file(name, content)
    again = type(model).load(files)
    assert np.array_equal(scores(again, rows), scores(model, rows))
    with pytest.raises(ModelDataError, match=model.name):
        type(model).load({})


def test_row_order_changes_nothing(model, rows):
    shuffled = rows.sample(frac=1, random_state=3)
    plain, other = (model.fit(found).predict(rows) for found in (rows, shuffled))
    pd.testing.assert_frame_equal(plain, other, rtol=1e-5)
    assert np.array_equal(
        model.predict(shuffled)["score"].sort_index(), model.predict(rows)["score"]
    )


def test_a_customer_is_scored_alone_as_among_all(model, rows):
    model.fit(rows)
    own = rows[rows["customer_id"] == "c017"]
    pd.testing.assert_frame_equal(model.predict(own), model.predict(rows).loc[own.index], rtol=1e-4)


def test_a_customer_who_came_later_is_scored_from_what_they_bought(model, rows):
    own = rows[rows["customer_id"] == "c017"]
    later = own.assign(customer_id="zoe")
    model.fit(rows)
    assert np.allclose(model.predict(later)["score"], model.predict(own)["score"], rtol=1e-4)


def test_a_product_that_was_never_seen_is_scored_without_failing(model, rows):
    model.fit(rows)
    new = pd.concat([rows, interactions(("zoe", "brand new", 1, 1, 1))], ignore_index=True)
    found = model.predict(new)["score"]
    assert np.isfinite(found).all()
    assert np.allclose(found[:-1], model.predict(rows)["score"], rtol=1e-4)


def test_a_shop_of_one_customer_or_of_nobody_has_scores(model, rows):
    assert np.isfinite(scores(model.fit(ONE), ONE)).all()
    nobody = rows.iloc[:0]
    assert scores(model.fit(nobody), nobody).shape == (0, 0)
    assert scores(model, rows).shape == (300, 40)


def test_customers_who_are_all_alike_are_scored_alike(model):
    pairs = [(f"c{n}", p, 1, 30, 30) for n in range(20) for p in ("tea", "cup", "mat")]
    found = scores(model.fit(interactions(*pairs)), interactions(*pairs))
    assert np.isfinite(found).all()
    assert np.allclose(found, found[0], rtol=1e-4, atol=1e-5)


def test_what_was_wholly_taken_back_teaches_nothing(model, rows):
    returned = interactions(("c001", "T9-9", 3, 50, 20)).assign(kept_share=0.0)
    both = pd.concat([rows, returned], ignore_index=True)
    assert np.allclose(model.fit(both).predict(both)["score"].iloc[-1], 0, atol=1e-4)


@pytest.mark.parametrize("broken", ["column", "twice", "nobody"])
def test_broken_rows_are_refused_with_their_reason(model, rows, broken):
    wrong = {
        "column": rows.drop(columns="kept_share"),
        "twice": pd.concat([rows, rows.iloc[:1]]),
        "nobody": rows.assign(customer_id=rows["customer_id"].where(rows.index != 3)),
    }[broken]
    words = {"column": "kept_share", "twice": "twice", "nobody": "customer_id"}[broken]
    with pytest.raises(ModelDataError, match=words):
        model.fit(wrong)


def test_a_model_that_is_not_fitted_says_so(model, rows):
    with pytest.raises(UsageError, match="not fitted"):
        model.predict(rows)


@pytest.mark.parametrize("name", OF_TASTES)
def test_planted_tastes_are_found_again(name, rows):
    pairs = pairs_of(rows)
    model = MODELS[name]().learn(pairs)
    found = model.scorer(pairs)(np.arange(pairs.shape[0]))
    found[pairs.bought().nonzero()] = -np.inf
    usual = rows.assign(taste=rows["product_id"].str[:2]).groupby("customer_id")["taste"]
    taste = usual.agg(lambda own: own.value_counts().idxmax()).reindex(pairs.customer_ids)
    shown = pairs.product_ids[top_places(found, 3)].astype(str)
    right = np.char.startswith(shown, taste.to_numpy().astype(str)[:, None])
    assert right.mean() > 0.85


def test_what_is_due_comes_before_what_was_bought_long_ago():
    rows = interactions(("ann", "tea", 6, 300, 30), ("ann", "cup", 6, 600, 500))
    found = OwnRhythm().fit(rows).predict(rows)["score"]
    assert found[0] > found[1]


def test_ease_is_the_closed_form_of_the_paper(rows):
    pairs = pairs_of(rows)
    bought = pairs.bought().toarray().astype(np.float64)
    inverse = np.linalg.inv(bought.T @ bought + 20.0 * np.eye(bought.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    found = Ease(20.0, kept=None).learn(pairs).scorer(pairs)(np.arange(pairs.shape[0]))
    assert np.allclose(found, bought @ weights, atol=1e-4)
