"""Correlations of features with each other: a square of numbers, coloured by strength."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.text import fit

NAME_WIDTH = 250.0
NARROW_NAME_WIDTH = 26.0
HEAD = 26.0
CELL = 46.0
GAP = 3.0
WIDEST_CELL = 110.0


@dataclass(frozen=True, slots=True)
class Correlations:
    """The names of the features, their correlations row by row, and what a cell's reading says."""

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


def draw_correlations(chart: Correlations, canvas: Canvas) -> Picture:
    """Draws the square; on a phone features are numbered, and named below it."""
    count = len(chart.names)
    left = NARROW_NAME_WIDTH if canvas.is_narrow else NAME_WIDTH
    width = min(WIDEST_CELL, (canvas.width - left) / count)
    marks = [
        _cell(chart, (row, column), (left + column * width, HEAD + row * CELL), width)
        for row in range(count)
        for column in range(count)
    ]
    heads = [
        svg.label(left + (place + 0.5) * width, 16, str(place + 1), "tick", "middle")
        for place in range(count)
    ]
    bottom = HEAD + count * CELL
    names = [_name(chart.names[place], place, bottom, canvas) for place in range(count)]
    height = bottom + (count * 20.0 + 8 if canvas.is_narrow else 4)
    return Picture(height, Markup("").join([*heads, *names, *marks]))


def _name(name: str, place: int, bottom: float, canvas: Canvas) -> Markup:
    y = HEAD + (place + 0.5) * CELL + 4
    if not canvas.is_narrow:
        shown = fit(f"{place + 1}  {name}", NAME_WIDTH - 12, FONT_SIZE)
        return svg.label(0, y, shown, "name")
    number = svg.label(6, y, str(place + 1), "tick")
    return number + svg.label(0, bottom + 20 * (place + 1), f"{place + 1}  {name}", "name")


def _cell(
    chart: Correlations, place: tuple[int, int], corner: tuple[float, float], width: float
) -> Markup:
    row, column = place
    value = chart.values[row][column]
    shown = formatting.decimal(value, 2)
    strength = 0 if row == column else min(5, 1 + int(abs(value) * 5))
    tip = (chart.names[row], chart.names[column], f"Correlation: {shown}")
    box = svg.rectangle(*corner, width - GAP, CELL - GAP)
    text = svg.label(
        corner[0] + (width - GAP) / 2, corner[1] + CELL / 2 + 3, shown, "strong", "middle"
    )
    return svg.mark(tip, svg.group(f"heat heat-{strength}", box, text))
