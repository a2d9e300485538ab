"""Candidate: the protocol of one way to predict the mean of what customers will spend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.known import Known


@runtime_checkable
class Candidate(Protocol):
    """One way to predict; a baseline is one too."""

    def fit(self, known: Known) -> Self:
        """Learns from what was known at a cut-off.

        Raises:
            ModelDataError: The data cannot carry it; the contest goes on without it.
        """
        ...

    def predict(self, customers: pd.DataFrame, cutoff: date) -> NDArray[np.float64]:
        """Gives the mean amount of each customer within the horizon from a cut-off on.

        Args:
            customers: Rows of the mart `customer_features` at the cut-off; each is predicted by
                itself, so any part of them gives the same values.
            cutoff: That of the fit, or a later one.

        Returns:
            Array of shape (customers,), from 0 on.
        """
        ...

    def save(self) -> Mapping[str, bytes]:
        """Gives the fitted candidate as files."""
        ...

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the candidate that `save` wrote."""
        ...
