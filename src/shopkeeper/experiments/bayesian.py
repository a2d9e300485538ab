"""Bayesian read-out: how likely the treatment is better, and what is lost by being wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.experiments.difference import size_of

if TYPE_CHECKING:
    from shopkeeper.experiments.metrics import Estimate


@dataclass(frozen=True, slots=True)
class Belief:
    """What to believe of a difference after the test; normal, in the metric's own unit.

    Attributes:
        mean: Expected difference, treatment less control.
        low: Lower end of the middle of the belief, `level` of it.
        high: Upper end.
        level: Share of the belief between the ends.
        chance_to_win: Probability that the treatment is higher.
        loss_if_chosen: Expected loss by choosing the treatment where it is lower.
    """

    mean: float
    low: float
    high: float
    level: float
    chance_to_win: float
    loss_if_chosen: float


def belief(
    control: Estimate,
    treatment: Estimate,
    *,
    prior_deviation: float = math.inf,
    level: float = 0.95,
) -> Belief:
    """Gives the belief in the difference, from a normal prior about no difference.

    Args:
        control: Arm A.
        treatment: Arm B; at least one arm must vary.
        prior_deviation: How large differences usually are; infinite leaves the data alone.
        level: Share of the belief between the ends.
    """
    from scipy import stats

    value, squared_error = size_of(control, treatment, relative=False)
    # Written so that an infinite prior has the weight 1.
    weight = 1 / (1 + squared_error / prior_deviation**2)
    mean, deviation = weight * value, math.sqrt(weight * squared_error)
    z = mean / deviation
    reach = float(stats.norm.isf((1 - level) / 2)) * deviation
    # The mean of a normal variable below zero, with its sign turned.
    loss = deviation * float(stats.norm.pdf(z)) - mean * float(stats.norm.cdf(-z))
    win = float(stats.norm.cdf(z))
    return Belief(mean, mean - reach, mean + reach, level, win, max(0.0, loss))
