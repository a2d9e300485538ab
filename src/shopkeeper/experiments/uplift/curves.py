"""Curves: Qini and uplift over units in order, and the band that random orders fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RANDOM_ORDERS = 50
# Points of a curve that are kept to be drawn.
POINTS = 50


@dataclass(frozen=True, slots=True)
class Curve:
    """Extra outcomes by the share of units that is treated, best first, and the null band.

    Attributes:
        shares: Share of units treated, from 0 to 1.
        qini: Extra outcomes among them, by Qini's count.
        uplift: Extra outcomes among them, by the difference of shares in both arms.
        random_low: Lower end of what random orders give, as Qini; 2.5 % lie below.
        random_high: Upper end.
        qini_area: Mean height of the Qini curve over the random line.
        uplift_area: The same of the uplift curve.
        sigma: Qini area in standard deviations of those of random orders.
        uplift_sigma: The same of the uplift area.
    """

    shares: tuple[float, ...]
    qini: tuple[float, ...]
    uplift: tuple[float, ...]
    random_low: tuple[float, ...]
    random_high: tuple[float, ...]
    qini_area: float
    uplift_area: float
    sigma: float
    uplift_sigma: float


def curve_of(
    scores: Array, treated: Array, outcome: Array, *, seed: int, orders: int = RANDOM_ORDERS
) -> Curve:
    """Orders units by score and counts what treating them brought.

    Args:
        scores: The more, the sooner treated; shape (units,). Ties stay in order.
        treated: 0 or 1.
        outcome: What is counted.
        seed: Of the random orders.
        orders: How many random orders make the band.

    References:
        Radcliffe (2007), Using control groups to target on predicted lift; Devriendt, Van Belle,
        Guns, Verbeke (2020), Learning to rank for uplift modeling, table 2.
    """
    random = np.random.default_rng(seed)
    qini, uplift = _heights(np.argsort(-scores, kind="stable"), treated, outcome)
    areas, places = [], _places(len(scores))
    drawn = np.empty((orders, len(places)))
    for order in range(orders):
        both = _heights(random.permutation(len(scores)), treated, outcome)
        drawn[order] = both[0][places]
        areas.append([_area(both[0]), _area(both[1])])
    spread = np.std(areas, axis=0, ddof=1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    found = np.array([_area(qini), _area(uplift)])
    sigmas = np.divide(found, spread, out=np.zeros(2), where=spread > 0)
    return Curve(
        shares=tuple(float(place) / len(scores) for place in places),
        qini=tuple(map(float, qini[places])),
        uplift=tuple(map(float, uplift[places])),
        random_low=tuple(map(float, low)),
        random_high=tuple(map(float, high)),
        qini_area=float(found[0]),
        uplift_area=float(found[1]),
        sigma=float(sigmas[0]),
        uplift_sigma=float(sigmas[1]),
    )


def _places(size: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, size, POINTS + 1).round().astype(np.int64))


def _heights(order: NDArray[np.int64], treated: Array, outcome: Array) -> tuple[Array, Array]:
    """Gives both curves at each number of units, from none to all; shape (units + 1,) each."""
    arm, came = treated[order], outcome[order]
    in_treatment, in_control = _running(arm), _running(1 - arm)
    by_treatment, by_control = _running(came * arm), _running(came * (1 - arm))
    part = _share(in_treatment, in_control)
    qini = by_treatment - by_control * part
    rates = _share(by_treatment, in_treatment) - _share(by_control, in_control)
    return qini, rates * np.arange(len(order) + 1)


def _running(values: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(values)])


def _share(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _area(heights: Array) -> float:
    """Gives the mean height over the straight line to the end of the curve."""
    shares = np.arange(1, len(heights)) / (len(heights) - 1)
    return float(np.mean(heights[1:] - heights[-1] * shares))
