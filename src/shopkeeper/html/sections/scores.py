"""Recency and frequency: how many customers stand at each pair of scores, and their worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Column, DataTable, Figure, Kind, Legend, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.heat_map import HeatCell, HeatMap, draw_heat_map
from shopkeeper.html.text import words

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.segments import ScoreCell, Segments

HEADING = "Recency and frequency"
LEAD = (
    "Every customer gets a score from 1 (lowest fifth) to 5 (highest fifth) for how recently and "
    "for how often they bought."
)
BEST = 5
LEGEND = (Legend("Few customers", "heat-1"), Legend("Many customers", "heat-5"))
COLUMNS = (
    Column("Recency score", Kind.NUMBER),
    Column("Frequency score", Kind.NUMBER),
    Column("Customers", Kind.NUMBER),
    Column("Order value", Kind.NUMBER),
)
THRESHOLD_COLUMNS = (
    Column("Measure"),
    Column("Cut points, from the lowest to the highest", Kind.PROSE),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the grid of scores and the cut points behind it."""
    segments = answers.segments
    if segments is None or not segments.grid:
        reason = "These data cannot carry recency and frequency scores"
        return Section("scores", HEADING, "", (Notice("info", reason),))
    blocks: list[Block] = [_figure(segments, answers.currency)]
    if segments.thresholds:
        blocks.append(_thresholds(segments))
    return Section("scores", HEADING, LEAD, tuple(blocks))


def _figure(segments: Segments, currency: str) -> Figure:
    """Makes the chart; a pair of scores that nobody has is shown as empty."""
    grid = {(cell.recency_score, cell.frequency_score): cell for cell in segments.grid}
    drawn = tuple(
        _cell(recency, frequency, grid.get((recency, frequency)), currency)
        for recency in range(BEST, 0, -1)
        for frequency in range(1, BEST + 1)
    )
    chart = HeatMap(drawn, "How often: frequency score", "How recently: recency score", BEST)
    caption = Caption(
        "score-grid",
        _title(segments, currency),
        "A grid of five recency scores by five frequency scores with the number of customers and "
        "their order value in each cell. All numbers are in the table below.",
        f"In each cell: the number of customers, and below it their order value in {currency}.",
    )
    table = _table(segments, currency)
    return figure(caption, lambda sheet: draw_heat_map(chart, sheet), LEGEND, table)


def _title(segments: Segments, currency: str) -> str:
    """Says where the money is."""
    top = max(segments.grid, key=lambda cell: (cell.order_amount, cell.recency_score))
    total = sum(cell.order_amount for cell in segments.grid)
    if total <= 0 or top.order_amount <= 0:
        return "No pair of scores has brought any order value"
    part = formatting.share(float(top.order_amount / total), 0)
    who = formatting.plural(top.customer_count, "customer")
    worth = formatting.short_money(top.order_amount, currency)
    scores = f"recency {top.recency_score} and frequency {top.frequency_score}"
    if top.recency_score == top.frequency_score == BEST:
        scores = "the top scores for both"
    return f"{who} with {scores} brought {worth}, {part} of all order value"


def _cell(recency: int, frequency: int, cell: ScoreCell | None, currency: str) -> HeatCell:
    """Gives one cell to the chart, with its reading."""
    head = f"Recency {recency}, frequency {frequency}"
    if cell is None or not cell.customer_count:
        nobody = (head, "Customers: 0")
        return HeatCell(frequency, recency, 0.0, formatting.EN_DASH, "", nobody)
    tip = (
        head,
        f"Customers: {formatting.count(cell.customer_count)}",
        f"Order value: {formatting.money(cell.order_amount, currency)}",
    )
    shown = formatting.count(cell.customer_count)
    below = formatting.sign_money(cell.order_amount, currency)
    return HeatCell(frequency, recency, float(cell.customer_count), shown, below, tip)


def _table(segments: Segments, currency: str) -> DataTable:
    """Gives the same numbers as a table, best scores first."""
    ordered = sorted(segments.grid, key=lambda cell: (-cell.recency_score, -cell.frequency_score))
    rows = tuple(
        (
            cells.count(cell.recency_score),
            cells.count(cell.frequency_score),
            cells.count(cell.customer_count, cell.customers),
            cells.money(cell.order_amount, currency),
        )
        for cell in ordered
    )
    return DataTable("scores", "Customers by score", COLUMNS, rows)


def _thresholds(segments: Segments) -> DataTable:
    """Gives the cut points that part the fifths."""
    rows = tuple(
        (
            cells.text(words(measure)),
            cells.prose(" · ".join(formatting.count(point) for point in points) or "none"),
        )
        for measure, points in sorted(segments.thresholds.items())
    )
    note = "A new customer is scored by the same cut points."
    return DataTable("thresholds", "Where the scores part", THRESHOLD_COLUMNS, rows, note)
