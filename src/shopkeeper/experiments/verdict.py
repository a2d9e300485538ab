"""Verdict: what an experiment says in plain language, what limits it, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.experiments.caveats import caveats_of
from shopkeeper.experiments.experiment import DecidingTest, Direction, Role
from shopkeeper.experiments.readout import Comparison, MetricReadout, Status, Verdict
from shopkeeper.experiments.words import change_words, lift_words, listed, p_words, range_words

if TYPE_CHECKING:
    from shopkeeper.experiments.difference import Difference
    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.sample_ratio import SampleRatio


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of units and rows that a verdict speaks of."""

    unit_count: int
    several_arms_count: int
    repeated_count: int
    no_arm_count: int


def verdict(
    experiment: Experiment,
    ratio: SampleRatio,
    metrics: tuple[MetricReadout, ...],
    facts: Facts,
) -> Verdict:
    """Says what an experiment comes to, by its own decision rule.

    A treatment is better where every primary metric is shown to be, by the corrected p-value,
    the first of them by `least_lift`, and no guardrail is harmed.
    """
    counts = (
        facts.unit_count, facts.several_arms_count, facts.repeated_count, facts.no_arm_count
    )  # fmt: skip
    caveats = caveats_of(experiment, ratio, metrics, counts)
    if ratio.is_broken:
        return _blocked(ratio, caveats)
    treatments = [c.variant for c in metrics[0].comparisons]
    found = [_of_treatment(experiment, metrics, name) for name in treatments]
    best = min(found, key=lambda one: (_RANK[one.status], -one.gain))
    others = tuple(one.headline for one in found if one is not best)
    return Verdict(
        best.status, best.variant, best.headline, best.reasons + others, caveats, best.next_step
    )


