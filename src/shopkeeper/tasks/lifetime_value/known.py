"""Known: what was known at a cut-off, with what earlier cut-offs teach; nothing later."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from shopkeeper.tasks.lifetime_value.clock import Clock, Season
from shopkeeper.tasks.lifetime_value.histories import value_model
from shopkeeper.tasks.lifetime_value.season import learn_season

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.gamma_gamma import GammaGamma

Learned = TypeVar("Learned")

FUTURE_AMOUNT = "future_amount"
# Below this many days of data before a cut-off, next to nothing can be known of anybody.
LEAST_HISTORY_DAYS = 90


@dataclass(frozen=True)
class Lesson:
    """An earlier cut-off with what followed: features then, and the amount spent since.

    Attributes:
        cutoff: Day before which the features were known.
        customers: Rows of the mart `customer_features` at that cut-off, by customer.
        future_amount: What each of them spent within the horizon; shape (customers,).
    """

    cutoff: date
    customers: pd.DataFrame
    future_amount: NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """All that a candidate may learn from.

    Attributes:
        cutoff: Day before which everything was known (exclusive).
        horizon_days: Length of what is predicted.
        purchases: Rows of the table `purchases` before the cut-off, amounts as floats.
        customers: Rows of the mart `customer_features` at the cut-off, amounts as floats, with
            `customer_id` as index.
        lessons: Earlier cut-offs whose horizon had ended by this one, ascending.
        seed: Seed of all that is drawn.
    """

    cutoff: date
    horizon_days: int
    purchases: pd.DataFrame
    customers: pd.DataFrame
    lessons: tuple[Lesson, ...] = ()
    seed: int = 0
    _memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def first_date(self) -> date:
        """Day of the first purchase of all."""
        return self.cutoff - timedelta(days=int(self.customers["days_since_first_purchase"].max()))

    @property
    def history_days(self) -> int:
        """Days of data before the cut-off."""
        return (self.cutoff - self.first_date).days

    @property
    def season(self) -> Season:
        """How fast the shop's clock ran in each month, as known at the cut-off."""
        return self.once(
            "season",
            lambda: learn_season(
                self.purchases, self.customers, self.first_date, self.cutoff, self.value_model
            ),
        )

    def value_model(self) -> GammaGamma:
        """Gives the model of what a purchase of each customer is worth, learned at the cut-off."""
        return self.once("values", lambda: value_model(self.customers))

    def once(self, name: Hashable, learn: Callable[[], Learned]) -> Learned:
        """Learns something that hangs on the cut-off alone only once, for all who need it.

        Contests over several horizons and candidates that are parts of others share it.
        """
        place = (self.cutoff, name)
        if place not in self._memory:
            self._memory[place] = learn()
        learned: Learned = self._memory[place]
        return learned

    @property
    def clock(self) -> Clock:
        """The shop's clock, from the first purchase on."""
        return Clock(self.season, self.first_date)

    def ahead(self) -> tuple[float, float]:
        """Gives the weeks of shop time within the horizon, and how much a purchase is worth then.

        The second is relative to the mean over the last year: 1.1 if purchases of the coming
        months are a tenth larger.
        """
        return self.clock.ahead(self.cutoff, self.horizon_days)
