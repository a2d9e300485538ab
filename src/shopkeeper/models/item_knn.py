"""Item-kNN: products are near that the same customers buy; each counts its nearest ones only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.models.recommender.lists import thinned
from shopkeeper.models.recommender.recommender import SimilarProducts, learned_similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs


class ItemKnn(SimilarProducts):
    """Score: cosines between the product and those that the customer bought, added up.

    Args:
        nearest: Products that each product is compared with.

    References:
        Sarwar, B., Karypis, G., Konstan, J., & Riedl, J. (2001). Item-based collaborative
        filtering recommendation algorithms. WWW '01, 285-295.
    """

    name = "item_knn"

    def __init__(self, nearest: int = 100) -> None:
        super().__init__()
        self.nearest = nearest

    @property
    def options(self) -> Mapping[str, Any]:
        """Arguments with which the model was made."""
        return {"nearest": self.nearest}

    def _learned(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        from scipy.sparse import diags

        bought = pairs.bought()
        size = np.sqrt(np.asarray(bought.sum(axis=0)).ravel())
        scaled = bought @ diags((1 / np.maximum(size, 1)).astype(np.float32))
        cosine = (scaled.T @ scaled).tocsr()
        cosine.setdiag(0)
        return learned_similarity(thinned(cosine, self.nearest).T)
