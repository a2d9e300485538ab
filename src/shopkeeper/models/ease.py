"""EASE: a linear model of what else is bought, over all products at once, in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.models.recommender.lists import top_places
from shopkeeper.models.recommender.recommender import SimilarProducts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs

    Numbers = NDArray[np.float32]

MOST_PRODUCTS = 4_000


class Ease(SimilarProducts):
    """Score: weights of all that the customer bought for the product, added up.

    Args:
        penalty: Pull of the weights towards zero (λ).
        kept: Largest weights, by size, that lead to each product; None keeps all.
        most_products: Most bought products that are looked at. The work grows with the cube of
            it: 4,000 products take seconds, 40,000 would take an hour.

    References:
        Steck, H. (2019). Embarrassingly shallow autoencoders for sparse data. WWW '19,
        3251-3257, equation 8.
    """

    name = "ease"

    def __init__(
        self,
        penalty: float = 300.0,
        kept: int | None = 200,
        most_products: int = MOST_PRODUCTS,
    ) -> None:
        super().__init__()
        self.most_products = most_products
        self.penalty = penalty
        self.kept = kept

    @property
    def options(self) -> Mapping[str, Any]:
        """Arguments with which the model was made."""
        return {
            "penalty": self.penalty,
            "kept": self.kept,
            "most_products": self.most_products,
        }

    def _learned(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        bought = pairs.bought()
        counts = np.asarray(bought.sum(axis=0)).ravel()
        most = np.sort(np.argsort(-counts, kind="stable")[: self.most_products])
        most = most[counts[most] > 0]
        if not len(most):
            return {
                "row": np.empty(0, np.int32),
                "column": np.empty(0, np.int32),
                "value": np.empty(0, np.float32),
            }
        chosen = bought[:, most]
        weights = self._weights((chosen.T @ chosen).toarray())
        row, column = self._largest(weights)
        return {
            "row": most[row].astype(np.int32),
            "column": most[column].astype(np.int32),
            "value": weights[row, column],
        }

    def _weights(self, gram: Numbers) -> Numbers:
        """Gives the weights from product (row) to product (column); shape (products, products)."""
        from scipy.linalg import lapack
        from threadpoolctl import threadpool_limits

        gram[np.diag_indices_from(gram)] += self.penalty
        # One thread: how rows are shared out among others changes the last digits.
        with threadpool_limits(limits=1, user_api="blas"):
            factor, failed = lapack.spotrf(gram, lower=1, overwrite_a=1)
            inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
        if failed or failed_too:
            raise ModelDataError("The products' common purchases could not be solved for weights.")
        inverse = np.tril(inverse)
        inverse += np.tril(inverse, -1).T
        weights: Numbers = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0)
        return weights

    def _largest(self, weights: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        count = len(weights)
        if self.kept is None or self.kept >= count:
            row, column = np.nonzero(weights)
            return row.astype(np.int64), column.astype(np.int64)
        places = top_places(np.abs(weights.T), self.kept)
        return places.ravel(), np.repeat(np.arange(count), self.kept)
