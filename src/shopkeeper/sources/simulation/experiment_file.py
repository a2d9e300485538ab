"""`experiments.csv`: one row per experiment and customer who took part.

| column | meaning |
|---|---|
| `experiment` | name of the experiment |
| `variant` | `control` or `treatment` |
| `customer_id` | first account of a person with an account and an order before the experiment |
| `assigned_at` | `YYYY-MM-DD HH:MM:SS`, local time of the shop |
| `converted` | 1 or 0 |
| `revenue` | money of those who converted, 0.00 of the others; it follows the person's own spend |

Outcomes are drawn on their own and are no orders of `orders.csv`, whose process stays pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from shopkeeper.sources.simulation.arrow_columns import MONEY, labels, local_times, money
from shopkeeper.sources.simulation.columnar import Columns, Integers, pick
from shopkeeper.sources.simulation.identities import customer_numbers, numbered_ids
from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.plan import ShopPlan
    from shopkeeper.sources.simulation.planted_experiments import PlantedExperiment

VARIANTS = ("control", "treatment")
EXPERIMENT_SCHEMA = pa.schema(
    [
        ("experiment", pa.string()),
        ("variant", pa.string()),
        ("customer_id", pa.string()),
        ("assigned_at", pa.timestamp("s")),
        ("converted", pa.int64()),
        ("revenue", MONEY),
    ]
)


@dataclass(frozen=True)
class Assignments(Columns):
    """One row per person who takes part in one experiment, by time.

    Attributes:
        person: Row of the person in the block's people.
        seconds: When, in seconds since the start of the window.
        variant: Position in `VARIANTS`.
        converted: 1 or 0.
        revenue: Money in cents, 0 without conversion.
    """

    person: Integers
    seconds: Integers
    variant: Integers
    converted: Integers
    revenue: Integers


def draw_assignments(plan: ShopPlan, block: ShopBlock, position: int) -> Assignments:
    """Draws who of a block takes part in the plan's experiment at a position, and the outcome."""
    experiment = plan.experiments[position]
    random = plan.random(Purpose.EXPERIMENTS, block.position).spawn(position + 1)[position]
    first = plan.day(experiment.starts_on) * SECONDS_PER_DAY
    after = plan.day(experiment.ends_before) * SECONDS_PER_DAY
    person = _who_may(block, first)
    person = person[random.random(len(person)) < experiment.assignment_rate]
    variant = random.integers(0, len(VARIANTS), len(person))
    rate = np.array([experiment.conversion_rate, experiment.treatment_rate])[variant]
    converted = (random.random(len(person)) < rate).astype(np.int64)
    scale = 100 / block.people.spend_rate[person]
    spend = np.rint(random.gamma(plan.options.spend.order_shape, scale)).astype(np.int64)
    assignments = Assignments(
        person=person,
        seconds=random.integers(first, after, len(person)),
        variant=variant,
        converted=converted,
        revenue=spend * converted,
    )
    return pick(assignments, np.argsort(assignments.seconds, kind="stable"))


def _who_may(block: ShopBlock, before: int) -> Integers:
    orders = block.orders
    buyers = orders.person[orders.is_first & (orders.seconds < before)]
    return np.sort(buyers[~block.people.is_guest_only[buyers]])


def assignment_table(
    plan: ShopPlan, block: ShopBlock, experiment: PlantedExperiment, assignments: Assignments
) -> pa.Table:
    """Gives the rows of the file for one experiment in one block."""
    size = len(assignments)
    first_account = np.zeros(size, dtype=np.int64)
    customers = customer_numbers(block.people, assignments.person, first_account)
    columns = {
        "experiment": labels([experiment.name], first_account),
        "variant": labels(VARIANTS, assignments.variant),
        "customer_id": numbered_ids("C", customers),
        "assigned_at": local_times(plan, assignments.seconds),
        "converted": pa.array(assignments.converted),
        "revenue": money(assignments.revenue),
    }
    return pa.table([columns[name] for name in EXPERIMENT_SCHEMA.names], schema=EXPERIMENT_SCHEMA)


def count_arms(assignments: Assignments) -> Integers:
    """Counts people, conversions and revenue in cents of each variant; shape (2, 3)."""
    return np.array(
        [
            [len(arm), arm.converted.sum(), arm.revenue.sum()]
            for arm in (pick(assignments, assignments.variant == v) for v in range(len(VARIANTS)))
        ],
        dtype=np.int64,
    )
