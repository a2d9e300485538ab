"""Random forest: many deep trees on parts of the rows and features, taken together.

All trees make one step from the mean, which is too short where leaves are nearly pure; a straight
line through the log-odds, learned on the training rows, gives it its length.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from shopkeeper.errors import UsageError
from shopkeeper.models.classifier import trees
from shopkeeper.models.classifier.teaching import matrix, probability, teaching

if TYPE_CHECKING:
    import pandas as pd
    import xgboost
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TREES = 100
GROWTH = {
    "max_depth": 7,
    "eta": 1.0,
    "num_parallel_tree": TREES,
    "subsample": 0.6,
    "colsample_bynode": 0.3,
    "min_child_weight": 8.0,
    "lambda": 1.0,
}
STATE_FILE, TREES_FILE = "random_forest.json", "random_forest.ubj"


class RandomForest:
    """Probability of the target from numeric features; missing values are a value of their own.

    Args:
        features: Columns that are looked at.
        target: Column with the label, 0 or 1.
        seed: Seed of row and column sampling.

    Attributes:
        slope_, offset_: The line from the trees' log-odds to those of the forest.
    """

    name = "random_forest"

    def __init__(self, features: Sequence[str], target: str, *, seed: int = 0) -> None:
        self.features = tuple(features)
        self.target = target
        self.seed = seed
        self.slope_, self.offset_ = float("nan"), float("nan")
        self._booster: xgboost.Booster | None = None

    def fit(self, rows: pd.DataFrame) -> Self:
        """Grows the trees and learns the line.

        Raises:
            ModelDataError: A label is neither 0 nor 1, or one of them is too rare.
        """
        from sklearn.linear_model import LogisticRegression as Line

        taught = teaching(rows, self.features, self.target)
        self._booster = trees.grow(taught, GROWTH, 1, self.seed)
        found = trees.log_odds(self._booster, taught.values)
        line = Line(C=1e6).fit(found[:, None], taught.label, sample_weight=taught.weights)
        self.slope_, self.offset_ = float(line.coef_[0, 0]), float(line.intercept_[0])
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `probability` (0–1) and `log_odds` for each row."""
        raw = trees.log_odds(self._trees, matrix(rows, self.features))
        predicted = rows[[]].copy()
        predicted["log_odds"] = raw * self.slope_ + self.offset_
        predicted.insert(0, "probability", probability(predicted["log_odds"].to_numpy()))
        return predicted

    def contributions(self, rows: pd.DataFrame) -> Array:
        """Gives the exact Shapley values, shape (rows, features + 1); the last is the mean."""
        found = trees.contributions(self._trees, matrix(rows, self.features)) * self.slope_
        found[:, -1] += self.offset_
        return found

    def save(self) -> Mapping[str, bytes]:
        """Gives the trees in XGBoost's own binary JSON, and a JSON file with the rest."""
        state = {
            "features": self.features,
            "target": self.target,
            "seed": self.seed,
            "slope_": self.slope_,
            "offset_": self.offset_,
        }
        content = (json.dumps(state, indent=1) + "\n").encode()
        return {STATE_FILE: content, TREES_FILE: trees.saved(self._trees)}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = json.loads(files[STATE_FILE])
        model = cls(state["features"], state["target"], seed=state["seed"])
        model.slope_, model.offset_ = state["slope_"], state["offset_"]
        model._booster = trees.loaded(files[TREES_FILE])
        return model

    @property
    def _trees(self) -> xgboost.Booster:
        if self._booster is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        return self._booster
