"""Gamma-Gamma: what a customer's purchases are worth, however few of them have been seen.

The value of a purchase varies around the customer's own mean, gamma-distributed with shape p and
rate ν; ν varies over customers, gamma-distributed with shape q and rate γ. It is taken for granted
that how often customers buy says nothing of how much they spend: `independence` measures that.
One-time buyers have no repeat purchase; they do not count in the fit and get the prior mean.

References:
    Fader, P. S., Hardie, B. G. S. (2013). The Gamma-Gamma model of monetary value.
    brucehardie.com/notes/025: likelihood, equation 1a; conditional expectation, equation 5.
    Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005). RFM and CLV: using iso-value curves for
    customer base analysis. Journal of Marketing Research 42(4): 415-430.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.likelihood import (
    Maximum,
    RepeatValues,
    from_files,
    matrix,
    matrix_or_none,
    maximise,
    number_or_none,
    to_files,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Correlations and their p-values need at least this many customers.
LEAST_CUSTOMERS = 3


@dataclass(frozen=True, slots=True)
class Independence:
    """Whether the number of repeat purchases and their mean value go together.

    Attributes:
        customer_count: Customers with repeat purchases of value.
        pearson: Correlation of count and mean value, -1 to 1; 0 where either is constant.
        pearson_p: Probability of one at least as far from 0, were there none.
        spearman: Correlation of their ranks, -1 to 1.
        spearman_p: Probability of one at least as far from 0, were there none.
    """

    customer_count: int
    pearson: float
    pearson_p: float
    spearman: float
    spearman_p: float


class GammaGamma:
    """Gamma-Gamma model with parameters `p`, `q` and `gamma` (in money).

    Rows are customers with `frequency` (repeat purchases), `mean_value` (their mean, in money;
    may be missing where frequency is 0) and optionally `weight`.

    Args:
        penalty: Precision (1 / variance) of a normal prior, centred on 0, of each parameter's
            logarithm with money in units of the mean value; 0 is maximum likelihood.

    Attributes:
        parameters_: Name → value, `gamma` in money.
        log_likelihood_: Of all customers fitted, without the penalty.
        standard_errors_: Name → standard error by the delta method; infinite without a maximum.
        covariance_: Of `p`, `q`, `gamma`; shape (3, 3).
        customer_count_: Customers fitted, by weight: those with repeat purchases of value.
        left_out_count_: Customers left out, by weight: no repeat purchase, or all of value 0.
        is_converged_: Whether a maximum inside the bounds was found.
    """

    name = "gamma_gamma"
    parameter_names = ("p", "q", "gamma")
    starts = ((1.0, 3.0, 3.0), (6.0, 4.0, 0.5), (0.3, 10.0, 30.0))

    def __init__(self, penalty: float = 0.0) -> None:
        if not (np.isfinite(penalty) and penalty >= 0):
            raise UsageError(f"`penalty` must be a number from 0 on; it is `{penalty}`.")
        self.penalty = float(penalty)
        self.parameters_: dict[str, float] = {}
        self.log_likelihood_ = np.nan
        self.standard_errors_: dict[str, float] = {}
        self.covariance_: Array = np.empty((0, 0))
        self.customer_count_ = 0.0
        self.left_out_count_ = 0.0
        self.is_converged_ = False

    def fit(self, rows: pd.DataFrame) -> Self:
        """Finds the likeliest parameters.

        Raises:
            ModelDataError: No customer has repeat purchases of value, or values cannot be.
        """
        everyone = RepeatValues.of(rows)
        values = everyone.valued()
        if not len(values.mean):
            raise ModelDataError(
                f"None of {everyone.weight.sum():,.0f} customers has a repeat purchase of value; "
                "the value of purchases cannot be learned.",
                "give a longer period, or a shop whose customers return",
            )
        unit = float(np.average(values.mean, weights=values.weight))
        sums = _Sums(values, unit)

        def objective(logarithms: Array) -> tuple[float, Array]:
            parameters = np.exp(logarithms)
            value, gradient = sums.log_likelihood(parameters)
            value -= self.penalty / 2 * float(logarithms @ logarithms)
            return value, gradient * parameters - self.penalty * logarithms

        found = maximise(objective, [np.log(start) for start in self.starts])
        self._keep(found, sums, unit)
        self.customer_count_ = float(values.weight.sum())
        self.left_out_count_ = float(everyone.weight.sum() - self.customer_count_)
        return self

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives a frame with the index of `rows` and the column `expected_value`, in money."""
        values = self._known(rows)
        predicted = rows[[]].copy()
        predicted["expected_value"] = self._expected(values.frequency, values.mean)[values.place]
        return predicted

    def expected_value(self, frequency: Array, mean: Array) -> Array:
        """Gives the mean value of a customer's purchases, given those that were seen.

        Args:
            frequency: Repeat purchases, array of shape (rows,).
            mean: Their mean value; not looked at where frequency is 0.

        Returns:
            Array of shape (rows,), in money; infinite where p x + q is 1 or less.
        """
        self._check_fitted()
        frequency = np.asarray(frequency, dtype=np.float64)
        return self._expected(frequency, np.where(frequency > 0, mean, 0.0))

    def value_quantile(self, rows: pd.DataFrame, probability: float, purchases: float = 1) -> Array:
        """Gives a quantile of the mean value of a customer's next purchases.

        Args:
            rows: Customers; frequency 0 for one of whom nothing is known.
            probability: Share of the distribution below the quantile, between 0 and 1.
            purchases: How many purchases the mean is taken of.
        """
        from scipy.special import betaincinv

        values = self._known(rows)
        p, shape, rate = self._posterior(values.frequency, values.mean)
        share = betaincinv(p * purchases, shape, probability)
        # The total over the total plus the rate has the distribution Beta(p n, q).
        found: Array = rate / purchases * share / np.maximum(1 - share, 1e-300)
        return found[values.place]

    def probability_of_value(self, value: Array, purchases: float = 1) -> Array:
        """Gives P(mean value of some purchases of a random customer ≤ value), in 0-1."""
        from scipy.special import betainc

        self._check_fitted()
        p, q, gamma = self._values()
        total = purchases * np.asarray(value, dtype=np.float64)
        found: Array = betainc(p * purchases, q, total / (total + gamma))
        return found

    def draw_spend(self, rows: pd.DataFrame, purchases: NDArray[np.int64], seed: int = 0) -> Array:
        """Draws what customers spend on given numbers of purchases.

        Args:
            rows: Customers.
            purchases: Numbers of purchases; array of shape (rows, draws) or (rows, draws, periods)
                as from `draw_purchases`. Periods of one draw share the customer's ν.
            seed: Same seed, same rows, same draws.

        Returns:
            Array of the shape of `purchases`: total spend, in money.
        """
        values = self._known(rows)
        p, shape, rate = self._posterior(values.frequency[values.place], values.mean[values.place])
        generator = np.random.default_rng(seed)
        each = generator.gamma(shape[:, None], 1 / rate[:, None], purchases.shape[:2])
        each = np.maximum(each, 1e-300).reshape(each.shape + (1,) * (purchases.ndim - 2))
        spend: Array = generator.standard_gamma(p * purchases) / each
        return spend

    def save(self) -> Mapping[str, bytes]:
        """Gives the fitted model as one JSON file."""
        self._check_fitted()
        state = {
            "penalty": self.penalty,
            "parameters": self.parameters_,
            "log_likelihood": number_or_none(self.log_likelihood_),
            "covariance": matrix_or_none(self.covariance_),
            "customer_count": self.customer_count_,
            "left_out_count": self.left_out_count_,
            "is_converged": self.is_converged_,
        }
        return to_files(self.name, state)

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = from_files(cls.name, files)
        model = cls(state["penalty"])
        model.parameters_ = {name: float(state["parameters"][name]) for name in cls.parameter_names}
        known = state["log_likelihood"]
        model.log_likelihood_ = np.nan if known is None else known
        model._take_covariance(matrix(state["covariance"], len(cls.parameter_names)))
        model.customer_count_ = state["customer_count"]
        model.left_out_count_ = state["left_out_count"]
        model.is_converged_ = state["is_converged"]
        return model

    @classmethod
    def with_parameters(cls, p: float, q: float, gamma: float) -> Self:
        """Gives a model with known parameters, such as published ones."""
        model = cls()
        model.parameters_ = {"p": float(p), "q": float(q), "gamma": float(gamma)}
        return model

    def _expected(self, frequency: Array, mean: Array) -> Array:
        p, shape, rate = self._posterior(frequency, mean)
        found = np.full_like(rate, np.inf)
        np.divide(p * rate, shape - 1, out=found, where=shape > 1)
        return found

    def _posterior(self, frequency: Array, mean: Array) -> tuple[float, Array, Array]:
        """Gives p, and shape and rate of the distribution of ν given the purchases seen."""
        p, q, gamma = self._values()
        return p, p * frequency + q, gamma + frequency * mean

    def _values(self) -> tuple[float, ...]:
        return tuple(self.parameters_[name] for name in self.parameter_names)

    def _known(self, rows: pd.DataFrame) -> RepeatValues:
        self._check_fitted()
        return RepeatValues.of(rows)

    def _check_fitted(self) -> None:
        if not self.parameters_:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")

    def _keep(self, found: Maximum, sums: _Sums, unit: float) -> None:
        scale = np.array([1.0, 1.0, unit])
        values = np.exp(found.logarithms)
        self.parameters_ = dict(zip(self.parameter_names, (values * scale).tolist(), strict=True))
        value, _ = sums.log_likelihood(values)
        # The density of one mean value for each customer brings one factor of the unit.
        self.log_likelihood_ = value - sums.customers * float(np.log(unit))
        self._take_covariance(found.covariance() * np.outer(scale, scale))
        self.is_converged_ = found.is_converged

    def _take_covariance(self, covariance: Array) -> None:
        self.covariance_ = covariance
        errors = np.sqrt(np.diag(covariance)).tolist() if covariance.size else []
        self.standard_errors_ = dict(zip(self.parameter_names, errors, strict=False))