_RANK = {
    Status.BETTER: 0,
    Status.HARMED: 1,
    Status.TOO_SMALL: 2,
    Status.NOT_SHOWN: 3,
    Status.WORSE: 4,
    Status.UNREADABLE: 5,
}


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is said of one treatment."""

    variant: str
    status: Status
    gain: float
    headline: str
    reasons: tuple[str, ...]
    next_step: str


def _blocked(ratio: SampleRatio, caveats: tuple[str, ...]) -> Verdict:
    seen = ", ".join(
        f"{name} {count:,} (planned {planned:,.0f})"
        for name, count, planned in zip(ratio.variants, ratio.counts, ratio.expected, strict=True)
    )
    return Verdict(
        Status.BLOCKED,
        "",
        "The arms do not have the sizes they were planned with, so nothing is compared.",
        (
            f"{seen}: a fair draw is as far off with probability {p_words(ratio.p_value)}, "
            f"below the limit of {ratio.alpha:g}.",
            "Units that got lost, or were drawn otherwise, differ from those that are left; any "
            "difference between the arms may be theirs.",
        ),
        caveats,
        "Find where units got lost: bots filtered in one arm only, a redirect that fails, an arm "
        "started later, a log that drops rows, or an allocation other than planned (say it in the "
        "definition). Then run the test again; do not mend it by leaving units out.",
    )


def _of_treatment(
    experiment: Experiment, metrics: tuple[MetricReadout, ...], variant: str
) -> _Finding:
    primary = [_pick(m, variant) for m in metrics if m.metric.role is Role.PRIMARY]
    for metric, comparison in primary:
        if comparison.absolute is None:
            told = f"`{metric.metric.label}` of `{variant}` cannot be compared"
            step = "Mend the data or the definition, then read it again."
            headline = f"{told}: {comparison.problem}."
            return _Finding(variant, Status.UNREADABLE, 0.0, headline, (), step)
    reasons = tuple(_sentence(m, c) for m, c in primary)
    gains = [_gain(m, c, experiment.alpha) for m, c in primary]
    harm = _harm(metrics, variant, experiment.alpha)
    metric, first = primary[0]
    size = first.relative.value if first.relative else 0.0
    size = size if metric.metric.better is Direction.HIGHER else -size
    if any(gain < 0 for gain in gains):
        worse = primary[gains.index(-1)][0].metric.label
        headline = f"`{variant}` is worse than `{experiment.control}` on `{worse}`."
        return _Finding(variant, Status.WORSE, size, headline, reasons, _keep(experiment))
    if not all(gain > 0 for gain in gains):
        headline = f"No difference between `{variant}` and `{experiment.control}` was shown."
        step = _more(experiment, first)
        return _Finding(variant, Status.NOT_SHOWN, size, headline, reasons + harm, step)
    status, headline, step = _win(experiment, metric, first, size, is_harmed=bool(harm))
    return _Finding(variant, status, size, headline, reasons + harm, step)


def _win(
    experiment: Experiment,
    found: MetricReadout,
    first: Comparison,
    size: float,
    *,
    is_harmed: bool,
) -> tuple[Status, str, str]:
    """Says what a treatment comes to that is better on all primary metrics."""
    better = f"`{first.variant}` is better on `{found.metric.label}`"
    if is_harmed:
        step = "Do not roll it out as it is: mend what the guardrail shows, then test again."
        return Status.HARMED, f"{better}, but a guardrail does not hold.", step
    if size < experiment.least_lift:
        worth = f"by less than the {experiment.least_lift:.1%} that make it worth its cost"
        return Status.TOO_SMALL, f"{better}, {worth}.", _keep(experiment)
    control = experiment.control
    headline = (
        f"`{first.variant}` is better than `{control}` on `{found.metric.label}`: {_size(first)}."
    )
    step = (
        f"Give everyone `{first.variant}`, keep a few percent in `{control}` for some weeks, and "
        "read it again: first effects tend to shrink."
    )
    return Status.BETTER, headline, step


def _pick(found: MetricReadout, variant: str) -> tuple[MetricReadout, Comparison]:
    return found, next(c for c in found.comparisons if c.variant == variant)


def _gain(found: MetricReadout, comparison: Comparison, alpha: float) -> int:
    """Gives 1 where the treatment is shown to be better, -1 where worse, else 0."""
    assert comparison.absolute is not None
    assert comparison.corrected_p_value is not None
    if comparison.corrected_p_value >= alpha:
        return 0
    up = comparison.absolute.value > 0
    return 1 if up == (found.metric.better is Direction.HIGHER) else -1


def _harm(metrics: tuple[MetricReadout, ...], variant: str, alpha: float) -> tuple[str, ...]:
    """Gives a sentence for each guardrail that is harmed, or not shown to be held."""
    told = []
    for found in metrics:
        if found.metric.role is not Role.GUARDRAIL:
            continue
        _, comparison = _pick(found, variant)
        label, limit = found.metric.label, found.metric.tolerated_loss
        if comparison.absolute is None:
            told.append(f"Guardrail `{label}` cannot be read: {comparison.problem}.")
        elif _gain(found, comparison, alpha) < 0:
            told.append(f"Guardrail `{label}` is harmed: {_size(comparison)}.")
        elif limit is not None and _worst(found, comparison.relative) > limit:
            told.append(
                f"Guardrail `{label}` may have lost more than the tolerated {limit:.1%}; the "
                "interval does not rule it out."
            )
    return tuple(told)


def _worst(found: MetricReadout, relative: Difference | None) -> float:
    """Gives the largest relative loss inside the interval; infinite where it is not known."""
    if relative is None:
        return float("inf")
    return -relative.low if found.metric.better is Direction.HIGHER else relative.high


def _size(comparison: Comparison) -> str:
    """Gives a difference in relative terms, or by its p-value where control is near zero."""
    found = comparison.relative
    if found is None:
        return f"p {p_words(comparison.corrected_p_value)}"
    ends = f"{lift_words(found.low)} to {lift_words(found.high)}"
    return f"{lift_words(found.value)} (interval {ends})"


def _sentence(found: MetricReadout, comparison: Comparison) -> str:
    assert comparison.absolute is not None
    corrected = ""
    if found.correction and found.correction.count > 1:
        corrected = f", {p_words(comparison.corrected_p_value)} after {found.correction.method}"
    return (
        f"`{found.metric.label}`: {change_words(found.metric, comparison.absolute.value)} "
        f"({range_words(found.metric, comparison.absolute)}), "
        f"p {p_words(comparison.absolute.p_value)}{corrected}."
    )


def _keep(experiment: Experiment) -> str:
    return f"Keep `{experiment.control}`, and write down what was learned."


def _more(experiment: Experiment, first: Comparison) -> str:
    if first.detectable_lift is None:
        return "Measure an outcome that varies less, or test longer."
    seen = f"a change of {first.detectable_lift:.1%}"
    if experiment.test is DecidingTest.SEQUENTIAL:
        return (
            f"Go on, or stop and keep `{experiment.control}`: looking again does no harm here. At "
            f"this size one look at the end sees {seen} in four of five cases."
        )
    return (
        f"This test sees {seen} in four of five cases; smaller ones it mostly misses. If that is "
        f"small enough, keep {listed([experiment.control])} and go on to a bolder idea; if not, "
        "plan a larger test before it starts (`shopkeeper experiment design`). Do not extend this "
        "one until it works."
    )
