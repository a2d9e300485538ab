"""Baselines: same as the last period, the same in the coming season, the average customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

import numpy as np

from shopkeeper.tasks.lifetime_value.candidates.state import State

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.known import Known


class LastPeriod:
    """Everyone spends within the horizon what they spent in the same time before it."""

    state: State

    def fit(self, known: Known) -> Self:
        """Keeps the horizon."""
        self.state = State.of(known)
        return self

    def predict(self, customers: pd.DataFrame, cutoff: date) -> NDArray[np.float64]:
        """Gives the amount of the last period."""
        spent = customers[f"last_{self.state.horizon_days}_days_amount"].to_numpy(dtype=np.float64)
        return np.maximum(spent, 0.0) * self._factor(cutoff)

    def save(self) -> Mapping[str, bytes]:
        """Gives the state."""
        return self.state.to_files()

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives what `save` wrote."""
        loaded = cls()
        loaded.state = State.from_files(files)
        return loaded

    def _factor(self, cutoff: date) -> float:
        del cutoff
        return 1.0


class LastPeriodInSeason(LastPeriod):
    """What was spent in the last period, times what the coming season sells against the last."""

    def _factor(self, cutoff: date) -> float:
        days = self.state.horizon_days
        coming, worth = self.state.clock.ahead(cutoff, days)
        # Months before the first purchase still have a season: the clock only counts from there.
        last, last_worth = self.state.clock.ahead(cutoff - timedelta(days=days), days)
        return coming * worth / (last * last_worth)


class AverageCustomer(LastPeriod):
    """Everyone spends the same: what an average customer spent in the last period."""

    def fit(self, known: Known) -> Self:
        """Keeps the mean of the last period."""
        spent = known.customers[f"last_{known.horizon_days}_days_amount"]
        self.state = State.of(known, mean=max(float(spent.mean()), 0.0))
        return self

    def predict(self, customers: pd.DataFrame, cutoff: date) -> NDArray[np.float64]:
        """Gives the same amount for everyone."""
        del cutoff
        return np.full(len(customers), float(self.state.numbers["mean"]))
