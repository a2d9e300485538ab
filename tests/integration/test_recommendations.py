"""Recommendations on a whole shop: lists for everyone, true reasons, planted pairs, reports."""

from __future__ import annotations

import json

import numpy as np
import pytest

from shopkeeper.jobs.recommendation_training import RecommendationTraining
from shopkeeper.jobs.writing import writing
from shopkeeper.reports.recommendations import recommendations
from shopkeeper.settings import RecommendationSettings
from shopkeeper.tasks.recommendation.contest import cutoffs_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lists(demo):
    return demo.frame("recommendations")


def test_everyone_has_a_list_of_products_that_exist(demo, lists):
    customers = demo.frame("customers")
    length = RecommendationSettings().list_length
    assert set(lists["customer_id"]) == set(customers["customer_id"])
    assert (
        lists.groupby("customer_id")["rank"]
        .agg(["min", "max", "size"])
        .eq([1, length, length])
        .all(axis=None)
    )
    assert set(lists["product_id"]) <= set(demo.frame("products")["product_id"])


def test_kind_says_whether_it_was_bought(demo, lists):
    mart = demo.frame("interactions").query("purchase_count > 0 and kept_share > 0")
    bought = set(zip(mart["customer_id"], mart["product_id"], strict=True))
    shown = zip(lists["customer_id"], lists["product_id"], strict=True)
    assert list(lists["kind"] == "again") == [pair in bought for pair in shown]


def test_an_engine_that_learns_vectors_would_be_asked_about_what_was_known(demo):
    with writing(demo) as at_work:
        training = RecommendationTraining(at_work, at_work.as_of)
        moment = training.world.moment(cutoffs_of(training.world)[-1])
        rows = at_work.draft.engine.collect(training.days.bought_before(moment.cutoff))
    told = set(zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True))
    pairs = moment.pairs
    customer, product = pairs.bought().nonzero()
    known = zip(pairs.customer_ids[customer], pairs.product_ids[product], strict=True)
    assert told == set(known)


def test_what_was_proved_is_told_with_its_intervals(demo):
    found = demo.recommendations()
    assert found.findings.is_published
    leads = {(lead.other, lead.slice): lead for lead in found.findings.leads}
    assert leads["buy_it_again", "everyone"].low > 0
    assert found.customer_count == demo.frame("customers").shape[0]
    first = found.examples[0]
    own = demo.customer(first.customer_id).recommendations
    assert own[: len(first.products)] == first.products


def test_planted_pairs_are_near_one_another(demo, demo_folder):
    truth = json.loads((demo_folder / "data" / "truth" / "truth.json").read_text())
    near = demo.registry.load("recommendation").near
    for name in ("ease", "co_purchase"):
        learned, ids = near[name].learned, list(near[name].product_ids)
        matrix = np.zeros((len(ids), len(ids)))
        matrix[learned["row"], learned["column"]] = learned["value"]
        places = []
        for pair in truth["affinities"]:
            one, other = ids.index(pair["product_id"]), ids.index(pair["partner_id"])
            places.append(int((matrix[:, other] > matrix[one, other]).sum()))
        # Of 120 products the one that brings it comes first, or nearly so.
        assert np.median(places) == 0, (name, places)
        assert max(places) <= 5, (name, places)


def test_the_report_is_a_function_of_its_tables(demo):
    found = demo.ask(recommendations)
    assert found == demo.recommendations()
    assert 0 < found.again_share < 1
