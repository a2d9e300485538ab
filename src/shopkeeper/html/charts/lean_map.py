"""A lean map: a row per category, a column per group; the stronger, the more the group leans."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit, width_of

ROW_HEIGHT = 28.0
HEAD_HEIGHT = 118.0
CELL_GAP = 2.0
NAME_GAP = 12.0
WIDEST_NAME = 220.0
# Names of columns rise at a slant; the last one needs room to its right.
SLANT = -40
SLANT_ROOM = 92.0
# Lower ends of the colour steps 2 to 5: indices around 1 stand in the middle.
STEPS = (0.8, 0.95, 1.05, 1.25)


@dataclass(frozen=True, slots=True)
class LeanCell:
    """One cell: its index or None where too few are behind it, and its reading."""

    index: float | None
    shown: str
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeanRow:
    """One category with a cell for each column."""

    name: str
    cells: tuple[LeanCell, ...]


def step(index: float) -> int:
    """Gives the colour step of an index, 1 to 5; 3 is as usual."""
    return 1 + sum(index >= edge for edge in STEPS)


def draw_lean_map(rows: tuple[LeanRow, ...], columns: tuple[str, ...], canvas: Canvas) -> Picture:
    """Draws the cells under the slanted names of their columns."""
    widest = max(width_of(row.name, FONT_SIZE) for row in rows)
    left = min(WIDEST_NAME, widest) + NAME_GAP
    scale = Scale(0, len(columns), left, canvas.width - SLANT_ROOM)
    parts = [_head(columns, scale)]
    for place, row in enumerate(rows):
        y = HEAD_HEIGHT + place * ROW_HEIGHT
        name = fit(row.name, left - NAME_GAP, FONT_SIZE)
        parts.append(svg.label(left - NAME_GAP, y + 18, name, "name", "end"))
        parts += [_cell(cell, column, y, scale) for column, cell in enumerate(row.cells)]
    return Picture(HEAD_HEIGHT + len(rows) * ROW_HEIGHT, Markup("").join(parts))


def _head(columns: tuple[str, ...], scale: Scale) -> Markup:
    names = []
    for place, name in enumerate(columns):
        x = svg.coordinate(scale.at(place + 0.5))
        turn = f"translate({x} {svg.coordinate(HEAD_HEIGHT - 8)}) rotate({SLANT})"
        names.append(svg.element("text", {"class": "tick", "transform": turn}, name))
    return svg.group("axis", *names)


def _cell(cell: LeanCell, place: int, y: float, scale: Scale) -> Markup:
    """Draws one cell; where too few are behind it, it stays empty."""
    if cell.index is None:
        return Markup("")
    x = scale.at(place)
    width = scale.at(place + 1) - x - CELL_GAP
    return svg.mark(
        cell.tip,
        svg.group(
            f"heat heat-{step(cell.index)}",
            svg.rectangle(x, y, width, ROW_HEIGHT - CELL_GAP),
            svg.label(x + width / 2, y + 17.5, cell.shown, "small", "middle"),
        ),
    )
