"""Repeat buying: purchases of a buy-till-you-die model, their value by Gamma-Gamma, the season."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Self

from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gamma_gamma import GammaGamma
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd
from shopkeeper.tasks.lifetime_value.candidates.state import State
from shopkeeper.tasks.lifetime_value.histories import (
    histories,
    most_telling,
    prior_weight,
    worth_of,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.known import Known

PurchaseModel = BgNbd | MbgNbd | ParetoNbd
MODELS: Mapping[str, type[PurchaseModel]] = {
    model.name: model for model in (BgNbd, MbgNbd, ParetoNbd)
}


class RepeatBuying:
    """Expected purchases on the shop's clock × expected value of one × worth in the season.

    Args:
        model: Which model of repeat purchases.
        has_prior: Whether parameters are drawn towards ordinary ones, which keeps the model from
            calling nobody gone where the data are too young to tell.
    """

    def __init__(self, model: type[PurchaseModel], *, has_prior: bool) -> None:
        self.model = model
        self.has_prior = has_prior
        self.state: State
        self.purchases_: PurchaseModel
        self.values_: GammaGamma

    def fit(self, known: Known) -> Self:
        """Learns rates, leaving and values from the customers at the cut-off."""
        customers = most_telling(known.customers)

        def learn() -> PurchaseModel:
            rows = histories(customers, known.clock, known.history_days)
            penalty = prior_weight(len(rows)) if self.has_prior else 0.0
            return self.model(horizon=1.0, penalty=penalty).fit(rows)

        self.purchases_ = known.once((self.model.name, self.has_prior), learn)
        self.values_ = known.value_model()
        self.state = State.of(known, model=self.model.name, has_prior=self.has_prior)
        return self

    def predict(self, customers: pd.DataFrame, cutoff: date) -> NDArray[np.float64]:
        """Gives purchases × value × worth."""
        weeks, worth = self.state.clock.ahead(cutoff, self.state.horizon_days)
        rows = histories(customers, self.state.clock, self.state.length(cutoff))
        expected: NDArray[np.float64] = self.purchases_.expected_purchases(rows, weeks)
        return expected * worth_of(self.values_, customers) * worth

    def save(self) -> Mapping[str, bytes]:
        """Gives the state and both models."""
        return {**self.state.to_files(), **self.purchases_.save(), **self.values_.save()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives what `save` wrote."""
        state = State.from_files(files)
        model = MODELS[state.numbers["model"]]
        loaded = cls(model, has_prior=bool(state.numbers["has_prior"]))
        loaded.state = state
        loaded.purchases_ = model.load(files)
        loaded.values_ = GammaGamma.load(files)
        return loaded
