"""Histories: customers in the words of the buy-till-you-die models, on the shop's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.gamma_gamma import GammaGamma

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.clock import Clock

# A prior weighs this share of what the customers say. Where a shop is younger than its customers'
# habits, likelihood alone calls nobody gone: leaving and a falling season cannot be told apart.
PRIOR_SHARE = 0.1
# Parameters are learned from at most this many customers; more would not move the third digit.
MOST_CUSTOMERS = 30_000


def prior_weight(customer_count: int) -> float:
    """Gives the penalty for models of repeat buying that goes with a number of customers."""
    return PRIOR_SHARE * customer_count


def most_telling(customers: pd.DataFrame) -> pd.DataFrame:
    """Gives the customers that parameters are learned from: all, or evenly spread ones.

    Customers stand in order of their id, so the choice does not depend on the order of rows.
    """
    if len(customers) <= MOST_CUSTOMERS:
        return customers
    places = np.linspace(0, len(customers) - 1, MOST_CUSTOMERS).astype(np.int64)
    return customers.sort_index().iloc[places]


def histories(customers: pd.DataFrame, clock: Clock, length: int) -> pd.DataFrame:
    """Gives `frequency`, `recency` and `T`, in weeks on the shop's clock, by customer.

    Args:
        customers: Rows of `customers_at`.
        clock: The shop's clock.
        length: Days from the first purchase of all to the cut-off.
    """
    first = length - customers["days_since_first_purchase"].to_numpy(dtype=np.int64)
    last = first + customers["recency_days"].to_numpy(dtype=np.int64)
    ticks = clock.weeks(np.arange(length + 1))
    rows = customers[[]].copy()
    rows["frequency"] = customers["frequency"].to_numpy(dtype=np.float64)
    rows["recency"] = ticks[last] - ticks[first]
    rows["T"] = ticks[length] - ticks[first]
    return rows


def values(customers: pd.DataFrame) -> pd.DataFrame:
    """Gives count and mean value of ALL purchases, in the words of the Gamma-Gamma model.

    The papers leave the first purchase out, as cohorts are often bought with it. Here it counts:
    half of all customers have no other, and judged on later spending it lowers the error.
    """
    rows = customers[[]].copy()
    count = customers["purchase_count"].to_numpy(dtype=np.float64)
    rows["frequency"] = count
    rows["mean_value"] = np.maximum(customers["purchase_amount"].to_numpy(), 0.0) / count
    return rows


def value_model(customers: pd.DataFrame) -> GammaGamma:
    """Gives the model of what a purchase is worth, learned from all purchases."""
    return GammaGamma(penalty=0.0).fit(values(most_telling(customers)))


def worth_of(model: GammaGamma, customers: pd.DataFrame) -> NDArray[np.float64]:
    """Gives what a fitted model expects of one purchase of each customer, in money."""
    rows = values(customers)
    expected = model.predict(rows)["expected_value"].to_numpy()
    # So heavy a tail that the mean does not exist: what was seen is all that can be said.
    return np.where(np.isfinite(expected), expected, rows["mean_value"].to_numpy())