def independence(rows: pd.DataFrame) -> Independence:
    """Measures what Gamma-Gamma takes for granted: that count and mean value do not go together.

    Args:
        rows: Customers with `frequency` and `mean_value`, each counted once. Customers without
            repeat purchases of value are not looked at.

    Raises:
        ModelDataError: Fewer than three customers have repeat purchases of value.
    """
    from scipy.stats import pearsonr, spearmanr

    everyone = RepeatValues.of(rows)
    place = everyone.place
    frequency, mean = everyone.frequency[place], everyone.mean[place]
    looked_at = (frequency > 0) & (mean > 0)
    frequency, mean = frequency[looked_at], mean[looked_at]
    if len(mean) < LEAST_CUSTOMERS:
        raise ModelDataError(
            f"Independence needs {LEAST_CUSTOMERS} customers with repeat purchases of value; "
            f"there are {len(mean)}."
        )
    if np.ptp(frequency) == 0 or np.ptp(mean) == 0:
        return Independence(len(mean), 0.0, 1.0, 0.0, 1.0)
    pearson, spearman = pearsonr(frequency, mean), spearmanr(frequency, mean)
    found = (pearson.statistic, pearson.pvalue, spearman.statistic, spearman.pvalue)
    return Independence(len(mean), *map(float, found))


