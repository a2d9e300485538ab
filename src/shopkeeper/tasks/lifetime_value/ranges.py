"""Ranges: from a predicted mean to the median and an interval, learned from earlier predictions.

What customers spend is skewed: most spend nothing, a few a lot. How far actual amounts lay from
earlier predictions of the same size says how far they will lie again, whatever model predicted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.tasks.lifetime_value.histories import histories, values

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate
    from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying

    Array = NDArray[np.float64]

# Share of customers whose actual amount is to lie within their interval.
LEVEL = 0.8
QUANTILES = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)
# Customers of one size class; below about a hundred, a tenth of them is a handful.
LEAST_IN_CLASS = 100
MOST_CLASSES = 40
RANGES_FILE = "ranges.json"
# Enough for the quantiles of each class to stand still to a few percent.
DRAWN_CUSTOMERS, DRAWS = 3000, 40


@dataclass(frozen=True)
class Ranges:
    """Quantiles of actual / predicted amount by size of the prediction.

    Attributes:
        log_expected: Mean logarithm of the prediction in each class, ascending.
        ratios: Lower, middle and upper quantile of the ratio; shape (classes, 3).
    """

    log_expected: Array
    ratios: Array

    def of(self, expected: Array) -> tuple[Array, Array, Array]:
        """Gives lower end, median and upper end of what each customer will spend."""
        logs = np.log(np.maximum(expected, 1e-9))
        lower, typical, upper = (
            expected * np.interp(logs, self.log_expected, self.ratios[:, place])
            for place in range(3)
        )
        return lower, typical, upper

    def save(self) -> Mapping[str, bytes]:
        """Gives the ranges as one JSON file."""
        plain = {"log_expected": self.log_expected.tolist(), "ratios": self.ratios.tolist()}
        return {RANGES_FILE: (json.dumps(plain) + "\n").encode()}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Ranges:
        """Gives what `save` wrote."""
        plain = json.loads(files[RANGES_FILE])
        return cls(np.array(plain["log_expected"]), np.array(plain["ratios"]))


def learn_ranges(expected: Array, actual: Array) -> Ranges:
    """Learns ranges from predictions and what was then spent, customers of all folds together.

    Args:
        expected: Predicted means; shape (rows,), at least one row.
        actual: What was spent; shape (rows,).
    """
    expected = np.maximum(expected, 1e-9)
    order = np.argsort(expected, kind="stable")
    classes = int(np.clip(len(order) // LEAST_IN_CLASS, 1, MOST_CLASSES))
    logs, ratios = [], []
    for group in np.array_split(order, classes):
        logs.append(float(np.log(expected[group]).mean()))
        ratio = actual[group] / expected[group]
        # Ends that are attained by a customer, so that an interval holds at least its share.
        ends = np.quantile(ratio, QUANTILES, method="inverted_cdf")
        ratios.append(ends.tolist())
    return Ranges(np.array(logs), np.array(ratios))


def drawn_ranges(
    candidate: Candidate, habits: RepeatBuying, customers: pd.DataFrame, cutoff: date, seed: int
) -> Ranges:
    """Learns ranges from what a model of repeat buying draws, where nothing past can be judged.

    The draws know chance, but not how wrong the model is: such ranges are too narrow rather than
    too wide, which is why values without proof are marked as such.

    Args:
        candidate: Predicts the mean.
        habits: Draws purchases and what is spent on them.
        customers: Rows of `customers_at` at the cut-off.
        cutoff: The cut-off.
        seed: Seed of the draws.
    """
    if len(customers) > DRAWN_CUSTOMERS:
        places = np.linspace(0, len(customers) - 1, DRAWN_CUSTOMERS).astype(np.int64)
        customers = customers.iloc[places]
    clock = habits.state.clock
    weeks, worth = clock.ahead(cutoff, habits.state.horizon_days)
    rows = histories(customers, clock, habits.state.length(cutoff))
    purchases = habits.purchases_.draw_purchases(rows, weeks, draws=DRAWS, seed=seed)
    spend = habits.values_.draw_spend(values(customers), purchases, seed=seed) * worth
    expected = np.repeat(candidate.predict(customers, cutoff), DRAWS)
    return learn_ranges(expected, spend.ravel())
