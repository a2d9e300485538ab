"""What the shop sells: prices, demand through the year, and products bought together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.product_words import CATEGORIES, HOSTILE_NAMES, Category

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Floats, Integers

SHIPPING_ID = "SHIPPING"
GIFT_CARD_ID = "GIFT-CARD"
ATTACH_RATE = 0.35

# Popularity falls with the rank in the category, as (rank + offset) to this power, and with the
# price: dear products sell less often.
_RANK_POWER = -0.9
_RANK_OFFSET = 2.0
_PRICE_POWER = -0.3
# The hostile name goes to a product that sells well without being the first on every page.
_HOSTILE_RANK_SHARE = 0.3


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All products, ordered by category, then the gift card and the shipping at the end.

    Attributes:
        ids: Product ids, one per product.
        names: Product names, all different.
        category: Position of the category of each merchandise product.
        category_names: Name of each category, then those of gift cards and shipping.
        price: Price of each merchandise product in cents; it never changes.
        popularity: Share of each product within its category, 0-1.
        season_share: Share of picks by someone without favourites, shape (12, products).
        category_share: Share of picks of each category over a year, 0-1.
        partner: Position of the product that is added to a basket with this one, -1 for none.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    category: Integers
    category_names: tuple[str, ...]
    price: Integers
    popularity: Floats
    season_share: Floats
    category_share: Floats
    partner: Integers

    @property
    def merchandise_count(self) -> int:
        """Number of products that are merchandise."""
        return len(self.price)

    @property
    def gift_card(self) -> int:
        """Position of the gift card."""
        return self.merchandise_count

    @property
    def shipping(self) -> int:
        """Position of the shipping."""
        return self.merchandise_count + 1

    def category_label(self, product: int) -> str:
        """Gives the category name of a product, the gift card or the shipping."""
        beyond = product - self.merchandise_count
        position = self.category[product] if beyond < 0 else len(CATEGORIES) + beyond
        return self.category_names[position]

    def pick_in_season(self, month: Integers, random: np.random.Generator) -> Integers:
        """Draws one product per month given (0 for January), by the demand of that month."""
        return _pick(self.season_share, month, random)

    def pick_in_category(self, category: Integers, random: np.random.Generator) -> Integers:
        """Draws one product per category given, by popularity."""
        inside = self.category == np.arange(len(CATEGORIES))[:, None]
        return _pick(np.where(inside, self.popularity, 0.0), category, random)


def _pick(shares: Floats, row: Integers, random: np.random.Generator) -> Integers:
    """Draws one column per row given; each row of `shares` adds up to one."""
    edges = np.cumsum(shares, axis=1)
    edges = edges / edges[:, -1:] + np.arange(len(shares))[:, None]
    columns = shares.shape[1]
    found = np.searchsorted(edges.ravel(), row + random.random(len(row)), side="right")
    # Rounding may carry a draw one step past its own row.
    return np.clip(found - row * columns, 0, columns - 1).astype(np.int64)


def build_catalogue(
    product_count: int, month_weight: Floats, strength: float, random: np.random.Generator
) -> Catalogue:
    """Makes a catalogue.

    Args:
        product_count: Merchandise products.
        month_weight: Share of the year's orders in each month, shape (12,).
        strength: Exponent of the seasons of categories; 0 gives an even year.
        random: Stream to draw prices and popularity from.
    """
    category = np.arange(product_count) * len(CATEGORIES) // product_count
    position = np.arange(product_count) - np.searchsorted(category, category)
    price = _prices(category, position, random)
    popularity = _popularity(category, price, random)
    season_share = _season_share(category, popularity, strength)
    category_share = np.bincount(category, weights=month_weight @ season_share)
    codes = [CATEGORIES[c].code for c in category]
    return Catalogue(
        ids=(
            *(f"{code}-{p + 1:04d}" for code, p in zip(codes, position, strict=True)),
            GIFT_CARD_ID,
            SHIPPING_ID,
        ),
        names=(*_names(category, position, popularity), "Gift Card", "Shipping"),
        category=category.astype(np.int64),
        category_names=(*(c.name for c in CATEGORIES), "Gift Cards", "Shipping"),
        price=price,
        popularity=popularity,
        season_share=season_share,
        category_share=category_share / category_share.sum(),
        partner=_partners(category, popularity),
    )


def _names(category: Integers, position: Integers, popularity: Floats) -> list[str]:
    names = [CATEGORIES[c].product_name(int(p)) for c, p in zip(category, position, strict=True)]
    for hostile, products in zip(HOSTILE_NAMES, _ranked(category, popularity), strict=True):
        names[products[int(len(products) * _HOSTILE_RANK_SHARE)]] = hostile
    return names


def _prices(category: Integers, position: Integers, random: np.random.Generator) -> Integers:
    """Gives prices in cents that end in 45 or 95, around the usual price of the thing."""

    def usual(shelf: Category, place: int) -> int:
        return shelf.things[place % len(shelf.things)][1]

    usual_price = [usual(CATEGORIES[c], int(p)) for c, p in zip(category, position, strict=True)]
    around = np.array(usual_price) * random.uniform(0.85, 1.2, len(category))
    return (np.maximum(np.round(around / 50), 3) * 50 - 5).astype(np.int64)


def _popularity(category: Integers, price: Integers, random: np.random.Generator) -> Floats:
    """Gives each product its share of its category; ranks are dealt out at random."""
    shuffled = np.lexsort((random.random(len(category)), category))
    rank = np.empty(len(category))
    rank[shuffled] = np.arange(len(category)) - np.searchsorted(category, category)
    weight = (rank + _RANK_OFFSET) ** _RANK_POWER * price**_PRICE_POWER
    return np.asarray(weight / np.bincount(category, weights=weight)[category])


def _season_share(category: Integers, popularity: Floats, strength: float) -> Floats:
    seasons = np.array([shelf.seasons for shelf in CATEGORIES]) ** strength
    usual = np.array([shelf.demand_share for shelf in CATEGORIES])
    weight = (usual[:, None] * seasons)[category].T * popularity
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _ranked(category: Integers, popularity: Floats) -> list[Integers]:
    """Gives the products of each category, the most popular first."""
    rows = np.lexsort((-popularity, category))
    return np.split(rows, np.searchsorted(category, np.arange(1, len(CATEGORIES))))


def _partners(category: Integers, popularity: Floats) -> Integers:
    """Pairs the most popular product of each category with a middling one of the next."""
    partner = np.full(len(category), -1, dtype=np.int64)
    ranked = _ranked(category, popularity)
    for anchor, other in zip(ranked, [*ranked[1:], ranked[0]], strict=True):
        partner[anchor[0]] = other[len(other) // 2]
    return partner
