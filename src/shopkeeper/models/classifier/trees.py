"""Trees: one XGBoost model of a probability, its log-odds, and what each feature adds to them.

References:
    Chen, T., Guestrin, C. (2016). XGBoost: a scalable tree boosting system. KDD: 785-794.
    Lundberg, S. et al. (2020). From local explanations to global understanding with explainable AI
    for trees. Nature Machine Intelligence 2: 56-67; algorithm 2 gives exact Shapley values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xgboost
    from numpy.typing import NDArray

    from shopkeeper.models.classifier.teaching import Teaching

    Array = NDArray[np.float64]

# The same on every machine: sums of floating point depend on how rows are shared out.
THREADS = 1


def grow(
    taught: Teaching, parameters: Mapping[str, Any], rounds: int, seed: int
) -> xgboost.Booster:
    """Grows trees on the log loss; same rows and seed, same trees."""
    import xgboost

    options = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "nthread": THREADS,
        "seed": seed,
        **parameters,
    }
    return xgboost.train(options, _data(taught.values, taught), num_boost_round=rounds)


def log_odds(booster: xgboost.Booster, values: Array) -> Array:
    """Gives the log-odds of each row."""
    found = booster.predict(_data(values), output_margin=True)
    return np.asarray(found, dtype=np.float64)


def contributions(booster: xgboost.Booster, values: Array) -> Array:
    """Gives the exact Shapley values, array of shape (rows, features + 1); the last is the mean."""
    return np.asarray(booster.predict(_data(values), pred_contribs=True), dtype=np.float64)


def saved(booster: xgboost.Booster) -> bytes:
    """Gives the trees in XGBoost's own binary JSON."""
    return bytes(booster.save_raw("ubj"))


def loaded(content: bytes) -> xgboost.Booster:
    """Gives the trees that `saved` gave."""
    import xgboost

    booster = xgboost.Booster(model_file=bytearray(content))
    booster.set_param({"nthread": THREADS})
    return booster


def _data(values: Array, taught: Teaching | None = None) -> xgboost.DMatrix:
    import xgboost

    known = {} if taught is None else {"label": taught.label, "weight": taught.weights}
    return xgboost.DMatrix(values.astype(np.float32), nthread=THREADS, **known)
