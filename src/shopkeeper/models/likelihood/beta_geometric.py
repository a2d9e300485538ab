"""Beta-geometric models: gamma-distributed rates; customers leave with a chance after a purchase.

BG/NBD and MBG/NBD differ in one thing: whether a customer may also leave right after the first
purchase. With k chances to leave that were survived if the customer is alive (k = x, or x + 1),
both have the likelihood

    Γ(r+x) α^r / Γ(r) · B(a, b+k) / B(a, b) · [(α+T)^-(r+x) + δ(k>0) a/(b+k-1) (α+t_x)^-(r+x)].

Given that a customer is alive, the rate has the distribution Gamma(r+x, α+T) and the chance to
leave Beta(a, b+k); everything else follows from these two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from shopkeeper.models.likelihood.histories import Histories
from shopkeeper.models.likelihood.integrals import expected_before_dropping_out
from shopkeeper.models.likelihood.purchase_model import PurchaseModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class BetaGeometricModel(PurchaseModel):
    """What BG/NBD and MBG/NBD share; see `PurchaseModel` for arguments and attributes."""

    parameter_names = ("r", "alpha", "a", "b")
    time_parameters = ("alpha",)
    starts = ((0.5, 0.3, 0.8, 2.0), (1.0, 1.0, 1.0, 10.0), (3.0, 1.0, 0.2, 0.5))
    # Chances to leave beside those after repeat purchases: 1 if right after the first, else 0.
    first_chances: ClassVar[int]

    def _log_likelihood(self, parameters: Array, h: Histories) -> tuple[float, Array]:
        from scipy.special import digamma, gammaln

        r, alpha, a, b = parameters.tolist()
        w = h.weight
        x, of_x, n = h.counts
        k = x + self.first_chances
        log_left, alive, gone = self._alive_or_gone((r, alpha, a, b), h)
        value = (
            n
            @ (
                gammaln(r + x)
                - gammaln(r)
                + r * np.log(alpha)
                + gammaln(b + k)
                - gammaln(b)
                + gammaln(a + b)
                - gammaln(a + b + k)
            )
            + w @ log_left
        )
        log_mean = alive * np.log(alpha + h.age) + gone * np.log(alpha + h.recency)
        inverse = alive / (alpha + h.age) + gone / (alpha + h.recency)
        both = digamma(a + b) - digamma(a + b + k)
        gone_of_x = np.bincount(of_x, weights=w * gone)
        by_r = n @ (digamma(r + x) - digamma(r) + np.log(alpha)) - w @ log_mean
        by_alpha = n.sum() * r / alpha - w @ ((r + h.frequency) * inverse)
        by_a = n @ both + gone_of_x.sum() / a
        by_b = n @ (both + digamma(b + k) - digamma(b))
        by_b -= gone_of_x @ (1 / np.where(k > 0, b + k - 1, 1.0))
        return float(value), np.array([by_r, by_alpha, by_a, by_b])

    def _alive_or_gone(self, values: tuple[float, ...], h: Histories) -> tuple[Array, Array, Array]:
        """Gives the logarithm of the bracket of the likelihood, and the shares of its terms."""
        r, alpha, a, b = values
        k = h.frequency + self.first_chances
        exponent = r + h.frequency
        log_alive = -exponent * np.log(alpha + h.age)
        odds = np.full_like(k, -np.inf)
        may = k > 0
        odds[may] = np.log(a) - np.log(b + k[may] - 1)
        odds += exponent * (np.log(alpha + h.age) - np.log(alpha + h.recency))
        with np.errstate(under="ignore"):
            more = np.logaddexp(0, odds)
            return log_alive + more, np.exp(-more), np.exp(odds - more)

    def _alive(self, h: Histories) -> Array:
        return self._alive_or_gone(self._values(), h)[1]

    def _posterior(self, h: Histories) -> tuple[Array, Array, float, Array]:
        """Gives shape and rate of the purchase rate, a and b of the chance to leave, if alive."""
        r, alpha, a, b = self._values()
        return r + h.frequency, alpha + h.age, a, b + h.frequency + self.first_chances

    def _expected_if_alive(self, h: Histories, horizon: float) -> Array:
        shape, rate, a, b = self._posterior(h)
        return expected_before_dropping_out(shape, horizon / rate, a, b)

    def _purchase_if_alive(self, h: Histories, horizon: Array) -> Array:
        # Nobody leaves without a purchase, so the next one waits for the rate alone.
        shape, rate, _, _ = self._posterior(h)
        with np.errstate(under="ignore"):
            found: Array = -np.expm1(-shape * np.log1p(horizon / rate))
        return found

    def _time_if_alive(self, h: Histories, wanted: Array) -> Array:
        shape, rate, _, _ = self._posterior(h)
        times = np.full_like(wanted, np.inf)
        ever = wanted < 1
        wait = -np.log1p(-wanted[ever]) / shape[ever]
        # Beyond e^700 a float ends: never, for a shop.
        times[ever] = np.where(wait < 700, rate[ever] * np.expm1(np.minimum(wait, 700.0)), np.inf)
        return times

    def _probabilities(self, horizon: float, counts: Array) -> Array:
        from scipy.special import betainc, betaln, gammaln

        r, alpha, a, b = self._values()
        k = counts + self.first_chances
        share = horizon / (alpha + horizon)
        with np.errstate(under="ignore", divide="ignore"):
            log_bought = gammaln(r + counts) - gammaln(r) - gammaln(counts + 1)
            log_bought += r * np.log1p(-share)
            log_bought += np.where(counts > 0, counts * np.log(share), 0.0)
            stayed = np.exp(betaln(a, b + k) - betaln(a, b) + log_bought)
            may = k > 0
            left = np.zeros_like(stayed)
            # P(at least n purchases would have been made), 1 for n = 0.
            reached = np.where(counts > 0, betainc(np.maximum(counts, 1.0), r, share), 1.0)
            left[may] = np.exp(betaln(a + 1, b + k[may] - 1) - betaln(a, b)) * reached[may]
        found: Array = stayed + left
        return found

    def _draw_if_alive(
        self, h: Histories, ends: Array, draws: int, generator: np.random.Generator
    ) -> NDArray[np.int64]:
        shape, rate, a, b = self._posterior(h)
        size = (len(shape), draws)
        rates = generator.gamma(shape[:, None], 1 / rate[:, None], size)
        chances = generator.beta(a, b[:, None], size)
        # The number of the purchase after which the customer leaves, by inversion, from 1 on.
        log_stay = np.log1p(-np.minimum(chances, 1 - 1e-16))
        waits = generator.standard_exponential(size) / np.maximum(-log_stay, 1e-300)
        last = np.minimum(np.floor(waits) + 1, 2.0**62).astype(np.int64)
        lengths = np.diff(ends, prepend=0.0)
        bought = generator.poisson(rates[:, :, None] * lengths)
        running = np.minimum(bought.cumsum(axis=2), last[:, :, None])
        return np.diff(running, axis=2, prepend=0)
