"""Outcomes: the numbers of one metric in each arm, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.experiments.aggregates import Moments, moments_of
from shopkeeper.experiments.experiment import Kind, Missing
from shopkeeper.experiments.metrics import Estimate, estimate, quantile_of
from shopkeeper.experiments.outliers import Capping, capped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from shopkeeper.experiments.experiment import Experiment, Metric
    from shopkeeper.experiments.units import Units

    Array = NDArray[np.float64]

LEAST_UNITS = 2


@dataclass(frozen=True, slots=True)
class ArmOutcomes:
    """One metric in one arm.

    Attributes:
        values: Outcome of each unit that has one.
        below: Denominator of each, or None.
        moments: Of outcome, then denominator or covariate where there is one.
        missing_count: Units without an outcome.
        estimate: The metric; None where the arm does not carry it.
    """

    values: Array
    below: Array | None
    moments: Moments
    missing_count: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One metric in all arms.

    Attributes:
        arms: Arm → its outcomes, control first.
        capping: What was capped, or None.
        problem: Why the metric cannot be read at all, or "".
    """

    arms: Mapping[str, ArmOutcomes]
    capping: Capping | None
    problem: str


def outcomes_of(
    units: Units, experiment: Experiment, metric: Metric, within: NDArray[np.bool_] | None = None
) -> Outcomes:
    """Takes the outcomes of a metric out of the units.

    Args:
        units: Units of the test.
        experiment: Its definition.
        metric: One of its metrics.
        within: Units to look at; None looks at all. Caps are those of all units.
    """
    columns, capping = columns_of(units, metric)
    problem = _problem(metric, columns)
    known = is_known(columns)
    order = sorted(units.variants, key=lambda name: name != experiment.control)
    arms = {}
    for name in order:
        member = units.arm == units.variants.index(name)
        if within is not None:
            member &= within
        arms[name] = _arm([column[member & known] for column in columns], member, metric, problem)
    return Outcomes(arms, capping, problem)


def columns_of(units: Units, metric: Metric) -> tuple[list[Array], Capping | None]:
    """Gives the numbers of each unit that a metric needs, its outcome first, and what was capped.

    Arrays of shape (units,); NaN where nothing is known.
    """
    values, capping = capped(units.numbers[metric.column], metric)
    if metric.missing is Missing.ZERO:
        values = np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=-np.inf)
    return [values, *(units.numbers[c] for c in metric.columns[1:])], capping


def is_known(columns: list[Array]) -> NDArray[np.bool_]:
    """Gives whether a unit has an outcome: each number that its metric needs."""
    return np.asarray(np.isfinite(np.stack(columns)).all(axis=0), dtype=bool)


def _arm(
    columns: list[Array], member: NDArray[np.bool_], metric: Metric, problem: str
) -> ArmOutcomes:
    count = len(columns[0])
    moments = moments_of(*columns)
    found = None
    if not problem and count >= LEAST_UNITS:
        if metric.kind is Kind.QUANTILE:
            found = quantile_of(columns[0], metric.quantile)
        elif metric.kind is not Kind.RATIO or moments.means[1] > 0:
            found = estimate(metric.kind, moments)
    below = columns[1] if metric.kind is Kind.RATIO else None
    return ArmOutcomes(columns[0], below, moments, int(member.sum()) - count, found)


def _problem(metric: Metric, columns: list[Array]) -> str:
    """Says why a metric cannot be read, or nothing."""
    for name, column in zip(metric.columns, columns, strict=True):
        if np.isnan(column).all():
            return f"column `{name}` is empty"
        if np.isinf(column).any():
            return f"column `{name}` holds {int(np.isinf(column).sum())} infinite values"
    if metric.kind is Kind.PROPORTION:
        outside = ~np.isin(columns[0], (0.0, 1.0)) & ~np.isnan(columns[0])
        if outside.any():
            return (
                f"column `{metric.column}` is no proportion: {int(outside.sum()):,} units have "
                f"other values than 0 and 1, such as {columns[0][outside][0]:g}"
            )
    if metric.kind is Kind.RATIO and (columns[1] < 0).any():
        return (
            f"denominator `{metric.denominator}` is negative for {int((columns[1] < 0).sum()):,} "
            "units, so a sum of it counts nothing"
        )
    return ""
