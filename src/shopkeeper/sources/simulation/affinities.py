"""Pairs of products that are bought together by design, and how often they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.catalogue import ATTACH_RATE

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.plan import ShopPlan


@dataclass(frozen=True, kw_only=True)
class PlantedAffinity:
    """One pair; counts are of sales, damaged lines included.

    Attributes:
        product_id: The product that draws the other along.
        partner_id: The product that is drawn along.
        attach_rate: Chance that picking the first adds the second, if the spend allows, 0-1.
        order_count: Sales in all.
        product_order_count: Sales with the first.
        partner_order_count: Sales with the second.
        both_order_count: Sales with both.
    """

    product_id: str
    partner_id: str
    attach_rate: float
    order_count: int
    product_order_count: int
    partner_order_count: int
    both_order_count: int

    @property
    def lift(self) -> float:
        """Sales with both over those expected if the two were independent; NaN without sales."""
        expected = self.product_order_count * self.partner_order_count
        return self.both_order_count * self.order_count / expected if expected else float("nan")


def count_affinities(plan: ShopPlan, block: ShopBlock) -> Integers:
    """Counts one block: sales with the product, the partner, both; shape (pairs, 3)."""
    lines = block.lines
    sold = lines.quantity > 0
    order, product = lines.order[sold], lines.product[sold]
    counts = []
    for anchor in _anchors(plan):
        with_anchor = np.unique(order[product == anchor])
        with_partner = np.unique(order[product == plan.catalogue.partner[anchor]])
        both = np.intersect1d(with_anchor, with_partner, assume_unique=True)
        counts.append((len(with_anchor), len(with_partner), len(both)))
    return np.array(counts, dtype=np.int64)


def affinities(plan: ShopPlan, counts: Integers, order_count: int) -> tuple[PlantedAffinity, ...]:
    """Gives the planted pairs with the counts of all blocks together."""
    ids, partner = plan.catalogue.ids, plan.catalogue.partner
    return tuple(
        PlantedAffinity(
            product_id=ids[anchor],
            partner_id=ids[partner[anchor]],
            attach_rate=ATTACH_RATE,
            order_count=order_count,
            product_order_count=with_anchor,
            partner_order_count=with_partner,
            both_order_count=both,
        )
        for anchor, (with_anchor, with_partner, both) in zip(
            _anchors(plan), counts.tolist(), strict=True
        )
    )


def _anchors(plan: ShopPlan) -> list[int]:
    return [int(anchor) for anchor in np.flatnonzero(plan.catalogue.partner >= 0)]
