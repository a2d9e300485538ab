"""Pictures: what charts of a grouping are drawn from: silhouettes, a plane, shapes, and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.models.kmeans import squares
from shopkeeper.tasks.customer_segmentation.choice import sample, silhouettes
from shopkeeper.tasks.customer_segmentation.features import with_features

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.kmeans import KMeans
    from shopkeeper.tasks.customer_segmentation.model import SegmentationModel

    Array = NDArray[np.float64]

# Enough for a cloud to show its shape, few enough for a file that is mailed.
POINTS = 300
BARS = 20
STEPS = 40


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many customers have which values of a feature.

    Attributes:
        feature: Its name.
        edges: Ends of the bars, ascending, evenly spread on a logarithmic scale.
        counts: Customers in each bar.
    """

    feature: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blade:
    """Silhouettes of the customers of one segment.

    Attributes:
        cluster_id: The segment.
        customer_count: Customers of the sample in it.
        mean: Their mean silhouette.
        values: Quantiles of their silhouettes, the highest first.
    """

    cluster_id: str
    customer_count: int
    mean: float
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """Customers on the plane that keeps most of how they differ (principal components).

    Attributes:
        points: Place and segment of some customers: (x, y, cluster id).
        centres: The same of the segments' centres.
        kept: Share of all variation that each axis keeps.
        loadings: Feature → weight on each axis.
    """

    points: tuple[tuple[float, float, str], ...]
    centres: tuple[tuple[float, float, str], ...]
    kept: tuple[float, float]
    loadings: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Pictures:
    """All of them.

    Attributes:
        features: Names of the features, in the order of the correlations.
        correlations: Correlation of each with each, of their logarithms.
        histograms: Shape of each feature.
        blades: Silhouettes by segment, in order of their numbers.
        plane: The plane; None where there is but one feature.
    """

    features: tuple[str, ...]
    correlations: tuple[tuple[float, ...], ...]
    histograms: tuple[Histogram, ...]
    blades: tuple[Blade, ...]
    plane: Plane | None

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Pictures:
        """Gives the pictures back from plain values."""
        plane = plain["plane"]
        return cls(
            tuple(plain["features"]),
            tuple(tuple(row) for row in plain["correlations"]),
            tuple(
                Histogram(row["feature"], tuple(row["edges"]), tuple(row["counts"]))
                for row in plain["histograms"]
            ),
            tuple(Blade(**{**row, "values": tuple(row["values"])}) for row in plain["blades"]),
            plane
            and Plane(
                tuple((x, y, name) for x, y, name in plane["points"]),
                tuple((x, y, name) for x, y, name in plane["centres"]),
                (plane["kept"][0], plane["kept"][1]),
                {name: (pair[0], pair[1]) for name, pair in plane["loadings"].items()},
            ),
        )


def pictures_of(model: SegmentationModel, customers: pd.DataFrame, seed: int) -> Pictures:
    """Gives what pictures of a model over its customers are drawn from; numbers are rounded."""
    kmeans = model.fitted
    features = with_features(customers)[list(kmeans.features)]
    scaled = kmeans.scaled(features)
    seen = kmeans.scaled(sample(features, seed))
    together = np.atleast_2d(np.corrcoef(scaled.T))
    return Pictures(
        kmeans.features,
        tuple(tuple(round(float(value), 4) for value in row) for row in together),
        tuple(_histogram(name, features[name].to_numpy()) for name in kmeans.features),
        _blades(model, seen),
        _plane(model, kmeans, seen) if len(kmeans.features) > 1 else None,
    )


def _histogram(feature: str, values: Array) -> Histogram:
    above = values[values > 0]
    low, high = (float(above.min()), float(above.max())) if len(above) else (1.0, 1.0)
    edges = np.geomspace(low, max(high, low * 1.01), BARS + 1)
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return Histogram(feature, tuple(float(f"{e:.6g}") for e in edges), tuple(map(int, counts)))


def _blades(model: SegmentationModel, seen: Array) -> tuple[Blade, ...]:
    labels = squares(seen, model.fitted.centres_).argmin(axis=1)
    found = silhouettes(seen, labels)
    blades = []
    for place, segment in enumerate(model.segments):
        own = np.sort(found[labels == place])[::-1]
        if not len(own):
            continue
        marks = np.quantile(own, np.linspace(1, 0, STEPS))
        blades.append(
            Blade(
                segment.cluster_id,
                len(own),
                round(float(own.mean()), 4),
                tuple(round(float(value), 4) for value in marks),
            )
        )
    return tuple(sorted(blades, key=lambda blade: int(blade.cluster_id)))


def _plane(model: SegmentationModel, kmeans: KMeans, seen: Array) -> Plane:
    middle = seen.mean(axis=0)
    _, spread, axes = np.linalg.svd(seen - middle, full_matrices=False)
    # An axis has no direction of its own: the heaviest weight is taken as positive.
    heaviest = np.abs(axes[:2]).argmax(axis=1)
    axes = axes[:2] * np.sign(axes[[0, 1], heaviest])[:, None]
    kept = spread[:2] ** 2 / (spread**2).sum()
    ids = [segment.cluster_id for segment in model.segments]
    some = seen[np.linspace(0, len(seen) - 1, min(POINTS, len(seen))).astype(np.int64)]
    labels = squares(some, kmeans.centres_).argmin(axis=1)
    return Plane(
        _placed((some - middle) @ axes.T, [ids[label] for label in labels]),
        _placed((kmeans.centres_ - middle) @ axes.T, ids),
        (round(float(kept[0]), 4), round(float(kept[1]), 4)),
        {
            name: (round(float(axes[0, place]), 4), round(float(axes[1, place]), 4))
            for place, name in enumerate(kmeans.features)
        },
    )


def _placed(points: Array, ids: list[str]) -> tuple[tuple[float, float, str], ...]:
    return tuple(
        (round(float(x), 3), round(float(y), 3), name)
        for (x, y), name in zip(points, ids, strict=True)
    )
