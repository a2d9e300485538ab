"""Retention targets: what a contact is expected to bring for each customer, by the best channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.decisions.terms import Channel

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gains:
    """What each channel is expected to bring for each customer.

    Attributes:
        gain: Array of shape (customers, channels): P(leaves) × worth × P(saved) − cost.
        low: The same with the lower ends of all terms.
        high: The same with their upper ends.
        cost: Array of shape (channels,): cost of a contact.
    """

    gain: Array
    low: Array
    high: Array
    cost: Array


@dataclass(frozen=True, slots=True)
class Worth:
    """What turns spending into money that stays, and how far the forecast of it may be off.

    Attributes:
        margin_rate: Share of sales that stays with the shop.
        error: Actual over expected spending, lowest and highest of past dates; None if unknown.
    """

    margin_rate: float
    error: tuple[float, float] | None = None


def at_stake(customers: pd.DataFrame, worth: Worth) -> Array:
    """Gives P(leaves) × worth if they stay, in money that stays; shape (customers,).

    0 where nobody knows the chance of leaving.
    """
    leaves = customers["leave_probability"].fillna(0.0).to_numpy(dtype=np.float64)
    kept = customers["kept_amount"].to_numpy(dtype=np.float64)
    found: Array = leaves * kept * worth.margin_rate
    return found


def gains(customers: pd.DataFrame, channels: tuple[Channel, ...], worth: Worth) -> Gains:
    """Gives the expected gain of contacting each customer through each channel.

    Args:
        customers: As `decision_customers` gives them.
        channels: What a contact costs, and whom it keeps.
        worth: Margin, and the error of the forecast.
    """
    stake = at_stake(customers, worth)[:, None]
    cost = np.array([channel.cost_amount for channel in channels], dtype=np.float64)
    saved = [channel.saved for channel in channels]
    below, above = worth.error or (1.0, 1.0)

    def by(rates: list[float], factor: float) -> Array:
        found: Array = stake * factor * np.array(rates, dtype=np.float64) - cost
        return found

    return Gains(
        by([term.value for term in saved], 1.0),
        by([term.value if term.low is None else term.low for term in saved], below),
        by([term.value if term.high is None else term.high for term in saved], above),
        cost,
    )