class _Sums:
    """The log-likelihood of values in multiples of a unit; gammas once for each purchase count."""

    def __init__(self, values: RepeatValues, unit: float) -> None:
        self.weight = values.weight
        self.customers = float(values.weight.sum())
        self.log_mean = np.log(values.mean / unit)
        self.total = values.frequency * values.mean / unit
        self.counts, self.place = np.unique(values.frequency, return_inverse=True)
        self.count_weight = np.bincount(self.place, weights=values.weight)

    def log_likelihood(self, parameters: Array) -> tuple[float, Array]:
        """Gives the log-likelihood and its gradient by p, q and γ."""
        from scipy.special import betaln, digamma

        p, q, gamma = parameters.tolist()
        x, n, w = self.counts, self.count_weight, self.weight
        shape = (p * x + q)[self.place]
        log_rate = np.log(gamma + self.total)
        # Equation 1a, with x z̄ = total: z̄^(px-1) x^(px) = total^(px) / z̄.
        log_total = np.log(self.total)
        value = n @ (q * np.log(gamma) - betaln(p * x, q))
        value += w @ ((p * x)[self.place] * log_total - self.log_mean - shape * log_rate)
        both = digamma(p * x + q)
        by_p = n @ (x * (both - digamma(p * x))) + w @ (x[self.place] * (log_total - log_rate))
        by_q = n @ (both - digamma(q) + np.log(gamma)) - w @ log_rate
        by_gamma = self.customers * q / gamma - w @ (shape / (gamma + self.total))
        return float(value), np.array([by_p, by_q, by_gamma])
