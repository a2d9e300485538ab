"""Power: how many units a test needs, what it can see, and how likely it sees a change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.errors import UsageError
from shopkeeper.experiments.experiment import Kind

if TYPE_CHECKING:
    from shopkeeper.experiments.metrics import Estimate

ROUNDS = 200


@dataclass(frozen=True, kw_only=True)
class Demands:
    """What a test is to achieve.

    Attributes:
        alpha: Chance of a false alarm.
        power: Chance to see a change that is there.
        treatment_share: Part of the units that is in one treatment.
        control_share: Part of the units that is in control.
        comparison_count: Comparisons that share alpha, as by Holm's first step.
    """

    alpha: float = 0.05
    power: float = 0.8
    treatment_share: float = 0.5
    control_share: float = 0.5
    comparison_count: int = 1

    @property
    def reach(self) -> float:
        """Standard errors that a change must measure."""
        from scipy import stats

        one = float(stats.norm.isf(self.alpha / self.comparison_count / 2))
        return one + float(stats.norm.isf(1 - self.power))


def needed_count(baseline: Estimate, lift: float, demands: Demands, kind: Kind = Kind.MEAN) -> int:
    """Gives the units that all arms of a comparison and the rest of the test need together.

    Args:
        baseline: The metric before the test, with the variance of one unit; ratios too.
        lift: Relative change to be seen; not 0.
        demands: What is to be achieved.
        kind: The variance of a proportion follows its value; others are taken to keep theirs.

    Raises:
        UsageError: The change is nothing, or leads out of what a proportion can be.
    """
    change = abs(baseline.value) * lift
    if change == 0 or not math.isfinite(change):
        raise UsageError(
            "A change of nothing cannot be planned for.",
            "give a lift other than 0, and a metric that is not 0 before the test",
        )
    spread = _spread(baseline, change, demands, kind)
    return math.ceil(spread * (demands.reach / change) ** 2)


def detectable_lift(
    baseline: Estimate, count: int, demands: Demands, kind: Kind = Kind.MEAN
) -> float | None:
    """Gives the smallest relative gain that so many units can show; None where none can.

    Args:
        baseline: The metric before the test, with the variance of one unit.
        count: Units of the whole test.
        demands: What is to be achieved.
        kind: Kind of the metric.
    """
    if baseline.value == 0 or count < 4:
        return None
    change = demands.reach * math.sqrt(baseline.variance * _parts(demands) / count)
    if kind is Kind.PROPORTION:
        for _ in range(ROUNDS):
            if baseline.value + change >= 1:
                return None
            spread = _spread(baseline, change, demands, kind)
            change = demands.reach * math.sqrt(spread / count)
        if baseline.value + change >= 1:
            return None
    return change / abs(baseline.value)


def power_of(
    baseline: Estimate, lift: float, count: int, demands: Demands, kind: Kind = Kind.MEAN
) -> float:
    """Gives the chance that so many units show a change; a change to the wrong side is no hit."""
    from scipy import stats

    change = abs(baseline.value) * lift
    error = math.sqrt(_spread(baseline, change, demands, kind) / count)
    limit = float(stats.norm.isf(demands.alpha / demands.comparison_count / 2))
    return float(stats.norm.sf(limit - abs(change) / error))


def _parts(demands: Demands) -> float:
    return 1 / demands.control_share + 1 / demands.treatment_share


def _spread(baseline: Estimate, change: float, demands: Demands, kind: Kind) -> float:
    """Gives the variance of the difference, times the units of the whole test."""
    changed = baseline.variance
    if kind is Kind.PROPORTION:
        share = baseline.value + change
        if not 0 <= share <= 1:
            raise UsageError(
                f"A proportion of {baseline.value:.4g} cannot change to {share:.4g}.",
                "give a smaller lift",
            )
        changed = share * (1 - share)
    return baseline.variance / demands.control_share + changed / demands.treatment_share
