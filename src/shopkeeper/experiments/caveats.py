"""Caveats: what limits an experiment, each in a sentence with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.experiments.experiment import DecidingTest, Role
from shopkeeper.experiments.words import p_words, value_words

if TYPE_CHECKING:
    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.readout import Comparison, MetricReadout
    from shopkeeper.experiments.sample_ratio import SampleRatio

# Below so many units of an arm, means of skewed outcomes are not yet near a bell curve:
# Kohavi, Deng, Longbotham, Xu (2014), Seven rules of thumb: 355 × skewness².
SKEWNESS_RULE = 355
# Parts of units without an outcome may differ by so much between arms.
MISSING_GAP = 0.01
# Beyond, an effect is more often a mistake than a success (Twyman's law).
UNLIKELY_LIFT = 0.5


def caveats_of(
    experiment: Experiment,
    ratio: SampleRatio,
    metrics: tuple[MetricReadout, ...],
    counts: tuple[int, int, int, int],
) -> tuple[str, ...]:
    """Gives all that limits an experiment.

    Args:
        experiment: Its definition.
        ratio: Sizes of its arms.
        metrics: What was found.
        counts: Units, units in several arms, units with several rows, rows without an arm.
    """
    return (
        *_about_units(counts),
        *_about_plan(experiment, ratio, counts[0]),
        *(text for found in metrics for text in _about_metric(found)),
        *_about_large_effects(metrics),
    )


def _about_units(counts: tuple[int, int, int, int]) -> list[str]:
    units, several, repeated, no_arm = counts
    told = []
    if several:
        share = several / (units + several)
        told.append(
            f"{several:,} units were seen in several arms ({share:.1%}); they are in no figure. "
            "Find out why before relying on the rest."
        )
    if repeated:
        told.append(f"{repeated:,} units had several rows, which were put together.")
    if no_arm:
        told.append(f"{no_arm:,} rows name no arm or no unit; they are in no figure.")
    return told


def _about_plan(experiment: Experiment, ratio: SampleRatio, unit_count: int) -> list[str]:
    told = []
    if experiment.unit is None:
        told.append(
            "Each row was taken for a unit of its own, as no column names whom was drawn; if a "
            "customer has several rows, intervals are too narrow."
        )
    if not experiment.allocation:
        told.append("The plan does not say how units were shared out; equal parts were assumed.")
    if ratio.is_small:
        told.append("An arm is so small that the sample-ratio check is rough.")
    planned = experiment.planned_count
    looks_once = experiment.test is DecidingTest.WELCH
    if planned and unit_count < planned and looks_once:
        told.append(
            f"{unit_count:,} of {planned:,} planned units are in: the intervals hold for one look "
            "at the end. To decide earlier, use the always-valid interval."
        )
    elif looks_once and not planned:
        told.append(
            "The intervals hold for one look at a size that was planned before; no size is stated. "
            "Whoever looked before and went on uses the always-valid interval."
        )
    return told


def _about_metric(found: MetricReadout) -> list[str]:
    metric, label = found.metric, found.metric.label
    told = []
    if found.capping:
        cap = found.capping
        told.append(
            f"`{label}` above {value_words(metric, cap.cap)} counts as that: {cap.unit_count:,} "
            f"units, {cap.share_removed:.1%} of the sum."
        )
    told += _about_missing(found)
    skewed = [
        arm for arm in found.arms
        if arm.normality and arm.count < SKEWNESS_RULE * arm.normality.skewness**2
    ]  # fmt: skip
    if skewed and found.comparisons:
        worst = max(skewed, key=lambda arm: abs(arm.normality.skewness if arm.normality else 0))
        assert worst.normality is not None
        needed = SKEWNESS_RULE * worst.normality.skewness**2
        told.append(
            f"`{label}` is very uneven (skewness {worst.normality.skewness:.1f}): with fewer than "
            f"{needed:,.0f} units in an arm its two tails err unequally. A declared cap helps."
        )
    told += _about_covariate(found)
    for comparison in found.comparisons:
        told += _about_comparison(label, comparison, is_primary=metric.role is Role.PRIMARY)
    return told


def _about_missing(found: MetricReadout) -> list[str]:
    missing = sum(arm.missing_count for arm in found.arms)
    if not missing:
        return []
    shares = [arm.missing_count / max(1, arm.count + arm.missing_count) for arm in found.arms]
    uneven = max(shares) - min(shares) > MISSING_GAP
    warning = " The parts differ between arms, which alone can make a difference." if uneven else ""
    return [
        f"{missing:,} units have no `{found.metric.label}` and are left out of it; say "
        f'`missing = "zero"` if empty means none.{warning}'
    ]


def _about_comparison(label: str, comparison: Comparison, *, is_primary: bool) -> list[str]:
    told = []
    if comparison.problem and not is_primary:
        told.append(
            f"`{label}` of `{comparison.variant}` cannot be compared: {comparison.problem}."
        )
    if comparison.absolute and comparison.relative is None:
        told.append(f"`{label}` of control is too near zero for a relative difference.")
    return told + _about_agreement(label, comparison)


def _about_covariate(found: MetricReadout) -> list[str]:
    tried = [one.cuped for one in found.comparisons if one.cuped]
    if not tried or any(cuped.is_worth_it for cuped in tried):
        return []
    most = max(cuped.variance_saved for cuped in tried)
    return [
        f"CUPED with `{tried[0].covariate}` bought nothing for `{found.metric.label}`: it saved "
        f"{most:.2%} of the variance."
    ]


def _about_large_effects(metrics: tuple[MetricReadout, ...]) -> list[str]:
    large = [
        f"`{found.metric.label}` of `{one.variant}` {one.relative.value:+.0%}"
        for found in metrics
        for one in found.comparisons
        if one.relative and one.relative.is_clear and abs(one.relative.value) > UNLIKELY_LIFT
    ]
    if not large:
        return []
    return [
        f"Changes as large as here are rarer than mistakes in data ({', '.join(large)}): check how "
        "outcomes were recorded before believing them."
    ]


def _about_agreement(label: str, comparison: Comparison) -> list[str]:
    opinions = comparison.opinions
    if comparison.absolute is None or opinions is None or opinions.bootstrap is None:
        return []
    drawn = opinions.bootstrap
    if drawn.is_clear == comparison.absolute.is_clear:
        return []
    return [
        f"`{label}` of `{comparison.variant}`: drawing units anew says otherwise "
        f"(p {p_words(drawn.p_value)} against {p_words(comparison.absolute.p_value)}); it is close."
    ]
