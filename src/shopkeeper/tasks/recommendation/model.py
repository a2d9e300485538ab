"""Next products model: how near products are, and trees that learned from what customers chose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.classifier import trees
from shopkeeper.models.classifier.teaching import Teaching, probability
from shopkeeper.models.co_purchase import CoPurchase
from shopkeeper.models.ease import Ease
from shopkeeper.models.item_knn import ItemKnn
from shopkeeper.models.recommender.pairs import Pairs, pairs_of
from shopkeeper.models.recommender.recommender import rows_at_once
from shopkeeper.tasks.recommendation.features import FEATURES, Candidates, Knowledge
from shopkeeper.tasks.recommendation.names import BLEND

if TYPE_CHECKING:
    import pandas as pd
    import xgboost
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.recommender import SimilarProducts

    Places = NDArray[np.int64]

MODEL_FILE, TREES_FILE = "recommendation.json", "recommendation.ubj"
NEAR = "near--"
# The most bought products of a shop; others are reached by neighbours and baskets.
MOST_LINEAR = 1_500
TREES = 60
GROWTH = {
    "max_depth": 5,
    "eta": 0.12,
    "min_child_weight": 10,
    "subsample": 0.7,
    "colsample_bytree": 0.6,
    "lambda": 5.0,
}
# Of products that were not bought one in so many is looked at, and counts for all of them.
NEGATIVES = 3
LEAST_BOUGHT = 50


@dataclass(frozen=True)
class Lesson:
    """Candidates at an earlier moment, and which of them were bought within the horizon.

    Attributes:
        candidates: Products that were near at hand then.
        is_wanted: Whether each was bought.
    """

    candidates: Candidates
    is_wanted: NDArray[np.bool_]


def near_products(pairs: Pairs) -> dict[str, SimilarProducts]:
    """Gives what a moment teaches of how near products are."""
    models: tuple[SimilarProducts, ...] = (
        Ease(most_products=MOST_LINEAR),
        ItemKnn(),
        CoPurchase(),
    )
    return {model.name: model.learn(pairs) for model in models}


class NextProducts:
    """How likely each customer is to buy each product within the horizon.

    Args:
        horizon_days: Length of what is predicted.
        seed: Seed of row and column sampling.

    Attributes:
        near: How near products are; learned by `fit` from the mart.
    """

    name: ClassVar[str] = "recommendation"
    candidate_name: ClassVar[str] = BLEND

    def __init__(self, horizon_days: int, seed: int = 0) -> None:
        self.horizon_days = horizon_days
        self.seed = seed
        self.near: Mapping[str, SimilarProducts] = {}
        self._booster: xgboost.Booster | None = None

    def teach(self, lessons: Sequence[Lesson]) -> Self:
        """Grows trees on what customers chose at earlier moments; gives itself.

        Raises:
            ModelDataError: Too few of the candidates were bought.
        """
        parts = [_thinned(lesson) for lesson in lessons]
        values, label, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
        if not LEAST_BOUGHT <= label.sum() <= len(label) - LEAST_BOUGHT:
            raise ModelDataError(
                f"Customers bought {int(label.sum())} of the products that were near at hand; "
                f"{LEAST_BOUGHT} are needed to learn from."
            )
        taught = Teaching(values, label, weight / weight.mean())
        self._booster = trees.grow(taught, GROWTH, TREES, self.seed)
        return self

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learns from rows of the mart how near products are; `teach` comes before or after."""
        self.near = near_products(pairs_of(rows))
        return self

    def knowledge(self, pairs: Pairs) -> Knowledge:
        """Gives all that candidates are made of, for the customers of `pairs`."""
        if not self.near:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        return Knowledge(pairs, self.near)

    def chances(self, candidates: Candidates) -> NDArray[np.float32]:
        """Gives the probability of each candidate to be bought within the horizon, in 0-1."""
        if self._booster is None:
            raise UsageError(f"The model `{self.name}` is not taught.", "call `teach` first")
        if not len(candidates.product):
            return np.empty(0, dtype=np.float32)
        found = probability(trees.log_odds(self._booster, candidates.features.astype(np.float64)))
        return found.astype(np.float32)

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives the `score` of each row; missing where the product is not among the nearest.

        Args:
            rows: Rows of the mart `interactions`, whole customers at a time.
        """
        pairs = pairs_of(rows)
        knowledge, count = self.knowledge(pairs), max(1, pairs.shape[1])
        asked = pairs.customer * count + pairs.product
        scores = np.full(len(asked), np.nan, dtype=np.float64)
        step = rows_at_once(count)
        for start in range(0, pairs.shape[0], step):
            customers = np.arange(start, min(start + step, pairs.shape[0]))
            found = knowledge.candidates(customers)
            key = customers[found.customer] * count + found.product
            near = np.minimum(np.searchsorted(asked, key), len(asked) - 1)
            known = asked[near] == key
            scores[near[known]] = self.chances(found)[known]
        predicted = rows[["customer_id", "product_id"]].copy()
        order = predicted.assign(_place=np.arange(len(rows)))
        order = order.sort_values(["customer_id", "product_id"], kind="stable")
        placed = np.empty(len(rows), dtype=np.float64)
        placed[order["_place"].to_numpy()] = scores
        return predicted[[]].assign(score=placed)

    def save(self) -> Mapping[str, bytes]:
        """Gives the files of the parts, the trees, and a JSON file with the rest."""
        if self._booster is None:
            raise UsageError(f"The model `{self.name}` is not taught.", "call `teach` first")
        state = {
            "model": self.name,
            "horizon_days": self.horizon_days,
            "seed": self.seed,
            "features": FEATURES,
        }
        files = {
            f"{NEAR}{name}": content
            for model in self.near.values()
            for name, content in model.save().items()
        }
        text = (json.dumps(state, indent=1) + "\n").encode()
        return {MODEL_FILE: text, TREES_FILE: trees.saved(self._booster), **files}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote.

        Raises:
            ModelDataError: It was written by another model, or looks at other features.
        """
        state = json.loads(files.get(MODEL_FILE, b"{}"))
        if state.get("model") != cls.name or state.get("features") != list(FEATURES):
            raise ModelDataError(
                f"There are no files of the model `{cls.name}` with the features of this version.",
                "train again",
            )
        model = cls(state["horizon_days"], state["seed"])
        parts = {n.removeprefix(NEAR): c for n, c in files.items() if n.startswith(NEAR)}
        kinds: tuple[type[SimilarProducts], ...] = (Ease, ItemKnn, CoPurchase)
        model.near = {kind.name: kind.load(parts) for kind in kinds}
        model._booster = trees.loaded(files[TREES_FILE])
        return model


def _thinned(
    lesson: Lesson,
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    """Gives features, label and weight of all that was bought and a part of the rest."""
    found, wanted = lesson.candidates, lesson.is_wanted
    mixed = (found.customer * 7_919 + found.product * 104_729) % NEGATIVES
    kept = wanted | (mixed == 0)
    weight = np.where(wanted[kept], 1.0, float(NEGATIVES))
    return found.features[kept], wanted[kept].astype(np.float64), weight
