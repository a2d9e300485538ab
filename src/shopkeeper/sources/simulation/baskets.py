"""What goes into a basket: products by taste and affinity, pieces by the spend that was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.catalogue import ATTACH_RATE, Catalogue
from shopkeeper.sources.simulation.columnar import Columns, Flags, Integers, pick, starts
from shopkeeper.sources.simulation.people import People, pick_products
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.orders import Orders
    from shopkeeper.sources.simulation.plan import ShopPlan

_CENTS = 100
_FURTHER_PRODUCTS = 1.1
_MOST_PRODUCTS = 8
# One product costs this or more, about: a small spend does not spread over many products.
_SPEND_PER_PRODUCT_CENTS = 900
# A product met twice in a basket is usually one line with more pieces, now and then two lines.
_REPEATED_LINE_RATE = 0.05
_REDRAWS = 4


@dataclass(frozen=True)
class Baskets(Columns):
    """One row per product line of an order, the lines of an order together.

    Attributes:
        order: Row of the order in the block's orders.
        product: Position in the catalogue.
        quantity: Pieces, 1 or more.
    """

    order: Integers
    product: Integers
    quantity: Integers


def draw_spend(plan: ShopPlan, people: People, orders: Orders, block: int) -> Integers:
    """Draws the spend each order aims at: merchandise before discount, in cents (gamma-gamma)."""
    random = plan.random(Purpose.BASKETS, block)
    scale = _CENTS / people.spend_rate[orders.person]
    spend = random.gamma(plan.options.spend.order_shape, scale)
    return np.maximum(np.rint(spend), 1).astype(np.int64)


def draw_baskets(
    plan: ShopPlan, people: People, orders: Orders, spend: Integers, block: int
) -> Baskets:
    """Fills the baskets so that each comes as close to its spend as whole pieces allow."""
    random = plan.random(Purpose.BASKETS, block).spawn(1)[0]
    baskets = _picked(plan, people, orders, spend, random)
    price = plan.catalogue.price
    product = _within_means(plan.catalogue, baskets, spend, random)
    baskets = Baskets(baskets.order, product, baskets.quantity)
    kept = _not_repeated(baskets, plan.catalogue.merchandise_count, random)
    baskets = pick(baskets, kept)
    baskets = pick(baskets, _affordable(baskets.order, price[baskets.product], spend))
    quantity = _quantities(baskets.order, price[baskets.product], spend, random)
    return Baskets(baskets.order, baskets.product, quantity)


def _picked(
    plan: ShopPlan,
    people: People,
    orders: Orders,
    spend: Integers,
    random: np.random.Generator,
) -> Baskets:
    """Picks products for each order, and adds partners that are bought with them."""
    counts = 1 + random.poisson(_FURTHER_PRODUCTS, len(orders))
    most = np.clip(spend // _SPEND_PER_PRODUCT_CENTS, 1, _MOST_PRODUCTS)
    order = np.repeat(np.arange(len(orders)), np.minimum(counts, most))
    month = plan.time.month_of(orders.seconds)[order]
    product = pick_products(plan.catalogue, people, orders.person[order], month, random)
    partner = plan.catalogue.partner[product]
    attached = (partner >= 0) & (random.random(len(order)) < ATTACH_RATE)
    order = np.concatenate([order, order[attached]])
    product = np.concatenate([product, partner[attached]])
    rows = np.argsort(order, kind="stable")
    return Baskets(order[rows], product[rows], np.ones(len(rows), dtype=np.int64))


def _is_first_of_order(order: Integers) -> Flags:
    return np.diff(order, prepend=-1) != 0


def _within_means(
    catalogue: Catalogue, baskets: Baskets, spend: Integers, random: np.random.Generator
) -> Integers:
    """Gives the products, a first one that costs more than the spend redrawn in its category."""
    product = baskets.product.copy()
    first = np.flatnonzero(_is_first_of_order(baskets.order))
    for _ in range(_REDRAWS):
        first = first[catalogue.price[product[first]] > spend[baskets.order[first]]]
        category = catalogue.category[product[first]]
        product[first] = catalogue.pick_in_category(category, random)
    return product


def _not_repeated(baskets: Baskets, products: int, random: np.random.Generator) -> Flags:
    _, first = np.unique(baskets.order * products + baskets.product, return_index=True)
    kept = random.random(len(baskets)) < _REPEATED_LINE_RATE
    kept[first] = True
    return kept


def _affordable(order: Integers, price: Integers, spend: Integers) -> Flags:
    """Says which lines fit, one piece each, into the spend of their order; the first always."""
    first = _is_first_of_order(order)
    running = np.cumsum(price)
    before = (running - price)[first]
    within = running - before[np.cumsum(first) - 1] <= spend[order]
    return first | within


def _quantities(
    order: Integers, price: Integers, spend: Integers, random: np.random.Generator
) -> Integers:
    """Spreads the spend over the lines; the cheapest line of an order evens out the rounding."""
    lengths = np.bincount(order)
    first = starts(lengths)
    left = np.maximum(spend - np.add.reduceat(price, first), 0)
    weight = random.exponential(1.0, len(order))
    share = weight / np.add.reduceat(weight, first)[order]
    quantity = 1 + (left[order] * share / price).astype(np.int64)
    cheapest = np.lexsort((price, order))[first]
    rest = np.maximum(spend - np.add.reduceat(quantity * price, first), 0)
    quantity[cheapest] += np.rint(rest / price[cheapest]).astype(np.int64)
    return quantity
