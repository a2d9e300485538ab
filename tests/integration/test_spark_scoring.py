"""Scoring on Spark: the same model code in Arrow batches says the same as on one frame."""

from __future__ import annotations

import random

import pandas as pd
import pyarrow as pa
import pytest

from shopkeeper.engines.spark_batches import score_in_batches
from shopkeeper.models.rfm_scores import MEASURES, SCORES, RfmScores
from shopkeeper.tasks.rfm_segmentation import value_counts

pytestmark = [pytest.mark.slow, pytest.mark.spark]

TYPES = {
    "customer_id": "string",
    "order_amount": "float64",
    **dict.fromkeys(SCORES, "int64"),
    "rfm_score": "string",
    "segment": "string",
}


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """Customers of whom many share a value, as in every shop."""
    draw = random.Random(8)
    rows = [
        (f"c{n:04d}", draw.randint(1, 300), draw.choice([1, 1, 1, 2, 3, 8]), draw.randint(0, 900))
        for n in range(3_000)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", *MEASURES])
    return frame.assign(order_amount=frame["order_amount"] / 8)


@pytest.fixture(scope="module")
def table(spark, customers):
    """The same customers on Spark, in several partitions."""
    rows = pa.Table.from_pandas(customers, preserve_index=False)
    spark.session.createDataFrame(rows).repartition(5).createOrReplaceTempView("rfm")
    return spark.backend.table("rfm")


def test_cut_points_learned_from_counts_on_spark_are_those_of_the_frame(spark, table, customers):
    counts = {
        measure: spark.collect(counted).to_pandas()
        for measure, counted in value_counts(table).items()
    }
    assert RfmScores().fit_counts(counts).thresholds_ == RfmScores().fit(customers).thresholds_


def test_scores_in_batches_are_those_of_the_frame(spark, table, customers):
    # Batches smaller than a partition, so that one worker sees several.
    spark.session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 100)
    model = RfmScores().fit(customers)
    view = score_in_batches(spark, table, model, TYPES, "scored")
    found = spark.collect(view.order_by("customer_id")).to_pandas()
    expected = customers.join(model.predict(customers))[list(TYPES)]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_scores_in_batches_are_a_table_like_any_other(spark, table, customers, tmp_path):
    model = RfmScores("quartiles").fit(customers)
    view = score_in_batches(spark, table, model, TYPES, "scored quarters")
    assert spark.write(view, tmp_path / "scores", TYPES, ["customer_id"]) == len(customers)
