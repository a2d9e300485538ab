"""Outlook: what a list will bring in all, drawn many times from all that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.decisions.terms import Term

    Array = NDArray[np.float64]

DRAWS = 4_000
COVERAGE = 0.8
# A measured rate has a 95 % interval.
DEVIATIONS_OF_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Range:
    """A mean with the ends of the interval that holds 80 % of all draws."""

    mean: float
    low: float
    high: float


def range_of(draws: Array) -> Range:
    """Gives mean and interval of draws."""
    share = (1 - COVERAGE) / 2
    low, high = np.quantile(draws, [share, 1 - share])
    return Range(float(draws.mean()), float(low), float(high))


def draw_rate(term: Term, draws: int, generator: np.random.Generator) -> Array:
    """Draws a rate in 0-1 from what is known of it.

    What is assumed comes from a triangle over its range, what is measured from a normal
    distribution with its interval as the 95 % interval.
    """
    low = term.value if term.low is None else term.low
    high = term.value if term.high is None else term.high
    if high <= low:
        return np.full(draws, term.value)
    if term.is_measured:
        spread = (high - low) / (2 * DEVIATIONS_OF_95)
        return np.clip(generator.normal(term.value, spread, draws), 0.0, 1.0)
    return generator.triangular(low, min(max(term.value, low), high), high, draws)


def draw_error(
    error: tuple[float, float] | None, draws: int, generator: np.random.Generator
) -> Array:
    """Draws actual over expected spending from what past forecasts were off by; 1 if unknown."""
    if error is None or error[0] >= error[1]:
        return np.ones(draws)
    return generator.triangular(error[0], min(max(1.0, error[0]), error[1]), error[1], draws)


@dataclass(frozen=True, slots=True)
class Reached:
    """Customers who are contacted through one channel.

    Attributes:
        saved: Share of leaving ones that a contact keeps.
        leaves: Array of shape (customers,): chance of leaving, in 0-1.
        worth: Array of shape (customers,): money that stays if they do.
        cost: What contacting all of them costs.
    """

    saved: Term
    leaves: Array
    worth: Array
    cost: float


def gain_of(
    reached: tuple[Reached, ...],
    error: tuple[float, float] | None,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Range:
    """Gives what contacting customers brings after its cost.

    In each draw all rates are what they may be; given them, customer i is kept with probability
    pᵢ·s and then brings an amount with mean vᵢ and standard deviation vᵢ. The sum over many
    customers is taken as normal.
    """
    generator = np.random.default_rng([seed, len(reached)])
    factor = draw_error(error, draws, generator)
    total = np.zeros(draws)
    for part in reached:
        saved = draw_rate(part.saved, draws, generator)
        mean = float(part.leaves @ part.worth)
        square = float(part.leaves @ part.worth**2)
        square_of_chance = float(part.leaves**2 @ part.worth**2)
        variance = factor**2 * (2 * saved * square - saved**2 * square_of_chance)
        chance = generator.standard_normal(draws) * np.sqrt(np.maximum(variance, 0.0))
        total += factor * saved * mean + chance - part.cost
    return range_of(total)
