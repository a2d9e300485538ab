"""Two-part boosting: will they buy, and for how much if they do; gradient-boosted trees.

The expected amount is P(any purchase) × E[amount | purchase]. The amount is learned on the
logarithm, where single large orders weigh less, and brought back to means by one factor that is
found on the training rows (smearing).

References:
    Duan, N., Manning, W., Morris, C., Newhouse, J. (1983). A comparison of alternative models for
    the demand for medical care. Journal of Business & Economic Statistics 1(2): 115-126.
    Chen, T., Guestrin, C. (2016). XGBoost: a scalable tree boosting system. KDD: 785-794.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import xgboost
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Fewer buyers than this cannot carry a tree of three splits.
LEAST_BUYERS = 50
TREES = 120
# The same on every machine: sums of floating point depend on how rows are shared out. Trees this
# small are grown in a second by one thread; several spend more time waiting for each other.
THREADS = 1


class TwoPartBoosting:
    """Expected amount of each row from numeric features; missing values are allowed.

    Args:
        features: Columns that are looked at.
        target: Column with the amount, from 0 on.
        seed: Seed of row and column sampling.

    Attributes:
        smearing_: Factor from the exponential of a mean logarithm to a mean.
        row_count_: Rows learned from.
    """

    name = "two_part_boosting"

    def __init__(self, features: Sequence[str], target: str, seed: int = 0) -> None:
        self.features = tuple(features)
        self.target = target
        self.seed = seed
        self.smearing_ = float("nan")
        self.row_count_ = 0
        self._purchase: xgboost.Booster | None = None
        self._amount: xgboost.Booster | None = None

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learns both parts.

        Raises:
            ModelDataError: Too few rows have an amount, or all have one.
        """
        # Rows in any order give the same trees.
        rows = rows.sort_values([self.target, *self.features], ignore_index=True)
        amount = rows[self.target].to_numpy(dtype=np.float64)
        if not np.isfinite(amount).all() or (amount < 0).any():
            raise ModelDataError(f"`{self.target}` must be an amount from 0 on in each row.")
        buys = amount > 0
        if buys.sum() < LEAST_BUYERS or (~buys).sum() < LEAST_BUYERS:
            raise ModelDataError(
                f"{buys.sum():,} of {len(buys):,} rows have an amount; {LEAST_BUYERS} with one and "
                f"{LEAST_BUYERS} without are needed.",
                "give a longer period or a longer horizon",
            )
        values = self._values(rows)
        self._purchase = self._train(values, buys.astype(np.float64), "binary:logistic")
        logs = np.log(amount[buys])
        self._amount = self._train(values[buys], logs, "reg:squarederror")
        fitted = np.exp(self._raw(self._amount, values[buys]))
        self.smearing_ = float(amount[buys].sum() / fitted.sum())
        self.row_count_ = len(rows)
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `expected_amount` and `probability_of_purchase` (0-1) for each row."""
        if self._purchase is None or self._amount is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        predicted = rows[[]].copy()
        values = self._values(rows)
        probability = self._raw(self._purchase, values)
        spend = np.exp(self._raw(self._amount, values)) * self.smearing_
        predicted["expected_amount"] = probability * spend
        predicted["probability_of_purchase"] = probability
        return predicted

    def save(self) -> Mapping[str, bytes]:
        """Gives two boosters in XGBoost's own binary JSON, and a JSON file with the rest."""
        if self._purchase is None or self._amount is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        state = {
            "name": self.name,
            "features": self.features,
            "target": self.target,
            "seed": self.seed,
            "smearing": self.smearing_,
            "row_count": self.row_count_,
        }
        return {
            "two_part_boosting.json": (json.dumps(state, indent=1) + "\n").encode(),
            "purchase.ubj": bytes(self._purchase.save_raw("ubj")),
            "amount.ubj": bytes(self._amount.save_raw("ubj")),
        }

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        import xgboost

        state = json.loads(files["two_part_boosting.json"])
        model = cls(state["features"], state["target"], state["seed"])
        model.smearing_ = state["smearing"]
        model.row_count_ = state["row_count"]
        model._purchase = xgboost.Booster(model_file=bytearray(files["purchase.ubj"]))
        model._amount = xgboost.Booster(model_file=bytearray(files["amount.ubj"]))
        return model

    def _values(self, rows: pd.DataFrame) -> NDArray[np.float32]:
        missing = [name for name in self.features if name not in rows]
        if missing:
            raise UsageError(f"The rows have no column `{missing[0]}`.")
        values: NDArray[np.float32] = rows[list(self.features)].to_numpy(dtype=np.float32)
        return values

    def _train(self, values: NDArray[np.float32], target: Array, objective: str) -> xgboost.Booster:
        import xgboost

        parameters: dict[str, Any] = {
            "objective": objective,
            "max_depth": 3,
            "eta": 0.07,
            "subsample": 0.7,
            "colsample_bytree": 0.7,
            "min_child_weight": 20,
            "lambda": 5,
            "seed": self.seed,
            "nthread": THREADS,
            "tree_method": "hist",
        }
        data = xgboost.DMatrix(values, label=target, nthread=THREADS)
        return xgboost.train(parameters, data, num_boost_round=TREES)

    def _raw(self, booster: xgboost.Booster, values: NDArray[np.float32]) -> Array:
        found = booster.inplace_predict(values)
        return np.asarray(found, dtype=np.float64)
