"""Horizon: how long a silence counts as leaving, proposed from the shop's own times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# Four of five orders of those who come back follow within the horizon: a longer one says of
# customers who left long ago only what everybody knows, a shorter one calls every pause leaving.
SHARE = 0.8
HORIZONS_DAYS = (30, 60, 90, 120, 180)
# What is taken where nobody has come back: the commonest definition of the field.
WITHOUT_REPEATERS = 90


@dataclass(frozen=True, slots=True)
class Horizon:
    """A horizon and where it comes from.

    Attributes:
        days: Its length.
        reason: Where it comes from, in one sentence.
    """

    days: int
    reason: str


def proposed(purchases: pd.DataFrame) -> Horizon:
    """Proposes a horizon from the times between purchases of customers who came back.

    Args:
        purchases: `customer_id` and `order_date` (datetime64), one row per customer and day.

    Examples:
        >>> import pandas as pd
        >>> days = pd.to_datetime(["2025-01-01", "2025-01-31", "2025-03-20"])
        >>> proposed(pd.DataFrame({"customer_id": "a", "order_date": days})).days
        60
    """
    ordered = purchases.sort_values(["customer_id", "order_date"])
    gaps = ordered.groupby("customer_id")["order_date"].diff().dropna().dt.days.to_numpy()
    if not len(gaps):
        reason = f"{WITHOUT_REPEATERS} days, as nobody has come back yet."
        return Horizon(WITHOUT_REPEATERS, reason)
    wait = float(np.quantile(gaps, SHARE, method="inverted_cdf"))
    days = next((days for days in HORIZONS_DAYS if days >= wait), HORIZONS_DAYS[-1])
    return Horizon(
        days,
        f"{SHARE:.0%} of the {len(gaps):,} returns came within {wait:.0f} days of the order "
        f"before; of {', '.join(map(str, HORIZONS_DAYS))} days, {days} is the "
        f"{'first that covers them' if days >= wait else 'longest that is looked at'}.",
    )


def chosen(days: int) -> Horizon:
    """Gives a horizon that the settings name."""
    return Horizon(days, f"{days} days, as the settings say.")
