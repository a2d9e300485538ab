"""Reasons: why a product stands on a customer's list, in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import shorten
from shopkeeper.tasks.recommendation.features import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from shopkeeper.tasks.recommendation.features import Candidates, Knowledge

    Places = NDArray[np.int64]
    Texts = NDArray[np.object_]

COUNT, LAST, FIRST = (
    FEATURES.index(name) for name in ("own_count", "own_last_days", "own_first_days")
)
LOOKS = FEATURES.index("own_look_count")
# Words that follow a number.
SINGULAR = re.compile(r"\b(day|time|customer)s\b")
# Who has let this many of their own gaps pass has no rhythm any more that could be named.
MOST_GAPS = 2
# Products of a customer that a new one is explained by; the strongest of them come first.
MOST_EXPLAINING = 30


def reasons(
    knowledge: Knowledge, found: Candidates, shown: Places, customers: Places, names: Texts
) -> Texts:
    """Gives the reason of each entry that is shown.

    Args:
        knowledge: What candidates were made of.
        found: The candidates.
        shown: Entries of them that stand on lists.
        customers: Places of the customers that `found` numbers.
        names: Name of each product.
    """
    values = found.features[shown]
    texts = np.empty(len(shown), dtype=object)
    again = found.is_own[shown]
    texts[again] = _own(values[again])
    new = np.flatnonzero(~again)
    texts[new] = _near(knowledge, customers[found.customer[shown[new]]], found, shown[new], names)
    looked = new[values[new, LOOKS] > 0]
    texts[looked] = _counted(values[looked, LOOKS], "looked at it ", " times, not bought yet")
    return texts


def _own(values: NDArray[np.float32]) -> Texts:
    """Says how often and how lately a product was bought."""
    count, last, first = (values[:, place] for place in (COUNT, LAST, FIRST))
    gap = np.maximum(1, np.rint((first - last) / np.maximum(count - 1, 1)))
    once = _counted(last, "bought it once, ", " days ago")
    often = _counted(gap, "buys it about every ", " days, last ")
    often = often + _counted(last, "", " days ago")
    stopped = _counted(count, "bought it ", " times, last ") + _counted(last, "", " days ago")
    often = np.where(last > MOST_GAPS * gap, stopped, often)
    return np.where((count > 1) & (first > last), often, once)


def _near(
    knowledge: Knowledge, customer: Places, found: Candidates, entries: Places, names: Texts
) -> Texts:
    """Says with which product of the customer a new one goes; else that it is popular."""
    product = found.product[entries]
    buyers = knowledge.pairs.product_counts(28)[product]
    texts = _counted(buyers, "popular lately: ", " customers bought it in the last 28 days")
    for near, words in (
        (knowledge.linear, "goes with {} that they bought"),
        (knowledge.baskets, "bought together with {}"),
    ):
        best = _strongest(knowledge, near, customer, product)
        told = best >= 0
        texts[told] = _named(names, words)[best[told]]
    return texts


def _named(names: Texts, words: str) -> Texts:
    return np.array([words.format(shorten(str(name))) for name in names], dtype=object)


def _strongest(knowledge: Knowledge, near: csr_matrix, customer: Places, product: Places) -> Places:
    """Gives which product of each customer lies nearest to a new one; -1 where none does."""
    pairs = knowledge.pairs
    own, row = knowledge.own_pairs(customer)
    strong = knowledge.strength[own] > 0
    own, row = own[strong], row[strong]
    order = np.lexsort((-knowledge.strength[own], row))
    own, row = own[order], row[order]
    begins = np.searchsorted(row, np.arange(len(customer)))
    first = np.arange(len(row)) - begins[row] < MOST_EXPLAINING
    own, row = own[first], row[first]
    count = near.shape[1]
    keys = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr)) * count + near.indices
    best = np.full(len(customer), -1, dtype=np.int64)
    if not len(keys) or not len(own):
        return best
    asked = pairs.product[own] * count + product[row]
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    value = np.where(keys[place] == asked, near.data[place], 0.0)
    known = value > 0
    order = np.lexsort((pairs.product[own[known]], -value[known], row[known]))
    rows, firsts = np.unique(row[known][order], return_index=True)
    best[rows] = pairs.product[own[known]][order][firsts]
    return best


def _counted(values: NDArray[np.float32], before: str, after: str) -> Texts:
    """Gives numbers with words around them, each text made once."""
    distinct, place = np.unique(np.rint(values), return_inverse=True)
    made = [
        f"{before}{int(value):,}{SINGULAR.sub(one_of, after) if value == 1 else after}"
        for value in distinct
    ]
    return np.array(made, dtype=object)[place] if made else np.empty(0, dtype=object)


def one_of(found: re.Match[str]) -> str:
    """Gives a word in the singular."""
    return found[1]
