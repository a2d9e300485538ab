"""Rows damaged on purpose, each of a known kind and worth."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Flags, Integers
    from shopkeeper.sources.simulation.order_lines import OrderLines
    from shopkeeper.sources.simulation.orders import Orders
    from shopkeeper.sources.simulation.plan import ShopPlan

UNREADABLE_QUANTITIES = ("three", "n/a", "1O", "??", "-")
UNREADABLE_DATES = ("0000-00-00 00:00:00", "2024-13-45 10:00:00", "yesterday", "31/02/2024")


class Damage(IntEnum):
    """What is wrong with a row."""

    NONE = 0
    UNREADABLE_QUANTITY = 1
    UNREADABLE_DATE = 2
    MISSING_ORDER_ID = 3


def draw_damage(plan: ShopPlan, orders: Orders, lines: OrderLines, block: int) -> Integers:
    """Gives the damage of each line.

    Only second and later lines of sales without a refund are damaged, and none on the days the
    file holds twice: an order, its buyer and its refund stay known, and no row has two flaws.
    """
    random = plan.random(Purpose.DAMAGE, block)
    damage = np.zeros(len(lines), dtype=np.int64)
    share = plan.options.dirty_row_share
    if share == 0:
        return damage
    kinds = [kind for kind in Damage if kind is not Damage.NONE]
    rows = np.flatnonzero(_may_be_damaged(plan, orders, lines))
    each = min(max(1, round(share * len(lines) / len(kinds))), len(rows) // len(kinds))
    chosen = random.choice(rows, size=each * len(kinds), replace=False)
    damage[chosen] = np.tile(np.array(kinds), each)
    return damage


def _may_be_damaged(plan: ShopPlan, orders: Orders, lines: OrderLines) -> Flags:
    refunded = np.zeros(len(orders), dtype=bool)
    refunded[orders.refund_of[orders.is_refund]] = True
    sound = ~orders.is_refund & ~refunded & ~in_overlap(plan, orders)
    return sound[lines.order] & (lines.line_number > 1)


def in_overlap(plan: ShopPlan, orders: Orders) -> Flags:
    """Says which orders lie on the days whose lines the file holds twice."""
    first, after = (plan.day(moment) for moment in plan.overlap)
    day = orders.seconds // SECONDS_PER_DAY
    return (day >= first) & (day < after)
