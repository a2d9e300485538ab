"""A grid of scores from 1 to 5 both ways: the more in a cell, the stronger its colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import Canvas, Picture
from shopkeeper.html.charts.scale import Scale

LEVELS = 5
LEFT_MARGIN = 34.0
BOTTOM_MARGIN = 44.0
CELL_GAP = 3.0


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: its column and row from 1, its weight, two lines of text and its reading."""

    column: int
    row: int
    weight: float
    shown: str
    below: str
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """All cells; the highest row stands at the top."""

    cells: tuple[HeatCell, ...]
    column_axis: str
    row_axis: str
    size: int = 5


def level(weight: float, largest: float) -> int:
    """Gives the colour step of a weight, 0 for none and 1-5 by its square root.

    Counts of customers are skewed: by the root, small cells still differ from one another.
    """
    if weight <= 0 or largest <= 0:
        return 0
    return min(LEVELS, 1 + int(LEVELS * math.sqrt(weight / largest) * (1 - 1e-9)))


def draw_heat_map(chart: HeatMap, canvas: Canvas) -> Picture:
    """Draws the cells and both axes."""
    height = (52.0 if canvas.is_narrow else 56.0) * chart.size
    columns = Scale(0, chart.size, LEFT_MARGIN, canvas.width)
    rows = Scale(0, chart.size, height, 0)
    largest = max((cell.weight for cell in chart.cells), default=0.0)
    marks = (
        _axes(chart, columns, rows),
        *(_cell(cell, columns, rows, level(cell.weight, largest)) for cell in chart.cells),
    )
    return Picture(height + BOTTOM_MARGIN, Markup("").join(marks))


def _axes(chart: HeatMap, columns: Scale, rows: Scale) -> Markup:
    """Numbers rows and columns and names both directions."""
    parts = []
    for score in range(1, chart.size + 1):
        x, y = columns.at(score - 0.5), rows.at(score - 0.5)
        parts.append(svg.label(x, rows.start + 17, str(score), "tick", "middle"))
        parts.append(svg.label(LEFT_MARGIN - 8, y + 4, str(score), "tick", "end"))
    middle = (columns.start + columns.end) / 2
    parts.append(svg.label(middle, rows.start + 37, chart.column_axis, "tick", "middle"))
    turned = {"class": "tick", "text-anchor": "middle"}
    turn = f"translate(11 {svg.coordinate(rows.start / 2)}) rotate(-90)"
    parts.append(svg.element("text", {**turned, "transform": turn}, chart.row_axis))
    return svg.group("axis", *parts)


def _cell(cell: HeatCell, columns: Scale, rows: Scale, strength: int) -> Markup:
    """Draws one cell with its two lines of text."""
    x, y = columns.at(cell.column - 1), rows.at(cell.row)
    width = columns.at(cell.column) - x - CELL_GAP
    height = rows.at(cell.row - 1) - y - CELL_GAP
    return svg.mark(
        cell.tip,
        svg.group(
            f"heat heat-{strength}",
            svg.rectangle(x, y, width, height),
            svg.label(x + width / 2, y + height / 2 - 2, cell.shown, "strong", "middle"),
            svg.label(x + width / 2, y + height / 2 + 15, cell.below, "small", "middle"),
        ),
    )
