"""Read-out: the money that contacts brought, against those held out, with interval and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

LEVEL = 0.95
# Fewer in an arm say nothing of how much people differ.
LEAST_OF_AN_ARM = 2


class Verdict(StrEnum):
    """What a read-out says, once the window is over."""

    TOO_EARLY = "too early"
    WORKED = "worked"
    DID_NOT_PAY = "brought sales, but did not pay"
    NOT_SHOWN = "no effect shown"
    HARMED = "harmed"


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference of means, contacted less held out, with its interval.

    Attributes:
        value: Difference per customer.
        low: Lower end of the interval.
        high: Upper end.
        level: Share of intervals that hold the truth, in 0-1.
        treat_mean: Mean of those contacted, as they stand.
        holdout_mean: Mean of those held out, as they stand.
        treat_count: Customers to be contacted.
        holdout_count: Customers held out.
        variance_saved: Part of the variance that past spending explained away, in 0-1.
    """

    value: float
    low: float
    high: float
    level: float
    treat_mean: float
    holdout_mean: float
    treat_count: int
    holdout_count: int
    variance_saved: float


def effect(
    outcome: Array, held: Mask, past: Array | None = None, *, level: float = LEVEL
) -> Effect:
    """Gives the effect of a contact on the mean outcome, by intention to treat.

    With past spending the outcome is first made less noisy: θ × (past − mean of past) is taken
    off, θ = cov(outcome, past) ÷ var(past) over both groups. Both groups were drawn at random, so
    this takes away noise and no effect.

    Args:
        outcome: Array of shape (customers,), what each did in the window.
        held: Whether each was held out.
        past: What each did in as long a time before, or None.
        level: Confidence of the interval.

    Raises:
        ModelDataError: A group has fewer than two customers.

    References:
        Welch, B. L. (1947). The generalization of Student's problem. Biometrika 34.
        Deng, A., Xu, Y., Kohavi, R., Walker, T. (2013). Improving the sensitivity of online
        controlled experiments by utilizing pre-experiment data. WSDM, equation 4.
    """
    from scipy.stats import t as student

    counts = int((~held).sum()), int(held.sum())
    if min(counts) < LEAST_OF_AN_ARM:
        raise ModelDataError(
            f"A group of the plan has {min(counts)} customers: nothing can be compared.",
            "plan for a longer list or a larger `decisions.holdout_share`",
        )
    adjusted, saved = (outcome, 0.0) if past is None else _adjusted(outcome, past)
    treat, control = adjusted[~held], adjusted[held]
    difference = float(treat.mean() - control.mean())
    parts = treat.var(ddof=1) / counts[0], control.var(ddof=1) / counts[1]
    variance = float(sum(parts))
    if variance > 0:
        freedom = variance**2 / sum(
            part**2 / (count - 1) for part, count in zip(parts, counts, strict=True)
        )
        half = float(student.ppf((1 + level) / 2, freedom)) * variance**0.5
    else:
        half = 0.0
    return Effect(
        difference,
        difference - half,
        difference + half,
        level,
        float(outcome[~held].mean()),
        float(outcome[held].mean()),
        *counts,
        saved,
    )


def _adjusted(outcome: Array, past: Array) -> tuple[Array, float]:
    """Takes off what past spending explains; gives also the part of the variance that went."""
    spread = float(past.var())
    if spread == 0 or float(outcome.var()) == 0:
        return outcome, 0.0
    centred = past - past.mean()
    theta = float((centred * (outcome - outcome.mean())).mean()) / spread
    adjusted: Array = outcome - theta * centred
    return adjusted, max(0.0, 1.0 - float(adjusted.var()) / float(outcome.var()))


def verdict_of(sales: Effect, profit: tuple[float, float], *, is_over: bool) -> Verdict:
    """Gives the verdict; before the window is over there is none, however good it looks.

    Args:
        sales: Effect on sales per customer.
        profit: Ends of the interval for what stays after margin and cost, per customer.
        is_over: Whether the window is over in the data.
    """
    if not is_over:
        return Verdict.TOO_EARLY
    if sales.high < 0:
        return Verdict.HARMED
    if sales.low > 0:
        return Verdict.DID_NOT_PAY if profit[1] < 0 else Verdict.WORKED
    return Verdict.NOT_SHOWN
