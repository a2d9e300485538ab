"""The funnel: how many take each step to a purchase, and by where they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Figure, Kind, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.funnel_steps import FunnelBar, draw_funnel_steps

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.funnel import Funnel, FunnelStep

HEADING = "From a view to a purchase"
# Lengths of time in words, longest first.
SPANS = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def section(answers: ReportAnswers) -> Section | None:
    """Gives the funnel as a chart, and each group as a row of a table."""
    found = answers.behaviour.funnel if answers.behaviour else None
    if found is None:
        return None
    lead = " ".join(found.definition[:3]).replace("`", "")
    if found.simulated_share:
        made_up = formatting.share(found.simulated_share, 0)
        lead = f"{made_up} of these events are made up, not recorded. {lead}"
    blocks: tuple[Block, ...] = (_figure(found),)
    if found.groups:
        blocks = (*blocks, _groups(found))
    return Section("funnel", HEADING, lead, blocks)


def title(found: Funnel) -> str:
    """Says how many get through, and where most are lost."""
    first, last = found.steps[0], found.steps[-1]
    worst = min(found.steps[1:], key=lambda step: step.step_rate)
    of = formatting.plural(first.count, found.unit, found.unit)
    return (
        f"{formatting.share(last.share)} of {of} came from {first.name} to {last.name}; the "
        f"hardest step is {worst.name}: {formatting.share(worst.step_rate)} of those before take it"
    )


def _figure(found: Funnel) -> Figure:
    bars = tuple(_bar(step, place, found) for place, step in enumerate(found.steps))
    note = (
        f"{formatting.count(found.open_count)} of those who have not finished still may: their "
        "time is not over."
        if found.open_count
        else ""
    )
    caption = Caption(
        "funnel-steps",
        title(found),
        "One bar for each step, as a part of those who took the first. All numbers are in the "
        "table below.",
        note,
    )
    table = DataTable(
        "funnel",
        "Steps of the funnel",
        (
            Column("Step"),
            Column(found.unit.title(), Kind.NUMBER, "Who came at least so far"),
            Column("Of all", Kind.NUMBER, "Part of those who took the first step"),
            Column("Of the step before", Kind.NUMBER, "Part of those who took that one"),
            Column("Lost before it", Kind.NUMBER, "Who took the step before, but not this one"),
            Column("Median time", Kind.NUMBER, "From the first step, of those who came so far"),
        ),
        tuple(_row(step, place) for place, step in enumerate(found.steps)),
    )
    return figure(caption, lambda canvas: draw_funnel_steps(bars, canvas), (), table)


def _bar(step: FunnelStep, place: int, found: Funnel) -> FunnelBar:
    lost = ""
    if place:
        share = formatting.share(1 - step.step_rate)
        lost = f"{formatting.count(step.lost_count)} lost ({share})"
    tip = (
        step.name,
        f"{found.unit.title()}: {formatting.count(step.count)}",
        f"Of all: {formatting.share(step.share)}",
        f"Of the step before: {formatting.share(step.step_rate)}",
    )
    shown = f"{formatting.count(step.count)} ({formatting.share(step.share)})"
    return FunnelBar(step.name, step.share, shown, lost, tip)


def _row(step: FunnelStep, place: int) -> tuple[Cell, ...]:
    return (
        cells.text(step.name),
        cells.count(step.count, step.members),
        cells.share(step.share, 1.0),
        cells.share(step.step_rate),
        cells.count(step.lost_count, step.lost) if place else cells.EMPTY,
        _time(step.median_seconds) if place else cells.EMPTY,
    )


def _time(seconds: float | None) -> Cell:
    if seconds is None:
        return cells.EMPTY
    length, name = next((s for s in SPANS if seconds >= s[0]), SPANS[-1])
    count = seconds / length
    return Cell(f"{formatting.decimal(count)} {name}s", f"{seconds:.12g}")


def _groups(found: Funnel) -> DataTable:
    names, unit = [step.name for step in found.steps], found.unit.title()
    columns = (
        Column((found.split or "").title()),
        *(Column(name.title(), Kind.NUMBER, f"{unit} who came to this step") for name in names),
        *(
            Column(f"{name.title()}, of all", Kind.NUMBER, f"Part of the {found.unit} who began")
            for name in names[1:]
        ),
    )
    largest = [max(g.steps[k].share for g in found.groups) for k in range(len(names))]
    rows = tuple(
        (
            cells.text(group.name or "Unknown"),
            *(cells.count(step.count, step.members) for step in group.steps),
            *(cells.share(group.steps[k].share, largest[k]) for k in range(1, len(names))),
        )
        for group in found.groups
    )
    return DataTable(
        "funnel-groups",
        f"The same by {found.split}",
        columns,
        rows,
        f"By the {found.split} of the first {names[0]}.",
    )
