"""Co-purchase: products that come into the same first baskets, more often than by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.models.recommender.lists import thinned
from shopkeeper.models.recommender.recommender import SimilarProducts, learned_similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from shopkeeper.models.recommender.pairs import Pairs

# Baskets that are added to each product's own, so that two rare ones together once say little.
SHRINKAGE = 10.0


class CoPurchase(SimilarProducts):
    """Score: how often the product came into one basket with those that the customer bought.

    A basket is all that a customer bought for the first time on one day.

    Args:
        nearest: Products that each product is compared with.
    """

    name = "co_purchase"

    def __init__(self, nearest: int = 50) -> None:
        super().__init__()
        self.nearest = nearest

    @property
    def options(self) -> Mapping[str, Any]:
        """Arguments with which the model was made."""
        return {"nearest": self.nearest}

    def _learned(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        baskets = baskets_of(pairs)
        together = (baskets.T @ baskets).tocsr()
        size = together.diagonal()
        together.setdiag(0)
        together.eliminate_zeros()
        entries = together.tocoo()
        scale = np.sqrt((size[entries.row] + SHRINKAGE) * (size[entries.col] + SHRINKAGE))
        entries.data = (entries.data / scale).astype(np.float32)
        return learned_similarity(thinned(entries.tocsr(), self.nearest).T)


def baskets_of(pairs: Pairs) -> csr_matrix:
    """Gives 1 where a product came into a basket; shape (baskets, products)."""
    from scipy.sparse import csr_matrix

    bought = pairs.is_bought
    days = pairs.first_age[bought].astype(np.int64)
    key = pairs.customer[bought] * (days.max(initial=0) + 1) + days
    found, basket = np.unique(key, return_inverse=True)
    where = (basket, pairs.product[bought])
    return csr_matrix(
        (np.ones(len(basket), dtype=np.float32), where), shape=(len(found), pairs.shape[1])
    )
