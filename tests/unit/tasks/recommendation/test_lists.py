"""Lists: the rules of the shop, reasons in words, cold customers; on a shop of planted tastes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from recommendation_shops import interactions, shop_of_tastes

from shopkeeper.errors import ModelDataError
from shopkeeper.lifecycle.safe_files import check_file
from shopkeeper.models.recommender.pairs import pairs_of
from shopkeeper.tasks.recommendation.features import FEATURES, Knowledge
from shopkeeper.tasks.recommendation.model import Lesson, NextProducts, near_products
from shopkeeper.tasks.recommendation.rules import Rules
from shopkeeper.tasks.recommendation.scores import Shelf, recommendation_rows


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return shop_of_tastes()


@pytest.fixture(scope="module")
def model(rows) -> NextProducts:
    """A model that learned that customers buy again what they buy often, and within their taste."""
    pairs = pairs_of(rows)
    knowledge = Knowledge(pairs, near_products(pairs))
    found = knowledge.candidates(np.arange(pairs.shape[0]))
    score = found.features[:, FEATURES.index("own_count")] + 2 * found.features[:, 7]
    wanted = score > np.quantile(score, 0.85)
    return NextProducts(30).teach([Lesson(found, wanted)]).fit(rows)


def shelf(rows: pd.DataFrame, *more: str, may_show: object = True) -> Shelf:
    """Everything may be shown; the category of a product is its taste; all live in France."""
    ids = pd.Index(sorted(rows["product_id"].unique()))
    about = pd.DataFrame(
        {"product_name": "Name of " + ids, "category": ids.str[:2], "may_show": may_show}, index=ids
    )
    people = pd.Index([*sorted(rows["customer_id"].unique()), *more], name="customer_id")
    return Shelf(about, pd.DataFrame({"country": "France"}, index=people))


def lists(model, rows: pd.DataFrame, *more: str, rules: Rules | None = None, **shown: object):
    return recommendation_rows(
        model, pairs_of(rows), shelf(rows, *more, **shown), rules or Rules(length=6)
    )


def test_everyone_has_a_whole_list_without_repetition(model, rows):
    found = lists(model, rows, "newcomer")
    assert set(found["customer_id"]) == {*rows["customer_id"], "newcomer"}
    ranks = found.groupby("customer_id")["rank"].agg(list)
    assert all(own == [1, 2, 3, 4, 5, 6] for own in ranks)
    assert not found.duplicated(["customer_id", "product_id"]).any()
    assert found["score"].between(0, 1).all()
    bought = set(zip(rows["customer_id"], rows["product_id"], strict=True))
    is_own = [
        pair in bought for pair in zip(found["customer_id"], found["product_id"], strict=True)
    ]
    assert list(found["kind"] == "again") == is_own


def test_known_customers_come_by_chance_within_each_kind(model, rows):
    found = lists(model, rows)
    for _, own in found[found["reason"].str.contains("popular in") == 0].groupby("customer_id"):
        for kind in ("again", "new"):
            assert own.loc[own["kind"] == kind, "score"].is_monotonic_decreasing


@pytest.mark.parametrize("mode", ["again", "new"])
def test_a_mode_shows_its_kind_only(model, rows, mode):
    assert set(lists(model, rows, rules=Rules(6, mode))["kind"]) == {mode}


def test_places_are_kept_for_new_products(model, rows):
    found = lists(model, rows, rules=Rules(6, least_new=4))
    assert (found["kind"] == "new").groupby(found["customer_id"]).sum().min() >= 4


def test_what_was_just_bought_is_left_out(model, rows):
    found = lists(model, rows, rules=Rules(6, exclude_bought_days=60))
    last = rows.set_index(["customer_id", "product_id"])
    age = (last["as_of"] - last["last_purchase_date"]).dt.days
    again = found[found["kind"] == "again"].set_index(["customer_id", "product_id"])
    assert age.reindex(again.index).min() > 60


def test_no_category_takes_more_than_its_places(model, rows):
    found = lists(model, rows, rules=Rules(6, most_per_category=2))
    known = found[~found["reason"].str.startswith("popular in")]
    counts = known.groupby(["customer_id", known["product_id"].str[:2]]).size()
    assert counts.max() == 2


def test_what_may_not_be_shown_stands_on_no_list(model, rows):
    ids = sorted(rows["product_id"].unique())
    found = lists(model, rows, "newcomer", may_show=[n % 2 == 0 for n in range(len(ids))])
    assert set(found["product_id"]) <= set(ids[::2])


def test_what_was_wholly_taken_back_is_not_shown(model, rows):
    back = rows.assign(kept_share=np.where(rows["customer_id"] == "c005", 0.0, rows["kept_share"]))
    returned = set(rows.loc[rows["customer_id"] == "c005", "product_id"])
    found = lists(model, back)
    assert not returned & set(found.loc[found["customer_id"] == "c005", "product_id"])


def test_reasons_are_true(model):
    history = interactions(
        ("zoe", "T1-1", 4, 95, 5),
        ("zoe", "T1-2", 1, 40, 40),
        ("zoe", "T1-3", 2, 31, 1),
        ("zoe", "T2-1", 3, 300, 200),
    )
    found = lists(model, history, rules=Rules(6, "again")).set_index("product_id")["reason"]
    assert found["T1-1"] == "buys it about every 30 days, last 5 days ago"
    assert found["T1-2"] == "bought it once, 40 days ago"
    assert found["T1-3"] == "buys it about every 30 days, last 1 day ago"
    # A rhythm that has stopped is none.
    assert found["T2-1"] == "bought it 3 times, last 200 days ago"


def test_a_new_product_is_explained_by_one_that_the_customer_bought(model, rows):
    found = lists(model, rows, rules=Rules(6, "new"))
    goes = found[found["reason"].str.contains("Name of ")]
    assert len(goes) > 0.5 * len(found)
    named = goes["reason"].str.extract(r"(T\d-\d)")[0]
    bought = set(zip(rows["customer_id"], rows["product_id"], strict=True))
    assert set(zip(goes["customer_id"], named, strict=True)) <= bought


def test_a_customer_of_whom_nothing_is_known_gets_what_is_popular_where_they_live(model, rows):
    found = lists(model, rows, "newcomer").query("customer_id == 'newcomer'")
    lately = rows[(rows["as_of"] - rows["last_purchase_date"]).dt.days <= 91]
    counts = lately["product_id"].value_counts()
    assert list(found["rank"]) == list(range(1, 7))
    assert counts.reindex(found["product_id"]).tolist() == sorted(counts, reverse=True)[:6]
    assert found["reason"].str.startswith("popular in France: ").all()


def test_a_customer_s_list_does_not_depend_on_the_others(model, rows):
    some = rows[rows["customer_id"].isin(["c003", "c120"])]
    score = {
        len(part): model.predict(part)["score"].loc[some.index].notna().sum()
        for part in (some, rows)
    }
    assert set(score.values()) == {len(some)}


def test_what_is_saved_scores_the_same_and_is_safe(model, rows):
    files = model.save()
    for name, content in files.items():
        check_file(name, content)
    again = NextProducts.load(files)
    pd.testing.assert_frame_equal(again.predict(rows), model.predict(rows), check_exact=True)
    with pytest.raises(ModelDataError, match="recommendation"):
        NextProducts.load({})


def test_lessons_without_purchases_are_refused(model, rows):
    pairs = pairs_of(rows)
    found = Knowledge(pairs, near_products(pairs)).candidates(np.arange(9))
    with pytest.raises(ModelDataError, match="needed to learn from"):
        NextProducts(30).teach([Lesson(found, np.zeros(len(found.product), dtype=bool))])
