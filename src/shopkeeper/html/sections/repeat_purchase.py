"""Repeat purchase: how many buy a second time within how many days, and the gaps between orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.share_curve import CurvePoint, ShareCurve, draw_share_curve

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.repeat_purchase import GapRow, RepeatPoint, RepeatPurchase

HEADING = "How soon customers buy again"
# The day that a title prefers to speak of.
USUAL_DAYS = 90


def section(answers: ReportAnswers) -> Section | None:
    """Gives the curve and the gaps between orders."""
    found = answers.behaviour.repeat_purchase if answers.behaviour else None
    if found is None or not found.points or not found.repeat_count:
        return None
    lead = " ".join(found.definition[:2])
    return Section("repeat-purchase", HEADING, lead, (_figure(found), _gaps(found)))


def title(found: RepeatPurchase) -> str:
    """Says how many buy again within a time."""
    point = min(found.points, key=lambda point: abs(point.days - USUAL_DAYS))
    return (
        f"{formatting.share(point.share)} of customers order a second time within "
        f"{point.days} days, {formatting.share(found.points[-1].share)} within "
        f"{found.points[-1].days}"
    )


def _figure(found: RepeatPurchase) -> Figure:
    last = found.points[-1].days
    steps = tuple((days, share) for days, share in found.curve if days <= last)
    chart = ShareCurve(steps, tuple(_point(point) for point in found.points), last)
    caption = Caption(
        "repeat-curve",
        title(found),
        "A curve of the share of customers that has ordered a second time by each day after the "
        "first order. Chosen days are in the table below.",
    )
    columns = (
        Column("Within"),
        Column("Buy again", Kind.NUMBER, "Estimated share, with those who still wait"),
        Column("95 % from", Kind.NUMBER),
        Column("to", Kind.NUMBER),
        Column("Seen", Kind.NUMBER, "Customers who did so"),
    )
    rows = tuple(
        (
            cells.length(point.days),
            cells.share(point.share),
            cells.share(point.low),
            cells.share(point.high),
            cells.count(point.repeat_count, point.members),
        )
        for point in found.points
    )
    table = DataTable("repeat-curve", "Customers who order again", columns, rows)
    return figure(caption, lambda canvas: draw_share_curve(chart, canvas), (), table)


def _point(point: RepeatPoint) -> CurvePoint:
    tip = (
        f"Within {point.days} days",
        f"Order again: {formatting.share(point.share)}",
        f"95 %: {formatting.share(point.low)} to {formatting.share(point.high)}",
        f"Seen: {formatting.count(point.repeat_count)}",
    )
    return CurvePoint(point.days, point.share, point.low, point.high, tip)


def _gaps(found: RepeatPurchase) -> DataTable:
    columns = (
        Column("After order"),
        Column("Followed by another", Kind.NUMBER),
        Column("Not so far", Kind.NUMBER),
        *(
            Column(
                f"{part} %", Kind.NUMBER, f"Days until {part} of 100 who ordered again had done so"
            )
            for part in (10, 25, 50, 75, 90)
        ),
        Column("Median with those who wait", Kind.NUMBER),
    )
    rows = tuple(_gap(gap) for gap in found.gaps)
    return DataTable("order-gaps", "Days between orders", columns, rows, found.definition[2])


def _gap(gap: GapRow) -> tuple[Cell, ...]:
    name = "All" if gap.from_order is None else f"{gap.from_order}{'+' if gap.to_last else ''}"
    days = (gap.quantiles or (None,) * 5) + (gap.median_days,)
    return (
        cells.text(name),
        cells.count(gap.gap_count, gap.members),
        cells.count(gap.open_count, gap.open_members),
        *(cells.EMPTY if day is None else cells.count(day) for day in days),
    )
