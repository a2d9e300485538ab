"""Segmentation model: k-means on what customers did, with the names its clusters go by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.kmeans import KMeans
from shopkeeper.tasks.customer_segmentation.choice import choose, chosen_of
from shopkeeper.tasks.customer_segmentation.features import useful, with_features
from shopkeeper.tasks.customer_segmentation.matching import (
    Segment,
    first_segments,
    matched_segments,
)
from shopkeeper.tasks.customer_segmentation.names import Profile

if TYPE_CHECKING:
    import pandas as pd

STATE_FILE = "segmentation.json"


class SegmentationModel:
    """The segment of each customer, from the columns of the mart as they are.

    Args:
        seed: Seed of samples and starts.
        cluster_count: Segments to form; None lets the data choose.

    Attributes:
        kmeans: The fitted clusters with their scaler; None before `fit`.
        segments: What the clusters are called, in order of the centres.
    """

    name: ClassVar[str] = "segmentation"

    def __init__(self, seed: int = 0, cluster_count: int | None = None) -> None:
        self.seed = seed
        self.cluster_count = cluster_count
        self.kmeans: KMeans | None = None
        self.segments: tuple[Segment, ...] = ()

    def fit(self, rows: pd.DataFrame) -> Self:
        """Chooses the number of segments where none is given, learns them and names them.

        Raises:
            ModelDataError: No number of segments is stable, or the customers are all alike.
        """
        features = with_features(rows)
        columns = useful(features)
        if not columns:
            raise ModelDataError("All customers are alike in all that they are grouped by.")
        count = self.cluster_count or _count(features[list(columns)], self.seed)
        self.kmeans = KMeans(columns, count, self.seed).fit(features)
        self.segments = self._first(features)
        return self

    def continuing(self, champion: SegmentationModel) -> Self:
        """Takes over ids and names of an earlier fit for the segments that go on."""
        ours, theirs = self.fitted, champion.fitted
        self.segments = matched_segments(ours, self.segments, theirs, champion.segments)
        return self

    @property
    def fitted(self) -> KMeans:
        """The fitted clusters.

        Raises:
            UsageError: `fit` was not called.
        """
        if self.kmeans is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        return self.kmeans

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `cluster_id`, `segment`, `is_outlier` and `distance` for each customer.

        Args:
            rows: One row per customer, old or new, with the columns of the mart as they are; a
                missing value is taken as the median of those learned from.
        """
        found = self.fitted.predict(with_features(rows))
        places = found["cluster"].to_numpy()
        ids = np.array([segment.cluster_id for segment in self.segments], dtype=object)
        names = np.array([segment.name for segment in self.segments], dtype=object)
        predicted = rows[[]].copy()
        predicted["cluster_id"] = ids[places]
        predicted["segment"] = names[places]
        predicted["is_outlier"] = found["is_outlier"]
        predicted["distance"] = found["distance"]
        return predicted

    def save(self) -> Mapping[str, bytes]:
        """Gives the clusters with their scaler, and a JSON file of ids, names and profiles."""
        state = {
            "seed": self.seed,
            "cluster_count": self.cluster_count,
            "segments": [
                {
                    "cluster_id": segment.cluster_id,
                    "name": segment.name,
                    "deviations": dict(segment.profile.deviations),
                    "once_share": segment.profile.once_share,
                }
                for segment in self.segments
            ],
        }
        text = json.dumps(state, indent=1, sort_keys=True, allow_nan=False)
        return {**self.fitted.save(), STATE_FILE: text.encode()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote.

        Raises:
            ModelDataError: Clusters and names do not belong together.
        """
        state: dict[str, Any] = json.loads(files[STATE_FILE])
        model = cls(state["seed"], state["cluster_count"])
        model.kmeans = KMeans.load(files)
        model.segments = tuple(
            Segment(row["cluster_id"], row["name"], Profile(row["deviations"], row["once_share"]))
            for row in state["segments"]
        )
        if len(model.segments) != len(model.kmeans.centres_):
            raise ModelDataError("The saved segments have not as many names as centres.")
        return model

    def _first(self, features: pd.DataFrame) -> tuple[Segment, ...]:
        kmeans = self.fitted
        clusters = kmeans.predict(features)["cluster"].to_numpy()
        once = features["purchase_count"].to_numpy() <= 1
        sizes = np.bincount(clusters, minlength=len(kmeans.centres_))
        once_counts = np.bincount(clusters[once], minlength=len(sizes))
        profiles = [
            Profile(
                dict(zip(kmeans.features, map(float, centre), strict=True)),
                float(once_counts[place] / max(sizes[place], 1)),
            )
            for place, centre in enumerate(kmeans.centres_)
        ]
        return first_segments(profiles, [int(size) for size in sizes])


def _count(features: pd.DataFrame, seed: int) -> int:
    trials = choose(features, seed)
    chosen = chosen_of(trials)
    if chosen is None:
        why = "; ".join(f"{t.cluster_count}: {t.refusal}" for t in trials if t.refusal)
        raise ModelDataError(f"No number of segments may be chosen ({why or 'too few customers'}).")
    return chosen.cluster_count
