"""Experiments in the terminal: verdict first, then arms, differences, segments and caveats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import name_list
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.experiments.words import (
    change_words,
    lift_words,
    p_words,
    range_words,
    value_words,
)
from shopkeeper.reports.formatting import percent

if TYPE_CHECKING:
    from shopkeeper.experiments.aa_simulation import AASimulation
    from shopkeeper.experiments.readout import Comparison, MetricReadout, Readout, SegmentReadout
    from shopkeeper.experiments.uplift.curves import Curve
    from shopkeeper.experiments.uplift.targeting import Targeting
    from shopkeeper.reports.experiment_design import Design
    from shopkeeper.reports.experiment_units import OpenReadout


def show_readout(found: OpenReadout) -> None:
    """Prints an experiment's verdict and what it rests on."""
    said = found.verdict
    print_text(f"{found.experiment.name}: {said.status.replace('_', ' ')}")
    print_text(said.headline)
    for reason in said.reasons:
        print_text(f"  {reason}")
    print_text()
    _show_arms(found)
    _show_counted(found)
    if any(m.comparisons for m in found.metrics):
        print_text()
        _show_differences(found)
        print_text()
        _show_opinions(found)
    if found.segments is not None:
        print_text()
        _show_segments(found, found.segments)
    print_text()
    for caveat in said.caveats:
        print_text(f"! {caveat}")
    name_list(next(one.units for one in found.lists if one.arm))
    print_text(f"next: {said.next_step}")


def _show_arms(found: Readout) -> None:
    ratio = found.sample_ratio
    sizes = dict(zip(ratio.variants, zip(ratio.counts, ratio.expected, strict=True), strict=True))
    order = [arm.variant for arm in found.metrics[0].arms]
    print_table(
        ("arm", "units", "planned", *(m.metric.label for m in found.metrics)),
        [
            (
                name,
                sizes[name][0],
                round(sizes[name][1]),
                *(
                    value_words(m.metric, next(a.value for a in m.arms if a.variant == name))
                    for m in found.metrics
                ),
            )
            for name in order
        ],
    )
    word = "BROKEN" if ratio.is_broken else "as planned"
    print_text(f"sample ratio: {word}, p {p_words(ratio.p_value)}")


def _show_counted(found: OpenReadout) -> None:
    print_table(
        ("metric", "arm", "with an outcome", "without", "converted"),
        [
            (m.metric.label, arm.variant, arm.count, arm.missing_count, arm.converted_count)
            for m in found.metrics
            for arm in m.arms
        ],
    )


def _show_differences(found: Readout) -> None:
    level = percent(1 - found.experiment.alpha, 0)
    print_table(
        ("metric", "arm", "difference", f"{level} interval", "relative", "from", "to", "p",
         "corrected", "always valid"),
        [_difference_row(m, one) for m in found.metrics for one in m.comparisons],
    )  # fmt: skip
    told = {m.correction for m in found.metrics if m.correction and m.correction.count > 1}
    for correction in sorted(told, key=lambda c: c.scope):
        print_text(f"corrected: {correction.method} over {correction.count} ({correction.scope})")


def _difference_row(found: MetricReadout, one: Comparison) -> tuple[object, ...]:
    label = found.metric.label
    if one.absolute is None or one.sequential is None:
        return (label, one.variant, "–", one.problem, "–", "–", "–", "–", "–", "–")
    relative = one.relative
    ends = (
        tuple(lift_words(v) for v in (relative.value, relative.low, relative.high))
        if relative
        else ("–", "–", "–")
    )
    return (
        label,
        one.variant,
        change_words(found.metric, one.absolute.value),
        range_words(found.metric, one.absolute),
        *ends,
        p_words(one.absolute.p_value),
        p_words(one.corrected_p_value),
        range_words(found.metric, one.sequential),
    )


def _show_opinions(found: Readout) -> None:
    print_text("other tests, which do not decide")
    rows = []
    for metric in found.metrics:
        for one in metric.comparisons:
            told = one.opinions
            if told is None:
                continue
            rows.append(
                (
                    metric.metric.label,
                    one.variant,
                    range_words(metric.metric, told.bootstrap) if told.bootstrap else None,
                    p_words(told.rank_test.p_value if told.rank_test else None),
                    p_words(told.permutation_p_value),
                    percent(told.belief.chance_to_win),
                    percent(one.cuped.variance_saved) if one.cuped else None,
                    f"±{percent(one.detectable_lift)}" if one.detectable_lift else None,
                )
            )
    print_table(
        ("metric", "arm", "bootstrap", "Mann–Whitney p", "permutation p", "chance to be higher",
         "variance saved", "could see"),
        rows,
    )  # fmt: skip


