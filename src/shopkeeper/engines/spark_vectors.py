"""Spark vectors: short vectors of products, learned by Spark's own ALS where the rows are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.engines.spark_failures import told_of_java

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

# Customers are numbered within so many groups at once, as one count through all would be made by
# a single machine; two billion numbers are enough for two million customers in each.
GROUPS = 1_024
# Spark divides by how much more a purchase counts than none, so it cannot be nothing.
LEAST_LEAD = 1e-3


@dataclass(frozen=True, slots=True)
class VectorOptions:
    """How vectors are learned.

    Attributes:
        factors: Length of the vectors.
        confidence: How much a purchase counts where none counts 1.
        penalty: Pull towards zero; Spark multiplies it by how often a thing was met.
        iterations: Times that both sides are solved.
        seed: Seed of the first vectors.
    """

    factors: int = 64
    confidence: float = 1.0
    penalty: float = 0.01
    iterations: int = 15
    seed: int = 0


def learned_vectors(
    bought: DataFrame, options: VectorOptions
) -> tuple[NDArray[np.object_], NDArray[np.float32]]:
    """Gives ids of products, ascending, and a vector of each; shape (products, factors).

    Only what was learned leaves Spark: as many rows as there are products.

    Args:
        bought: One row per customer and product that was bought and kept: `customer_id`,
            `product_id`.
        options: How vectors are learned.

    Raises:
        ServerUnavailableError: Spark ended while it worked.
    """
    from pyspark.ml.recommendation import ALS

    with told_of_java():
        pairs = bought.select("customer_id", "product_id")
        products = _products(pairs)
        rows = _numbered(pairs, products).cache()
        try:
            if rows.isEmpty():
                return np.empty(0, dtype=object), np.empty((0, options.factors), dtype=np.float32)
            solver = ALS(
                rank=options.factors,
                maxIter=options.iterations,
                regParam=options.penalty,
                implicitPrefs=True,
                alpha=max(options.confidence - 1.0, LEAST_LEAD),
                userCol="customer",
                itemCol="product",
                ratingCol="is_bought",
                seed=options.seed,
                checkpointInterval=-1,
            )
            vectors = solver.fit(rows).itemFactors.withColumnRenamed("id", "product")
            found = products.join(vectors, "product").select("product_id", "features").toArrow()
        finally:
            rows.unpersist()
    return _in_order(found.column("product_id").to_pylist(), found.column("features").to_pylist())


def _products(pairs: DataFrame) -> DataFrame:
    """Gives a number for each product; they are few, so one count goes through all."""
    from pyspark.sql import Window, functions

    number = functions.row_number().over(Window.orderBy("product_id"))
    return pairs.select("product_id").distinct().withColumn("product", number)


def _numbered(pairs: DataFrame, products: DataFrame) -> DataFrame:
    """Gives the pairs as Spark's ALS reads them: whole numbers for customers and products."""
    from pyspark.sql import Window, functions

    group = functions.pmod(functions.xxhash64("customer_id"), functions.lit(GROUPS))
    ids = pairs.select("customer_id").distinct().withColumn("group", group.cast("int"))
    place = functions.row_number().over(Window.partitionBy("group").orderBy("customer_id"))
    customers = ids.select(
        "customer_id", (place * GROUPS + functions.col("group")).cast("int").alias("customer")
    )
    met = pairs.join(customers, "customer_id").join(functions.broadcast(products), "product_id")
    return met.select("customer", "product", functions.lit(1.0).cast("float").alias("is_bought"))


def _in_order(
    ids: list[str], vectors: list[list[float]]
) -> tuple[NDArray[np.object_], NDArray[np.float32]]:
    names = np.array(ids, dtype=object)
    order = np.argsort(names, kind="stable")
    return names[order], np.asarray(vectors, dtype=np.float32)[order]
