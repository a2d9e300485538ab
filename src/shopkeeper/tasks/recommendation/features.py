"""Features: the products that a customer may want next, and what is known of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.buy_it_again import OwnRhythm
from shopkeeper.models.recommender.lists import NOTHING, top_places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs
    from shopkeeper.models.recommender.recommender import SimilarProducts

    Numbers = NDArray[np.float32]
    Places = NDArray[np.int64]

# New products that each source of candidates may name for a customer; lists show 20 at most.
MOST_NEW = 40
# Products of their own that are looked at for a customer, those that are due first.
MOST_OWN = 60
# Days within which purchases count as popularity: a week, four, a quarter.
POPULAR_DAYS = (7, 28, 91)
# What the most popular product weighs beside what comes into baskets with the last purchases.
POPULAR_PART = 0.5
# What is unknown about products that the customer never bought.
NEVER_DAYS = 9_999.0

FEATURES = (
    "own_count",
    "own_last_days",
    "own_first_days",
    "own_gap_ratio",
    "own_strength",
    "own_weight",
    "own_look_count",
    "linear_score",
    "linear_share",
    "neighbour_score",
    "neighbour_share",
    "basket_score",
    "popular_7_days",
    "popular_28_days",
    "popular_91_days",
    "popular_ever",
    "trend",
    "repeat_share",
    "on_sale_days",
    "customer_products",
    "customer_purchases",
    "customer_last_days",
    "customer_repeat_share",
)


@dataclass(frozen=True)
class Candidates:
    """Products that customers may want, one entry per customer and product, in that order.

    Attributes:
        customer: Place of the customer among those asked about.
        product: Place of the product.
        features: Shape (entries, features), in the order of `FEATURES`.
        is_own: Whether the customer bought it before.
    """

    customer: Places
    product: Places
    features: Numbers
    is_own: NDArray[np.bool_]


class Knowledge:
    """All that candidates are made of: pairs at one moment, and how near products are.

    Args:
        pairs: Who bought what until then.
        near: Models that were taught before: `ease`, `item_knn`, `co_purchase`.
    """

    def __init__(self, pairs: Pairs, near: Mapping[str, SimilarProducts]) -> None:
        self.pairs = pairs
        self.bought = pairs.bought()
        self.linear = near["ease"].similarity(pairs)
        self.neighbours = near["item_knn"].similarity(pairs)
        self.baskets = near["co_purchase"].similarity(pairs)
        self.strength = OwnRhythm().strength(pairs)
        self.last = _least(pairs, pairs.last_age)
        self.begins = np.searchsorted(pairs.customer, np.arange(pairs.shape[0] + 1))
        self.products = _product_features(pairs)
        self.customers = _customer_features(pairs, self.last)
        lately = self.strength * (pairs.last_age <= self.last[pairs.customer] + 1)
        self.latest = pairs.matrix((lately > 0).astype(np.float32))
        self.recent = self.products["popular_28_days"]

    def candidates(self, customers: Places) -> Candidates:
        """Gives the candidates of customers at some places, with their features."""
        linear = (self.bought[customers] @ self.linear).toarray()
        neighbours = (self.bought[customers] @ self.neighbours).toarray()
        baskets = (self.latest[customers] @ self.baskets).toarray()
        rows, product, place = self._named(customers, linear, baskets)
        customer = customers[rows]
        columns = {
            **self._own(place),
            "linear_score": linear[rows, product],
            "linear_share": _share(linear, rows, product),
            "neighbour_score": neighbours[rows, product],
            "neighbour_share": _share(neighbours, rows, product),
            "basket_score": baskets[rows, product],
            **{name: values[product] for name, values in self.products.items()},
            **{name: values[customer] for name, values in self.customers.items()},
        }
        features = np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)
        return Candidates(rows, product, features, columns["own_count"] > 0)

    def _named(
        self, customers: Places, linear: Numbers, baskets: Numbers
    ) -> tuple[Places, Places, Places]:
        """Gives row, product, and the place of their pair (-1 where there is none)."""
        pairs, count = self.pairs, max(1, self.pairs.shape[1])
        own, own_rows = self.own_pairs(customers)
        own_cells = (own_rows, pairs.product[own])
        due = _within(own_rows, self.strength[own], MOST_OWN)
        own, own_rows = own[due], own_rows[due]
        own_key = own_rows * count + pairs.product[own]
        named = [own_key]
        popular = self.recent / max(1e-9, float(self.recent.max(initial=0)))
        for source in (linear, baskets + popular * POPULAR_PART):
            scores = source.copy()
            scores[own_cells] = -np.inf
            lists = top_places(scores, MOST_NEW)
            row, column = np.nonzero(lists != NOTHING)
            named.append(row * count + lists[row, column])
        key = np.unique(np.concatenate(named))
        place = np.full(len(key), -1, dtype=np.int64)
        place[np.searchsorted(key, own_key)] = own
        return key // count, key % count, place

    def own_pairs(self, customers: Places) -> tuple[Places, Places]:
        """Gives the pairs of customers, and the row of each among them."""
        begins, ends = (self.begins[customers + step] for step in (0, 1))
        length = ends - begins
        rows = np.repeat(np.arange(len(customers)), length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        return begins[rows] + within, rows

    def _own(self, place: Places) -> dict[str, Numbers]:
        """Gives what a customer did with a product before; neutral where they did nothing."""
        pairs, known = self.pairs, place >= 0
        at = np.maximum(place, 0)

        def taken(values: Numbers, other: float) -> Numbers:
            if not len(values):
                return np.full(len(place), other, dtype=np.float32)
            return np.where(known, np.nan_to_num(values[at], nan=NEVER_DAYS), other)

        count = taken(pairs.purchase_count, 0)
        first, last = taken(pairs.first_age, NEVER_DAYS), taken(pairs.last_age, NEVER_DAYS)
        gap = (first - last) / np.maximum(count - 1, 1)
        return {
            "own_count": count,
            "own_last_days": last,
            "own_first_days": first,
            "own_gap_ratio": np.where(count > 1, last / np.maximum(gap, 1), -1),
            "own_strength": taken(self.strength, 0),
            "own_weight": taken(pairs.weight, 0),
            "own_look_count": taken(pairs.look_count, 0),
        }


def _within(customer: Places, value: Numbers, most: int) -> NDArray[np.bool_]:
    """Gives which entries are among the largest of their customer; customers stand together."""
    order = np.lexsort((-value, customer))
    sorted_customers = customer[order]
    begins = np.searchsorted(sorted_customers, sorted_customers)
    kept = np.zeros(len(customer), dtype=bool)
    kept[order] = np.arange(len(customer)) - begins < most
    return kept


def _share(scores: Numbers, rows: Places, product: Places) -> Numbers:
    """Gives scores as parts of the customer's highest."""
    most = np.maximum(scores.max(axis=1, initial=0), 1e-9)
    found: Numbers = scores[rows, product] / most[rows]
    return found


