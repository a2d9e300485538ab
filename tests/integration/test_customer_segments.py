"""Segments on whole shops: the same in batch, from raw values and after a refit."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.segment_scores import score_customer_segments_into
from shopkeeper.jobs.train_segments import NAME, train_segments_into
from shopkeeper.jobs.writing import writing
from shopkeeper.tasks.customer_segmentation.features import RAW
from shopkeeper.tasks.customer_segmentation.model import SegmentationModel

pytestmark = pytest.mark.slow
SHOPS = ("demo", "online_retail_ii")


@pytest.fixture(params=SHOPS)
def shop(request) -> Workspace:
    return request.getfixturevalue(request.param)


def tables(shop: Workspace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features and segments of all customers, in the same order."""
    features, segments = shop.frame("customer_features"), shop.frame(NAME)
    assert list(features["customer_id"]) == list(segments["customer_id"])
    return features, segments


def test_batch_and_raw_values_say_the_same(shop):
    features, segments = tables(shop)
    model = shop.registry.load(NAME)
    for place in range(0, len(features), len(features) // 20):
        asked = {name: features[name].iloc[place].item() for name in RAW}
        answer = model.predict(pd.DataFrame([asked])).iloc[0]
        batch = segments.iloc[place]
        assert (answer["cluster_id"], answer["segment"]) == (batch["cluster_id"], batch["segment"])
        assert answer["distance"] == batch["distance"]
        assert bool(answer["is_outlier"]) is bool(batch["is_outlier"])


def test_a_refit_from_other_starts_says_the_same(shop):
    features, segments = tables(shop)
    champion = shop.registry.load(NAME)
    count = champion.fitted.cluster_count
    refit = SegmentationModel(seed=77, cluster_count=count)
    refit.fit(features.sample(frac=1, random_state=1)).continuing(champion)
    found = refit.predict(features)
    assert (found["cluster_id"] == segments["cluster_id"]).mean() > 0.995
    assert (found["segment"] == segments["segment"]).mean() > 0.995


def test_every_customer_has_a_segment_and_outliers_are_kept(shop):
    features, segments = tables(shop)
    assert len(segments) == len(features)
    assert 0 < segments["is_outlier"].mean() < 0.05
    assert segments.groupby("cluster_id")["segment"].nunique().eq(1).all()
    assert segments.groupby("segment")["cluster_id"].nunique().eq(1).all()
    smallest = segments["cluster_id"].value_counts(normalize=True).min()
    assert smallest >= 0.02


def test_who_was_no_customer_then_has_no_earlier_segment(shop):
    features, segments = tables(shop)
    days = shop.settings.definitions.period_days
    was_there = features["days_since_first_purchase"] > days
    assert (segments["previous_segment"].notna() == was_there).all()


def test_the_answer_adds_up_to_the_customers(shop):
    answer = shop.customer_segments()
    features, segments = tables(shop)
    assert answer.customer_count == len(segments)
    assert sum(row.customer_count for row in answer.segments) == len(segments)
    assert sum(move.customer_count for move in answer.moves) == len(segments)
    exact = shop.frame("customer_features", exact=True)["purchase_amount"].sum()
    assert sum(row.purchase_amount for row in answer.segments) == exact
    assert sum(row.amount_share for row in answer.segments) == pytest.approx(1)
    largest = answer.segments[0]
    inside = features[(segments["segment"] == largest.segment).to_numpy()]
    assert largest.average_purchase_count == pytest.approx(inside["purchase_count"].mean())
    before = segments["previous_segment"].value_counts()
    assert largest.previous_customer_count == before[largest.segment]


def test_training_again_keeps_ids_names_and_customers(demo_folder, tmp_path):
    folder = tmp_path / "shop"
    shutil.copytree(demo_folder, folder)
    shop = Workspace(folder)
    before = shop.frame(NAME)
    with writing(shop) as at_work:
        assert not train_segments_into(at_work)
        assert train_segments_into(at_work, always=True)
        assert score_customer_segments_into(at_work)
        at_work.publish()
    after = shop.frame(NAME)
    assert shop.registry.champion(NAME).version == 2
    assert after["model"].unique().tolist() == [f"{NAME} 2"]
    # The same data and seed: the same model, so the same training.
    assert before.drop(columns="model").equals(after.drop(columns="model"))
    shop.close()


def test_a_broken_saved_model_scores_nobody(demo_folder, tmp_path):
    from shopkeeper.errors import ArtifactError

    folder = tmp_path / "shop"
    shutil.copytree(demo_folder, folder)
    shop = Workspace(folder)
    file = shop.registry.champion(NAME).folder / "kmeans.json"
    file.chmod(0o644)
    file.write_text(file.read_text().replace('"scaler"', '"no_scaler"'))
    with pytest.raises(ArtifactError):
        shop.registry.load(NAME)
    shop.close()
