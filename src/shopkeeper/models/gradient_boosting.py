"""Gradient boosting: small trees, each mending what those before it got wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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

STATE_FILE, TREES_FILE = "gradient_boosting.json", "gradient_boosting.ubj"


@dataclass(frozen=True, slots=True)
class BoostingOptions:
    """How trees grow.

    Attributes:
        trees: Number of trees.
        depth: Most splits from root to leaf.
        rate: Part of each tree that counts.
        least_weight: Least weight of the rows of a leaf.
        row_share, column_share: Part of rows and columns that each tree looks at.
        penalty: Pull of the leaves towards zero.
    """

    trees: int = 150
    depth: int = 3
    rate: float = 0.06
    least_weight: float = 30.0
    row_share: float = 0.7
    column_share: float = 0.5
    penalty: float = 5.0

    @property
    def of_xgboost(self) -> dict[str, float]:
        """The same in the names of XGBoost, without the number of trees."""
        return {
            "max_depth": self.depth,
            "eta": self.rate,
            "min_child_weight": self.least_weight,
            "subsample": self.row_share,
            "colsample_bytree": self.column_share,
            "lambda": self.penalty,
        }


class GradientBoosting:
    """Probability of the target from numeric features; missing values are a value of their own.

    Args:
        features: Columns that are looked at.
        target: Column with the label, 0 or 1.
        options: How trees grow.
        seed: Seed of row and column sampling.
    """

    name = "gradient_boosting"

    def __init__(
        self,
        features: Sequence[str],
        target: str,
        options: BoostingOptions | None = None,
        *,
        seed: int = 0,
    ) -> None:
        self.features = tuple(features)
        self.target = target
        self.options = options or BoostingOptions()
        self.seed = seed
        self._booster: xgboost.Booster | None = None

    def fit(self, rows: pd.DataFrame) -> Self:
        """Grows the trees.

        Raises:
            ModelDataError: A label is neither 0 nor 1, or one of them is too rare.
        """
        taught = teaching(rows, self.features, self.target)
        options = self.options
        self._booster = trees.grow(taught, options.of_xgboost, options.trees, self.seed)
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `probability` (0–1) and `log_odds` for each row."""
        found = trees.log_odds(self._trees, matrix(rows, self.features))
        predicted = rows[[]].copy()
        predicted["probability"] = probability(found)
        predicted["log_odds"] = found
        return predicted

    def contributions(self, rows: pd.DataFrame) -> Array:
        """Gives the exact Shapley values, shape (rows, features + 1); the last is the mean."""
        return trees.contributions(self._trees, matrix(rows, self.features))

    def save(self) -> Mapping[str, bytes]:
        """Gives the trees in XGBoost's own binary JSON, and a JSON file with the rest."""
        state = {
            "features": self.features,
            "target": self.target,
            "seed": self.seed,
            "options": asdict(self.options),
        }
        content = (json.dumps(state, indent=1) + "\n").encode()
        return {STATE_FILE: content, TREES_FILE: trees.saved(self._trees)}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = json.loads(files[STATE_FILE])
        options = BoostingOptions(**state["options"])
        model = cls(state["features"], state["target"], options, seed=state["seed"])
        model._booster = trees.loaded(files[TREES_FILE])
        return model

    @property
    def _trees(self) -> xgboost.Booster:
        if self._booster is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        return self._booster
