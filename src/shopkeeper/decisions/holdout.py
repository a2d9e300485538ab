"""Holdout: a random part of a list that is not contacted, drawn at once by a seeded hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

TREAT, HOLDOUT = "treat", "holdout"
# Fewer on one side say nothing of how much people differ.
LEAST_OF_AN_ARM = 2


def draw_holdout(customer_ids: pd.Series, *, share: float, key: str) -> NDArray[np.bool_]:
    """Draws who is held out: the customers whose hashes are lowest.

    Who is held out depends on the names and the key alone, not on their order, and another key
    draws anew: the key names the plan, so that nobody is held out of everything for ever.

    Args:
        customer_ids: Everyone on the list, each once.
        share: Part to hold out, between 0 and 1.
        key: Seed and name of the plan.

    Returns:
        Array of shape (customers,); the number held out is the share, rounded, and at least 2.

    Raises:
        UsageError: The list is too short for two groups.
    """
    if not 0 < share < 1:
        raise UsageError(f"`holdout_share` must lie between 0 and 1; it is `{share}`.")
    total = len(customer_ids)
    if total < 2 * LEAST_OF_AN_ARM:
        raise UsageError(
            f"A list of {total} customers cannot be split into those contacted and those not.",
            f"plan for {2 * LEAST_OF_AN_ARM} customers or more",
        )
    count = min(max(round(share * total), LEAST_OF_AN_ARM), total - LEAST_OF_AN_ARM)
    order = np.lexsort((customer_ids.to_numpy(dtype=str), hashes(customer_ids, key)))
    held = np.zeros(total, dtype=bool)
    held[order[:count]] = True
    return held


def hashes(customer_ids: pd.Series, key: str) -> NDArray[np.uint64]:
    """Gives a number for each customer that looks random and is always the same for the key."""
    import pandas as pd

    # Sixteen characters are what the keyed hash (SipHash) takes.
    secret = hashlib.sha256(key.encode()).hexdigest()[:16]
    texts = customer_ids.to_numpy(dtype=object)
    return pd.util.hash_array(texts, hash_key=secret, categorize=False)


def detectable_amount(
    amounts: NDArray[np.float64],
    held: NDArray[np.bool_],
    *,
    level: float = 0.95,
    power: float = 0.8,
) -> float:
    """Gives the smallest effect per customer that the read-out will probably see.

    Args:
        amounts: What each customer on the list spent in a period as long as the window: they are
            taken to differ as much in the window.
        held: Who is held out.
        level: Confidence of the interval.
        power: Probability of seeing an effect of that size.
    """
    from scipy.stats import norm

    treated = int((~held).sum())
    spread = float(np.std(amounts, ddof=1)) * np.sqrt(1 / treated + 1 / int(held.sum()))
    return float((norm.ppf((1 + level) / 2) + norm.ppf(power)) * spread)
