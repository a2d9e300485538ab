"""Pareto/NBD: how often customers buy again, and whether they are gone; leaving at any moment.

Purchases come at random at a rate of the customer's own, gamma-distributed over customers; each
customer's lifetime is exponential at a rate of their own, gamma-distributed too. The likelihood
adds up who is alive at T and who left at any moment since the last purchase:

    Γ(r+x) α^r β^s / Γ(r) · [(α+T)^-(r+x) (β+T)^-s + s I],
    I = ∫ from t_x to T of (α+u)^-(r+x) (β+u)^-(s+1) du.

I is integrated as it stands, of positive terms; the papers write it as a difference of two
Gaussian hypergeometric functions, which cancels for customers who bought often.

References:
    Schmittlein, D. C., Morrison, D. G., Colombo, R. (1987). Counting your customers: who are they
    and what will they do next? Management Science 33(1): 1-24.
    Fader, P. S., Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related
    expressions. brucehardie.com/notes/009: likelihood, P(alive), conditional expectation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.likelihood import Histories, PowerIntegral, PurchaseModel, power_integral

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Below this the exponent of the remaining lifetime is as good as 0, its limit.
TINY = 1e-12


class ParetoNbd(PurchaseModel):
    """Pareto/NBD with parameters `r`, `alpha` (rate) and `s`, `beta` (leaving)."""

    name = "pareto_nbd"
    parameter_names = ("r", "alpha", "s", "beta")
    time_parameters = ("alpha", "beta")
    starts = ((0.5, 0.3, 0.6, 0.4), (1.0, 1.0, 1.0, 1.0), (2.0, 1.0, 0.3, 3.0))

    def _log_likelihood(self, parameters: Array, h: Histories) -> tuple[float, Array]:
        from scipy.special import digamma, gammaln

        r, alpha, s, beta = parameters.tolist()
        x = h.frequency
        log_bracket, alive, gone, integral = _bracket((r, alpha, s, beta), h)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + log_bracket
        from_alpha, from_beta = alpha + integral.points, beta + integral.points
        slopes = (
            digamma(r + x)
            - digamma(r)
            + np.log(alpha)
            - alive * np.log(alpha + h.age)
            - gone * integral.mean(np.log(from_alpha)),
            r / alpha - (r + x) * (alive / (alpha + h.age) + gone * integral.mean(1 / from_alpha)),
            np.log(beta)
            - alive * np.log(beta + h.age)
            + gone * (1 / s - integral.mean(np.log(from_beta))),
            s / beta - alive * s / (beta + h.age) - gone * (s + 1) * integral.mean(1 / from_beta),
        )
        return float(h.weight @ value), np.array([h.weight @ slope for slope in slopes])

    def _alive(self, h: Histories) -> Array:
        return _bracket(self._values(), h)[1]

    def _posterior(self, h: Histories) -> tuple[Array, Array, float, Array]:
        """Gives shape and rate of the purchase rate and of the rate of leaving, if alive."""
        r, alpha, s, beta = self._values()
        return r + h.frequency, alpha + h.age, s, beta + h.age

    def _expected_if_alive(self, h: Histories, horizon: float) -> Array:
        shape, rate, s, beta = self._posterior(h)
        # (β/(s-1)) [1 - (β/(β+t))^(s-1)], with its limit at s = 1.
        length = np.log1p(horizon / beta)
        power = (s - 1) * length
        near = np.abs(power) < TINY
        factor = np.where(near, 1.0, -np.expm1(-power) / np.where(near, 1.0, power))
        expected: Array = shape / rate * beta * length * factor
        return expected

    def _purchase_if_alive(self, h: Histories, horizon: Array) -> Array:
        # ∫ R A^R (A+u)^-(R+1) · (B/(B+u))^s du: the first purchase comes at u, still alive then.
        shape, rate, s, beta = self._posterior(h)
        exponent = np.full_like(beta, s)
        found = power_integral((rate, shape + 1), (beta, exponent), np.zeros_like(rate), horizon)
        log_scale = np.log(shape) + shape * np.log(rate) + s * np.log(beta)
        with np.errstate(under="ignore"):
            return np.minimum(np.exp(found.logarithm + log_scale), 1.0)

    def _probabilities(self, horizon: float, counts: Array) -> Array:
        from scipy.special import gammaln

        r, alpha, s, beta = self._values()
        log_factor = gammaln(r + counts) - gammaln(r) - gammaln(counts + 1) + r * np.log(alpha)
        zero, end = np.zeros(1), np.full(1, horizon)
        with np.errstate(under="ignore", divide="ignore"):
            log_counts = np.where(counts > 0, counts * np.log(horizon / (alpha + horizon)), 0.0)
            log_alive = log_counts - r * np.log(alpha + horizon)
            log_alive += s * (np.log(beta) - np.log(beta + horizon))
            whole = power_integral(
                (np.full(1, alpha), np.full(1, r)), (np.full(1, beta), np.full(1, s + 1)), zero, end
            )
            share = np.log(whole.points) - np.log(alpha + whole.points)
            means = np.exp(counts[:, None] * share) @ whole.shares[0]
            log_gone = np.log(means) + whole.logarithm + np.log(s) + s * np.log(beta)
            found: Array = np.exp(log_factor + log_alive) + np.exp(log_factor + log_gone)
        return found

    def _draw_if_alive(
        self, h: Histories, ends: Array, draws: int, generator: np.random.Generator
    ) -> NDArray[np.int64]:
        shape, rate, s, beta = self._posterior(h)
        size = (len(shape), draws)
        rates = generator.gamma(shape[:, None], 1 / rate[:, None], size)
        leaving = np.maximum(generator.gamma(s, 1 / beta[:, None], size), 1e-300)
        lifetimes = generator.standard_exponential(size) / leaving
        lived = np.diff(np.minimum(ends, lifetimes[:, :, None]), axis=2, prepend=0.0)
        return generator.poisson(rates[:, :, None] * lived).astype(np.int64)


def _bracket(values: tuple[float, ...], h: Histories) -> tuple[Array, Array, Array, PowerIntegral]:
    """Gives the logarithm of the bracket of the likelihood, and the shares of its two terms."""
    r, alpha, s, beta = values
    exponent = r + h.frequency
    integral = power_integral(
        (np.full_like(exponent, alpha), exponent),
        (np.full_like(exponent, beta), np.full_like(exponent, s + 1)),
        h.recency,
        h.age,
    )
    log_alive = -exponent * np.log(alpha + h.age) - s * np.log(beta + h.age)
    odds = np.log(s) + integral.logarithm - log_alive
    with np.errstate(under="ignore"):
        more = np.logaddexp(0, odds)
        return log_alive + more, np.exp(-more), np.exp(odds - more), integral
