"""Sections of the decision memo: verdict, differences, arms, other tests, segments, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.experiments.experiment import DecidingTest
from shopkeeper.experiments.readout import Status
from shopkeeper.experiments.words import (
    change_words,
    lift_words,
    p_words,
    range_words,
    value_words,
)
from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Figure,
    Kind,
    Legend,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.intervals import IntervalRow, draw_intervals
from shopkeeper.reports.experiment_units import (
    arm_units,
    capped_units,
    converted_units,
    outcome_units,
    part_units,
    whole_counts,
)

if TYPE_CHECKING:
    from shopkeeper.experiments.difference import Difference
    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.readout import Comparison, MetricReadout, Readout

STATUS_WORDS = {
    Status.BLOCKED: "Blocked: not compared",
    Status.UNREADABLE: "Cannot be read",
    Status.BETTER: "Better",
    Status.WORSE: "Worse",
    Status.HARMED: "Better, but a guardrail does not hold",
    Status.TOO_SMALL: "Better, but too little",
    Status.NOT_SHOWN: "No difference shown",
}
GOOD = {Status.BETTER}
BAD = {Status.BLOCKED, Status.UNREADABLE, Status.HARMED, Status.WORSE}
DIFFERENCE_COLUMNS = (
    Column("Metric"),
    Column("Arm"),
    Column("Difference", Kind.NUMBER, "In the metric's own unit, less control"),
    Column("Interval", Kind.TEXT, "Where the difference may lie"),
    Column("Relative", Kind.NUMBER, "By the size of control"),
    Column("p", Kind.NUMBER, "Chance of as much where there is nothing"),
    Column("Corrected p", Kind.NUMBER, "The same, allowing for all comparisons of its family"),
)
OPINION_COLUMNS = (
    Column("Metric"),
    Column("Arm"),
    Column("Always valid", Kind.TEXT, "Interval that holds however often the test was looked at"),
    Column("Bootstrap", Kind.TEXT, "Interval by drawing units anew"),
    Column("Mann–Whitney p", Kind.NUMBER, "By ranks: another question than that of means"),
    Column("Permutation p", Kind.NUMBER, "By dealing units to arms anew"),
    Column("Chance to be higher", Kind.NUMBER, "Belief from a prior that knows nothing"),
    Column("Could see", Kind.NUMBER, "Relative change seen in four of five such tests"),
)
OUTCOME_COLUMNS = (
    Column("Metric"),
    Column("Arm"),
    Column("With an outcome", Kind.NUMBER, "Units whose value of the metric is known"),
    Column("Without", Kind.NUMBER, "In the arm, and in no figure of the metric"),
    Column("Converted", Kind.NUMBER, "Of those with an outcome, where it is yes or no"),
)
WHOLE_COLUMNS = (Column("Units"), Column("Number", Kind.NUMBER))
SEGMENT_COLUMNS = (
    Column("Segment"),
    Column("Part"),
    Column("Arm"),
    Column("Units", Kind.NUMBER),
    Column("Difference", Kind.NUMBER),
    Column("Interval"),
    Column("Corrected p", Kind.NUMBER),
)


def sections_of(found: Readout) -> tuple[Section, ...]:
    """Gives the sections in the order in which they are read."""
    sections = [_verdict(found)]
    if any(m.comparisons for m in found.metrics):
        sections.append(_differences(found))
    sections.append(_arms(found))
    if found.segments is not None:
        sections.append(_segments(found))
    if found.verdict.caveats:
        limits = Sentences("", found.verdict.caveats)
        sections.append(Section("limits", "What limits this", "", (limits,)))
    plan = Sentences("", definition_lines(found.experiment))
    sections.append(Section("plan", "How it was planned", found.experiment.question, (plan,)))
    return tuple(sections)


def definition_lines(experiment: Experiment) -> tuple[str, ...]:
    """Says a definition in sentences."""
    looks = (
        "at any time, by always-valid intervals"
        if experiment.test is DecidingTest.SEQUENTIAL
        else "once, at the end, by Welch's test"
    )
    planned = experiment.allocation or {}
    parts = ", ".join(f"`{arm}` {part:g}" for arm, part in planned.items()) or "equal parts"
    lines = [
        f"Arms are named by `{experiment.variant}`; control is `{experiment.control}`; planned: "
        f"{parts}.",
        f"One unit is {f'one `{experiment.unit}`' if experiment.unit else 'one row'}.",
        f"Read {looks}; accepted chance of a false alarm {experiment.alpha:.1%}.",
    ]
    for metric in experiment.metrics:
        limit = f", tolerated loss {metric.tolerated_loss:.1%}" if metric.tolerated_loss else ""
        lines.append(
            f"`{metric.label}`: {metric.role}, {metric.kind}, {metric.better} is better{limit}."
        )
    if experiment.least_lift:
        lines.append(f"A gain below {experiment.least_lift:.1%} is not worth it.")
    return tuple(lines)


def _verdict(found: Readout) -> Section:
    said = found.verdict
    status = "good" if said.status in GOOD else "bad" if said.status in BAD else "info"
    blocks: list[Block] = [Notice(status, STATUS_WORDS[said.status], said.headline)]
    blocks.append(Sentences("What it rests on", said.reasons))
    blocks.append(Sentences("What to do next", (said.next_step,)))
    return Section("verdict", "Verdict", "", tuple(blocks))


def _differences(found: Readout) -> Section:
    table = DataTable(
        "differences-table",
        "Differences to control",
        DIFFERENCE_COLUMNS,
        tuple(_difference(m, one) for m in found.metrics for one in m.comparisons),
        _scopes(found),
    )
    drawn = tuple(
        IntervalRow(
            f"{m.metric.label}, {one.variant}",
            one.relative.value,
            one.relative.low,
            one.relative.high,
            _tip(m, one),
        )
        for m in found.metrics
        for one in m.comparisons
        if one.relative
    )
    opinions = DataTable(
        "other-tests",
        "Other tests, which do not decide",
        OPINION_COLUMNS,
        tuple(_opinion(m, one) for m in found.metrics for one in m.comparisons if one.opinions),
    )
    blocks: tuple[Block, ...] = (table, opinions) if opinions.rows else (table,)
    if drawn:
        blocks = (_figure(found, drawn), *blocks)
    return Section("differences", "Differences", "", blocks)


def _figure(found: Readout, drawn: tuple[IntervalRow, ...]) -> Figure:
    level = formatting.share(1 - found.experiment.alpha, 0)
    caption = Caption(
        "intervals",
        f"Relative difference to {found.experiment.control}, with its {level} interval",
        "A line for each metric and arm from the lower to the upper end of its interval, a square "
        "at the difference found, and a line at no difference.",
        "Intervals that reach zero show no difference. They are not corrected for their number.",
    )
    legend = (
        Legend("above control", "above"),
        Legend("below control", "below"),
        Legend("not shown", "unclear"),
    )
    return figure(caption, lambda sheet: draw_intervals(drawn, sheet), legend)


def _tip(found: MetricReadout, one: Comparison) -> tuple[str, ...]:
    assert one.relative is not None
    assert one.absolute is not None
    return (
        f"{found.metric.label}, {one.variant}",
        f"Relative: {lift_words(one.relative.value)}",
        f"Interval: {lift_words(one.relative.low)} to {lift_words(one.relative.high)}",
        f"Difference: {change_words(found.metric, one.absolute.value)}",
        f"p: {p_words(one.absolute.p_value)}",
    )


def _scopes(found: Readout) -> str:
    told = {m.correction for m in found.metrics if m.correction and m.correction.count > 1}
    return " ".join(
        f"Corrected by {c.method} over {c.count} ({c.scope})."
        for c in sorted(told, key=lambda c: c.scope)
    )


def _difference(found: MetricReadout, one: Comparison) -> tuple[Cell, ...]:
    head = (cells.text(found.metric.label), cells.text(one.variant))
    if one.absolute is None:
        return (*head, cells.EMPTY, cells.prose(one.problem), *[cells.EMPTY] * 3)
    relative = one.relative
    return (
        *head,
        Cell(change_words(found.metric, one.absolute.value), f"{one.absolute.value:.12g}"),
        _range(found, one.absolute),
        Cell(lift_words(relative.value), f"{relative.value:.12g}") if relative else cells.EMPTY,
        _p_value(one.absolute.p_value),
        _p_value(one.corrected_p_value),
    )


def _range(found: MetricReadout, difference: Difference | None) -> Cell:
    if difference is None:
        return cells.EMPTY
    return Cell(range_words(found.metric, difference), css="short")


def _p_value(value: float | None) -> Cell:
    return cells.EMPTY if value is None else Cell(p_words(value), f"{value:.6g}")


def _opinion(found: MetricReadout, one: Comparison) -> tuple[Cell, ...]:
    told = one.opinions
    assert told is not None
    seen = one.detectable_lift
    return (
        cells.text(found.metric.label),
        cells.text(one.variant),
        _range(found, one.sequential),
        _range(found, told.bootstrap),
        _p_value(told.rank_test.p_value if told.rank_test else None),
        _p_value(told.permutation_p_value),
        cells.share(told.belief.chance_to_win),
        Cell(f"±{formatting.share(seen)}", f"{seen:.6g}") if seen else cells.EMPTY,
    )


def _arms(found: Readout) -> Section:
    ratio = found.sample_ratio
    columns = (
        Column("Arm"),
        Column("Units", Kind.NUMBER),
        Column("Planned", Kind.NUMBER),
        *(
            Column(m.metric.label, Kind.NUMBER, "Value of the metric in the arm")
            for m in found.metrics
        ),
    )
    sizes = dict(zip(ratio.variants, zip(ratio.counts, ratio.expected, strict=True), strict=True))
    rows = tuple(
        (
            cells.text(arm.variant),
            cells.count(sizes[arm.variant][0], arm_units(arm.variant)),
            cells.count(round(sizes[arm.variant][1])),
            *(_value(m, place) for m in found.metrics),
        )
        for place, arm in enumerate(found.metrics[0].arms)
    )
    status, word = ("bad", "Broken") if ratio.is_broken else ("good", "As planned")
    notice = Notice(
        status,
        f"Sample ratio: {word.lower()}",
        f"A fair draw is as far off with probability {p_words(ratio.p_value)}; below "
        f"{ratio.alpha:g} nothing is compared.",
    )
    table = DataTable("arms-table", "Arms", columns, rows)
    return Section("arms", "Arms", "", (notice, table, _outcomes(found), _whole(found)))


def _outcomes(found: Readout) -> DataTable:
    """Gives how many units of each arm count, by metric."""
    rows = tuple(
        (
            cells.text(m.metric.label),
            cells.text(arm.variant),
            cells.count(arm.count, outcome_units(place, arm.variant)),
            cells.count(arm.missing_count, outcome_units(place, arm.variant, is_known=False)),
            cells.EMPTY
            if arm.converted_count is None
            else cells.count(arm.converted_count, converted_units(place, arm.variant)),
        )
        for place, m in enumerate(found.metrics, 1)
        for arm in m.arms
    )
    return DataTable("arm-outcomes", "Units that count", OUTCOME_COLUMNS, rows)


def _whole(found: Readout) -> DataTable:
    """Gives how many units and rows of the file are in the test, and how many are not."""
    counts = [(one.counted, one.unit_count, one.units) for one in whole_counts(found)]
    for place, m in enumerate(found.metrics, 1):
        if m.capping is not None:
            told = f"with `{m.metric.label}` above the cap"
            counts.append((told, m.capping.unit_count, capped_units(place)))
    rows = tuple(
        (cells.prose(said[:1].upper() + said[1:]), cells.count(count, units))
        for said, count, units in counts
    )
    return DataTable("units-table", "Units of the file", WHOLE_COLUMNS, rows)


def _value(found: MetricReadout, place: int) -> Cell:
    value = found.arms[place].value
    if value is None:
        return cells.EMPTY
    return Cell(value_words(found.metric, value), f"{value:.12g}")


def _segments(found: Readout) -> Section:
    assert found.segments is not None
    told = found.segments
    metric = next(m for m in found.metrics if m.metric.label == told.metric)
    rows = tuple(
        (
            cells.text(row.segment),
            cells.text(row.value),
            cells.text(row.variant),
            cells.count(row.count, part_units(found, row)),
            Cell(change_words(metric.metric, row.absolute.value), f"{row.absolute.value:.12g}")
            if row.absolute
            else cells.EMPTY,
            _range(metric, row.absolute) if row.absolute else Cell("too small"),
            _p_value(row.corrected_p_value),
        )
        for row in told.rows
    )
    note = f"Corrected by {told.correction.method} over {told.correction.count} comparisons."
    table = DataTable("segments-table", f"{told.metric} by segment", SEGMENT_COLUMNS, rows, note)
    same = tuple(
        f"The effect of `{variant}` is the same in all parts of `{segment}`: p {p_words(p)}."
        for segment, variant, p in told.differ_p_values
    )
    lead = "Effects inside parts are less sure than that of the whole, and parts find what is not."
    blocks: tuple[Block, ...] = (
        (table, Sentences("Do the parts differ?", same)) if same else (table,)
    )
    return Section("segments", "Segments", lead, blocks)
