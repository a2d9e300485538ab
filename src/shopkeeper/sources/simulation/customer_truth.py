"""`truth/customers.parquet`: one row per person, with what no shop ever knows.

| column | meaning |
|---|---|
| `customer_ids` | accounts owned: none, one or two; one that never ordered is listed too |
| `email`, `second_email` | addresses in the order file; the second only with two accounts |
| `first_ordered_at`, `dropped_out_at` | local time; the second is null when after the window |
| `purchase_rate_per_week`, `dropout_rate_per_week` | per week of operational time |
| `lifetime_weeks` | operational weeks from first order to drop-out |
| `observed_weeks` | operational weeks from first order to the end of the window |
| `mean_spend` | expected spend per order: merchandise before discount |
| `category_loyalty` | share of picks inside the favourite category, 0-1 |
| `order_count`, `net_amount` | sales, and money of all kept rows with refunds taken off |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from shopkeeper.sources.simulation.arrow_columns import MONEY, labels, local_times, money
from shopkeeper.sources.simulation.damage import Damage
from shopkeeper.sources.simulation.identities import (
    customer_numbers,
    emails,
    numbered_ids,
    person_ids,
    second_emails,
)
from shopkeeper.sources.simulation.market import CHANNELS, COUNTRIES, names
from shopkeeper.sources.simulation.product_words import CATEGORIES

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.columnar import Floats, Integers
    from shopkeeper.sources.simulation.people import People
    from shopkeeper.sources.simulation.plan import ShopPlan

PERSONAS = ("one-time", "occasional", "enthusiast", "regular", "loyal")

# Personas describe the drawn rates; they do not change them.
_RARE_PER_WEEK = 1 / 20
_FREQUENT_PER_WEEK = 1 / 6
_LONG_WEEKS = 40.0

CUSTOMER_SCHEMA = pa.schema(
    [
        ("person_id", pa.string()),
        ("customer_ids", pa.list_(pa.string())),
        ("email", pa.string()),
        ("second_email", pa.string()),
        ("country", pa.string()),
        ("favourite_channel", pa.string()),
        ("persona", pa.string()),
        ("is_guest_only", pa.bool_()),
        ("first_ordered_at", pa.timestamp("s")),
        ("dropped_out_at", pa.timestamp("s")),
        ("is_alive_at_end", pa.bool_()),
        ("purchase_rate_per_week", pa.float64()),
        ("dropout_rate_per_week", pa.float64()),
        ("lifetime_weeks", pa.float64()),
        ("observed_weeks", pa.float64()),
        ("mean_spend", pa.float64()),
        ("favourite_category", pa.string()),
        ("category_loyalty", pa.float64()),
        ("favourite_product_id", pa.string()),
        ("order_count", pa.int64()),
        ("net_amount", MONEY),
    ]
)


def customer_table(plan: ShopPlan, block: ShopBlock) -> pa.Table:
    """Gives the block's rows of the table."""
    people = block.people
    end = people.first + people.lifetime
    alive = end >= plan.time.weeks
    mean_spend = plan.options.spend.order_shape / people.spend_rate
    columns = {
        "person_id": person_ids(people),
        "customer_ids": _customer_ids(people),
        "email": pa.array(emails(people)),
        "second_email": pa.array(second_emails(people), pa.string()),
        "country": labels(names(COUNTRIES), people.country),
        "favourite_channel": labels([c.name for c in CHANNELS], people.channel),
        "persona": labels(PERSONAS, personas(people.purchase_rate, people.dropout_rate)),
        "is_guest_only": pa.array(people.is_guest_only),
        "first_ordered_at": _moment(plan, people.first, np.zeros_like(alive)),
        "dropped_out_at": _moment(plan, end, alive),
        "is_alive_at_end": pa.array(alive),
        "purchase_rate_per_week": pa.array(people.purchase_rate),
        "dropout_rate_per_week": pa.array(people.dropout_rate),
        "lifetime_weeks": pa.array(people.lifetime),
        "observed_weeks": pa.array(plan.time.weeks - people.first),
        "mean_spend": pa.array(mean_spend),
        "favourite_category": labels([c.name for c in CATEGORIES], people.favourite_category),
        "category_loyalty": pa.array(people.loyalty),
        "favourite_product_id": labels(plan.catalogue.ids, people.favourite_product),
        **_outcomes(block),
    }
    return pa.table([columns[name] for name in CUSTOMER_SCHEMA.names], schema=CUSTOMER_SCHEMA)


def personas(purchase_rate: Floats, dropout_rate: Floats) -> Integers:
    """Gives the position in `PERSONAS` that describes each pair of rates per week."""
    frequent = purchase_rate >= _FREQUENT_PER_WEEK
    rare = purchase_rate < _RARE_PER_WEEK
    stays = dropout_rate * _LONG_WEEKS <= 1.0
    short = np.where(frequent, 2, np.where(rare, 0, 1))
    long = np.where(frequent, 4, np.where(rare, 1, 3))
    return np.where(stays, long, short)


def _customer_ids(people: People) -> pa.ListArray:
    person = np.repeat(np.arange(len(people)), 2)
    account = np.tile([0, 1], len(people))
    owned = np.where(account == 0, ~people.is_guest_only[person], people.has_two_accounts[person])
    ids = numbered_ids("C", customer_numbers(people, person, account)[owned])
    offsets = np.concatenate([[0], np.cumsum(owned.reshape(-1, 2).sum(axis=1))])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), ids)


def _moment(plan: ShopPlan, weeks: Floats, unknown: np.ndarray) -> pa.TimestampArray:
    seconds = np.floor(plan.time.to_seconds(np.minimum(weeks, plan.time.weeks)))
    times = local_times(plan, seconds.astype(np.int64))
    return pa.array(times.to_numpy(zero_copy_only=False), mask=unknown).cast(pa.timestamp("s"))


def _outcomes(block: ShopBlock) -> dict[str, pa.Array]:
    """Gives each person's sales and the money of the rows that a right reader keeps."""
    size, orders, lines = len(block.people), block.orders, block.lines
    kept = block.damage == Damage.NONE
    # Sums of whole cents are exact in floating point up to 2**53.
    net = np.bincount(orders.person[lines.order[kept]], weights=lines.amount[kept], minlength=size)
    return {
        "order_count": pa.array(np.bincount(orders.person[~orders.is_refund], minlength=size)),
        "net_amount": money(np.rint(net).astype(np.int64)),
    }
