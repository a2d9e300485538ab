"""`events.csv`: the clickstream, one row per event.

| column | meaning |
|---|---|
| `event_id` | `E…`, numbered on by time within a block |
| `occurred_at` | `YYYY-MM-DD HH:MM:SS`, local time of the shop |
| `session_id` | `S…`, one visit |
| `visitor_id` | `V…`, one browser; people have up to two, strangers one per visit |
| `customer_id` | the account signed in to; empty when not signed in |
| `event` | `view`, `add_to_cart`, `checkout`, `purchase`, in this order within a session |
| `product_id` | the product; empty at the checkout |
| `channel`, `device`, `browser`, `country` | of the session |

A purchase event stands for one merchandise line of an order: its time is the order's
`ordered_at`, its customer and channel are the order's. A session has the events of one order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from shopkeeper.sources.simulation.arrow_columns import labels, local_times
from shopkeeper.sources.simulation.identities import (
    FIRST_CUSTOMER_NUMBER,
    customer_numbers,
    numbered_ids,
)
from shopkeeper.sources.simulation.market import BROWSERS, CHANNELS, COUNTRIES, DEVICES, names
from shopkeeper.sources.simulation.sessions import STRANGER, Sessions, Step

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.clicks import Clicks
    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.plan import ShopPlan

EVENT_SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("occurred_at", pa.timestamp("s")),
        ("session_id", pa.string()),
        ("visitor_id", pa.string()),
        ("customer_id", pa.string()),
        ("event", pa.string()),
        ("product_id", pa.string()),
        ("channel", pa.string()),
        ("device", pa.string()),
        ("browser", pa.string()),
        ("country", pa.string()),
    ]
)


@dataclass(frozen=True, kw_only=True)
class EventNumbers:
    """Numbers that the ids of the next block go on from.

    Attributes:
        event: First event.
        session: First session.
    """

    event: int = 1
    session: int = 1


def event_table(
    plan: ShopPlan, block: ShopBlock, sessions: Sessions, clicks: Clicks, numbers: EventNumbers
) -> pa.Table:
    """Gives the block's rows of the file."""
    per_session = _session_columns(block, sessions, numbers.session)
    columns = {
        "event_id": numbered_ids("E", numbers.event + np.arange(len(clicks))),
        "occurred_at": local_times(plan, clicks.seconds),
        "event": labels([step.name.lower() for step in Step], clicks.step),
        "product_id": labels(plan.catalogue.ids, clicks.product),
        **{name: labels(column, clicks.session) for name, column in per_session.items()},
    }
    return pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def _session_columns(
    block: ShopBlock, sessions: Sessions, first_session: int
) -> dict[str, pa.StringArray]:
    account = np.maximum(sessions.account, 0)
    customers = numbered_ids("C", customer_numbers(block.people, sessions.person, account))
    rows = np.arange(len(sessions))
    return {
        "session_id": numbered_ids("S", first_session + rows),
        "visitor_id": numbered_ids("V", _visitor_numbers(block, sessions, first_session)),
        "customer_id": labels(customers, np.where(sessions.account < 0, -1, rows)),
        "channel": labels([channel.name for channel in CHANNELS], sessions.channel),
        "device": labels(names(DEVICES), sessions.device),
        "browser": labels(names(BROWSERS), sessions.browser),
        "country": labels(names(COUNTRIES), sessions.country),
    }


def _visitor_numbers(block: ShopBlock, sessions: Sessions, first_session: int) -> Integers:
    """Numbers the browsers: four numbers per person or session, so that none meet."""
    known = 4 * block.people.number[sessions.person] + sessions.device_slot
    strange = 4 * (first_session + np.arange(len(sessions))) + 2
    return FIRST_CUSTOMER_NUMBER + np.where(sessions.person == STRANGER, strange, known)
