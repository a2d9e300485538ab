"""Purchase model: what all buy-till-you-die models do alike, from fitting to the next order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.likelihood.histories import Histories
from shopkeeper.models.likelihood.maximum import Maximum, maximise
from shopkeeper.models.likelihood.saving import (
    from_files,
    matrix,
    matrix_or_none,
    number_or_none,
    to_files,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Halvings of the range of times searched for the next order: down to the rounding of a float.
HALVINGS = 60
# No answer is sought later than this many times the longest age: it would be "never" to a shop.
LATEST_TIMES_AGE = 1e6


class PurchaseModel(ABC):
    """Customers buy at rates of their own until, unseen, they are gone.

    Rows are customers with `frequency` (repeat purchases), `recency` (time of the last purchase
    since the first) and `T` (age), times in one unit of your choice, and optionally `weight` (how
    many customers the row stands for). All answers are worked out once for each distinct row, and
    come as arrays of shape (rows,).

    Args:
        horizon: Time ahead that `predict` speaks of, in the unit of `T`.
        penalty: Precision (1 / variance) of a normal prior, centred on 0, of each parameter's
            logarithm with time in units of the mean age. 0 is maximum likelihood as in the
            papers; 1 pulls parameters that the data say nothing of back to the order of 1, and
            weighs as little against many customers as any prior.

    Attributes:
        parameters_: Name → value, times in the unit of `T`.
        log_likelihood_: Of all customers, without the penalty.
        standard_errors_: Name → standard error by the delta method; infinite without a maximum.
        covariance_: Of the parameters in the order of `parameter_names`; shape (4, 4).
        customer_count_: Customers fitted, by weight.
        is_converged_: Whether a maximum inside the bounds was found; false where the data do not
            tell the parameters apart. Predictions are then still those of the likeliest
            parameters within the bounds; a small penalty gives a proper maximum.
    """

    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]
    # Which of the parameters are times.
    time_parameters: ClassVar[tuple[str, ...]]
    # Where to start, with time in units of the mean age; several, as there may be several maxima.
    starts: ClassVar[tuple[tuple[float, ...], ...]]

    def __init__(self, horizon: float, penalty: float = 0.0) -> None:
        if not (np.isfinite(horizon) and horizon > 0):
            raise UsageError(f"`horizon` must be a time above 0; it is `{horizon}`.")
        if not (np.isfinite(penalty) and penalty >= 0):
            raise UsageError(f"`penalty` must be a number from 0 on; it is `{penalty}`.")
        self.horizon = float(horizon)
        self.penalty = float(penalty)
        self.parameters_: dict[str, float] = {}
        self.log_likelihood_ = np.nan
        self.standard_errors_: dict[str, float] = {}
        self.covariance_: Array = np.empty((0, 0))
        self.customer_count_ = 0.0
        self.is_converged_ = False

    def fit(self, rows: pd.DataFrame) -> Self:
        """Finds the likeliest parameters.

        Raises:
            ModelDataError: There is no customer, nobody bought again, or values cannot be.
        """
        histories = Histories.of(rows)
        _check_enough(histories)
        unit = float(np.average(histories.age, weights=histories.weight))
        scaled = histories.scaled(unit)

        def objective(logarithms: Array) -> tuple[float, Array]:
            parameters = np.exp(logarithms)
            value, gradient = self._log_likelihood(parameters, scaled)
            value -= self.penalty / 2 * float(logarithms @ logarithms)
            return value, gradient * parameters - self.penalty * logarithms

        found = maximise(objective, [np.log(start) for start in self.starts])
        self._keep(found, histories, unit)
        return self

    @np.errstate(under="ignore")
    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives what is expected of each customer.

        Returns:
            A frame with the index of `rows` and the columns `expected_purchases` (within the
            horizon), `probability_alive` and `probability_of_purchase` (at least one within the
            horizon), in 0-1. A one-time buyer of a BG/NBD model is alive by definition: show the
            probability of a purchase instead.
        """
        h = self._known(rows)
        alive = self._alive(h)
        expected = alive * self._expected_if_alive(h, self.horizon)
        purchase = alive * self._purchase_if_alive(h, np.full_like(h.age, self.horizon))
        predicted = rows[[]].copy()
        predicted["expected_purchases"] = expected[h.place]
        predicted["probability_alive"] = alive[h.place]
        predicted["probability_of_purchase"] = purchase[h.place]
        return predicted

    @np.errstate(under="ignore")
    def expected_purchases(self, rows: pd.DataFrame, horizon: float | None = None) -> Array:
        """Gives the mean number of purchases within the horizon, given each history."""
        h = self._known(rows)
        expected: Array = self._alive(h) * self._expected_if_alive(h, self._ahead(horizon))
        return expected[h.place]

    @np.errstate(under="ignore")
    def expected_purchases_of_new_customer(self, horizon: float | None = None) -> float:
        """Gives the mean number of repeat purchases within a time after the first purchase."""
        h = self._newcomer()
        return float((self._alive(h) * self._expected_if_alive(h, self._ahead(horizon)))[0])

    def probability_alive(self, rows: pd.DataFrame) -> Array:
        """Gives the probability, in 0-1, that a customer has not gone for good."""
        h = self._known(rows)
        return self._alive(h)[h.place]

    @np.errstate(under="ignore")
    def probability_of_purchase(self, rows: pd.DataFrame, horizon: float | None = None) -> Array:
        """Gives the probability, in 0-1, of at least one purchase within the horizon."""
        h = self._known(rows)
        ahead = np.full_like(h.age, self._ahead(horizon))
        found: Array = self._alive(h) * self._purchase_if_alive(h, ahead)
        return found[h.place]

    def time_to_next_purchase(self, rows: pd.DataFrame, probability: float = 0.5) -> Array:
        """Gives the time from now by which the next purchase has come with a probability.

        Returns:
            Array of shape (rows,); infinite where it never gets that probable.
        """
        if not 0 < probability < 1:
            raise UsageError(f"`probability` must lie between 0 and 1; it is `{probability}`.")
        h = self._known(rows)
        wanted = np.full_like(h.age, np.inf)
        alive = self._alive(h)
        possible = alive > probability
        wanted[possible] = probability / alive[possible]
        return self._time_if_alive(h, wanted)[h.place]

    def purchase_probabilities(self, horizon: float | None = None, most: int = 10) -> Array:
        """Gives P(X(horizon) = n) of a new customer for n from 0 to `most`; shape (most + 1,)."""
        self._check_fitted()
        return self._probabilities(self._ahead(horizon), np.arange(most + 1, dtype=np.float64))

    def draw_purchases(
        self,
        rows: pd.DataFrame,
        horizon: float | Sequence[float] | None = None,
        draws: int = 1000,
        seed: int = 0,
    ) -> NDArray[np.int64]:
        """Draws future purchases of each customer from what the history says of them.

        First whether the customer is alive, then rate and end from their distribution given the
        history, then the purchases; customers are drawn apart from each other.

        Args:
            rows: Customers.
            horizon: One time ahead, or ascending ends of periods.
            draws: Draws of each customer.
            seed: Same seed, same rows, same draws.

        Returns:
            Array of shape (rows, draws), or (rows, draws, periods) where periods are given.
        """
        h = self._known(rows)
        given = self.horizon if horizon is None else horizon
        ends = np.atleast_1d(np.asarray(given, dtype=np.float64))
        if len(ends) == 0 or np.any(np.diff(ends, prepend=0.0) <= 0):
            raise UsageError("Ends of periods must be times above 0 in ascending order.")
        generator = np.random.default_rng(seed)
        each = h.chosen(h.place)
        is_alive = generator.random((len(h.place), draws)) < self._alive(h)[h.place, None]
        drawn = self._draw_if_alive(each, ends, draws, generator) * is_alive[:, :, None]
        return drawn[:, :, 0] if np.ndim(given) == 0 else drawn

    def save(self) -> Mapping[str, bytes]:
        """Gives the fitted model as one JSON file."""
        self._check_fitted()
        state = {
            "horizon": self.horizon,
            "penalty": self.penalty,
            "parameters": self.parameters_,
            "log_likelihood": number_or_none(self.log_likelihood_),
            "covariance": matrix_or_none(self.covariance_),
            "customer_count": self.customer_count_,
            "is_converged": self.is_converged_,
        }
        return to_files(self.name, state)

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = from_files(cls.name, files)
        model = cls(state["horizon"], state["penalty"])
        model.parameters_ = {name: float(state["parameters"][name]) for name in cls.parameter_names}
        known = state["log_likelihood"]
        model.log_likelihood_ = np.nan if known is None else known
        model._take_covariance(matrix(state["covariance"], len(cls.parameter_names)))
        model.customer_count_ = state["customer_count"]
        model.is_converged_ = state["is_converged"]
        return model

    @classmethod
    def with_parameters(cls, horizon: float, **parameters: float) -> Self:
        """Gives a model with known parameters, such as published ones."""
        missing = [name for name in cls.parameter_names if name not in parameters]
        if missing or len(parameters) > len(cls.parameter_names):
            raise UsageError(
                f"The parameters of `{cls.name}` are {', '.join(cls.parameter_names)}."
            )
        model = cls(horizon)
        model.parameters_ = {name: float(parameters[name]) for name in cls.parameter_names}
        return model

    @abstractmethod
    def _log_likelihood(self, parameters: Array, h: Histories) -> tuple[float, Array]:
        """Gives the weighted log-likelihood and its gradient by the parameters."""

    @abstractmethod
    def _alive(self, h: Histories) -> Array:
        """Gives P(alive) of each history."""

    @abstractmethod
    def _expected_if_alive(self, h: Histories, horizon: float) -> Array:
        """Gives the mean number of purchases within the horizon of who is alive now."""

    @abstractmethod
    def _purchase_if_alive(self, h: Histories, horizon: Array) -> Array:
        """Gives P(at least one purchase within a horizon per history) of who is alive now."""

    @abstractmethod
    def _probabilities(self, horizon: float, counts: Array) -> Array:
        """Gives P(X(horizon) = n) of a new customer."""

    @abstractmethod
    def _draw_if_alive(
        self, h: Histories, ends: Array, draws: int, generator: np.random.Generator
    ) -> NDArray[np.int64]:
        """Draws purchases by period of who is alive now; shape (histories, draws, periods)."""

    def _time_if_alive(self, h: Histories, wanted: Array) -> Array:
        """Gives when P(purchase if alive) reaches `wanted`; infinite where it never does."""
        latest = LATEST_TIMES_AGE * max(float(h.age.max(initial=0.0)), self._time_scale())
        high = np.full_like(h.age, latest)
        never = ~(self._purchase_if_alive(h, high) >= wanted)
        low = np.zeros_like(high)
        for _ in range(HALVINGS):
            # Halved on the scale of 1 + time, as answers span many orders of magnitude.
            middle = np.sqrt((1 + low) * (1 + high)) - 1
            is_late = self._purchase_if_alive(h, middle) >= wanted
            high = np.where(is_late, middle, high)
            low = np.where(is_late, low, middle)
        return np.where(never, np.inf, high)

    def _time_scale(self) -> float:
        return max(self.parameters_[name] for name in self.time_parameters)

    def _values(self) -> tuple[float, ...]:
        return tuple(self.parameters_[name] for name in self.parameter_names)

    def _known(self, rows: pd.DataFrame) -> Histories:
        self._check_fitted()
        return Histories.of(rows)

    def _newcomer(self) -> Histories:
        self._check_fitted()
        zero = np.zeros(1)
        return Histories(zero, zero, zero, np.ones(1), np.zeros(1, dtype=np.intp))

    def _ahead(self, horizon: float | None) -> float:
        ahead = self.horizon if horizon is None else float(horizon)
        if not (np.isfinite(ahead) and ahead >= 0):
            raise UsageError(f"`horizon` must be a time from 0 on; it is `{horizon}`.")
        return ahead

    def _check_fitted(self) -> None:
        if not self.parameters_:
            raise UsageError(f"The model `{self.name}` is not fitted.", "call `fit` first")

    def _keep(self, found: Maximum, histories: Histories, unit: float) -> None:
        """Keeps a maximum found with time in multiples of `unit`, in the unit of the rows."""
        scale = np.array(
            [unit if name in self.time_parameters else 1.0 for name in self.parameter_names]
        )
        values = np.exp(found.logarithms) * scale
        self.parameters_ = dict(zip(self.parameter_names, values.tolist(), strict=True))
        value, _ = self._log_likelihood(np.exp(found.logarithms), histories.scaled(unit))
        # Densities of times: each purchase brings one factor of the unit.
        purchases = float(histories.frequency @ histories.weight)
        self.log_likelihood_ = float(value - purchases * np.log(unit))
        self._take_covariance(found.covariance() * np.outer(scale, scale))
        self.customer_count_ = float(histories.weight.sum())
        self.is_converged_ = found.is_converged

    def _take_covariance(self, covariance: Array) -> None:
        self.covariance_ = covariance
        errors = np.sqrt(np.diag(covariance)).tolist() if covariance.size else []
        self.standard_errors_ = dict(zip(self.parameter_names, errors, strict=False))


def _check_enough(histories: Histories) -> None:
    if histories.weight.sum() <= 0:
        raise ModelDataError(
            "There is no customer to learn from.", "give customers who bought before the cut-off"
        )
    if not np.any(histories.weight[histories.frequency > 0]):
        raise ModelDataError(
            f"None of {histories.weight.sum():,.0f} customers bought again; a rate of repeat "
            "purchases cannot be learned.",
            "give a longer period, or a shop whose customers return",
        )
    if not np.any(histories.weight[histories.age > 0]):
        raise ModelDataError("All customers have an age `T` of 0; nothing was observed.")
