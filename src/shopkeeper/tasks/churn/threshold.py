"""Threshold: from which probability on contacting a customer pays, and what then happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Money:
    """What contacting a customer costs, and what it brings where one was leaving.

    Attributes:
        contact_cost: Cost of contacting one customer.
        saved_amount: Margin that contacting a customer who would have left brings on average, who
            lets themselves be kept and who does not together.
    """

    contact_cost: float
    saved_amount: float

    def __post_init__(self) -> None:
        if not (self.contact_cost >= 0 and self.saved_amount > 0):
            raise UsageError(
                f"A contact costs {self.contact_cost} and saves {self.saved_amount}.",
                "give a cost from 0 on and a saving above 0",
            )

    @property
    def threshold(self) -> float:
        """Probability from which on a contact brings more than it costs, in 0–1.

        Contacting pays where probability × saved amount is above the cost.

        Examples:
            >>> Money(2.0, 8.0).threshold
            0.25
        """
        return min(self.contact_cost / self.saved_amount, 1.0)


@dataclass(frozen=True, slots=True)
class Confusion:
    """What would have happened had all customers from a threshold on been contacted.

    Attributes:
        threshold: Probability from which on customers are contacted.
        left_and_contacted, stayed_and_contacted, left_and_not, stayed_and_not: Customers.
        profit: Saved less spent, in the shop's currency.
        profit_of_all: The same had everybody been contacted.
    """

    threshold: float
    left_and_contacted: int
    stayed_and_contacted: int
    left_and_not: int
    stayed_and_not: int
    profit: float
    profit_of_all: float


def confusion(label: Array, probability: Array, money: Money) -> Confusion:
    """Gives the confusion matrix at the threshold that money sets, and its profit."""
    contacted = probability >= money.threshold
    left = label == 1
    hits, wasted = int((contacted & left).sum()), int((contacted & ~left).sum())
    everybody = float(left.sum() * money.saved_amount - len(label) * money.contact_cost)
    return Confusion(
        money.threshold,
        hits,
        wasted,
        int((~contacted & left).sum()),
        int((~contacted & ~left).sum()),
        float(hits * money.saved_amount - np.float64(hits + wasted) * money.contact_cost),
        everybody,
    )
