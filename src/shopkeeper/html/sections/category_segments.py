"""Who buys what: the categories that each segment leans towards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Legend, Section, Sentences
from shopkeeper.html.charts.canvas import Canvas, Caption, Picture, figure
from shopkeeper.html.charts.lean_map import LeanCell, LeanRow, draw_lean_map
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.text import cut
from shopkeeper.reports.category_segments import LEAST_CUSTOMERS

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.category_segments import CategorySegment, CategorySegments

HEADING = "Who buys what"
# Categories of the picture, the largest; the table has those that the report names.
SHOWN = 16
# On a phone the strongest leanings stand as bars.
BARS = 10
COLUMNS = (
    Column("Category"),
    Column("Segment"),
    Column("Customers", Kind.NUMBER),
    Column("Spent", Kind.NUMBER),
    Column("Of the segment", Kind.NUMBER, "Part of what the segment spends"),
    Column("Index", Kind.NUMBER, "Over the part of the category in all spending"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives categories by segment as a map and as a table."""
    found = answers.sales.category_segments if answers.sales else None
    if found is None or found.refusal is not None or not _strong(found):
        return None
    notes = Sentences("How it is counted", (*found.notes, found.definition))
    return Section("category-segments", HEADING, "", (_figure(found, answers.currency), notes))


def _strong(found: CategorySegments) -> list[CategorySegment]:
    """Gives the cells with enough customers behind them, the strongest leaning first."""
    strong = [cell for cell in found.cells if cell.customer_count >= LEAST_CUSTOMERS]
    return sorted(strong, key=lambda cell: (-cell.index, cell.category, cell.segment))


def _figure(found: CategorySegments, currency: str) -> Figure:
    caption = Caption(
        "category-map",
        found.findings[0].replace("`", ""),
        "A row for each category and a column for each segment: the part of the segment's "
        "spending over the part of all spending. All numbers are in the table below.",
        f"Left empty where fewer than {LEAST_CUSTOMERS} customers bought.",
    )
    legend = (Legend("Spend less on it than others", "heat-1"), Legend("Spend more", "heat-5"))
    return figure(caption, lambda sheet: _draw(found, sheet), legend, _table(found, currency))


def _draw(found: CategorySegments, sheet: Canvas) -> Picture:
    if sheet.is_narrow:
        bars = tuple(
            RankedBar(
                f"{cell.segment}: {cut(cell.category, 24)}", cell.index, _text(cell), _tip(cell)
            )
            for cell in _strong(found)[:BARS]
        )
        return draw_ranked_bars(bars, sheet)
    cells_by = {(cell.category, cell.segment): cell for cell in found.cells}
    rows = tuple(
        LeanRow(
            cut(category, 40),
            tuple(_cell(cells_by.get((category, segment))) for segment in found.segments),
        )
        for category in found.categories[:SHOWN]
    )
    return draw_lean_map(rows, found.segments, sheet)


def _cell(cell: CategorySegment | None) -> LeanCell:
    if cell is None or cell.customer_count < LEAST_CUSTOMERS:
        return LeanCell(None, "", ())
    return LeanCell(cell.index, formatting.decimal(cell.index, 2), _tip(cell))


def _text(cell: CategorySegment) -> str:
    return f"{formatting.decimal(cell.index, 2)} ×"


def _tip(cell: CategorySegment) -> tuple[str, ...]:
    return (
        f"{cell.segment}: {cell.category}",
        f"Index: {formatting.decimal(cell.index, 2)}",
        f"Of the segment's spending: {formatting.share(cell.share_of_segment)}",
        f"Customers: {formatting.count(cell.customer_count)}",
    )


def _table(found: CategorySegments, currency: str) -> DataTable:
    order = {name: place for place, name in enumerate(found.categories[:SHOWN])}
    shown = [cell for cell in found.cells if cell.category in order]
    shown.sort(key=lambda cell: (order[cell.category], -cell.index, cell.segment))
    rows = tuple(
        (
            cells.text(cell.category),
            cells.text(cell.segment),
            cells.count(cell.customer_count, cell.customers),
            cells.money(cell.sold_amount, currency),
            cells.share(cell.share_of_segment),
            Cell(formatting.decimal(cell.index, 2), f"{cell.index:.12g}"),
        )
        for cell in shown
    )
    left = len(found.categories) - len(order)
    note = f"The {SHOWN} largest categories; {left} more are not shown." if left else ""
    return DataTable("category-segments", "Spending by category and segment", COLUMNS, rows, note)
