"""Boosting: trees that learn from earlier cut-offs what customers like these went on to spend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.models.two_part_boosting import TwoPartBoosting
from shopkeeper.tasks.lifetime_value.candidates.state import State
from shopkeeper.tasks.lifetime_value.known import FUTURE_AMOUNT

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.known import Known

# Columns that are no features: who it is, when, and what other columns say already.
NO_FEATURES = frozenset({"customer_id", "as_of", "frequency", "recency_days"})
# Trees are grown from at most this many rows; lessons a month apart repeat most of what they say.
MOST_ROWS = 20_000


class Boosting:
    """Amounts are learned out of season and put into the season that comes."""

    state: State
    model_: TwoPartBoosting

    def fit(self, known: Known) -> Self:
        """Learns from the lessons.

        Raises:
            ModelDataError: No horizon had ended by the cut-off, or too few customers bought.
        """
        if not known.lessons:
            raise ModelDataError(
                f"No {known.horizon_days} days had passed after any earlier day with enough data.",
                "give a longer history or a shorter horizon",
            )
        self.state = State.of(known)
        self.model_ = known.once((TwoPartBoosting.name, known.horizon_days), lambda: _learn(known))
        return self

    def predict(self, customers: pd.DataFrame, cutoff: date) -> NDArray[np.float64]:
        """Gives the expected amount, in the season from the cut-off on."""
        busy, worth = self.state.clock.ahead(cutoff, self.state.horizon_days)
        found = self.model_.predict(features(customers))["expected_amount"].to_numpy()
        return np.asarray(found * busy * worth, dtype=np.float64)

    def save(self) -> Mapping[str, bytes]:
        """Gives the state and the trees."""
        return {**self.state.to_files(), **self.model_.save()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives what `save` wrote."""
        loaded = cls()
        loaded.state = State.from_files(files)
        loaded.model_ = TwoPartBoosting.load(files)
        return loaded


def _learn(known: Known) -> TwoPartBoosting:
    """Learns from all lessons together, amounts brought out of their season."""
    import pandas as pd

    taught = []
    for lesson in known.lessons:
        rows = features(lesson.customers)
        busy, worth = known.clock.ahead(lesson.cutoff, known.horizon_days)
        rows[FUTURE_AMOUNT] = lesson.future_amount / (busy * worth)
        taught.append(rows)
    rows = pd.concat(taught, ignore_index=True)
    if len(rows) > MOST_ROWS:
        rows = rows.sample(MOST_ROWS, random_state=known.seed)
    names = [name for name in rows.columns if name != FUTURE_AMOUNT]
    return TwoPartBoosting(names, FUTURE_AMOUNT, known.seed).fit(rows)


def features(customers: pd.DataFrame) -> pd.DataFrame:
    """Gives the columns that trees look at: all of the mart, and two ratios of habit."""
    rows = customers.drop(columns=[name for name in NO_FEATURES if name in customers])
    rows = rows.astype(np.float64)
    count = rows["purchase_count"]
    gap = (rows["days_since_first_purchase"] - rows["days_since_last_purchase"]) / (
        count - 1
    ).where(count > 1)
    rows["mean_gap"] = gap
    # How overdue a customer is by their own habit.
    rows["gap_ratio"] = rows["days_since_last_purchase"] / gap.where(gap > 0)
    rows["mean_amount"] = rows["purchase_amount"] / count
    return rows
