"""Spark trees: boosted trees grown by Spark where the rows are, handed over as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.engines.spark_failures import told_of_java

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray
    from pyspark.ml.classification import GBTClassificationModel
    from pyspark.sql import DataFrame

    from shopkeeper.engines.spark import SparkEngine

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

# What is missing lies below all that there is, so that a split can part it from the rest.
MISSING = -1e30
NO_CHILD = -1


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """How trees grow.

    Attributes:
        trees: Number of trees.
        depth: Most splits from root to leaf.
        rate: Part of each tree that counts.
        least_rows: Least rows of a leaf.
        row_share: Part of the rows that each tree looks at.
        seed: Seed of the sampling of rows.
    """

    trees: int = 40
    depth: int = 3
    rate: float = 0.1
    least_rows: int = 30
    row_share: float = 0.7
    seed: int = 0


@dataclass(frozen=True, slots=True)
class GrownTrees:
    """All nodes of all trees, one after the other; shape (nodes,).

    Attributes:
        feature: Place of the feature that is looked at; -1 in a leaf.
        threshold: Up to here a row goes left.
        left, right: Places of the nodes that follow; -1 in a leaf.
        value: What a leaf adds to half the log-odds, weighed already; 0 elsewhere.
        roots: Places of the roots; shape (trees,).
        row_count: Rows learned from.
    """

    feature: Places
    threshold: Array
    left: Places
    right: Places
    value: Array
    roots: Places
    row_count: int


def grown_trees(
    engine: SparkEngine, rows: ir.Table, features: Sequence[str], target: str, options: TreeOptions
) -> GrownTrees:
    """Grows trees on the log loss of a label where the rows are; only the trees leave Spark.

    Args:
        engine: Where the rows are; not by Spark Connect, which does not hand trees over.
        rows: Features and label, and `weight` where rows do not count alike.
        features: Columns that are looked at; a missing value is a value of its own.
        target: Column with the label, 0 or 1.
        options: How trees grow.

    Raises:
        ServerUnavailableError: Spark ended while it worked.
    """
    with told_of_java():
        points = points_of(engine, rows, features, target).cache()
        try:
            return nodes_of(grow(points, options), points.count())
        finally:
            points.unpersist()


def grow(points: DataFrame, options: TreeOptions) -> GBTClassificationModel:
    """Gives Spark's own trees, grown on what `points_of` gives."""
    from pyspark.ml.classification import GBTClassifier

    grower = GBTClassifier(
        featuresCol="features",
        labelCol="label",
        weightCol="weight",
        maxIter=options.trees,
        maxDepth=options.depth,
        stepSize=options.rate,
        minInstancesPerNode=options.least_rows,
        subsamplingRate=options.row_share,
        seed=options.seed,
    )
    return grower.fit(points)


def points_of(
    engine: SparkEngine, rows: ir.Table, features: Sequence[str], target: str
) -> DataFrame:
    """Gives rows as Spark's trees read them: a vector of features, a label and a weight."""
    from pyspark.ml.functions import array_to_vector
    from pyspark.sql import functions

    weighed = "weight" in rows.columns
    frame = engine.frame(rows.select(*features, target, *(["weight"] if weighed else [])))

    def filled(name: str) -> Any:
        value = functions.col(name).cast("double")
        present = functions.when(~functions.isnan(value), value)
        return functions.coalesce(present, functions.lit(MISSING))

    return frame.select(
        array_to_vector(functions.array(*(filled(name) for name in features))).alias("features"),
        functions.col(target).cast("double").alias("label"),
        (functions.col("weight").cast("double") if weighed else functions.lit(1.0)).alias("weight"),
    )


def nodes_of(fitted: GBTClassificationModel, row_count: int) -> GrownTrees:
    """Gives the nodes of all trees, walked from their roots."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots = []
    for tree, weight in zip(fitted.trees, fitted.treeWeights, strict=True):
        java: Any = tree._java_obj  # noqa: SLF001 - only Java has the nodes
        roots.append(_walk(java.rootNode(), float(weight), nodes))
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return GrownTrees(
        np.array(feature, dtype=np.int64),
        np.array(threshold, dtype=np.float64),
        np.array(left, dtype=np.int64),
        np.array(right, dtype=np.int64),
        np.array(value, dtype=np.float64),
        np.array(roots, dtype=np.int64),
        row_count,
    )


def _walk(node: Any, weight: float, nodes: list[tuple[int, float, int, int, float]]) -> int:
    """Adds a node and all below it; gives its place."""
    place = len(nodes)
    nodes.append((NO_CHILD, 0.0, NO_CHILD, NO_CHILD, 0.0))
    if node.subtreeDepth() == 0:
        nodes[place] = (NO_CHILD, 0.0, NO_CHILD, NO_CHILD, weight * float(node.prediction()))
        return place
    split = node.split()
    left = _walk(node.leftChild(), weight, nodes)
    right = _walk(node.rightChild(), weight, nodes)
    nodes[place] = (int(split.featureIndex()), float(split.threshold()), left, right, 0.0)
    return place
