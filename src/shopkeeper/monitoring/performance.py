"""Performance: what was said of customers some time ago, against what they went on to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.evaluation.bootstrap import bootstrap_interval, bootstrap_mean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from shopkeeper.evaluation.bootstrap import Interval

# Below, an interval is too wide to say anything.
LEAST_CUSTOMERS = 100
# Draws of each interval; its ends rest on 25 of them.
DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of how good a model was, with what it had promised.

    Attributes:
        metric: `roc_auc`, `brier_score`, `calibration` (what happened less what was said),
            `total_ratio` (what was spent over what was said), `mase`, `wape`, `coverage` of
            forecasts, `hit_rate_…` and `lead_over_popular` of lists.
        value: What it was.
        low, high: Ends of its 95 % interval over customers.
        promised: Mean over the folds it was judged on before it became champion; None where the
            card says none.
        worst_allowed: From where on it is an alarm, once the whole interval lies beyond.
        is_broken: Whether it does.
    """

    metric: str
    value: float
    low: float
    high: float
    promised: float | None
    worst_allowed: float
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Performance:
    """How good what a model said on one day turned out.

    Attributes:
        task: Question that it answers.
        model: Name and version.
        said_on: Day before which data were seen, as ISO text.
        matured_on: Day on which its horizon had passed, as ISO text.
        customer_count: Customers of whom it had said something; of forecasts their products.
        actual, predicted: Rates, or amounts a customer, or pieces a week.
        measured: Its figures.
        counted: What `customer_count` counts: `customers`, `buyers` or `products`.
        is_backfilled: Whether it was said afterwards, as it would have been said on that day, by
            a model taught on what was known then; nothing of it was ever served.
    """

    task: str
    model: str
    said_on: str
    matured_on: str
    customer_count: int
    actual: float
    predicted: float
    measured: tuple[Measured, ...]
    counted: str = "customers"
    is_backfilled: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether it is worse than promised."""
        return any(each.is_broken for each in self.measured)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a model's card promises, and by how much it may be missed.

    Attributes:
        roc_auc, brier_score: Means over the folds; None where the card says none.
        slack: By how much either may be worse.
        calibration: How far the rate may lie from what was said.
    """

    roc_auc: float | None
    brier_score: float | None
    slack: float
    calibration: float


def classifier_measures(
    label: ArrayLike, probability: ArrayLike, promise: Promise, *, seed: int
) -> tuple[Measured, ...]:
    """Gives order, squared error and calibration of probabilities whose outcome is known.

    Args:
        label: Array of shape (customers,), 1 where it happened.
        probability: Array of shape (customers,), in 0-1.
        promise: What was promised.
        seed: Same seed, same intervals.
    """
    import numpy as np

    labels, said = np.asarray(label, dtype=float), np.asarray(probability, dtype=float)
    found = []
    if 0 < labels.sum() < len(labels):
        auc = bootstrap_interval("roc_auc", labels, said, seed=seed, draws=DRAWS)
        worst = None if promise.roc_auc is None else promise.roc_auc - promise.slack
        found.append(_lowest("roc_auc", auc, promise.roc_auc, worst or 0.5))
    brier = bootstrap_interval("brier_score", labels, said, seed=seed, draws=DRAWS)
    # Forecasting one half for everybody scores a quarter.
    worst = 0.25 if promise.brier_score is None else promise.brier_score + promise.slack
    found.append(_highest("brier_score", brier, promise.brier_score, worst))
    off = bootstrap_mean(labels - said, seed=seed, draws=DRAWS)
    broken = off.low > promise.calibration or off.high < -promise.calibration
    found.append(
        Measured("calibration", off.value, off.low, off.high, 0.0, promise.calibration, broken)
    )
    return tuple(found)


def value_measures(
    actual: ArrayLike, predicted: ArrayLike, *, allowed_ratio: float, seed: int
) -> tuple[Measured, ...]:
    """Gives what customers spent over what was said, all together.

    Args:
        actual: Array of shape (customers,): what each spent.
        predicted: Array of shape (customers,): what was expected of each.
        allowed_ratio: Above 1; the ratio may be so many times too large or too small.
        seed: Same seed, same interval.
    """
    import numpy as np

    spent, said = np.asarray(actual, dtype=float), np.asarray(predicted, dtype=float)
    if said.sum() <= 0:
        return ()
    # Who is drawn brings both numbers, so the interval is that of their ratio.
    ratio = spent.sum() / said.sum()
    rest = bootstrap_mean(spent - ratio * said, seed=seed, draws=DRAWS)
    low, high = (ratio + end / said.mean() for end in (rest.low, rest.high))
    broken = low > allowed_ratio or high < 1 / allowed_ratio
    return (
        Measured(
            "total_ratio", float(ratio), float(low), float(high), 1.0, allowed_ratio, bool(broken)
        ),
    )


def broken_of(performances: Sequence[Performance]) -> tuple[Performance, ...]:
    """Gives those that are worse than promised."""
    return tuple(each for each in performances if each.is_broken)


def _lowest(metric: str, found: Interval, promised: float | None, worst: float) -> Measured:
    return Measured(metric, found.value, found.low, found.high, promised, worst, found.high < worst)


def _highest(metric: str, found: Interval, promised: float | None, worst: float) -> Measured:
    return Measured(metric, found.value, found.low, found.high, promised, worst, found.low > worst)
