"""One bar per row from zero, largest first, with its name and value: countries, products, moves."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit, width_of

WIDEST_NAME = 300.0
NAME_GAP = 14.0
BAR_HEIGHT = 16.0
ROW_GAP = 10.0
NAME_HEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class RankedBar:
    """One row: its length, the value as written behind it, and the lines of its reading."""

    name: str
    value: float
    shown: str
    tip: tuple[str, ...]
    css: str = "bar"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where rows stand: the width of names, the scale of bars, the pitch of rows."""

    names: float
    scale: Scale
    pitch: float
    head: float


def draw_ranked_bars(rows: tuple[RankedBar, ...], canvas: Canvas) -> Picture:
    """Draws the rows; on a phone the name stands above its bar."""
    place = _place(rows, canvas)
    marks = (_row(row, index * place.pitch, place, canvas) for index, row in enumerate(rows))
    return Picture(len(rows) * place.pitch, Markup("").join(marks))


def _place(rows: tuple[RankedBar, ...], canvas: Canvas) -> _Place:
    """Leaves room for names on the left and for values at both ends of the bars."""
    widest_value = max(width_of(row.shown, FONT_SIZE) for row in rows) + 10
    widest_name = max(width_of(row.name, FONT_SIZE) for row in rows)
    names = 0.0 if canvas.is_narrow else min(WIDEST_NAME, widest_name) + NAME_GAP
    low, high = min(0.0, *(row.value for row in rows)), max(0.0, *(row.value for row in rows))
    start = names + (widest_value if low < 0 else 0)
    scale = Scale(low, high if high > low else low + 1, start, canvas.width - widest_value)
    head = NAME_HEIGHT if canvas.is_narrow else 0.0
    return _Place(names, scale, head + BAR_HEIGHT + ROW_GAP, head)


def _row(row: RankedBar, top: float, place: _Place, canvas: Canvas) -> Markup:
    """Draws the name, the bar and the value of one row."""
    y = top + place.head + ROW_GAP / 2
    zero, end = place.scale.at(0), place.scale.at(row.value)
    if canvas.is_narrow:
        name = svg.label(0, y - 6, fit(row.name, canvas.width, FONT_SIZE), "name")
    else:
        shown = fit(row.name, place.names - NAME_GAP, FONT_SIZE)
        name = svg.label(place.names - NAME_GAP, y + BAR_HEIGHT - 3, shown, "name", "end")
    beside = (end + 6, "") if row.value >= 0 else (end - 6, "end")
    return svg.mark(
        row.tip,
        svg.rectangle(0, top, canvas.width, place.pitch, "hit"),
        name,
        svg.rectangle(min(zero, end), y, abs(end - zero), BAR_HEIGHT, row.css),
        svg.label(beside[0], y + BAR_HEIGHT - 3, row.shown, "value", beside[1]),
    )
