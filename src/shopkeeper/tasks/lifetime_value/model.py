"""Lifetime value model: a candidate for the mean, habits for probabilities, ranges around both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from shopkeeper.errors import UsageError
from shopkeeper.tasks.lifetime_value.candidates import MAKERS
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.histories import histories
from shopkeeper.tasks.lifetime_value.ranges import RANGES_FILE, Ranges

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate

MODEL_FILE = "lifetime_value.json"
CANDIDATE, HABITS = "candidate--", "habits--"
# Money is rounded to cents where it is published; an interval keeps its order when it is.
DECIMALS = 2
# The next order is looked for within this time; beyond it a date says nothing.
LATEST_DAYS = 730
YEAR_DAYS = 365


class LifetimeValue:
    """What customers will spend within one horizon; the thing that is registered and served.

    It is put together by a training job from what a contest found, so it has no `fit` of its own.

    Args:
        horizon_days: Length of what is predicted.
        candidate_name: Way of predicting the mean.
        yearly_discount_rate: Rate at which later money is worth less, such as 0.1.

    Attributes:
        candidate: Predicts the mean.
        habits: A model of repeat buying, for probabilities and the next order.
        ranges: From the mean to median and interval.
    """

    name: ClassVar[str] = "lifetime_value"

    candidate: Candidate
    habits: RepeatBuying
    ranges: Ranges

    def __init__(
        self, horizon_days: int, candidate_name: str, yearly_discount_rate: float = 0.0
    ) -> None:
        self.horizon_days = horizon_days
        self.candidate_name = candidate_name
        self.yearly_discount_rate = yearly_discount_rate

    @classmethod
    def of(
        cls,
        named: tuple[str, Candidate],
        habits: RepeatBuying,
        ranges: Ranges,
        *,
        horizon_days: int,
        yearly_discount_rate: float,
    ) -> Self:
        """Gives the model made of fitted parts; `named` is the candidate with its name."""
        model = cls(horizon_days, named[0], yearly_discount_rate)
        model.candidate, model.habits, model.ranges = named[1], habits, ranges
        return model

    def fit(self, rows: pd.DataFrame) -> Self:
        """Raises `UsageError`: a contest over past cut-offs decides what is learned."""
        del rows
        raise UsageError(
            "A lifetime value model is learned by a contest.", "train it with `shopkeeper train`"
        )

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives the values of customers.

        Args:
            rows: Rows of the mart `customer_features`, amounts as floats, all as of one day.

        Returns:
            A frame with the index of `rows` and the columns of the table `lifetime_values` from
            `expected_amount` to `next_order_date`.
        """
        predicted = rows[[]].copy()
        as_of = _only_day(rows)
        expected = self.candidate.predict(rows, as_of)
        lower, typical, upper = self.ranges.of(expected)
        predicted["expected_amount"] = expected.round(DECIMALS)
        predicted["typical_amount"] = typical.round(DECIMALS)
        predicted["lower_amount"] = lower.round(DECIMALS)
        predicted["upper_amount"] = upper.round(DECIMALS)
        discount = mean_discount(self.yearly_discount_rate, self.horizon_days)
        predicted["discounted_amount"] = (expected * discount).round(DECIMALS)
        self._add_habits(predicted, rows, as_of)
        return predicted

    def save(self) -> Mapping[str, bytes]:
        """Gives the files of all parts, each under the name of its part."""
        state = {
            "horizon_days": self.horizon_days,
            "candidate": self.candidate_name,
            "yearly_discount_rate": self.yearly_discount_rate,
        }
        files = {MODEL_FILE: (json.dumps(state, indent=1) + "\n").encode(), **self.ranges.save()}
        for prefix, part in ((CANDIDATE, self.candidate), (HABITS, self.habits)):
            files |= {f"{prefix}{file}": data for file, data in part.save().items()}
        return files

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = json.loads(files[MODEL_FILE])
        model = cls(state["horizon_days"], state["candidate"], state["yearly_discount_rate"])
        model.candidate = type(MAKERS[model.candidate_name]()).load(_part(files, CANDIDATE))
        model.habits = RepeatBuying.load(_part(files, HABITS))
        model.ranges = Ranges.load({RANGES_FILE: files[RANGES_FILE]})
        return model

    def _add_habits(self, predicted: pd.DataFrame, rows: pd.DataFrame, as_of: date) -> None:
        import pandas as pd

        clock, model = self.habits.state.clock, self.habits.purchases_
        weeks, _ = clock.ahead(as_of, self.horizon_days)
        start = self.habits.state.length(as_of)
        known = histories(rows, clock, start)
        predicted["expected_purchases"] = model.expected_purchases(known, weeks)
        probability = model.probability_of_purchase(known, weeks)
        predicted["purchase_probability"] = np.clip(probability, 0, 1)
        predicted["alive_probability"] = np.clip(model.probability_alive(known), 0, 1)
        # From the shop's clock back to the calendar.
        ticks = clock.weeks(np.arange(start, start + LATEST_DAYS + 1))
        wait = np.searchsorted(ticks[1:] - ticks[0], model.time_to_next_purchase(known)) + 1
        dates = np.datetime64(as_of, "D") + np.minimum(wait, LATEST_DAYS)
        found = pd.Series(dates.astype(object), index=rows.index, dtype=object)
        predicted["next_order_date"] = found.where(wait <= LATEST_DAYS, None)


def mean_discount(yearly_rate: float, horizon_days: int) -> float:
    """Gives the mean worth today of money that comes evenly over the horizon, in 0-1.

    Examples:
        >>> mean_discount(0.0, 365)
        1.0
        >>> round(mean_discount(0.1, 365), 4)
        0.9538
    """
    if yearly_rate == 0:
        return 1.0
    force = np.log1p(yearly_rate) * horizon_days / YEAR_DAYS
    return float((1 - np.exp(-force)) / force)


def _only_day(rows: pd.DataFrame) -> date:
    import pandas as pd

    days = rows["as_of"].unique()
    if len(days) != 1:
        raise UsageError(
            f"The rows are as of {len(days)} days; values are of one day.",
            "predict the customers of each day by themselves",
        )
    day: date = pd.Timestamp(days[0]).date()
    return day


def _part(files: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    return {
        name.removeprefix(prefix): data for name, data in files.items() if name.startswith(prefix)
    }
