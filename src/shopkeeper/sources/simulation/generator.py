"""Makes up a shop with known truth: orders, clickstream, experiments, and what was planted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.affinities import count_affinities
from shopkeeper.sources.simulation.block import ShopBlock, draw_block
from shopkeeper.sources.simulation.clicks import draw_clicks
from shopkeeper.sources.simulation.customer_truth import customer_table
from shopkeeper.sources.simulation.event_file import EventNumbers, event_table
from shopkeeper.sources.simulation.experiment_file import (
    assignment_table,
    count_arms,
    draw_assignments,
)
from shopkeeper.sources.simulation.order_file import order_ids, order_table
from shopkeeper.sources.simulation.plan import ShopPlan, plan_shop
from shopkeeper.sources.simulation.sessions import count_funnel, draw_sessions
from shopkeeper.sources.simulation.shop_files import ShopFiles, open_files
from shopkeeper.sources.simulation.staging import staged
from shopkeeper.sources.simulation.tally import Tally, truth_of
from shopkeeper.sources.simulation.totals import block_totals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shopkeeper.sources.simulation.options import SimulationOptions
    from shopkeeper.sources.simulation.truth import SimulationTruth

FIRST_ORDER_NUMBER = 1_000_001


def simulate(
    directory: Path,
    options: SimulationOptions,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> SimulationTruth:
    """Writes a simulated shop into a folder, and gives its truth.

    Same options, same bytes of every file. Memory depends on `options.block_size`, not on the
    size of the shop. Files appear in the folder only when all are complete.

    Args:
        directory: Folder to write to; made if there is none. An earlier simulation is replaced.
        options: Which shop.
        progress: Called after each block with people done and people in all.

    Raises:
        FileExistsError: If the folder holds files of the same names that no simulation wrote.
    """
    plan = plan_shop(options)
    with staged(directory) as aside:
        tally = Tally()
        with open_files(aside, plan) as files:
            for position in range(options.block_count):
                tally += _write_block(plan, files, draw_block(plan, position), tally)
                if progress is not None:
                    progress(tally.orders.person_count, options.customer_count)
        truth = truth_of(options, plan, tally)
        truth.save(aside)
    return truth


def _write_block(plan: ShopPlan, files: ShopFiles, block: ShopBlock, before: Tally) -> Tally:
    """Appends a block to every file, its numbers going on from `before`, and counts it."""
    ids = order_ids(
        block,
        FIRST_ORDER_NUMBER + before.orders.sale_order_count,
        FIRST_ORDER_NUMBER + before.orders.refund_order_count,
    )
    files.orders.write_table(order_table(plan, block, ids))
    files.customers.write_table(customer_table(plan, block))
    people = block.people
    expected = plan.options.purchase_process.expected_repeat_orders(plan.time.weeks - people.first)
    counted = Tally(
        orders=block_totals(plan, block),
        expected_repeat_orders=float(expected.sum()),
        affinities=count_affinities(plan, block),
    )
    return counted + _write_events(plan, files, block, before) + _write_arms(plan, files, block)


def _write_events(plan: ShopPlan, files: ShopFiles, block: ShopBlock, before: Tally) -> Tally:
    if files.events is None:
        return Tally()
    sessions = draw_sessions(plan, block)
    clicks = draw_clicks(plan, block, sessions)
    numbers = EventNumbers(event=1 + before.event_count, session=1 + before.session_count)
    files.events.write_table(event_table(plan, block, sessions, clicks, numbers))
    return Tally(sessions=count_funnel(sessions), event_count=len(clicks))


def _write_arms(plan: ShopPlan, files: ShopFiles, block: ShopBlock) -> Tally:
    if files.experiments is None:
        return Tally()
    arms = []
    for position, experiment in enumerate(plan.experiments):
        assignments = draw_assignments(plan, block, position)
        files.experiments.write_table(assignment_table(plan, block, experiment, assignments))
        arms.append(count_arms(assignments))
    return Tally(arms=np.stack(arms))
