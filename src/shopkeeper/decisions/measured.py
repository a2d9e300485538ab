"""Measured: the share of leaving customers that contacts really kept, from earlier read-outs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.decisions.holdout import HOLDOUT
from shopkeeper.decisions.readout import LEAST_OF_AN_ARM, effect

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """What one read-out says of one channel.

    Attributes:
        plan_id: The plan that was read out.
        channel: Name of the channel.
        rate: Sales that a contact brought, as a part of the sales that were at stake.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    plan_id: str
    channel: str
    rate: float
    low: float
    high: float

    @property
    def is_conclusive(self) -> bool:
        """Whether the interval leaves no doubt that contacts did something."""
        return self.low > 0 or self.high < 0


def measured_rates(plan_id: str, outcomes: pd.DataFrame) -> tuple[MeasuredRate, ...]:
    """Gives one rate for each channel of a plan whose window is over.

    The effect on sales per customer, divided by P(leaves) × worth if they stay per customer: the
    same quotient that a plan multiplies with.

    Args:
        plan_id: The plan.
        outcomes: Its targets with `arm`, `channel`, `at_stake_sales`, `past_amount`, `amount`.
    """
    found = []
    for channel, rows in outcomes.groupby("channel", sort=True):
        held = (rows["arm"] == HOLDOUT).to_numpy()
        stake = float(rows["at_stake_sales"].mean())
        if min(held.sum(), (~held).sum()) < LEAST_OF_AN_ARM or stake <= 0:
            continue
        sales = effect(
            rows["amount"].to_numpy(dtype=float), held, rows["past_amount"].to_numpy(dtype=float)
        )
        ends = (sales.value / stake, sales.low / stake, sales.high / stake)
        found.append(MeasuredRate(plan_id, str(channel), *ends))
    return tuple(found)


def conclusive(rates: Iterable[MeasuredRate]) -> tuple[MeasuredRate, ...]:
    """Gives the rates that may replace an assumption; the others only say that nobody knows."""
    return tuple(rate for rate in rates if rate.is_conclusive)
