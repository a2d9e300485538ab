"""Popularity: customers who bought each product, ever or lately; a score, or a tie-break."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.models.recommender.recommender import Recommender

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs
    from shopkeeper.models.recommender.recommender import Scorer


class ByPopularity(Recommender):
    """A recommender that knows how many customers bought each product.

    Args:
        most_days: Only purchases of the last days count; None for all. Of each customer and
            product the last purchase is looked at.
    """

    def __init__(self, most_days: int | None = None) -> None:
        super().__init__()
        self.most_days = most_days

    @property
    def options(self) -> Mapping[str, Any]:
        """Arguments with which the model was made."""
        return {"most_days": self.most_days}

    def _learned(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        days = np.inf if self.most_days is None else self.most_days
        return {"count": pairs.product_counts(days)}

    def _scorer(self, pairs: Pairs) -> Scorer:
        scores = np.zeros(pairs.shape[1], dtype=np.float32)
        places = self.places_in(pairs)
        scores[places[places >= 0]] = self.learned["count"][places >= 0]
        return lambda asked: np.tile(scores, (len(asked), 1))
