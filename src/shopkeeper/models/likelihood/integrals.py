"""Integrals behind the models, of positive terms only: nothing cancels, nothing overflows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# What is e^-45 of the peak is below the rounding of the sum.
NEGLIGIBLE = 45.0
# Gauss-Legendre with this many nodes gives an exponential that falls by e^-45 to rounding.
NODES = 32
# The trapezoidal rule on the logit scale errs by e^(-2π²/step): 4e-22.
LOGIT_STEP = 0.4
LEAST_LOGIT_NODES = 192
# Rows times nodes that are held in memory at once.
CELLS = 2_000_000


@dataclass(frozen=True)
class PowerIntegral:
    """Logarithm of an integral, and means under its integrand.

    Attributes:
        logarithm: Logarithm of the integral; array of shape (rows,), -inf over an empty range.
        points: Places u of the nodes; array of shape (rows, nodes).
        shares: Share of each node in the integral; rows add up to 1.
    """

    logarithm: Array
    points: Array
    shares: Array

    def mean(self, values: Array) -> Array:
        """Gives the mean of `values` at the nodes under the integrand."""
        found: Array = np.sum(self.shares * values, axis=1)
        return found


def power_integral(
    first: tuple[Array, Array], second: tuple[Array, Array], start: Array, end: Array
) -> PowerIntegral:
    """Gives ∫ (A + u)^-m (B + u)^-n du from `start` to `end`, row by row.

    On the scale of log(u + min(A, B)) the integrand's logarithm is concave, so that what lies
    behind its fall by e^-45 is cut off and the rest is smooth for Gauss-Legendre.

    Args:
        first: A and m, each of shape (rows,).
        second: B and n, each of shape (rows,).
        start: From 0 on.
        end: Not before `start`.
    """
    (a, m), (b, n) = first, second
    nodes, weights = _legendre()
    least = np.minimum(a, b)
    fall = m * (least + start) / (a + start) + n * (least + start) / (b + start) - 1
    length = np.log1p((end - start) / (least + start))
    length = np.minimum(length, NEGLIGIBLE / np.maximum(fall, 1e-3))
    steps = length[:, None] * nodes
    rise = (least + start)[:, None] * np.expm1(steps)
    points = start[:, None] + rise
    logs = -m[:, None] * np.log(a[:, None] + points) - n[:, None] * np.log(b[:, None] + points)
    logs += steps + np.log(weights)
    peak = logs.max(axis=1)
    with np.errstate(under="ignore", divide="ignore"):
        parts = np.exp(logs - peak[:, None])
        total = parts.sum(axis=1)
        logarithm = peak + np.log(total) + np.log(length) + np.log(least + start)
    return PowerIntegral(logarithm, points, parts / total[:, None])


@lru_cache(maxsize=1)
def _legendre() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (nodes + 1) / 2, weights / 2


def expected_before_dropping_out(shape: Array, odds: Array, a: float, b: Array) -> Array:
    """Gives E[(1 - (1 + p w)^-s) / p] over p ~ Beta(a, b): purchases of one who is alive.

    Equals (a + b - 1) / (a - 1) [1 - 2F1(s, a - 1; a + b - 1; -w)] without its pole at a = 1 and
    without the hypergeometric function, whose usual evaluations fail for large s. The integral is
    taken of s w less the term, whose left tail falls at least as fast as p.

    Args:
        shape: s, array of shape (rows,).
        odds: w, the horizon over the rate parameter.
        a: Positive.
        b: Positive, array of shape (rows,).
    """
    found = np.empty_like(shape)
    lowest, highest = _logit_range(shape * odds, a, b)
    widest = float(np.max(highest - lowest, initial=0.0))
    count = max(LEAST_LOGIT_NODES, int(np.ceil(widest / LOGIT_STEP)))
    size = max(1, CELLS // count)
    for start in range(0, len(shape), size):
        part = slice(start, start + size)
        grid = np.linspace(lowest[part], highest[part], count, axis=1)
        found[part] = _loss_left_over(shape[part], odds[part], a, b[part], grid)
    return found


def _loss_left_over(shape: Array, odds: Array, a: float, b: Array, grid: Array) -> Array:
    from scipy.special import betaln

    step = grid[:, 1] - grid[:, 0]
    with np.errstate(under="ignore"):
        p = 1 / (1 + np.exp(-grid))
        density = a * grid - (a + b)[:, None] * np.logaddexp(0, grid) - betaln(a, b)[:, None]
        s, w = shape[:, None], odds[:, None]
        lost = s * w + np.expm1(-s * np.log1p(p * w)) / p
        whole = np.sum(np.exp(density) * np.maximum(lost, 0), axis=1) * step
    most = shape * odds
    left: Array = np.clip(most - whole, 0, most)
    return left


def _logit_range(most: Array, a: float, b: Array) -> tuple[Array, Array]:
    """Gives where on the logit scale p^(a+1) (1-p)^b / (1 + s w p) has all its weight."""
    c = 1 + most
    middle = a * c + 1 - b
    root = np.sqrt(middle**2 + 4 * c * b * (a + 1))
    # The positive root of c b y² - middle y - (a + 1), by the form that does not cancel.
    y = np.where(middle > 0, (middle + root) / (2 * c * b), 2 * (a + 1) / (root - middle))
    mode = np.log(y)
    reach = 2 * NEGLIGIBLE
    left, right = mode - reach / min(a + 1, 1.0) - 5, mode + reach / np.minimum(b, 1.0) + 5
    return _where_negligible(left, mode, c, a, b), _where_negligible(right, mode, c, a, b)


def _where_negligible(point: Array, mode: Array, c: Array, a: float, b: Array) -> Array:
    """Follows Newton's steps from outside to where a concave logarithm lies 45 below its peak."""

    def height(u: Array) -> Array:
        log_c = np.log(c)
        found: Array = (a + 1) * u - (a + b) * np.logaddexp(0, u) - np.logaddexp(0, u + log_c)
        return found

    def slope(u: Array) -> Array:
        with np.errstate(under="ignore", over="ignore"):
            first, second = 1 / (1 + np.exp(-u)), 1 / (1 + np.exp(-u) / c)
        found: Array = a + 1 - (a + b) * first - second
        return found

    target = height(mode) - NEGLIGIBLE
    for _ in range(40):
        point = point - (height(point) - target) / slope(point)
    return point
