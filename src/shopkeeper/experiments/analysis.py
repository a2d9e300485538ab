"""Analysis: reads an experiment: sample ratio first, then metrics, corrections, segments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.experiments.comparison import compared
from shopkeeper.experiments.corrections import Correction, benjamini_hochberg, holm
from shopkeeper.experiments.experiment import Kind, Role, check_control
from shopkeeper.experiments.normality import normality
from shopkeeper.experiments.outcomes import outcomes_of
from shopkeeper.experiments.readout import ArmValue, MetricReadout, Readout
from shopkeeper.experiments.sample_ratio import sample_ratio
from shopkeeper.experiments.segments import segments_of
from shopkeeper.experiments.verdict import Facts, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shopkeeper.experiments.experiment import Experiment, Metric
    from shopkeeper.experiments.outcomes import ArmOutcomes, Outcomes
    from shopkeeper.experiments.sample_ratio import SampleRatio
    from shopkeeper.experiments.units import Units

    Correct = Callable[[Sequence[float]], tuple[float, ...]]


def analyse(units: Units, experiment: Experiment) -> Readout:
    """Reads an experiment.

    Args:
        units: Its units, one entry each.
        experiment: Its definition.

    Raises:
        UnknownNameError: The control is no arm.
    """
    check_control(experiment, units.variants)
    counts = np.bincount(units.arm, minlength=len(units.variants))
    ratio = sample_ratio(
        {name: int(count) for name, count in zip(units.variants, counts, strict=True)},
        experiment.allocation,
        experiment.ratio_alpha,
    )
    metrics = _corrected(tuple(_metric(units, experiment, m, ratio) for m in experiment.metrics))
    segments = None if ratio.is_broken else segments_of(units, experiment)
    facts = Facts(
        len(units.arm), units.several_arms_count, units.repeated_count, units.no_arm_count
    )
    return Readout(
        experiment=experiment,
        unit_count=facts.unit_count,
        several_arms_count=facts.several_arms_count,
        repeated_count=facts.repeated_count,
        no_arm_count=facts.no_arm_count,
        sample_ratio=ratio,
        metrics=metrics,
        segments=segments,
        verdict=verdict(experiment, ratio, metrics, facts),
    )


def _metric(
    units: Units, experiment: Experiment, metric: Metric, ratio: SampleRatio
) -> MetricReadout:
    found = outcomes_of(units, experiment, metric)
    values = tuple(
        ArmValue(
            variant=name,
            count=arm.moments.count,
            missing_count=arm.missing_count,
            value=arm.estimate.value if arm.estimate else None,
            error=float(np.sqrt(arm.estimate.squared_error)) if arm.estimate else None,
            normality=None if found.problem else normality(arm.values, experiment.seed),
            converted_count=_converted(arm, found, metric),
        )
        for name, arm in found.arms.items()
    )
    if ratio.is_broken:
        return MetricReadout(metric, values, (), capping=found.capping)
    comparisons = tuple(
        compared(found, experiment, metric, name)
        for name in found.arms
        if name != experiment.control
    )
    return MetricReadout(metric, values, comparisons, None, found.capping)


def _converted(arm: ArmOutcomes, found: Outcomes, metric: Metric) -> int | None:
    if metric.kind is not Kind.PROPORTION or found.problem:
        return None
    return int((arm.values == 1).sum())


def _corrected(metrics: tuple[MetricReadout, ...]) -> tuple[MetricReadout, ...]:
    """Corrects each family: primary metrics by Holm, others looked at by Benjamini–Hochberg.

    Guardrails stay as they are: a correction would hide harm.
    """
    families: dict[Role, tuple[Correct, str, str]] = {
        Role.PRIMARY: (holm, "Holm", "primary metrics × treatments"),
        Role.SECONDARY: (
            benjamini_hochberg,
            "Benjamini–Hochberg",
            "secondary metrics × treatments",
        ),
        Role.GUARDRAIL: (
            _as_they_are,
            "none",
            "guardrails are not corrected, so that no harm is hidden",
        ),
    }
    corrected: dict[tuple[str, str], float] = {}
    counts: dict[Role, int] = {}
    for role, (correct, _, _) in families.items():
        keys, values = [], []
        for found in metrics:
            for one in found.comparisons if found.metric.role is role else ():
                if one.absolute is not None:
                    keys.append((found.metric.label, one.variant))
                    values.append(one.absolute.p_value)
        corrected.update(zip(keys, correct(values), strict=True))
        counts[role] = len(values)
    return tuple(
        replace(
            found,
            comparisons=tuple(
                replace(one, corrected_p_value=corrected.get((found.metric.label, one.variant)))
                for one in found.comparisons
            ),
            correction=_named(families[found.metric.role], counts[found.metric.role]),
        )
        for found in metrics
    )


def _as_they_are(p_values: Sequence[float]) -> tuple[float, ...]:
    return tuple(p_values)


def _named(family: tuple[Correct, str, str], count: int) -> Correction | None:
    _, method, scope = family
    if not count:
        return None
    return Correction(method if count > 1 else "none", scope, count)
