"""Made-up customers as the mart tells of them: of four kinds, one-time buyers, without groups."""

from __future__ import annotations

import numpy as np
import pandas as pd


def customers(seed: int, count: int = 400, shift: float = 0.0) -> pd.DataFrame:
    """Four kinds of customers as the mart tells of them; `kind` says which."""
    random = np.random.default_rng(seed)
    kind = np.arange(count) % 4
    purchases = np.maximum(1, np.exp(np.array([2.5, 0.2, 0.2, 1.2])[kind] + noise(random, count)))
    each = np.exp(np.array([3.5, 3.5, 5.5, 5.5])[kind] + shift + noise(random, count))
    last = np.exp(np.array([2.0, 5.5, 3.0, 5.0])[kind] + noise(random, count))
    first = last + np.exp(np.array([6.0, 1.0, 3.5, 5.8])[kind] + noise(random, count))
    return pd.DataFrame(
        {
            "customer_id": [f"c{place:04}" for place in range(count)],
            "purchase_count": purchases.astype(int),
            "purchase_amount": purchases.astype(int) * each,
            "days_since_first_purchase": first.astype(int) + 1,
            "days_since_last_purchase": last.astype(int) + 1,
            "kind": kind,
        }
    ).set_index("customer_id")


def noise(random, count):
    return random.normal(0, 0.25, count)


def one_time(seed: int, count: int = 600) -> pd.DataFrame:
    """Customers who all bought once: two kinds of amount, two of silence."""
    random = np.random.default_rng(seed)
    kind = np.arange(count) % 2
    last = np.exp(np.array([2.0, 5.0])[kind] + noise(random, count)).astype(int) + 1
    return pd.DataFrame(
        {
            "purchase_count": 1,
            "purchase_amount": np.exp(np.array([3.0, 6.0])[kind] + noise(random, count)),
            "days_since_first_purchase": last,
            "days_since_last_purchase": last,
            "kind": kind,
        }
    )


def uniform(seed: int, count: int = 400) -> pd.DataFrame:
    """Customers without groups: every feature evenly spread, none telling of another."""
    random = np.random.default_rng(seed)
    purchases = np.floor(np.exp(random.uniform(0, 3, count)))
    last = np.exp(random.uniform(0, 3, count))
    return pd.DataFrame(
        {
            "purchase_count": purchases,
            "purchase_amount": purchases * np.exp(random.uniform(2, 5, count)),
            "days_since_first_purchase": last + np.exp(random.uniform(4, 6, count)),
            "days_since_last_purchase": last,
        }
    )
