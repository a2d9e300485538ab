"""Scores of the demo shop: one row per customer, each number beside the model that gave it."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.feature_rows import feature_leaks, feature_rows
from shopkeeper.jobs.score import score
from shopkeeper.jobs.writing import writing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(demo_folder, tmp_path_factory) -> Workspace:
    """A copy of the demo shop that may be written to."""
    folder = tmp_path_factory.mktemp("scores") / "shop"
    shutil.copytree(demo_folder, folder)
    return Workspace(folder)


def test_every_customer_has_one_row_that_says_what_each_model_says(demo):
    scores = demo.frame("customer_scores").set_index("customer_id")
    churn = demo.frame("churn_scores").set_index("customer_id")
    assert list(scores.index) == list(demo.frame("customer_features")["customer_id"])
    assert scores["churn_probability"].equals(churn["churn_probability"].loc[scores.index])
    assert set(scores["churn_model"]) == set(churn["model"])
    values = demo.frame("lifetime_values")
    values = values[values["horizon_days"] == scores["value_horizon_days"].iloc[0]]
    assert scores["expected_amount"].sum() == pytest.approx(values["expected_amount"].sum())


def test_answer_and_table_say_the_same(demo, demo_folder, run_json):
    found = run_json("show", "scores", "--limit", "3", "--folder", demo_folder)
    scores = demo.frame("customer_scores")
    assert found["customer_count"] == len(scores)
    assert sum(band["customer_count"] for band in found["risk_bands"]) == (
        scores["churn_probability"].notna().sum()
    )
    best = scores.sort_values(["expected_amount", "customer_id"], ascending=[False, True])
    assert [row["customer_id"] for row in found["customers"]] == list(best["customer_id"][:3])


def test_story_of_a_customer_gives_reasons_and_names_the_models(demo, demo_folder, command):
    scores = demo.frame("customer_scores")
    row = scores[scores["reason_1"].notna()].iloc[0]
    shown = command("customer", row["customer_id"], "--folder", demo_folder).stdout
    for part in (row["reason_1"], row["churn_model"], row["value_model"]):
        assert part in shown


def test_a_limit_where_nothing_is_listed_is_refused(demo_folder, command):
    done = command("show", "quality", "--limit", "3", "--folder", demo_folder)
    assert done.returncode == 2
    assert "`--limit`" in done.stderr


def test_scoring_again_finds_nothing_new_and_says_what_is_refused(shop):
    done = score(shop)
    assert not done.is_new
    assert dict(done.refused) == dict(shop.published.refused)


def test_a_refused_model_says_nothing_though_it_did_before(shop):
    with writing(shop) as at_work:
        from shopkeeper.jobs.customer_scores import score_customers_into

        at_work.refused["churn"] = "made up for this test"
        assert score_customers_into(at_work)
        frame = at_work.draft.engine.collect(at_work.table("customer_scores")).to_pandas()
    assert frame["churn_probability"].isna().all()
    assert frame["expected_amount"].notna().any()


def test_rows_for_learning_are_the_mart_at_each_date(shop):
    as_of = shop.published.as_of
    with writing(shop) as at_work:
        rows = feature_rows(at_work, [as_of, as_of - timedelta(days=120)])
        few = feature_rows(at_work, [as_of], most_customers=50)
    mart = shop.frame("customer_features").set_index("customer_id")
    same = rows[as_of][list(mart.columns)].drop(columns="as_of")
    for name in same.columns:
        assert same[name].tolist() == pytest.approx(mart[name].tolist(), nan_ok=True), name
    assert len(few[as_of]) == 50
    assert same.loc[few[as_of].index].equals(few[as_of][same.columns])


def test_the_leak_detector_is_quiet(shop):
    with writing(shop) as at_work:
        assert feature_leaks(at_work, shop.published.as_of - timedelta(days=90), seed=1) == ()
