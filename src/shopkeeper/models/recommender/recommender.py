"""Recommender: the protocol of a model that scores products for customers, and its shared half."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.recommender.pairs import Pairs, pairs_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Numbers = NDArray[np.float32]
    Places = NDArray[np.int64]
    # Places of customers → scores, shape (customers, products).
    Scorer = Callable[[Places], Numbers]

# Scores held in memory at a time: 16 MB as 32-bit numbers, and a few copies while they are made.
CELLS = 4_000_000


def rows_at_once(product_count: int) -> int:
    """Gives how many customers are scored together, so that memory does not grow with the shop."""
    return max(1, CELLS // max(1, product_count))


class Recommender:
    """A model that says how much a customer may want each product.

    What it learns is of products alone, so customers who came later are scored from their own
    interactions, without training again. A product it has not seen scores 0, and so does every
    product for a customer of whom nothing is known; rules of the shop come after it.

    Attributes:
        name: Name on the shelf.
        product_ids: Ids of the products it learned from, ascending.
        learned: Array by name: all that was learned of them.
    """

    name: ClassVar[str]

    def __init__(self) -> None:
        self.product_ids: NDArray[np.object_] | None = None
        self.learned: dict[str, NDArray[Any]] = {}

    @property
    def options(self) -> Mapping[str, Any]:
        """Arguments with which the model was made."""
        return {}

    def fit(self, rows: pd.DataFrame) -> Self:
        """Learns from rows of the mart `interactions`.

        Raises:
            ModelDataError: A column is missing, or a pair stands twice.
        """
        return self.learn(pairs_of(rows))

    def learn(self, pairs: Pairs) -> Self:
        """Learns from pairs; gives itself."""
        self.product_ids = pairs.product_ids
        self.learned = self._learned(pairs)
        return self

    def scorer(self, pairs: Pairs) -> Scorer:
        """Gives a function that scores all products of `pairs` for some of its customers."""
        if self.product_ids is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        return self._scorer(pairs)

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives the `score` of each row, from all rows of the same customer in the frame."""
        pairs = pairs_of(rows)
        score = self.scorer(pairs)
        step = rows_at_once(pairs.shape[1])
        found = np.empty(len(pairs.customer), dtype=np.float32)
        for start in range(0, pairs.shape[0], step):
            stop = min(start + step, pairs.shape[0])
            first, last = np.searchsorted(pairs.customer, (start, stop))
            block = score(np.arange(start, stop))
            found[first:last] = block[pairs.customer[first:last] - start, pairs.product[first:last]]
        in_order = rows.assign(_place=np.arange(len(rows)))
        in_order = in_order.sort_values(["customer_id", "product_id"], kind="stable")
        predicted = rows[[]].copy()
        scores = np.empty(len(rows), dtype=np.float64)
        scores[in_order["_place"].to_numpy()] = found
        predicted["score"] = scores
        return predicted

    def save(self) -> Mapping[str, bytes]:
        """Gives its options as JSON and what it learned as npz."""
        if self.product_ids is None:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")
        state = {"model": self.name, "options": dict(self.options)}
        ids = [str(product) for product in self.product_ids]
        state["product_ids"] = ids
        stream = io.BytesIO()
        np.savez_compressed(stream, allow_pickle=False, **self.learned)
        text = json.dumps(state, sort_keys=True, allow_nan=False)
        return {f"{self.name}.json": text.encode(), f"{self.name}.npz": stream.getvalue()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote.

        Raises:
            ModelDataError: A file is missing or was written by another model.
        """
        state = json.loads(files.get(f"{cls.name}.json", b"{}"))
        if state.get("model") != cls.name or f"{cls.name}.npz" not in files:
            raise ModelDataError(f"There are no files of the model `{cls.name}`.")
        model = cls(**state["options"])
        model.product_ids = np.array(state["product_ids"], dtype=object)
        with np.load(io.BytesIO(files[f"{cls.name}.npz"]), allow_pickle=False) as arrays:
            model.learned = {name: arrays[name] for name in arrays.files}
        return model

    def _learned(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        """Gives all that is learned of products, by name."""
        raise NotImplementedError

    def _scorer(self, pairs: Pairs) -> Scorer:
        raise NotImplementedError

    def places_in(self, pairs: Pairs) -> NDArray[np.int64]:
        """Gives where each learned product stands among those of `pairs`; -1 where it does not."""
        assert self.product_ids is not None
        if not len(pairs.product_ids):
            return np.full(len(self.product_ids), -1, dtype=np.int64)
        near = np.searchsorted(pairs.product_ids, self.product_ids)
        near = np.minimum(near, len(pairs.product_ids) - 1)
        return np.where(pairs.product_ids[near] == self.product_ids, near, -1)


class SimilarProducts(Recommender):
    """A recommender that adds up how near each product is to those that a customer bought."""

    def similarity(self, pairs: Pairs) -> csr_matrix:
        """Gives how near products are, among the products of `pairs`; rows lead to columns."""
        from scipy.sparse import coo_matrix

        places = self.places_in(pairs)
        row, column = places[self.learned["row"]], places[self.learned["column"]]
        kept = (row >= 0) & (column >= 0)
        count = len(pairs.product_ids)
        values = self.learned["value"][kept]
        return coo_matrix((values, (row[kept], column[kept])), shape=(count, count)).tocsr()

    def _scorer(self, pairs: Pairs) -> Scorer:
        near, bought = self.similarity(pairs), pairs.bought()
        return lambda places: (bought[places] @ near).toarray()


def learned_similarity(found: csr_matrix) -> dict[str, NDArray[Any]]:
    """Gives a sparse matrix as the arrays that `SimilarProducts` reads."""
    entries = found.tocoo()
    return {
        "row": entries.row.astype(np.int32),
        "column": entries.col.astype(np.int32),
        "value": entries.data.astype(np.float32),
    }