def _least(pairs: Pairs, values: Numbers) -> Numbers:
    """Gives the least value of each customer; `NEVER_DAYS` where there is none."""
    found = np.full(pairs.shape[0], NEVER_DAYS, dtype=np.float32)
    np.minimum.at(found, pairs.customer[pairs.is_bought], values[pairs.is_bought])
    return found


def _product_features(pairs: Pairs) -> dict[str, Numbers]:
    count = pairs.shape[1]
    bought = pairs.is_bought
    ever = pairs.product_counts()
    again = np.bincount(pairs.product[pairs.purchase_count > 1], minlength=count)
    on_sale = np.zeros(count, dtype=np.float32)
    np.maximum.at(on_sale, pairs.product[bought], pairs.first_age[bought])
    customers = max(1, pairs.shape[0])
    found: dict[str, Numbers] = {
        f"popular_{days}_days": (pairs.product_counts(days) / customers).astype(np.float32)
        for days in POPULAR_DAYS
    }
    found["popular_ever"] = (ever / customers).astype(np.float32)
    month, quarter = (pairs.product_counts(days) for days in POPULAR_DAYS[1:])
    found["trend"] = ((month + 1) / (quarter + 3)).astype(np.float32)
    found["repeat_share"] = (again / np.maximum(ever, 1)).astype(np.float32)
    found["on_sale_days"] = on_sale
    return found


def _customer_features(pairs: Pairs, last: Numbers) -> dict[str, Numbers]:
    count = pairs.shape[0]
    bought = pairs.is_bought
    products = np.bincount(pairs.customer[bought], minlength=count).astype(np.float32)
    purchases = np.bincount(pairs.customer, weights=pairs.purchase_count, minlength=count)
    again = np.bincount(pairs.customer[pairs.purchase_count > 1], minlength=count)
    return {
        "customer_products": products,
        "customer_purchases": purchases.astype(np.float32),
        "customer_last_days": last,
        "customer_repeat_share": (again / np.maximum(products, 1)).astype(np.float32),
    }
