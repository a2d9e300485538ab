"""A cohort map: a row per cohort, a column per period; the more came back, the stronger."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.heat_map import level
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import width_of

ROW_HEIGHT = 26.0
HEAD_HEIGHT = 40.0
CELL_GAP = 2.0
NAME_GAP = 10.0
# What fits on a phone, the newest rows and the first columns.
ROWS_ON_PHONE, COLUMNS_ON_PHONE = 14, 6


@dataclass(frozen=True, slots=True)
class CohortCell:
    """One cell: its share in 0-1 or None where it is unknown, its text, and its reading."""

    rate: float | None
    shown: str
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One cohort: its name, its size, and a cell for each column."""

    name: str
    size: str
    cells: tuple[CohortCell, ...]


@dataclass(frozen=True, slots=True)
class CohortMap:
    """All cohorts, oldest first, with the names of the columns."""

    rows: tuple[CohortRow, ...]
    columns: tuple[str, ...]
    axis: str
    size_heading: str


def draw_cohort_map(chart: CohortMap, canvas: Canvas) -> Picture:
    """Draws the cells under the names of their periods."""
    rows, columns = chart.rows, chart.columns
    if canvas.is_narrow:
        rows, columns = rows[-ROWS_ON_PHONE:], columns[:COLUMNS_ON_PHONE]
    names = max(width_of(row.name, FONT_SIZE) for row in rows) + NAME_GAP
    sizes = max(width_of(text, FONT_SIZE) for text in (chart.size_heading, *_sizes(rows)))
    left = names + sizes + NAME_GAP
    scale = Scale(0, len(columns), left, canvas.width)
    largest = max((c.rate or 0.0 for row in rows for c in row.cells[: len(columns)]), default=0.0)
    parts = [_head(chart, columns, left, scale)]
    for index, row in enumerate(rows):
        y = HEAD_HEIGHT + index * ROW_HEIGHT
        parts.append(svg.label(0, y + 17, row.name, "tick"))
        parts.append(svg.label(left - NAME_GAP, y + 17, row.size, "tick", "end"))
        parts += [
            _cell(cell, place, y, scale, largest)
            for place, cell in enumerate(row.cells[: len(columns)])
        ]
    return Picture(HEAD_HEIGHT + len(rows) * ROW_HEIGHT, Markup("").join(parts))


def _sizes(rows: tuple[CohortRow, ...]) -> tuple[str, ...]:
    return tuple(row.size for row in rows)


def _head(chart: CohortMap, columns: tuple[str, ...], left: float, scale: Scale) -> Markup:
    return svg.group(
        "axis",
        svg.label(left, 13, chart.axis, "tick"),
        svg.label(left - NAME_GAP, 32, chart.size_heading, "tick", "end"),
        *(
            svg.label(scale.at(place + 0.5), 32, name, "tick", "middle")
            for place, name in enumerate(columns)
        ),
    )


def _cell(cell: CohortCell, place: int, y: float, scale: Scale, largest: float) -> Markup:
    """Draws one cell; where nothing is known it stays empty."""
    if cell.rate is None:
        return Markup("")
    x = scale.at(place)
    width = scale.at(place + 1) - x - CELL_GAP
    return svg.mark(
        cell.tip,
        svg.group(
            f"heat heat-{level(cell.rate, largest)}",
            svg.rectangle(x, y, width, ROW_HEIGHT - CELL_GAP),
            svg.label(x + width / 2, y + 16.5, cell.shown, "small", "middle"),
        ),
    )
