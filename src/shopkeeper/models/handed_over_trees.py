"""Handed-over trees: boosted trees that another program grew, as arrays; scored by NumPy alone.

References:
    Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. The Annals
    of Statistics 29(5): 1189-1232; algorithm 5 has the loss on which the log-odds are twice the
    sum of the trees.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.classifier.teaching import matrix, probability

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

STATE_FILE, NODES_FILE = "handed_over_trees.json", "handed_over_trees.npz"
# Shape (nodes,) each, but for the roots; by name as they are saved.
OF_NODES = ("feature", "threshold", "left", "right", "value")
LEAF = -1


class HandedOverTrees:
    """Probability of the target from numeric features, by trees that were grown elsewhere.

    A row goes left at a node where its value is at most the threshold. The log-odds are twice the
    sum of the leaves it comes to, each weighed already.

    Args:
        features: Columns that are looked at.
        missing: Value that stands for one that is missing, as it did when the trees grew.
        row_count: Rows that the trees learned from.

    Attributes:
        nodes: Array by name: `feature` (-1 in a leaf), `threshold`, `left`, `right`, `value`, each
            of shape (nodes,), and `roots`, of shape (trees,).
    """

    name: ClassVar[str] = "handed_over_trees"

    def __init__(self, features: Sequence[str], missing: float, row_count: int = 0) -> None:
        self.features = tuple(features)
        self.missing = missing
        self.row_count = row_count
        self.nodes: Mapping[str, NDArray[Any]] = {}

    def of_nodes(self, nodes: Mapping[str, NDArray[Any]]) -> Self:
        """Takes up the nodes of all trees; gives itself.

        Raises:
            ModelDataError: A node leads nowhere, back to itself, or looks at no feature of ours.
        """
        found = {name: np.asarray(nodes[name]) for name in (*OF_NODES, "roots")}
        _check(found, len(self.features))
        self.nodes = found
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives `probability` (0-1) and `log_odds` for each row."""
        found = 2.0 * self._sums(matrix(rows, self.features))
        predicted = rows[[]].copy()
        predicted["probability"] = probability(found)
        predicted["log_odds"] = found
        return predicted

    def save(self) -> Mapping[str, bytes]:
        """Gives the nodes as npz, and a JSON file with the rest."""
        state = {
            "model": self.name,
            "features": self.features,
            "missing": self.missing,
            "row_count": self.row_count,
        }
        stream = io.BytesIO()
        np.savez_compressed(stream, allow_pickle=False, **self._fitted)
        return {
            STATE_FILE: (json.dumps(state, indent=1) + "\n").encode(),
            NODES_FILE: stream.getvalue(),
        }

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote.

        Raises:
            ModelDataError: A file is missing, or was written by another model.
        """
        state = json.loads(files.get(STATE_FILE, b"{}"))
        if state.get("model") != cls.name or NODES_FILE not in files:
            raise ModelDataError(f"There are no files of the model `{cls.name}`.")
        with np.load(io.BytesIO(files[NODES_FILE]), allow_pickle=False) as arrays:
            nodes = {name: arrays[name] for name in arrays.files}
        return cls(state["features"], state["missing"], state["row_count"]).of_nodes(nodes)

    @property
    def _fitted(self) -> Mapping[str, NDArray[Any]]:
        if not self.nodes:
            raise UsageError(f"The model `{self.name}` has no trees.", "hand some over first")
        return self.nodes

    def _sums(self, values: Array) -> Array:
        """Gives the sum of the leaves of each row; all rows go down a tree together."""
        nodes = self._fitted
        filled = np.where(np.isnan(values), self.missing, values)
        rows = np.arange(len(filled))
        found = np.zeros(len(filled))
        for root in nodes["roots"]:
            place = np.full(len(filled), root, dtype=np.int64)
            while (inner := nodes["feature"][place] != LEAF).any():
                looked = nodes["feature"][place]
                is_left = filled[rows, np.maximum(looked, 0)] <= nodes["threshold"][place]
                below = np.where(is_left, nodes["left"][place], nodes["right"][place])
                place = np.where(inner, below, place)
            found += nodes["value"][place]
        return found


def _check(nodes: Mapping[str, NDArray[Any]], feature_count: int) -> None:
    count = len(nodes["feature"])
    if any(nodes[name].shape != (count,) for name in OF_NODES) or not len(nodes["roots"]):
        raise ModelDataError("The nodes of the trees are not whole.")
    is_inner = nodes["feature"] != LEAF
    own = np.flatnonzero(is_inner)
    below = np.concatenate([nodes["left"][own], nodes["right"][own]])
    # A node stands before those below it, so that no way down can turn back.
    leads_down = (below > np.tile(own, 2)).all() and (below < count).all()
    known = ((nodes["feature"] >= LEAF) & (nodes["feature"] < feature_count)).all()
    rooted = ((nodes["roots"] >= 0) & (nodes["roots"] < count)).all()
    numbers = np.isfinite(nodes["threshold"]).all() and np.isfinite(nodes["value"]).all()
    if not (leads_down and known and rooted and numbers):
        raise ModelDataError("The nodes of the trees do not lead from roots to leaves.")
