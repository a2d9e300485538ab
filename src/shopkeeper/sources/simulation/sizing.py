"""How many people make a shop of so many order lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.block import draw_block
from shopkeeper.sources.simulation.people import draw_people
from shopkeeper.sources.simulation.plan import ShopPlan, plan_shop

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.shop_options import ShopOptions

# People whose lines are counted to learn how many lines an order has.
_PILOT_CUSTOMERS = 5_000


def customers_for_lines(line_count: int, options: ShopOptions) -> int:
    """Gives how many people of this seed order about `line_count` lines in all.

    People do not depend on how many there are, so their orders are counted, not estimated; only
    the lines per order are an average over a pilot.
    """
    pilot = replace(options, customer_count=min(_PILOT_CUSTOMERS, options.block_size))
    first = draw_block(plan_shop(pilot), 0)
    lines_per_order = len(first.file_rows) / first.sale_count
    people = max(1, round(line_count / len(first.file_rows) * pilot.customer_count))
    plan = plan_shop(replace(options, customer_count=2 * people + options.block_size))
    return _people_with_orders(plan, line_count / lines_per_order)


def _people_with_orders(plan: ShopPlan, orders_wanted: float) -> int:
    """Counts people from the first on until their orders are as many as wanted."""
    ordered = 0.0
    for block in range(plan.options.block_count):
        people = draw_people(plan, block)
        running = ordered + np.cumsum(1 + people.repeat_count)
        if running[-1] >= orders_wanted:
            enough = int(np.searchsorted(running, orders_wanted))
            return block * plan.options.block_size + max(1, enough)
        ordered = float(running[-1])
    return plan.options.customer_count
