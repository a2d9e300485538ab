"""Clicks of orders: a made-up clickstream that leads to real orders, for shops without a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.sources.simulation.market import BROWSERS, CHANNELS, DEVICES, names
from shopkeeper.sources.simulation.seeds import Purpose, random_stream

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.sources.simulation.columnar import Integers

STEPS = ("view", "add_to_cart", "checkout", "purchase")
# Visits that end without an order, for each that ends with one: their number is made up.
IDLE_VISITS_PER_ORDER = 3.0
# Days over which visits without an order lie around those with one.
DAYS_AROUND = 30
_SHORTEST_PAUSE_SECONDS, _MEAN_PAUSE_SECONDS = 4, 45.0
# Of visits without an order, the share in which somebody was signed in.
_SIGNED_IN_SHARE = 0.3
# How far visits without an order come: looked only, put into the cart, began the checkout.
_IDLE_STEPS = (0.72, 0.20, 0.08)


def clicks_of_orders(lines: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Makes up the clicks that lead to each order, and visits that lead to none.

    Each line of an order is looked at, put into the cart and purchased at the very time of the
    order, with a checkout between. What else is there has no ground in the data.

    Args:
        lines: One row per line sold with `order_id`, `customer_id`, `product_id` and `ordered_at`
            (UTC), in an order that does not depend on how the files were read.
        seed: Another seed makes other clicks; the same gives the same bytes.

    Returns:
        One row per event with the columns of the log that `demo` writes, in order of time.
    """
    import pandas as pd

    random = random_stream(seed, Purpose.CLICKS)
    orders, first = np.unique(lines["order_id"].to_numpy(str), return_index=True)
    place = np.searchsorted(orders, lines["order_id"].to_numpy(str))
    head = lines.iloc[first]
    bought = _bought(place, lines["product_id"].to_numpy(object), len(orders))
    idle = _idle(lines, len(orders), random)
    session = np.concatenate([bought[0], len(orders) + idle[0]])
    step = np.concatenate([bought[1], idle[1]])
    product = np.concatenate([bought[2], idle[2]])
    ends = np.concatenate([_seconds(head["ordered_at"]), idle[3]])
    customer = np.concatenate([head["customer_id"].to_numpy(object), idle[4]])
    order = np.lexsort((step, session))
    session, step, product = session[order], step[order], product[order]
    seconds = _timed(session, step, ends, random)
    facts = {
        "channel": np.array([c.name for c in CHANNELS])[
            random.integers(len(CHANNELS), size=len(ends))
        ],
        "device": np.array(names(DEVICES))[random.integers(len(DEVICES), size=len(ends))],
        "browser": np.array(names(BROWSERS))[random.integers(len(BROWSERS), size=len(ends))],
    }
    in_time = np.lexsort((step, session, seconds))
    session, step = session[in_time], step[in_time]
    columns: dict[str, Any] = {
        "event_id": [f"E{n}" for n in range(1, len(in_time) + 1)],
        "occurred_at": pd.to_datetime(seconds[in_time], unit="s").strftime("%Y-%m-%d %H:%M:%S UTC"),
        "session_id": [f"S{n + 1}" for n in session],
        "visitor_id": [f"V{n + 1}" for n in session],
        "customer_id": customer[session],
        "event": np.array(STEPS)[step],
        "product_id": product[in_time],
        **{name: values[session] for name, values in facts.items()},
        "country": "",
    }
    return pd.DataFrame(columns)


def _bought(place: Integers, products: Any, count: int) -> tuple[Integers, Integers, Any]:
    """Gives session, step and product of the events that lead to orders."""
    goods = [np.full(len(place), step) for step in (0, 1, 3)]
    step = np.concatenate([*goods, np.full(count, 2)])
    session = np.concatenate([place, place, place, np.arange(count)])
    product = np.concatenate([products, products, products, np.full(count, None)])
    return session, step, product


def _idle(
    lines: pd.DataFrame, count: int, random: np.random.Generator
) -> tuple[Integers, Integers, Any, Integers, Any]:
    """Gives session, step and product of idle events, and end and customer of their visits."""
    visits = int(random.poisson(IDLE_VISITS_PER_ORDER * count))
    like = random.integers(len(lines), size=visits)
    reach = random.choice(len(_IDLE_STEPS), size=visits, p=_IDLE_STEPS)
    session = np.repeat(np.arange(visits), reach + 1)
    starts = np.repeat(np.cumsum(reach + 1) - (reach + 1), reach + 1)
    step = np.arange(len(session)) - starts
    product = lines["product_id"].to_numpy(object)[like][session]
    product[step == 2] = None
    around = random.integers(-DAYS_AROUND * 86_400, DAYS_AROUND * 86_400, size=visits)
    moments = _seconds(lines["ordered_at"])
    ends = np.clip(moments[like] + around, moments.min(), moments.max())
    customer = lines["customer_id"].to_numpy(object)[like]
    customer[random.random(visits) >= _SIGNED_IN_SHARE] = None
    return session, step, product, ends, customer


def _timed(
    session: Integers, step: Integers, ends: Integers, random: np.random.Generator
) -> Integers:
    """Sets times back from the end of each visit; purchases stand at the end itself."""
    pause = _SHORTEST_PAUSE_SECONDS + random.exponential(_MEAN_PAUSE_SECONDS, len(session))
    last = np.append(np.diff(session) != 0, True)
    pause[last | (step == 3)] = 0
    passed = np.cumsum(pause.astype(np.int64))
    end = np.flatnonzero(last)[np.cumsum(last) - last]
    return ends[session] - (passed[end] - passed + pause.astype(np.int64))


def _seconds(times: pd.Series) -> Integers:
    return times.to_numpy("datetime64[s]").astype(np.int64)
