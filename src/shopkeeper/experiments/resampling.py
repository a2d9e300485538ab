"""Resampling: bootstrap and permutation, second opinions that assume no distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.experiments.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DRAWS = 1_000
# Cells of one matrix of draws: 16 MB.
CELLS = 2_000_000
# Arms of more units are dealt into buckets, which are then drawn instead of units.
MOST_UNITS = 20_000
BUCKETS = 2_000


@dataclass(frozen=True, slots=True)
class Sampling:
    """How draws are made.

    Attributes:
        seed: Same seed and values, same draws.
        draws: Number of draws.
        alpha: 1 less the level of intervals.
    """

    seed: int
    draws: int = DRAWS
    alpha: float = 0.05


def bootstrap(
    control: tuple[Array, Array | None],
    treatment: tuple[Array, Array | None],
    sampling: Sampling,
    *,
    relative: bool = False,
) -> Difference:
    """Compares two arms by drawing units of each anew; gives the percentile interval.

    Args:
        control: Outcome of each unit, and denominator of each or None.
        treatment: The same.
        sampling: How draws are made.
        relative: Whether the difference is divided by the size of control.

    References:
        Efron, Tibshirani (1993), An introduction to the bootstrap, ch. 13. Buckets: Chamandy,
        Muralidharan, Najmi, Naidu (2012), Estimating uncertainty for massive data streams, 4.
    """
    random = np.random.default_rng(sampling.seed)
    (one, whole), (other, others) = (
        _drawn(values, below, random, sampling.draws) for values, below in (control, treatment)
    )
    scale = np.abs(one[0]) if relative else 1.0
    drawn = (other[0] - one[0]) / scale
    value = float((others - whole) / (abs(whole) if relative else 1.0))
    half = sampling.alpha / 2
    low, high = np.quantile(drawn, [half, 1 - half])
    return Difference(value, float(low), float(high), float(tail_share(drawn[None])[0]))


def bootstrap_p_values(control: Array, treatment: Array, sampling: Sampling) -> Array:
    """Gives the p-value of the difference in means for many experiments, on the same draws.

    Args:
        control: Outcomes; shape (experiments, units).
        treatment: Outcomes; shape (experiments, other units).
        sampling: How draws are made.
    """
    random = np.random.default_rng(sampling.seed)
    one, other = (
        np.concatenate(
            [values @ w.T / values.shape[1] for w in _weights(values.shape[1], random, sampling)],
            axis=1,
        )
        for values in (control, treatment)
    )
    return tail_share(other - one)


def tail_share(drawn: Array) -> Array:
    """Gives twice the smaller share of draws beyond zero, never 0; one value for each row."""
    draws = drawn.shape[1]
    beyond = np.minimum((drawn <= 0).sum(axis=1), (drawn >= 0).sum(axis=1))
    return np.minimum(1.0, 2 * (beyond + 1) / (draws + 1))


def permutation_p_values(control: Array, treatment: Array, sampling: Sampling) -> Array:
    """Gives p-values by dealing units to arms anew, for one or many experiments.

    The statistic is Welch's, so that arms which differ in spread only raise no alarm.

    Args:
        control: Outcomes; shape (experiments, units).
        treatment: Outcomes; shape (experiments, other units).
        sampling: How draws are made.

    References:
        Janssen (1997), Studentized permutation tests for non-i.i.d. hypotheses.
    """
    values = np.concatenate([control, treatment], axis=1)
    size, taken = values.shape[1], treatment.shape[1]
    values = values - values.mean(axis=1, keepdims=True)
    dealt = np.zeros(size)
    dealt[size - taken :] = 1.0
    seen = _statistic(values, dealt[None])
    random = np.random.default_rng(sampling.seed)
    beyond = np.zeros(len(values))
    for count in _parts(sampling.draws, size):
        deals = random.permuted(np.tile(dealt, (count, 1)), axis=1)
        beyond += (_statistic(values, deals) >= seen * (1 - 1e-12)).sum(axis=1)
    return (beyond + 1) / (sampling.draws + 1)


def _statistic(values: Array, deals: Array) -> Array:
    """Gives Welch's statistic without its sign; shape (experiments, deals)."""
    size = values.shape[1]
    taken = deals[0].sum()
    total, squares = values.sum(axis=1)[:, None], (values**2).sum(axis=1)[:, None]
    sums, sums_squared = values @ deals.T, (values**2) @ deals.T
    arms = ((sums, sums_squared, taken), (total - sums, squares - sums_squared, size - taken))
    errors = sum((s2 - s * s / n) / (n - 1) / n for s, s2, n in arms)
    apart = sums / taken - (total - sums) / (size - taken)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(apart) / np.sqrt(np.maximum(errors, 0.0))
    return np.nan_to_num(found, nan=0.0, posinf=np.inf)


def _drawn(
    values: Array, below: Array | None, random: np.random.Generator, draws: int
) -> tuple[Array, float]:
    """Gives the metric of each draw, shape (1, draws), and that of the arm itself."""
    under = np.ones_like(values) if below is None else below
    whole = float(values.sum() / under.sum())
    if len(values) > MOST_UNITS:
        order = random.permutation(len(values))
        starts = np.linspace(0, len(values), BUCKETS, endpoint=False).astype(np.int64)
        values, under = (np.add.reduceat(column[order], starts) for column in (values, under))
    pair = np.stack([values, under])
    sampling = Sampling(0, draws)
    sums = np.concatenate([pair @ w.T for w in _weights(len(values), random, sampling)], axis=1)
    return sums[:1] / sums[1:], whole


def _weights(size: int, random: np.random.Generator, sampling: Sampling) -> Iterator[Array]:
    """Gives how often each unit is drawn, as arrays of shape (some draws, units)."""
    for count in _parts(sampling.draws, size):
        rows = random.integers(size, size=(count, size))
        rows += np.arange(count)[:, None] * size
        drawn = np.bincount(rows.ravel(), minlength=count * size)
        yield drawn.reshape(count, size).astype(np.float64)


def _parts(draws: int, size: int) -> Iterator[int]:
    at_once = max(1, CELLS // size)
    for start in range(0, draws, at_once):
        yield min(at_once, draws - start)
