"""One block of the shop: its people, all their orders, and the rows of the order file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.baskets import draw_baskets, draw_spend
from shopkeeper.sources.simulation.columnar import Integers, join
from shopkeeper.sources.simulation.damage import draw_damage
from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY
from shopkeeper.sources.simulation.order_lines import OrderLines, sale_lines
from shopkeeper.sources.simulation.orders import Orders, draw_orders
from shopkeeper.sources.simulation.people import People, draw_people
from shopkeeper.sources.simulation.refunds import draw_refunds

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.plan import ShopPlan


@dataclass(frozen=True, kw_only=True)
class ShopBlock:
    """Everything drawn for one block of people.

    Attributes:
        position: Position of the block, from 0.
        people: The block's people.
        orders: Sales by time, then refunds by time.
        sale_count: How many of the orders are sales.
        lines: Lines of the orders, in the order of the orders.
        damage: What is wrong with each line, as in `Damage`.
        spend: Spend drawn for each sale, in cents; what was sold is as near as pieces allow.
        file_rows: Rows of `lines` as the file holds them: by time, the overlap days twice.
        repeated_rows: Rows of `lines` that the file holds a second time.
    """

    position: int
    people: People
    orders: Orders
    sale_count: int
    lines: OrderLines
    damage: Integers
    spend: Integers
    file_rows: Integers
    repeated_rows: Integers


def draw_block(plan: ShopPlan, position: int) -> ShopBlock:
    """Draws one block; it depends on the plan and its position only."""
    people = draw_people(plan, position)
    sales = draw_orders(plan, people, position)
    spend = draw_spend(plan, people, sales, position)
    baskets = draw_baskets(plan, people, sales, spend, position)
    sold = sale_lines(plan, people, sales, baskets, position)
    refunds, returned = draw_refunds(plan, sales, sold, position)
    orders = join(sales, refunds)
    lines = join(sold, replace(returned, order=returned.order + len(sales)))
    before, twice, after = _by_time(plan, orders, lines)
    return ShopBlock(
        position=position,
        people=people,
        orders=orders,
        sale_count=len(sales),
        lines=lines,
        damage=draw_damage(plan, orders, lines, position),
        spend=spend,
        file_rows=np.concatenate([before, twice, twice, after]),
        repeated_rows=twice,
    )


def _by_time(
    plan: ShopPlan, orders: Orders, lines: OrderLines
) -> tuple[Integers, Integers, Integers]:
    """Gives the rows of the lines by time: before, on and after the days exported twice.

    One export ended with these days and the next began with them, so the file holds them twice
    in a row.
    """
    rank = np.empty(len(orders), dtype=np.int64)
    rank[np.argsort(orders.seconds, kind="stable")] = np.arange(len(orders))
    rows = np.argsort(rank[lines.order], kind="stable")
    day = orders.seconds[lines.order[rows]] // SECONDS_PER_DAY
    edges = np.searchsorted(day, [plan.day(moment) for moment in plan.overlap])
    return rows[: edges[0]], rows[edges[0] : edges[1]], rows[edges[1] :]
