"""Kept lists: how often products that stood on lists were bought, beside what is popular."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.bootstrap import bootstrap_mean
from shopkeeper.monitoring.performance import DRAWS, Measured

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def list_measures(
    hits: ArrayLike,
    popular_hits: ArrayLike,
    *,
    length: int,
    promised: float | None,
    slack: float,
    seed: int,
) -> tuple[Measured, ...]:
    """Gives the share of buyers who bought something on their list, and its lead over popularity.

    Args:
        hits: Array of shape (customers,): 1 where the customer bought a product on their list.
        popular_hits: The same of the list of products that most had bought lately.
        length: Length of both lists.
        promised: Share by the card; None where it says none that these lists can be held to.
        slack: By how much it may be missed.
        seed: Same seed, same intervals.
    """
    ours, theirs = np.asarray(hits, dtype=float), np.asarray(popular_hits, dtype=float)
    rate = bootstrap_mean(ours, seed=seed, draws=DRAWS)
    lead = bootstrap_mean(ours - theirs, seed=seed, draws=DRAWS)
    least = 0.0 if promised is None else max(0.0, promised - slack)
    return (
        Measured(
            f"hit_rate_{length}",
            rate.value,
            rate.low,
            rate.high,
            promised,
            least,
            rate.high < least,
        ),
        # Lists that what is popular beats beyond chance are worth less than nothing.
        Measured("lead_over_popular", lead.value, lead.low, lead.high, None, 0.0, lead.high < 0),
    )
