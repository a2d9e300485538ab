"""Maximum: parameters that make data likeliest, with their covariance from the curvature there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    # Logarithms of the parameters → value to be made as great as possible, and its gradient.
    Objective = Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]

# Parameters outside e^±11.5 of their unit (1e-5 to 1e5) no longer change what is predicted; a fit
# that ends there has no maximum.
BOUND = 11.5
# Central differences of an analytic gradient: the cube root of the machine's precision.
STEP = 6e-6
POLISHING_STEPS = 20
# From each start, this many steps show which start leads highest; only that way is gone to the end.
SCOUTING_STEPS = 12
# Newton's decrement: what the log-likelihood could still gain.
GAIN_AT_MAXIMUM = 1e-9


@dataclass(frozen=True)
class Maximum:
    """Where a log-likelihood is greatest.

    Attributes:
        logarithms: Logarithms of the parameters, array of shape (parameters,).
        value: What was maximised, there.
        hessian: Second derivatives by the logarithms, of shape (parameters, parameters).
        is_converged: Whether it is a maximum inside the bounds, curved in every direction.
    """

    logarithms: NDArray[np.float64]
    value: float
    hessian: NDArray[np.float64]
    is_converged: bool

    def covariance(self) -> NDArray[np.float64]:
        """Gives the covariance of the parameters themselves, by the delta method.

        Infinite where there is no maximum: the data do not tell the parameters apart.
        """
        size = len(self.logarithms)
        if not self.is_converged:
            return np.full((size, size), np.inf)
        slopes = np.exp(self.logarithms)
        found: NDArray[np.float64] = np.linalg.inv(-self.hessian) * np.outer(slopes, slopes)
        return found


def maximise(objective: Objective, starts: Sequence[NDArray[np.float64]]) -> Maximum:
    """Gives the greatest maximum found from several starts, polished by Newton's steps.

    Args:
        objective: Value and gradient at logarithms of parameters.
        starts: Arrays of shape (parameters,); one far from the maximum does no harm.
    """
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    def downhill(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = objective(point)
        return -value, -gradient

    settings: dict[str, Any] = {
        "jac": True,
        "method": "L-BFGS-B",
        "bounds": [(-BOUND, BOUND)] * len(starts[0]),
    }
    # So few parameters are no work for several threads, which would only wait for one another.
    with threadpool_limits(1, user_api="blas"):
        scouts = [
            minimize(downhill, start, options={"maxiter": SCOUTING_STEPS}, **settings)
            for start in starts
        ]
        best = min(scouts, key=lambda found: found.fun)
        if not best.success:
            best = minimize(downhill, best.x, options={"ftol": 1e-12, "maxiter": 1000}, **settings)
    return _polished(objective, np.asarray(best.x, dtype=np.float64))


def hessian(objective: Objective, point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives second derivatives as central differences of the analytic gradient."""
    columns = []
    for place in range(len(point)):
        step = np.zeros_like(point)
        step[place] = STEP
        above, below = objective(point + step)[1], objective(point - step)[1]
        columns.append((above - below) / (2 * STEP))
    found = np.array(columns)
    return (found + found.T) / 2


def _polished(objective: Objective, point: NDArray[np.float64]) -> Maximum:
    value, gradient = objective(point)
    for _ in range(POLISHING_STEPS):
        curvature = hessian(objective, point)
        if not _is_peak(curvature) or np.any(np.abs(point) >= BOUND):
            return Maximum(point, value, curvature, is_converged=False)
        step = np.linalg.solve(-curvature, gradient)
        gain = float(gradient @ step) / 2
        next_point = np.clip(point + step, -BOUND, BOUND)
        next_value, next_gradient = objective(next_point)
        is_better = next_value >= value
        if is_better:
            point, value, gradient = next_point, next_value, next_gradient
        if gain < GAIN_AT_MAXIMUM or not is_better:
            is_done = gain < max(GAIN_AT_MAXIMUM, 1e-12 * abs(value))
            return Maximum(point, value, hessian(objective, point), is_converged=is_done)
    return Maximum(point, value, hessian(objective, point), is_converged=False)


def _is_peak(curvature: NDArray[np.float64]) -> bool:
    # Flatter than this by ten orders of magnitude against the steepest direction is rounding.
    values = np.linalg.eigvalsh(-curvature)
    return bool(np.isfinite(values).all() and values[0] > 1e-10 * max(values[-1], 1.0))
