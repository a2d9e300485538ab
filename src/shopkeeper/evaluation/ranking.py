"""Ranking metrics: how well lists of products meet what customers went on to buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Places = NDArray[np.int64]
    Numbers = NDArray[np.float64]

# Lengths of lists that are judged: what a mail, a page and a long page show.
LENGTHS = (5, 10, 20)
# Metrics that are means over customers, in the order in which they are shown.
PER_CUSTOMER = ("recall", "ndcg", "map", "hit_rate", "novelty")
# Stands in a list where no product is left to recommend.
NOTHING = -1


@dataclass(frozen=True)
class RankingScores:
    """How lists of one length did.

    Attributes:
        length: Length of the lists.
        of_customers: Metric of `PER_CUSTOMER` → its value for each judged customer, in order.
        coverage: Share of all products that stand on at least one list, in 0-1.
    """

    length: int
    of_customers: dict[str, Numbers]
    coverage: float

    def mean(self, metric: str) -> float:
        """Gives the mean of a metric over customers, or the coverage; NaN without customers."""
        if metric == "coverage":
            return self.coverage
        values = self.of_customers[metric]
        return float(values.mean()) if len(values) else float("nan")


def judge_lists(
    lists: Places, wanted: csr_matrix, seen_share: Numbers, length: int
) -> RankingScores:
    """Judges lists by what customers went on to buy.

    Args:
        lists: Array of shape (customers, at least `length`): places of products, best first,
            `NOTHING` where a list is shorter.
        wanted: Shape (customers, products): not 0 where the customer bought it later. Customers
            who bought nothing are not to be judged: leave them out.
        seen_share: Share of customers who had bought each product before; shape (products,).
        length: Length at which lists are judged.

    Raises:
        UsageError: A customer bought nothing later, or the shapes do not fit.

    References:
        Järvelin, K., & Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR techniques.
        ACM TOIS 20(4), 422-446: the gain is 1 for what was bought, the discount log2(rank + 1).
    """
    if lists.shape[0] != wanted.shape[0] or lists.shape[1] < length:
        raise UsageError(f"Lists have the shape {lists.shape}, wanted products {wanted.shape}.")
    counts = np.diff(wanted.indptr).astype(np.float64)
    if not counts.all():
        raise UsageError("A customer who bought nothing later cannot be judged.", "leave them out")
    shown = lists[:, :length]
    hits = _hits(shown, wanted)
    discount = 1 / np.log2(np.arange(2, length + 2))
    reachable = np.minimum(counts, length).astype(np.int64)
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[reachable]
    precision = np.cumsum(hits, axis=1) / np.arange(1, length + 1)
    of_customers = {
        "recall": hits.sum(axis=1) / counts,
        "ndcg": (hits * discount).sum(axis=1) / ideal,
        "map": (hits * precision).sum(axis=1) / reachable,
        "hit_rate": hits.any(axis=1).astype(np.float64),
        "novelty": _novelty(shown, seen_share),
    }
    product_count = wanted.shape[1]
    distinct = len(np.unique(shown[shown != NOTHING]))
    return RankingScores(length, of_customers, distinct / product_count if product_count else 0.0)


def _hits(shown: Places, wanted: csr_matrix) -> Numbers:
    """Gives 1 where a product on a list was bought; shape (customers, length)."""
    product_count = wanted.shape[1]
    rows = np.repeat(np.arange(wanted.shape[0]), np.diff(wanted.indptr))
    bought = np.sort(rows * product_count + wanted.indices)
    asked = np.arange(len(shown))[:, None] * product_count + shown
    if not len(bought):
        return np.zeros(shown.shape)
    near = np.minimum(np.searchsorted(bought, asked), len(bought) - 1)
    return ((bought[near] == asked) & (shown != NOTHING)).astype(np.float64)


def _novelty(shown: Places, seen_share: Numbers) -> Numbers:
    """Gives the mean surprise of each list in bits: -log2 of the share who had bought it before.

    A product that nobody had bought counts as if one customer in a million had.
    """
    surprise = -np.log2(np.maximum(seen_share, 1e-6))
    is_shown = shown != NOTHING
    total = np.where(is_shown, surprise[np.maximum(shown, 0)], 0.0).sum(axis=1)
    found: Numbers = total / np.maximum(is_shown.sum(axis=1), 1)
    return found
