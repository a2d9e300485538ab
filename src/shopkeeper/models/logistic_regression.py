"""Logistic regression: one weight per feature on a logarithmic scale; the scaler travels inside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from shopkeeper.errors import UsageError
from shopkeeper.models.classifier.teaching import matrix, probability, teaching

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Features hang together (orders of 90 and of 180 days); this much of a pull towards zero keeps
# their weights small and costs no accuracy on thousands of rows.
STRENGTH = 0.05
MOST_STEPS = 500
FILE = "logistic_regression.json"


class LogisticRegression:
    """Probability of the target from numeric features; missing values stand at the median.

    Counts, days and money are skewed: their logarithm is taken, with the sign kept.

    Args:
        features: Columns that are looked at.
        target: Column with the label, 0 or 1.
        strength: Inverse of the penalty on squared weights.

    Attributes:
        coefficients_: One per feature, on the scaled logarithm.
        intercept_: Log-odds of a row at the mean of all features.
        medians_, means_, scales_: Of the training rows, on the logarithm.
    """

    name = "logistic_regression"

    def __init__(self, features: Sequence[str], target: str, *, strength: float = STRENGTH) -> None:
        self.features = tuple(features)
        self.target = target
        self.strength = strength
        self.coefficients_: Array = np.empty(0)
        self.intercept_ = float("nan")
        self.medians_: Array = np.empty(0)
        self.means_: Array = np.empty(0)
        self.scales_: Array = np.empty(0)

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learns scaler and weights.

        Raises:
            ModelDataError: A label is neither 0 nor 1, or one of them is too rare.
        """
        from sklearn.linear_model import LogisticRegression as Solver
        from threadpoolctl import threadpool_limits

        taught = teaching(rows, self.features, self.target)
        logs = _logarithm(taught.values)
        known = ~np.isnan(logs)
        columns = (logs[known[:, i], i] for i in range(logs.shape[1]))
        self.medians_ = np.array([np.median(c) if len(c) else 0.0 for c in columns])
        filled = np.where(known, logs, self.medians_)
        self.means_ = filled.mean(axis=0)
        spread = filled.std(axis=0)
        self.scales_ = np.where(spread > 0, spread, 1.0)
        scaled = (filled - self.means_) / self.scales_
        solver = Solver(C=self.strength, max_iter=MOST_STEPS, tol=1e-8)
        # Several threads wait for each other on so few columns.
        with threadpool_limits(1):
            solver.fit(scaled, taught.label, sample_weight=taught.weights)
        self.coefficients_ = solver.coef_[0]
        self.intercept_ = float(solver.intercept_[0])
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `probability` (0–1) and `log_odds` for each row."""
        found = self.contributions(rows).sum(axis=1)
        predicted = rows[[]].copy()
        predicted["probability"] = probability(found)
        predicted["log_odds"] = found
        return predicted

    def contributions(self, rows: pd.DataFrame) -> Array:
        """Gives what each feature adds to the log-odds; shape (rows, features + 1), last the mean.

        Of a sum of terms they are the exact Shapley values against the mean of the training rows.
        """
        if not len(self.coefficients_):
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        logs = _logarithm(matrix(rows, self.features))
        filled = np.where(np.isnan(logs), self.medians_, logs)
        terms = (filled - self.means_) / self.scales_ * self.coefficients_
        return np.column_stack([terms, np.full(len(terms), self.intercept_)])

    def save(self) -> Mapping[str, bytes]:
        """Gives one JSON file; numbers come back to the last bit."""
        arrays = ("coefficients_", "medians_", "means_", "scales_")
        state = {
            "features": self.features,
            "target": self.target,
            "strength": self.strength,
            "intercept_": self.intercept_,
            **{name: getattr(self, name).tolist() for name in arrays},
        }
        return {FILE: (json.dumps(state, indent=1) + "\n").encode()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = json.loads(files[FILE])
        model = cls(state["features"], state["target"], strength=state["strength"])
        model.intercept_ = state["intercept_"]
        for name in ("coefficients_", "medians_", "means_", "scales_"):
            setattr(model, name, np.array(state[name], dtype=np.float64))
        return model


def _logarithm(values: Array) -> Array:
    found: Array = np.sign(values) * np.log1p(np.abs(values))
    return found
