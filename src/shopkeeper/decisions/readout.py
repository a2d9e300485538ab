"""Read-out: the money that contacts brought, against those held out, with interval and verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.experiments.difference import degrees_of_freedom
from shopkeeper.experiments.metrics import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

LEVEL = 0.95
# Fewer in an arm say nothing of how much people differ.
LEAST_OF_AN_ARM = 2
# The ends of a 95 % interval rest on 50 draws each.
DRAWS = 1_999
# Customers times draws: more take seconds, and so many customers need no draws.
CELLS, LEAST_DRAWS, CELLS_AT_ONCE = 8_000_000, 399, 1_000_000


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
    outcome: Array,
    held: Mask,
    past: Array | None = None,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 0,
) -> Effect:
    """Gives the effect of a contact on the mean outcome, by intention to treat.

    With past spending the outcome is first made less noisy: θ × (past − mean of past) is taken
    off, θ = cov(outcome, past) ÷ var(past) over both groups. Both groups were drawn at random, so
    this takes away noise and no effect. The interval is the difference less quantiles of what it
    would be, over its standard error, if the groups were drawn anew from customers who differ
    from their own group's mean as these do; it is nowhere narrower than Welch's.

    Args:
        outcome: Array of shape (customers,), what each did in the window.
        held: Whether each was held out.
        past: What each did in as long a time before, or None.
        level: Confidence of the interval.
        draws: Groups drawn anew to learn how far the difference may be off by chance.
        seed: Same seed, same interval.

    Raises:
        ModelDataError: A group has fewer than two customers.

    References:
        Welch, B. L. (1947). The generalization of Student's problem. Biometrika 34.
        Janssen, A. (1997). Studentized permutation tests for non-i.i.d. hypotheses and the
        generalized Behrens-Fisher problem. Statistics & Probability Letters 36.
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
    arms = _estimate(treat), _estimate(control)
    error = float(sum(arm.squared_error for arm in arms)) ** 0.5
    rest = adjusted - np.where(held, control.mean(), treat.mean())
    lower, upper = _quantiles(rest, counts[1], level, draws, seed)
    # Never narrower than Welch's: where contacts make people differ more, shuffling misses that.
    freedom = degrees_of_freedom(*arms) if error > 0 else float(sum(counts) - 2)
    least = float(student.ppf((1 + level) / 2, freedom))
    lower, upper = min(lower, -least), max(upper, least)
    return Effect(
        difference,
        difference - upper * error,
        difference - lower * error,
        level,
        float(outcome[~held].mean()),
        float(outcome[held].mean()),
        *counts,
        saved,
    )


def _estimate(outcome: Array) -> Estimate:
    return Estimate(float(outcome.mean()), float(outcome.var(ddof=1)), len(outcome))


def _quantiles(
    rest: Array, held_count: int, level: float, draws: int, seed: int
) -> tuple[float, float]:
    """Gives the quantiles of the studentised difference when groups are drawn anew at random.

    A few large orders in a small group held out skew it, and no table of t knows by how much. Of
    many customers it is normal, and drawing would take long.
    """
    from scipy.stats import norm

    share = (1 - level) / 2
    fitting = min(draws, CELLS // len(rest))
    if fitting < LEAST_DRAWS:
        return float(norm.ppf(share)), float(norm.ppf(1 - share))
    generator = np.random.default_rng(seed)
    size = max(1, CELLS_AT_ONCE // len(rest))
    drawn = [
        _studentised(rest, held_count, min(size, fitting - start), generator)
        for start in range(0, fitting, size)
    ]
    found = np.concatenate(drawn)
    low = np.quantile(found, share, method="lower")
    return float(low), float(np.quantile(found, 1 - share, method="higher"))


def _studentised(rest: Array, held: int, draws: int, generator: np.random.Generator) -> Array:
    """Draws groups anew and gives the difference of their means over its standard error."""
    total = len(rest)
    treated = total - held
    chosen = rest[
        np.argpartition(generator.random((draws, total), dtype=np.float32), held, axis=1)[:, :held]
    ]
    sums, squares = chosen.sum(axis=1), (chosen**2).sum(axis=1)
    others = float(rest.sum()) - sums
    spread = (squares - sums**2 / held) / ((held - 1) * held)
    spread += (float(rest @ rest) - squares - others**2 / treated) / ((treated - 1) * treated)
    difference = others / treated - sums / held
    found: Array = np.zeros(draws)
    np.divide(difference, np.sqrt(np.maximum(spread, 0.0)), out=found, where=spread > 0)
    return found


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
