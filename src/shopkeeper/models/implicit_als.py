"""Implicit ALS: customers and products as short vectors, by the library `implicit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.errors import MissingExtraError
from shopkeeper.models.recommender.recommender import Recommender

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs
    from shopkeeper.models.recommender.recommender import Scorer


class ImplicitAls(Recommender):
    """Score: the product of the customer's vector and the product's.

    The vectors of products are learned; that of a customer is solved from what they bought.

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
