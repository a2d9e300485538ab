"""Moves between segments: who drifted away, who came closer, who is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Column, DataTable, Figure, Kind, Legend, Notice, Section
from shopkeeper.html.charts.canvas import Canvas, Caption, Picture, figure
from shopkeeper.html.charts.flow import Flow, Ribbon, draw_flow
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.segments import SegmentMove, Segments

HEADING = "Moves between segments"
NOBODY_YET = "Not a customer yet"
ARROW = "\N{RIGHTWARDS ARROW}"
# A phone has room for the largest moves only; all of them are in the table.
MOVES_ON_PHONE = 10
LABELS = {
    "later": "To a segment that bought less recently",
    "sooner": "To a segment that bought more recently",
    "moved": "To another segment",
    "arrived": "New customers",
    "stayed": "Stayed",
}
COLUMNS = (
    Column("From"),
    Column("To"),
    Column("Direction"),
    Column("Customers", Kind.NUMBER),
    Column("Order value", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the moves as a flow and as a table."""
    segments = answers.segments
    if segments is None or not any(move.customer_count for move in segments.moves):
        reason = "There are no two dates between which customers could have moved"
        return Section("moves", HEADING, "", (Notice("info", reason),))
    lead = (
        f"Where the customers of {formatting.day(segments.previous_as_of)} stand on "
        f"{formatting.day(segments.as_of)}. A direction compares how many days ago the customers "
        "of both segments last ordered, on average."
    )
    return Section("moves", HEADING, lead, (_figure(segments, answers.currency),))


def direction(move: SegmentMove, segments: Segments) -> str:
    """Gives the kind of a move; `moved` where the segments cannot be compared."""
    if move.from_segment is None:
        return "arrived"
    if move.from_segment == move.to_segment:
        return "stayed"
    days = {
        row.segment: row.average_days_since_last_order
        for row in segments.segments
        if row.customer_count
    }
    before, after = days.get(move.from_segment), days.get(move.to_segment)
    if before is None or after is None or before == after:
        return "moved"
    return "sooner" if after < before else "later"


def _figure(segments: Segments, currency: str) -> Figure:
    """Makes the chart: a flow on desk and paper, the largest moves on a phone."""
    moves = tuple(move for move in segments.moves if move.customer_count)
    flow = _flow(moves, segments, currency)
    bars = _largest(moves, segments, currency)
    caption = Caption(
        "segment-moves",
        _title(moves, segments),
        "Ribbons from the segment of each customer at the earlier date to the segment at the later "
        "date, as thick as the number of customers. All numbers are in the table below.",
    )

    def draw(canvas: Canvas) -> Picture:
        is_list = canvas.is_narrow and bars
        return draw_ranked_bars(bars, canvas) if is_list else draw_flow(flow, canvas)

    seen = {direction(move, segments) for move in moves}
    legend = tuple(Legend(LABELS[name], name, name) for name in LABELS if name in seen)
    return figure(caption, draw, legend, _table(moves, segments, currency))


def _title(moves: tuple[SegmentMove, ...], segments: Segments) -> str:
    """Says how many went which way."""
    totals = dict.fromkeys(LABELS, 0)
    for move in moves:
        totals[direction(move, segments)] += move.customer_count
    later = formatting.plural(totals["later"], "customer")
    sooner = formatting.count(totals["sooner"])
    return (
        f"{later} drifted to segments that bought less recently, {sooner} came back to more "
        f"recent ones, {formatting.count(totals['arrived'])} are new"
    )


def _source(move: SegmentMove) -> str:
    return NOBODY_YET if move.from_segment is None else move.from_segment


def _tip(move: SegmentMove, segments: Segments, currency: str) -> tuple[str, ...]:
    return (
        f"{_source(move)} {ARROW} {move.to_segment}",
        f"Customers: {formatting.count(move.customer_count)}",
        f"Order value: {formatting.money(move.order_amount, currency)}",
        LABELS[direction(move, segments)],
    )


def _flow(moves: tuple[SegmentMove, ...], segments: Segments, currency: str) -> Flow:
    """Orders both sides by value, newcomers last, and gives every move a ribbon."""
    ordered = [row.segment for row in sorted(segments.segments, key=lambda row: -row.order_amount)]
    names = tuple(dict.fromkeys((*ordered, *(_source(m) for m in moves if m.from_segment))))
    targets = tuple(dict.fromkeys((*names, *(move.to_segment for move in moves))))
    ribbons = tuple(
        Ribbon(
            _source(move),
            move.to_segment,
            float(move.customer_count),
            direction(move, segments),
            _tip(move, segments, currency),
        )
        for move in moves
    )
    heads = (formatting.day(segments.previous_as_of), formatting.day(segments.as_of))
    sources = tuple(name for name in targets if name != NOBODY_YET)
    return Flow(ribbons, (*sources, NOBODY_YET), targets, heads)


def _largest(
    moves: tuple[SegmentMove, ...], segments: Segments, currency: str
) -> tuple[RankedBar, ...]:
    """Gives the largest moves of those who did not stay."""
    gone = [move for move in moves if move.from_segment != move.to_segment]
    gone.sort(key=lambda move: (-move.customer_count, _source(move), move.to_segment))
    return tuple(
        RankedBar(
            f"{_source(move)} {ARROW} {move.to_segment}",
            float(move.customer_count),
            formatting.count(move.customer_count),
            _tip(move, segments, currency),
            direction(move, segments),
        )
        for move in gone[:MOVES_ON_PHONE]
    )


def _table(moves: tuple[SegmentMove, ...], segments: Segments, currency: str) -> DataTable:
    """Gives the same numbers as a table, largest first."""
    ordered = sorted(moves, key=lambda move: (-move.customer_count, _source(move), move.to_segment))
    rows = tuple(
        (
            cells.text(_source(move)),
            cells.text(move.to_segment),
            cells.text(LABELS[direction(move, segments)]),
            cells.count(move.customer_count, move.customers),
            cells.money(move.order_amount, currency),
        )
        for move in ordered
    )
    return DataTable("moves", "Moves between segments", COLUMNS, rows)
