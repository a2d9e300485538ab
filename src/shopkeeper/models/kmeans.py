"""K-means: groups of rows that are alike in a few amounts; the scaler is a part of the model.

Rows go in as they are. Each feature is held within its usual range, taken as a logarithm and
divided by its spread, so that neither a unit of money nor one huge customer decides where the
centres lie. Nobody is thrown away: who lies far from every centre is assigned and marked.

References:
    Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE Transactions on Information
    Theory 28(2): 129-137.
    Arthur, D., Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding. SODA:
    1027-1035.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from threadpoolctl import ThreadpoolController

    Array = NDArray[np.float64]

# One in two hundred at either end is held at the edge: a range that single customers do not set.
EDGES = (0.005, 0.995)
# Tukey's far-out fence: beyond it a distance is unlike those of all others.
FENCE = 3.0
# Centres of so many rows are as good as those of more: they are means of thousands.
MOST_ROWS = 20_000
LEAST_ROWS_OF_A_CLUSTER = 5
STATE_FILE = "kmeans.json"


@dataclass(frozen=True)
class Scaler:
    """How raw values become comparable; learned with the centres and never without them.

    Attributes:
        lower: Lowest value that is told apart, above 0; shape (features,).
        upper: Highest value that is told apart.
        usual: Median, which stands for a value that is missing.
        mean: Mean of the logarithms.
        spread: Standard deviation of the logarithms; 1 where there is none.
    """

    lower: Array
    upper: Array
    usual: Array
    mean: Array
    spread: Array

    @classmethod
    def fit(cls, values: Array) -> Scaler:
        """Learns from raw values, shape (rows, features), in an order that does not matter."""
        lower, upper = np.quantile(values, EDGES, axis=0, method="inverted_cdf")
        for place, least in enumerate(lower):
            above = values[:, place][values[:, place] > 0]
            if least <= 0:
                lower[place] = above.min() if len(above) else 1.0
        upper = np.maximum(upper, lower)
        logs = np.log(np.clip(values, lower, upper))
        spread = logs.std(axis=0)
        usual = np.quantile(values, 0.5, axis=0, method="inverted_cdf")
        still = np.where(spread > 1e-9, spread, 1.0)
        return cls(lower, upper, usual, logs.mean(axis=0), still)

    def scale(self, values: Array, *, is_held: bool = True) -> Array:
        """Gives comparable values; `is_held` keeps them within the usual range."""
        filled = np.where(np.isnan(values), self.usual, values)
        held = np.clip(filled, self.lower, self.upper if is_held else None)
        # By column, so that one row is scaled to the last bit as it is among others.
        columns = [
            (np.log(np.ascontiguousarray(held[:, place])) - self.mean[place]) / self.spread[place]
            for place in range(held.shape[1])
        ]
        return np.column_stack(columns)

    def unscale(self, scaled: Array) -> Array:
        """Gives raw values back, such as those of centres."""
        raw: Array = np.exp(scaled * self.spread + self.mean)
        return raw


class KMeans:
    """Clusters of rows by some of their columns, all of them amounts, counts or days.

    A missing value is refused in rows that are learned from; in rows that are predicted it is
    taken as the median of those.

    Args:
        features: Columns that are looked at, as they are.
        cluster_count: Clusters to form.
        seed: Seed of the starts.
        starts: Starts, of which the best counts.

    Attributes:
        scaler_: How raw values become comparable; None before `fit`.
        centres_: Means of the clusters, scaled, in ascending order of the first feature; shape
            (clusters, features).
        far_: Distance beyond which a row is an outlier.
        row_count_: Rows learned from.
    """

    name: ClassVar[str] = "kmeans"

    def __init__(
        self, features: Sequence[str], cluster_count: int, seed: int = 0, starts: int = 10
    ) -> None:
        if cluster_count < 1 or not features:
            raise UsageError("K-means needs a feature and a cluster.")
        self.features = tuple(features)
        self.cluster_count = cluster_count
        self.seed = seed
        self.starts = starts
        self.scaler_: Scaler | None = None
        self.centres_: Array = np.empty((0, len(self.features)))
        self.far_ = float("nan")
        self.row_count_ = 0

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learns scaler and centres.

        Raises:
            ModelDataError: A value is missing or no number, or the rows are too few or too alike.
        """
        values = self._values(rows)
        if not np.isfinite(values).all():
            place = int((~np.isfinite(values)).any(axis=0).argmax())
            raise ModelDataError(f"`{self.features[place]}` must be a number in each row.")
        needed = LEAST_ROWS_OF_A_CLUSTER * self.cluster_count
        if len(values) < needed:
            raise ModelDataError(
                f"{len(values):,} rows are too few for {self.cluster_count} clusters; "
                f"{needed:,} are needed.",
                "ask for fewer clusters",
            )
        # Rows in any order give the same model.
        values = values[np.lexsort(values.T[::-1])]
        self.scaler_ = Scaler.fit(values)
        self.centres_ = self._centres(_spread(self.scaler_.scale(values)))
        self.row_count_ = len(values)
        _, distances = self._nearest(self.scaler_, values)
        first, third = np.quantile(distances, (0.25, 0.75))
        self.far_ = float(third + FENCE * (third - first))
        return self

    def of_centres(self, scaler: Scaler, centres: Array, far: float, row_count: int) -> Self:
        """Takes up what was learned elsewhere; gives itself.

        Args:
            scaler: How raw values become comparable, for these features.
            centres: Means of the clusters, scaled; shape (clusters, features).
            far: Distance beyond which a row is an outlier.
            row_count: Rows learned from.

        Raises:
            ModelDataError: The rows were too alike for so many clusters, or the centres are those
                of other features.
        """
        if len(np.unique(centres, axis=0)) < self.cluster_count:
            raise ModelDataError(f"The rows are too alike for {self.cluster_count} clusters.")
        parts = _scaler(vars(scaler), len(self.features))
        if centres.shape != (self.cluster_count, len(self.features)):
            raise ModelDataError("The centres are not of these features.")
        if not (np.isfinite(centres).all() and np.isfinite(far)):
            raise ModelDataError("A centre holds what is no number.")
        self.scaler_ = parts
        self.centres_ = centres[np.lexsort(centres.T[::-1])]
        self.far_, self.row_count_ = float(far), int(row_count)
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `cluster` (place of its centre), `distance` and `is_outlier` for each row.

        The cluster is the nearest by values held within the usual range; the distance is measured
        from values as they are, in standard deviations.
        """
        if self.scaler_ is None or not len(self.centres_):
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        clusters, distances = self._nearest(self.scaler_, self._values(rows))
        predicted = rows[[]].copy()
        predicted["cluster"] = clusters
        predicted["distance"] = distances
        predicted["is_outlier"] = distances > self.far_
        return predicted

    def scaled(self, rows: pd.DataFrame) -> Array:
        """Gives rows in the space in which centres lie; shape (rows, features)."""
        if self.scaler_ is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        return self.scaler_.scale(self._values(rows))

    def save(self) -> Mapping[str, bytes]:
        """Gives scaler, centres and options as one JSON file of names and numbers."""
        if self.scaler_ is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        scaler = {name: part.tolist() for name, part in vars(self.scaler_).items()}
        state = {
            "model": self.name,
            "features": self.features,
            "cluster_count": self.cluster_count,
            "seed": self.seed,
            "starts": self.starts,
            "scaler": scaler,
            "centres": self.centres_.tolist(),
            "far": self.far_,
            "row_count": self.row_count_,
        }
        text = json.dumps(state, indent=1, sort_keys=True, allow_nan=False)
        return {STATE_FILE: text.encode()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote.

        Raises:
            ModelDataError: The file is not that of k-means, or the scaler is not with it, so that
                it would assign nearly everyone wrongly.
        """
        state: dict[str, Any] = json.loads(files.get(STATE_FILE, b"{}"))
        if state.get("model") != cls.name:
            raise ModelDataError(f"There is no file `{STATE_FILE}` of the model `{cls.name}`.")
        model = cls(state["features"], state["cluster_count"], state["seed"], state["starts"])
        model.scaler_ = _scaler(state.get("scaler"), len(model.features))
        model.centres_ = np.array(state["centres"], dtype=np.float64)
        model.far_ = state["far"]
        model.row_count_ = state["row_count"]
        return model

    def _values(self, rows: pd.DataFrame) -> Array:
        missing = [name for name in self.features if name not in rows]
        if missing:
            raise ModelDataError(f"The rows have no column `{missing[0]}`.")
        try:
            values: Array = rows[list(self.features)].to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise ModelDataError("A feature holds values that are no numbers.") from error
        return values

    def _centres(self, scaled: Array) -> Array:
        from sklearn import cluster

        if len(np.unique(scaled, axis=0)) < self.cluster_count:
            raise ModelDataError(f"The rows are too alike for {self.cluster_count} clusters.")
        with one_thread():
            found = cluster.KMeans(
                self.cluster_count, n_init=self.starts, random_state=self.seed
            ).fit(scaled)
        centres: Array = np.asarray(found.cluster_centers_, dtype=np.float64)
        return centres[np.lexsort(centres.T[::-1])]

    def _nearest(self, scaler: Scaler, values: Array) -> tuple[NDArray[np.int64], Array]:
        """Gives the place of the nearest centre of each row, and the distance from it."""
        held = squares(scaler.scale(values), self.centres_)
        clusters = held.argmin(axis=1)
        whole = squares(scaler.scale(values, is_held=False), self.centres_)
        nearest = np.take_along_axis(whole, clusters[:, None], axis=1)[:, 0]
        return clusters, np.sqrt(nearest)


