"""Season: how fast the shop's clock runs in each month, learned from the years before.

Customers of a shop that sells most before Christmas do not buy at a steady rate in calendar time.
They do, nearly, on a clock that runs fast in busy months: silence in November says more than
silence in January. Months are compared with what a model of repeat buying expects of just the
customers there were, so that a growing shop is not taken for a season.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.tasks.lifetime_value.clock import MONTHS, Clock, Season
from shopkeeper.tasks.lifetime_value.histories import (
    histories,
    most_telling,
    prior_weight,
    worth_of,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.gamma_gamma import GammaGamma

    Array = NDArray[np.float64]

# Less than a year shows no month twice and some never: no season can be told from growth.
LEAST_DAYS = 365
# The season shifts the times the model is fitted to; after this many rounds it stands still.
ROUNDS = 3
# Purchases that are added to what is found and to what is expected of a month, so that a month
# with next to no purchases says next to nothing.
CAUTION = 20.0
# Points at which the expected purchases of a newcomer are worked out; in between they are
# interpolated. They lie closest near zero, where the curve bends most.
GRID = 24


def learn_season(
    purchases: pd.DataFrame,
    customers: pd.DataFrame,
    first_date: date,
    cutoff: date,
    value_model: Callable[[], GammaGamma],
) -> Season:
    """Learns the season from the purchases before a cut-off; flat if they span under a year.

    Args:
        purchases: Rows of the table `purchases` before the cut-off.
        customers: Rows of the mart `customer_features` at the cut-off, by customer.
        first_date: Day of the first purchase of all.
        cutoff: Day before which purchases are known.
        value_model: Gives the model of what a purchase of each customer is worth.
    """
    length = (cutoff - first_date).days
    if length < LEAST_DAYS or not (customers["purchase_count"] > 1).any():
        return Season()
    customers = most_telling(customers)
    value = worth_of(value_model(), customers)
    repeats = _repeats(purchases, customers, value, cutoff)
    by_month = np.bincount(repeats["month"], minlength=MONTHS).astype(np.float64)
    last_year = Clock(Season(), first_date).months(length - LEAST_DAYS, LEAST_DAYS)
    pace = np.ones(MONTHS)
    for _ in range(ROUNDS):
        clock = Clock(Season(tuple(pace.tolist())), first_date)
        expected = _expected_by_month(customers, clock, length)
        pace = pace * (by_month + CAUTION) / (expected + CAUTION)
        pace = pace / pace[last_year].mean()
    worth = _worth(repeats)
    worth = worth * pace[last_year].sum() / (worth * pace)[last_year].sum()
    return Season(tuple(pace.tolist()), tuple(worth.tolist()))


def _repeats(
    purchases: pd.DataFrame, customers: pd.DataFrame, value: Array, cutoff: date
) -> pd.DataFrame:
    """Gives each repeat purchase with its month and the value expected of the customer."""
    import pandas as pd

    known = purchases[purchases["customer_id"].isin(customers.index)]
    place = customers.index.get_indexer(pd.Index(known["customer_id"]))
    days_ago = (pd.Timestamp(cutoff) - pd.to_datetime(known["order_date"])).dt.days.to_numpy()
    is_repeat = days_ago < customers["days_since_first_purchase"].to_numpy()[place]
    found = pd.DataFrame(
        {
            "month": pd.to_datetime(known["order_date"]).dt.month.to_numpy() - 1,
            "amount": known["purchase_amount"].to_numpy(),
            "expected": value[place],
        }
    )
    return found[is_repeat]


def _expected_by_month(customers: pd.DataFrame, clock: Clock, length: int) -> Array:
    """Gives the repeat purchases that a model expects in each calendar month of the past."""
    rows = histories(customers, clock, length)
    model = BgNbd(horizon=1.0, penalty=prior_weight(len(rows))).fit(rows)
    ticks = clock.weeks(np.arange(length + 1))
    grid = ticks[-1] * np.linspace(0.0, 1.0, GRID) ** 2
    newcomer = np.array([model.expected_purchases_of_new_customer(float(t)) for t in grid])
    joined = np.bincount(
        length - customers["days_since_first_purchase"].to_numpy(), minlength=length
    )
    by_day = np.zeros(length)
    for day in np.flatnonzero(joined):
        so_far = np.interp(ticks[day:] - ticks[day], grid, newcomer)
        by_day[day:] += joined[day] * np.diff(so_far)
    months = clock.months(0, length)
    return np.bincount(months, weights=by_day, minlength=MONTHS).astype(np.float64)


def _worth(repeats: pd.DataFrame) -> Array:
    """Gives the value of purchases by month, relative to what is expected of their buyers."""
    months = repeats["month"].to_numpy()
    actual = np.bincount(months, weights=repeats["amount"], minlength=MONTHS)
    expected = np.bincount(months, weights=repeats["expected"], minlength=MONTHS)
    caution = CAUTION * float(repeats["expected"].mean())
    return (actual + caution) / (expected + caution)
