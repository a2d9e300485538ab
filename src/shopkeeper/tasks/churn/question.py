"""Question: which customers are asked about, and what counts as yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Question:
    """A yes-or-no question about what customers do within a horizon.

    Attributes:
        name: Name of the task, also in readiness and registry.
        is_about_leaving: Whether yes means that no order follows; otherwise that one does.
        is_about_one_time_buyers: Whether only who bought once is asked about.
    """

    name: str
    is_about_leaving: bool
    is_about_one_time_buyers: bool

    def population(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Gives the customers who are asked about."""
        if not self.is_about_one_time_buyers:
            return customers
        return customers[customers["purchase_count"] == 1]

    def label(self, came_back: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Gives 1 for yes and 0 for no, from who came back."""
        yes = ~came_back if self.is_about_leaving else came_back
        return yes.astype(np.float64)


CHURN = Question("churn", is_about_leaving=True, is_about_one_time_buyers=False)
SECOND_PURCHASE = Question("second_purchase", is_about_leaving=False, is_about_one_time_buyers=True)