def one_thread() -> AbstractContextManager[object]:
    """Gives a block in which libraries calculate on one thread.

    Sums of floating point depend on how rows are shared out among threads; and so few rows are
    done sooner than threads have been woken.
    """
    found: AbstractContextManager[object] = _libraries().limit(limits=1)
    return found


def squares(scaled: Array, centres: Array) -> Array:
    """Gives squared distances of rows from centres; shape (rows, centres)."""
    found = np.zeros((len(scaled), len(centres)))
    for place in range(centres.shape[1]):
        # By feature, so that a row's distances do not depend on the rows beside it.
        found += (scaled[:, place, None] - centres[None, :, place]) ** 2
    return found


@cache
def _libraries() -> ThreadpoolController:
    # To find the libraries takes longer than to cluster a thousand rows.
    import sklearn.cluster  # noqa: F401 - only libraries that are loaded are found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _scaler(parts: Mapping[str, Any] | None, feature_count: int) -> Scaler:
    wanted = ("lower", "upper", "usual", "mean", "spread")
    if not parts or any(len(parts.get(name, ())) != feature_count for name in wanted):
        raise ModelDataError(
            "The saved clusters come without their whole scaler.",
            "train again: centres mean nothing in another scale",
        )
    return Scaler(*(np.array(parts[name], dtype=np.float64) for name in wanted))


def _spread(scaled: Array) -> Array:
    """Gives at most `MOST_ROWS` rows, evenly spread over their order."""
    if len(scaled) <= MOST_ROWS:
        return scaled
    return scaled[np.linspace(0, len(scaled) - 1, MOST_ROWS).astype(np.int64)]
