"""Lifecycle: customers gained and lost, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Legend, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.lifecycle_months import (
    LifecycleMonth,
    LifecycleMonths,
    draw_lifecycle_months,
)

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.lifecycle import Lifecycle, LifecyclePeriod

HEADING = "Customers gained and lost"
ABOVE, BELOW = ("returning", "resurrecting", "new"), "dormant"
LEGEND = tuple(
    Legend(name.title(), name, name) for name in ("new", "resurrecting", "returning", BELOW)
)

STATES = {
    "new": "Bought for the first time in this month",
    "returning": "Bought in this month and in the one before",
    "resurrecting": "Bought in this month and earlier, but not in the month before",
    "dormant": "Bought in the month before, and not in this one",
}


def section(answers: ReportAnswers) -> Section | None:
    """Gives the whole months as bars and as a table."""
    found = answers.behaviour.lifecycle if answers.behaviour else None
    if found is None or not any(period.is_over for period in found.periods):
        return None
    lead = " ".join(found.definition[:2])
    return Section("lifecycle", HEADING, lead, (_figure(found),))


def title(found: Lifecycle) -> str:
    """Says how many were gained and lost in the last whole month."""
    last = [period for period in found.periods if period.is_over][-1]
    counts = _counts(last)
    gained, lost = counts["new"] + counts["resurrecting"], counts[BELOW]
    return (
        f"In {formatting.month(last.start)}, {formatting.plural(gained, 'customer')} came new or "
        f"came back, and {formatting.count(lost)} of the month before did not order"
    )


def _counts(period: LifecyclePeriod) -> dict[str, int]:
    return {count.state: count.count or 0 for count in period.states}


def _figure(found: Lifecycle) -> Figure:
    over = tuple(period for period in found.periods if period.is_over)
    chart = LifecycleMonths(tuple(_month(period) for period in over), ABOVE, BELOW)
    caption = Caption(
        "lifecycle-months",
        title(found),
        "Bars above the line of new, resurrecting and returning customers per month, and below it "
        "of those who went dormant. All numbers are in the table below.",
        "The first months have too many new customers: the data cannot know who ordered before "
        "them. A month that is not over is left out.",
    )
    table = _table(over)
    return figure(caption, lambda canvas: draw_lifecycle_months(chart, canvas), LEGEND, table)


def _month(period: LifecyclePeriod) -> LifecycleMonth:
    counts = _counts(period)
    tip = (
        formatting.month(period.start),
        f"Active: {formatting.count(period.active_count or 0)}",
        *(f"{name.title()}: {formatting.count(counts[name])}" for name in (*ABOVE[::-1], BELOW)),
    )
    above = tuple(float(counts[name]) for name in ABOVE)
    return LifecycleMonth(period.start, above, float(counts[BELOW]), tip)


def _table(over: tuple[LifecyclePeriod, ...]) -> DataTable:
    names = ("new", "returning", "resurrecting", BELOW)
    columns = (
        Column("Month"),
        Column("Active", Kind.NUMBER, "New, returning and resurrecting together"),
        *(Column(name.title(), Kind.NUMBER, STATES[name]) for name in names),
        Column("Gained by lost", Kind.NUMBER, "New and resurrecting by dormant"),
    )
    rows = tuple(
        (
            cells.month(period.start, formatting.month(period.start)),
            cells.count(period.active_count or 0, period.active),
            *(_count(period, name) for name in names),
            cells.EMPTY if period.growth_ratio is None else cells.decimal(period.growth_ratio),
        )
        for period in over
    )
    return DataTable("lifecycle", "Customers by month and what they were in it", columns, rows)


def _count(period: LifecyclePeriod, name: str) -> Cell:
    found = next((each for each in period.states if each.state == name), None)
    return cells.count(_counts(period)[name], found.members if found else None)
