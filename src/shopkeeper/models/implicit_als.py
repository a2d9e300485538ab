"""Implicit ALS: customers and products as short vectors; learned here, or where the rows are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from shopkeeper.errors import MissingExtraError, ModelDataError
from shopkeeper.models.recommender.recommender import Recommender

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs
    from shopkeeper.models.recommender.recommender import Scorer


class ImplicitAls(Recommender):
    """Score: the product of the customer's vector and the product's.

    The vectors of products are learned; that of a customer is solved from what they bought. Where
    an engine learned the vectors, `of_vectors` takes them up, and all else is the same.

    Args:
        factors: Length of the vectors.
        confidence: How much more a purchase counts than none.
        penalty: Pull of the vectors towards zero.
        iterations: Times that both sides are solved.
        seed: Seed of the first vectors.

    References:
        Hu, Y., Koren, Y., & Volinsky, C. (2008). Collaborative filtering for implicit feedback
        datasets. ICDM '08, 263-272.
    """

    name = "implicit_als"

    def __init__(
        self,
        factors: int = 64,
        confidence: float = 1.0,
        penalty: float = 0.01,
        iterations: int = 15,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.factors = factors
        self.confidence = confidence
        self.penalty = penalty
        self.iterations = iterations
        self.seed = seed

    def of_vectors(self, product_ids: NDArray[np.object_], vectors: NDArray[np.float32]) -> Self:
        """Takes up vectors that were learned elsewhere; gives itself.

        Args:
            product_ids: Ids of the products, ascending.
            vectors: A vector of each; shape (products, factors).

        Raises:
            ModelDataError: They are not the vectors of so many products, or not in order.
        """
        if vectors.shape != (len(product_ids), self.factors):
            raise ModelDataError(
                f"{len(product_ids):,} products need vectors of {self.factors} numbers each; "
                f"there are {vectors.shape[0]:,} of {vectors.shape[1]}."
            )
        if not np.isfinite(vectors).all():
            raise ModelDataError("A vector of a product holds what is no number.")
        if (product_ids[1:] <= product_ids[:-1]).any():
            raise ModelDataError("The products of the vectors are not in ascending order.")
        self.product_ids = product_ids
        self.learned = {"vector": np.ascontiguousarray(vectors, dtype=np.float32)}
        return self

    @property
    def options(self) -> Mapping[str, Any]:
        """Arguments with which the model was made."""
        return {
            "factors": self.factors,
            "confidence": self.confidence,
            "penalty": self.penalty,
            "iterations": self.iterations,
            "seed": self.seed,
        }

    def _learned(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        solver = self._solver()
        bought = pairs.bought()
        if not bought.nnz:
            return {"vector": np.zeros((pairs.shape[1], self.factors), dtype=np.float32)}
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1, user_api="blas"):
            solver.fit(bought, show_progress=False)
        return {"vector": np.asarray(solver.item_factors, dtype=np.float32)}

    def _scorer(self, pairs: Pairs) -> Scorer:
        from scipy.sparse import csr_matrix

        solver = self._solver()
        vectors = self.learned["vector"]
        # All learned products are looked at, also those that nobody here bought.
        solver.item_factors = vectors
        places = self.places_in(pairs)
        here = np.flatnonzero(places >= 0)
        own = pairs.bought()[:, places[here]].tocoo()
        shape = (pairs.shape[0], len(vectors))
        bought = csr_matrix((own.data, (own.row, here[own.col])), shape=shape)

        def score(asked: NDArray[np.int64]) -> NDArray[np.float32]:
            scores = np.zeros((len(asked), pairs.shape[1]), dtype=np.float32)
            if not len(vectors) or not len(asked):
                return scores
            block = bought[asked]
            customers = solver.recalculate_user(np.arange(len(asked)), block)
            # Who bought nothing has the vector zero, whatever the solver makes of it.
            customers[np.diff(block.indptr) == 0] = 0
            scores[:, places[here]] = customers @ vectors[here].T
            return scores

        return score

    def _solver(self) -> Any:
        try:
            from implicit.cpu.als import AlternatingLeastSquares
        except ImportError as error:
            raise MissingExtraError(
                "The model `implicit_als` needs the library `implicit`.",
                "install it with `pip install 'shopkeeper[recommend]'`",
            ) from error
        from threadpoolctl import threadpool_limits

        # One thread: the order in which others would add up changes the last digits.
        with threadpool_limits(limits=1, user_api="blas"):
            return AlternatingLeastSquares(
                factors=self.factors,
                regularization=self.penalty,
                alpha=self.confidence,
                iterations=self.iterations,
                num_threads=1,
                random_state=self.seed,
            )
