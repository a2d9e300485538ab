"""A/A simulation: the shop's own outcomes dealt to two arms many times, to see how tests err."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.experiments.aggregates import moments_of
from shopkeeper.experiments.difference import welch
from shopkeeper.experiments.metrics import estimate
from shopkeeper.experiments.sample_ratio import sample_ratio
from shopkeeper.experiments.sequential import always_valid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.experiments.experiment import Kind

    Array = NDArray[np.float64]

ROUNDS = 1_000
# More units change the third digit only.
MOST_UNITS = 20_000
LEAST_UNITS = 20


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """How often a test raised an alarm where there was nothing.

    Attributes:
        test: Name of the test.
        nominal: Share of alarms that it promises, at most.
        rate: Share of alarms that it raised.
        low: Lower end of the 99 % interval of that share.
        high: Upper end.
    """

    test: str
    nominal: float
    rate: float
    low: float
    high: float

    @property
    def keeps_its_promise(self) -> bool:
        """Whether the rate is no higher than promised, by the simulation's own error."""
        return self.low <= self.nominal


@dataclass(frozen=True, slots=True)
class AASimulation:
    """What came of dealing the same outcomes to two arms.

    Attributes:
        round_count: Times.
        unit_count: Units that were dealt.
        tests: One entry per test.
    """

    round_count: int
    unit_count: int
    tests: tuple[FalseAlarms, ...]


def aa_simulation(
    columns: tuple[Array, ...],
    kind: Kind,
    *,
    seed: int,
    rounds: int = ROUNDS,
    alpha: float = 0.05,
) -> AASimulation:
    """Deals units to two arms by a fair coin, many times, and reads each deal as a test.

    Args:
        columns: Outcome of each unit, and for a ratio its denominator.
        kind: Kind of the metric, one that moments are enough for.
        seed: Same seed and outcomes, same deals.
        rounds: Times.
        alpha: Promised share of false alarms.

    Raises:
        ModelDataError: There are too few units, or all are alike.
    """
    random = np.random.default_rng(seed)
    values = np.stack(columns)
    if values.shape[1] > MOST_UNITS:
        values = values[:, np.sort(random.choice(values.shape[1], MOST_UNITS, replace=False))]
    if values.shape[1] < LEAST_UNITS or np.ptp(values[0]) == 0:
        raise ModelDataError(
            f"An A/A simulation needs {LEAST_UNITS} units that differ; here are "
            f"{values.shape[1]}, with {len(np.unique(values[0]))} different outcomes.",
            "choose another metric or a longer window",
        )
    alarms = np.zeros(3)
    for _ in range(rounds):
        dealt = np.asarray(random.random(values.shape[1]) < 0.5)
        alarms += _alarms(values, dealt, kind, alpha)
    promises = (("Welch", alpha), ("always valid", alpha), ("sample ratio", 0.01))
    return AASimulation(
        rounds,
        values.shape[1],
        tuple(
            _rate(name, nominal, int(count), rounds)
            for (name, nominal), count in zip(promises, alarms, strict=True)
        ),
    )


def _alarms(values: Array, dealt: NDArray[np.bool_], kind: Kind, alpha: float) -> Array:
    control, treatment = (estimate(kind, moments_of(*values[:, arm])) for arm in (~dealt, dealt))
    if control.squared_error + treatment.squared_error == 0:
        return np.zeros(3)
    ratio = sample_ratio({"a": control.count, "b": treatment.count})
    return np.array(
        [
            welch(control, treatment, alpha=alpha).is_clear,
            always_valid(control, treatment, alpha=alpha).is_clear,
            ratio.is_broken,
        ],
        dtype=float,
    )


def _rate(name: str, nominal: float, count: int, rounds: int) -> FalseAlarms:
    from scipy import stats

    between = stats.binomtest(count, rounds).proportion_ci(0.99, method="exact")
    return FalseAlarms(name, nominal, count / rounds, float(between.low), float(between.high))
