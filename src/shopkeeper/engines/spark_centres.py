"""Spark centres: scaler and centres of clusters, learned by Spark's own k-means on all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.engines.spark_failures import told_of_java

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray
    from pyspark.sql import Column, DataFrame

    from shopkeeper.engines.spark import SparkEngine

    Array = NDArray[np.float64]

# Values at the edges of the usual range are told apart by rank; one rank in ten thousand is less
# than one customer moves them where there are so many.
RANK_ERROR = 1e-4
STARTS = 4
ITERATIONS = 50
SPACE = "scaled"


@dataclass(frozen=True, slots=True)
class Ranges:
    """What is looked at, and how far.

    Attributes:
        features: Columns, all of them amounts, counts or days without a missing value.
        edges: Lowest and highest part of the rows, in 0-1, that are held at the edge.
        fence: Quartile distances above the third quartile beyond which a row is an outlier.
    """

    features: tuple[str, ...]
    edges: tuple[float, float]
    fence: float


@dataclass(frozen=True, slots=True)
class LearnedCentres:
    """What was learned; the first five are the scaler, each of shape (features,).

    Attributes:
        lower, upper: Range within which values are told apart.
        usual: Median of the values.
        mean, spread: Mean and standard deviation of the logarithms.
        centres: Means of the clusters, scaled; shape (clusters, features).
        far: Distance beyond which a row is an outlier.
        row_count: Rows learned from.
    """

    lower: Array
    upper: Array
    usual: Array
    mean: Array
    spread: Array
    centres: Array
    far: float
    row_count: int


def learned_centres(
    engine: SparkEngine, rows: ir.Table, ranges: Ranges, cluster_count: int, seed: int
) -> LearnedCentres:
    """Learns scaler and centres from all rows where they are; only numbers of both leave Spark.

    Args:
        engine: Where the rows are.
        rows: One row per thing that is grouped.
        ranges: What is looked at.
        cluster_count: Clusters to form.
        seed: Seed of the starts, of which the best counts.

    Raises:
        ServerUnavailableError: Spark ended while it worked.
    """
    from pyspark.sql import functions

    names = list(ranges.features)
    with told_of_java():
        columns = [functions.col(name).cast("double").alias(name) for name in names]
        values = engine.frame(rows.select(*names)).select(*columns).cache()
        try:
            lower, usual, upper = _edges(values, ranges)
            logs = [_log(n, lo, up) for n, lo, up in zip(names, lower, upper, strict=True)]
            mean, spread = _spread(values, logs)
            moments = zip(logs, mean, spread, strict=True)
            scaled = values.select(
                *names,
                functions.array(*((log - m) / s for log, m, s in moments)).alias(SPACE),
            )
            centres = _centres(scaled, cluster_count, seed)
            open_logs = [_log(name, low, None) for name, low in zip(names, lower, strict=True)]
            moments = zip(open_logs, mean, spread, strict=True)
            whole = [(log - m) / s for log, m, s in moments]
            far = _far(scaled.select(_distance(whole, centres).alias("distance")), ranges.fence)
            count = values.count()
        finally:
            values.unpersist()
    return LearnedCentres(lower, upper, usual, mean, spread, centres, far, count)


def _edges(values: DataFrame, ranges: Ranges) -> tuple[Array, Array, Array]:
    """Gives the lowest value told apart, the median and the highest, of each feature."""
    from pyspark.sql import functions

    names = list(ranges.features)
    at = [ranges.edges[0], 0.5, ranges.edges[1]]
    found = np.array(values.approxQuantile(names, at, RANK_ERROR), dtype=np.float64)
    above = [functions.min(functions.when(functions.col(n) > 0, functions.col(n))) for n in names]
    least = values.agg(*above).collect()[0]
    lower = np.array(
        [
            edge if edge > 0 else (first or 1.0)
            for edge, first in zip(found[:, 0], least, strict=True)
        ]
    )
    return lower, found[:, 1], np.maximum(found[:, 2], lower)


def _log(name: str, lower: float, upper: float | None) -> Column:
    from pyspark.sql import functions

    held = functions.greatest(functions.col(name), functions.lit(float(lower)))
    if upper is not None:
        held = functions.least(held, functions.lit(float(upper)))
    return functions.log(held)


def _spread(values: DataFrame, logs: Sequence[Column]) -> tuple[Array, Array]:
    from pyspark.sql import functions

    asked = [functions.avg(log) for log in logs] + [functions.stddev_pop(log) for log in logs]
    row = np.array(values.agg(*asked).collect()[0], dtype=np.float64)
    mean, spread = row[: len(logs)], row[len(logs) :]
    return mean, np.where(spread > 1e-9, spread, 1.0)


def _centres(scaled: DataFrame, cluster_count: int, seed: int) -> Array:
    """Gives the centres of the best of several starts, in order of the first feature."""
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.functions import array_to_vector
    from pyspark.sql import functions

    points = scaled.select(array_to_vector(functions.col(SPACE)).alias("features")).cache()
    try:
        fits = [
            KMeans(k=cluster_count, maxIter=ITERATIONS, seed=seed + start).fit(points)
            for start in range(STARTS)
        ]
        best = min(fits, key=lambda fit: fit.summary.trainingCost)
        centres = np.array(best.clusterCenters(), dtype=np.float64)
    finally:
        points.unpersist()
    found: Array = centres[np.lexsort(centres.T[::-1])]
    return found


def _distance(whole: Sequence[Column], centres: Array) -> Column:
    """Gives the distance of values as they are from the centre that is nearest to held ones."""
    from pyspark.sql import functions

    held = [functions.col(SPACE)[place] for place in range(len(whole))]
    each = [
        functions.struct(_square(held, centre).alias("held"), _square(whole, centre).alias("whole"))
        for centre in centres
    ]
    nearest = functions.least(*each) if len(each) > 1 else each[0]
    return functions.sqrt(nearest["whole"])


def _square(values: Sequence[Column], centre: Array) -> Column:
    from pyspark.sql import functions

    parts = [
        functions.pow(value - functions.lit(float(place)), functions.lit(2.0))
        for value, place in zip(values, centre, strict=True)
    ]
    return reduce(lambda one, other: one + other, parts)


def _far(distances: DataFrame, fence: float) -> float:
    first, third = distances.approxQuantile("distance", [0.25, 0.75], RANK_ERROR)
    return float(third + fence * (third - first))
