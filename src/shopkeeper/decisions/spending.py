"""Spending: how many customers of each segment to contact, so that a budget brings the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.decisions.campaign import marginal_profit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopkeeper.decisions.campaign import Audience, Offer


def spread_budget(
    audiences: Mapping[str, Audience], offer: Offer, budget_amount: float | None
) -> dict[str, int]:
    """Gives for each segment how many customers to contact; none who would bring a loss.

    Each contact costs the same, so the money goes to the contacts that add most to the profit.
    Saturation is counted within a segment: what a contact adds falls with those before it.

    Args:
        audiences: Segment → its customers, as `lined_up` gives them.
        offer: What is offered.
        budget_amount: Most that contacts and fixed cost may come to; None for no limit.
    """
    names = list(audiences)
    adds = [marginal_profit(audiences[name], offer) for name in names]
    # What a contact adds may not fall everywhere; one that comes later is no better than those
    # that must come before it.
    falling = [np.minimum.accumulate(part) if len(part) else part for part in adds]
    labels = np.repeat(np.arange(len(names)), [len(part) for part in falling])
    values = np.concatenate(falling) if falling else np.zeros(0)
    best = np.argsort(-values, kind="stable")
    best = best[values[best] > 0]
    if budget_amount is not None and offer.contact_cost > 0:
        affordable = int(max(budget_amount - offer.fixed_cost, 0.0) / offer.contact_cost + 1e-9)
        best = best[:affordable]
    elif budget_amount is not None and budget_amount < offer.fixed_cost:
        best = best[:0]
    counts = np.bincount(labels[best], minlength=len(names))
    return {name: int(counts[place]) for place, name in enumerate(names)}