def _show_segments(found: Readout, segments: SegmentReadout) -> None:
    metric = next(m.metric for m in found.metrics if m.metric.label == segments.metric)
    print_text(
        f"{segments.metric} by segment; {segments.correction.method} over "
        f"{segments.correction.count} ({segments.correction.scope})"
    )
    print_table(
        ("segment", "part", "arm", "units", "difference", "interval", "corrected p"),
        [
            (
                row.segment,
                row.value,
                row.variant,
                row.count,
                change_words(metric, row.absolute.value) if row.absolute else None,
                range_words(metric, row.absolute) if row.absolute else "too small to compare",
                p_words(row.corrected_p_value),
            )
            for row in segments.rows
        ],
    )
    for segment, variant, p_value in segments.differ_p_values:
        print_text(f"effect of {variant} the same in all parts of {segment}: p {p_words(p_value)}")


def show_targeting(found: Targeting) -> None:
    """Prints whether to target, the null band it was held to, and what rules would have brought."""
    answer = "targeting is allowed" if found.is_allowed else "targeting is refused"
    print_text(f"{found.treatment} against {found.control} on {found.outcome}: {answer}")
    print_text(found.reason)
    print_text(
        f"learned from {found.taught_count:,} units, judged on {found.judged_count:,} others; "
        f"{found.learner.upper()}-learner, {found.family}; from {', '.join(found.features)}"
    )
    print_text()
    _show_curve(found.curve)
    print_text()
    print_table(
        ("treat", "share", f"mean {found.outcome}", "from", "to"),
        [
            (p.name, percent(p.treated_share, 0), *(f"{v:.4f}" for v in (p.value, p.low, p.high)))
            for p in found.policies
        ],
    )


def _show_curve(curve: Curve) -> None:
    places = [round(part * (len(curve.shares) - 1)) for part in (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)]
    heights = (curve.qini, curve.random_low, curve.random_high)
    print_table(
        ("treated", "extra outcomes", "random orders from", "to"),
        [(percent(curve.shares[p], 0), *(round(h[p], 1) for h in heights)) for p in places],
    )
    print_text(
        f"area over the random line: {curve.sigma:+.1f} σ (Qini), "
        f"{curve.uplift_sigma:+.1f} σ (uplift)"
    )


def show_design(found: Design) -> None:
    """Prints how large and how long a test must be."""
    wanted = found.wanted
    print_text(
        f"{wanted.outcome.replace('_', ' ')}: a change of {lift_words(wanted.lift)}, seen with a "
        f"chance of {percent(wanted.demands.power, 0)}, "
        f"false alarms {percent(wanted.demands.alpha)}"
    )
    print_text(f"units: {found.audience}")
    print_text()
    print_table(
        ("days", "units", "baseline", "needed", "enough", "could see", "with CUPED"),
        [
            (
                w.days,
                w.unit_count,
                f"{w.baseline:.4g}",
                w.needed_count,
                w.is_enough,
                f"±{percent(w.detectable_lift)}" if w.detectable_lift else None,
                f"±{percent(w.lift_with_covariate)}" if w.lift_with_covariate else None,
            )
            for w in found.windows
        ],
    )
    last = found.windows[-1].days
    print_text(
        f"a test of {found.enough_days} days suffices"
        if found.enough_days
        else f"no test of {last} days suffices: look for a larger change, or a steadier outcome"
    )
    if found.simulation is not None:
        print_text()
        _show_simulation(found.simulation)


def _show_simulation(found: AASimulation) -> None:
    print_text(
        f"the last outcomes dealt to two equal arms {found.round_count:,} times, "
        f"{found.unit_count:,} units"
    )
    print_table(
        ("test", "false alarms", "from", "to", "promised", "kept"),
        [
            (
                one.test,
                *(percent(share) for share in (one.rate, one.low, one.high, one.nominal)),
                one.keeps_its_promise,
            )
            for one in found.tests
        ],
    )
