"""Customer value: what each customer will spend within a horizon, discounted, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.likelihood import distinct

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.gamma_gamma import GammaGamma

    Array = NDArray[np.float64]

DAYS_OF_A_WEEK = 7.0
# Customers times draws times periods that are held in memory at once.
CELLS = 2_000_000
COLUMNS = ("frequency", "recency", "T", "mean_value")


class Purchases(Protocol):
    """What is asked of a fitted buy-till-you-die model here."""

    def expected_purchases(self, rows: pd.DataFrame, horizon: float | None = None) -> Array:
        """Gives the mean number of purchases within a horizon, given each history."""
        ...

    def draw_purchases(
        self, rows: pd.DataFrame, horizon: tuple[float, ...], draws: int, seed: int
    ) -> NDArray[np.int64]:
        """Draws purchases by period; shape (rows, draws, periods)."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How far ahead value is counted, and what later money is worth today.

    Attributes:
        horizon: Length of what is predicted, in the time unit of the models.
        discount_rate: Share that money loses in worth over one period, from 0 on: 0.01 means that
            1.01 after one period is worth 1 now.
        period: Length of one period of discounting, in the same unit; None for one period that is
            the whole horizon.
    """

    horizon: float
    discount_rate: float = 0.0
    period: float | None = None

    def __post_init__(self) -> None:
        length = self.horizon if self.period is None else self.period
        if not (self.horizon > 0 and length > 0 and self.discount_rate >= 0):
            raise UsageError(
                f"Horizon and period must be above 0 and the discount rate from 0 on; found "
                f"{self.horizon}, {length} and {self.discount_rate}."
            )

    @property
    def ends(self) -> tuple[float, ...]:
        """Ends of the periods, the last one at the horizon."""
        if self.discount_rate == 0 or self.period is None:
            return (self.horizon,)
        # A period that is short by rounding only is none.
        count = int(np.ceil(self.horizon / self.period - 1e-9))
        return (*(self.period * (k + 1) for k in range(count - 1)), self.horizon)

    @property
    def factors(self) -> Array:
        """What 1 in each period is worth today; array of shape (periods,), in 0-1."""
        length = self.horizon if self.period is None else self.period
        found: Array = (1 + self.discount_rate) ** (-np.array(self.ends) / length)
        return found


def model_rows(histories: pd.DataFrame, days_per_unit: float = DAYS_OF_A_WEEK) -> pd.DataFrame:
    """Gives the mart `purchase_history` as rows for the models.

    Args:
        histories: One row per customer.
        days_per_unit: Days in one unit of time of the models; weeks if not said otherwise.

    Returns:
        A frame with the same index and the columns `frequency`, `recency`, `T` (in units) and
        `mean_value` (0 where there is no repeat purchase).
    """
    rows = histories[[]].copy()
    rows["frequency"] = histories["frequency"].astype(float)
    rows["recency"] = histories["recency_days"].astype(float) / days_per_unit
    rows["T"] = histories["age_days"].astype(float) / days_per_unit
    rows["mean_value"] = histories["average_repeat_amount"].astype(float).fillna(0.0)
    return rows


def expected_value(
    purchases: Purchases, values: GammaGamma, rows: pd.DataFrame, plan: Plan
) -> Array:
    """Gives the mean of what each customer will spend, discounted.

    Expected purchases of each period, times the expected value of a purchase, over
    (1 + discount rate)^(periods until its end).

    Args:
        purchases: Fitted; its time unit is that of `plan`.
        values: Fitted.
        rows: As `model_rows` gives them.
        plan: Horizon and discounting.

    Returns:
        Array of shape (rows,), in money of today.

    Raises:
        ModelDataError: The value model knows no mean: its fit has too heavy a tail.
    """
    until = [purchases.expected_purchases(rows, end) for end in plan.ends]
    by_period = np.diff(np.array(until), axis=0, prepend=0.0)
    each = values.predict(rows)["expected_value"].to_numpy(dtype=np.float64)
    if not np.isfinite(each).all():
        raise ModelDataError(
            f"The value of a purchase has no mean for {int((~np.isfinite(each)).sum())} customers: "
            f"`q` of the value model is {values.parameters_['q']:.3g}, and must be above 1.",
            "fit the value model with a `penalty`, or look for a few extreme amounts",
        )
    found: Array = (plan.factors @ by_period) * each
    return found


def value_interval(
    purchases: Purchases,
    values: GammaGamma,
    rows: pd.DataFrame,
    plan: Plan,
    *,
    coverage: float = 0.9,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Gives an interval for what each customer will spend, and the median.

    Futures are drawn from what each distinct history says: alive or not, rates, purchases, and
    the value of each. What is uncertain is the customer's future, given the fitted parameters.

    Args:
        purchases: Fitted; its time unit is that of `plan`.
        values: Fitted.
        rows: As `model_rows` gives them; the order of rows changes nothing.
        plan: Horizon and discounting.
        coverage: Share of futures inside the interval, between 0 and 1.
        draws: Futures drawn for each distinct history.
        seed: Same seed, same answer.

    Returns:
        A frame with the index of `rows` and the columns `low`, `median` and `high`.
    """
    import pandas as pd

    if not 0 < coverage < 1:
        raise UsageError(f"`coverage` must lie between 0 and 1; it is `{coverage}`.")
    columns, place = distinct([rows[name].to_numpy(dtype=np.float64) for name in COLUMNS])
    histories = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    share = (1 - coverage) / 2
    found = np.empty((3, len(histories)))
    size = max(1, CELLS // (draws * len(plan.ends)))
    for start in range(0, len(histories), size):
        part = histories.iloc[start : start + size]
        first, second = np.random.SeedSequence([seed, start]).generate_state(2).tolist()
        counts = purchases.draw_purchases(part, plan.ends, draws, first)
        spend = values.draw_spend(part, counts, second) @ plan.factors
        found[:, start : start + size] = np.quantile(spend, [share, 0.5, 1 - share], axis=1)
    answer = rows[[]].copy()
    for name, values_of_histories in zip(("low", "median", "high"), found, strict=True):
        answer[name] = values_of_histories[place]
    return answer
