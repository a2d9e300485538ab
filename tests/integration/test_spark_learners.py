"""Spark's own learners: what they learn where the rows are scores here as well, without Spark."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from recommendation_shops import shop_of_tastes

from shopkeeper.engines.engine import Capability, VectorEngine
from shopkeeper.engines.spark_centres import Ranges, learned_centres
from shopkeeper.engines.spark_trees import (
    MISSING,
    TreeOptions,
    grow,
    grown_trees,
    nodes_of,
    points_of,
)
from shopkeeper.models.gradient_boosting import GradientBoosting
from shopkeeper.models.handed_over_trees import HandedOverTrees
from shopkeeper.models.implicit_als import ImplicitAls
from shopkeeper.models.kmeans import EDGES, FENCE, KMeans, Scaler
from shopkeeper.models.recommender.pairs import pairs_of

pytestmark = [pytest.mark.slow, pytest.mark.spark]

SCALER = ("lower", "upper", "usual", "mean", "spread")
FEATURES = ("days", "amount")
TREES = TreeOptions(trees=10)


def on_spark(spark, name: str, rows: pd.DataFrame):
    return spark.register(name, pa.Table.from_pandas(rows, preserve_index=False))


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    """Customers of three kinds, apart in two amounts of very different size."""
    draw = np.random.default_rng(3)
    kind = draw.integers(0, 3, 1_500)
    values = {"days": np.exp(draw.normal(kind * 2, 0.3)), "amount": np.exp(draw.normal(-kind, 0.2))}
    return pd.DataFrame({**values, "kind": kind})


@pytest.fixture(scope="module")
def leavers() -> pd.DataFrame:
    """Customers who leave by both features; who lacks the amount leaves more often."""
    draw = np.random.default_rng(4)
    rows = pd.DataFrame({"days": draw.normal(size=1_500), "amount": draw.normal(size=1_500)})
    rows.loc[::5, "amount"] = np.nan
    odds = rows["days"] + rows["amount"].fillna(1.5) + draw.normal(size=1_500) * 0.5
    return rows.assign(is_gone=(odds > 0).astype(int))


def auc(rows: pd.DataFrame, scores: np.ndarray) -> float:
    ranks = pd.Series(scores).rank()
    ones = rows["is_gone"] == 1
    count = ones.sum()
    return float((ranks[ones].sum() - count * (count + 1) / 2) / (count * (~ones).sum()))


def test_spark_and_this_machine_find_the_same_clusters(spark, groups):
    found = learned_centres(
        spark, on_spark(spark, "g", groups), Ranges(FEATURES, EDGES, FENCE), 3, 0
    )
    here = KMeans(FEATURES, 3).fit(groups)
    assert here.scaler_ is not None
    for name in SCALER:
        assert getattr(found, name) == pytest.approx(getattr(here.scaler_, name), rel=1e-9), name
    scaler = Scaler(*(getattr(found, name) for name in SCALER))
    made = KMeans(FEATURES, 3).of_centres(scaler, found.centres, found.far, found.row_count)
    assert made.centres_ == pytest.approx(here.centres_, abs=1e-6)
    assert made.far_ == pytest.approx(here.far_, rel=0.02)
    again = KMeans.load(made.save()).predict(groups)
    assert (again["cluster"] == groups["kind"]).mean() > 0.95
    assert (again["cluster"] == here.predict(groups)["cluster"]).all()


def test_trees_of_spark_score_here_as_there(spark, leavers):
    from pyspark.ml.functions import vector_to_array

    points = points_of(spark, on_spark(spark, "t", leavers), FEATURES, "is_gone").cache()
    fitted = grow(points, TREES)
    nodes = asdict(nodes_of(fitted, points.count()))
    model = HandedOverTrees(FEATURES, MISSING, nodes.pop("row_count")).of_nodes(nodes)
    model = HandedOverTrees.load(model.save())
    said = fitted.transform(points).select("features", "label", vector_to_array("probability"))
    theirs = np.array([row[2][1] for row in said.collect()])
    # Without a shuffle, rows come back in the order in which they went.
    assert model.predict(leavers)["probability"].to_numpy() == pytest.approx(theirs, abs=1e-12)
    assert np.ptp(theirs) > 0.5


def test_trees_of_spark_are_as_good_as_those_grown_here(spark, leavers):
    taught, judged = leavers.iloc[:1_000], leavers.iloc[1_000:].reset_index(drop=True)
    found = asdict(grown_trees(spark, on_spark(spark, "l", taught), FEATURES, "is_gone", TREES))
    model = HandedOverTrees(FEATURES, MISSING, found.pop("row_count")).of_nodes(found)
    here = GradientBoosting(FEATURES, "is_gone").fit(taught)
    theirs = auc(judged, model.predict(judged)["log_odds"].to_numpy())
    ours = auc(judged, here.predict(judged)["log_odds"].to_numpy())
    assert ours > 0.9
    assert theirs == pytest.approx(ours, abs=0.03)


def test_vectors_of_spark_find_the_same_tastes(spark):
    rows = shop_of_tastes()
    bought = rows.loc[(rows["purchase_count"] > 0) & (rows["kept_share"] > 0)]
    pairs = pairs_of(rows)
    table = on_spark(spark, "b", bought[["customer_id", "product_id"]].astype(str))
    ids, vectors = spark.learned_vectors(table, ImplicitAls(8, iterations=5).options)
    assert Capability.LEARNS_VECTORS in spark.capabilities
    assert isinstance(spark, VectorEngine)
    assert list(ids) == sorted(set(bought["product_id"]))
    made = ImplicitAls.load(ImplicitAls(8, iterations=5).of_vectors(ids, vectors).save())
    here = ImplicitAls(8, iterations=5).learn(pairs)
    was_bought = pairs.bought().toarray() > 0
    everyone = np.arange(pairs.shape[0])

    def lead(model: ImplicitAls) -> float:
        """How often what was bought scores above what was not, over all customers."""
        scores = model.scorer(pairs)(everyone)
        return float(np.mean([(row[own][:, None] > row[~own]).mean()
                              for row, own in zip(scores, was_bought, strict=True)
                              if own.any() and not own.all()]))  # fmt: skip

    assert lead(here) > 0.9
    assert lead(made) == pytest.approx(lead(here), abs=0.01)


def test_nothing_bought_gives_no_vectors(spark):
    rows = pd.DataFrame({"customer_id": ["a"], "product_id": ["p"]})
    none = on_spark(spark, "n", rows).limit(0)
    ids, vectors = spark.learned_vectors(none, ImplicitAls(8).options)
    assert not len(ids)
    assert vectors.shape == (0, 8)
