"""Intervals: one line per comparison with its value on it, about a line at no difference."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale, axis
from shopkeeper.html.formatting import EN_DASH, MINUS
from shopkeeper.html.text import fit, width_of

WIDEST_NAME = 300.0
NAME_GAP = 16.0
ROW, ROW_NARROW = 40.0, 56.0
AXIS_HEIGHT = 26.0
# Ends beyond this many times the widest other reach are cut, with an arrow's flat end.
TICKS = 5


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One comparison: relative difference with its interval, and the lines of its reading.

    Attributes:
        name: What is compared.
        value: The difference.
        low: Lower end.
        high: Upper end.
        tip: Lines of its reading.
    """

    name: str
    value: float
    low: float
    high: float
    tip: tuple[str, ...]

    @property
    def css(self) -> str:
        """Class of its marks: whether it leaves zero out, and on which side."""
        if self.low > 0:
            return "above"
        return "below" if self.high < 0 else "unclear"


def draw_intervals(rows: tuple[IntervalRow, ...], canvas: Canvas) -> Picture:
    """Draws the rows under one another; on a phone the name stands above its interval."""
    widest = max(width_of(row.name, FONT_SIZE) for row in rows)
    start = 0.0 if canvas.is_narrow else min(WIDEST_NAME, widest) + NAME_GAP
    (low, high), ticks = axis(min(r.low for r in rows), max(r.high for r in rows), TICKS)
    scale = Scale(low, high, start + 24, canvas.width - 30)
    pitch = ROW_NARROW if canvas.is_narrow else ROW
    bottom = len(rows) * pitch
    marks = [_tick(tick, scale, bottom) for tick in ticks]
    marks += [_row(row, index * pitch, scale, canvas) for index, row in enumerate(rows)]
    return Picture(bottom + AXIS_HEIGHT, Markup("").join(marks))


def _tick(value: float, scale: Scale, bottom: float) -> Markup:
    x = scale.at(value)
    css = "zero" if value == 0 else "grid"
    # No sign before 0, and the sign of others as people write it.
    text = "0 %" if value == 0 else f"{value * 100:+g} %".replace("-", MINUS)
    return Markup("").join(
        [
            svg.line((x, 0), (x, bottom), css),
            svg.label(x, bottom + 18, text, "tick", "middle"),
        ]
    )


def _row(row: IntervalRow, top: float, scale: Scale, canvas: Canvas) -> Markup:
    height = ROW_NARROW if canvas.is_narrow else ROW
    y = top + (40.0 if canvas.is_narrow else ROW / 2)
    ends = scale.at(row.low), scale.at(row.high)
    if canvas.is_narrow:
        name = svg.label(0, top + 18, fit(row.name, canvas.width, FONT_SIZE), "name")
    else:
        shown = fit(row.name, min(WIDEST_NAME, scale.start - 24), FONT_SIZE)
        name = svg.label(scale.start - 24 - NAME_GAP, y + 4, shown, "name", "end")
    parts = [
        svg.rectangle(0, top, canvas.width, height, "hit"),
        name,
        svg.line((ends[0], y), (ends[1], y), f"whisker {row.css}"),
        *(svg.line((x, y - 6), (x, y + 6), f"whisker {row.css}") for x in ends),
        svg.rectangle(scale.at(row.value) - 4.5, y - 4.5, 9, 9, f"point {row.css}"),
    ]
    return svg.mark(row.tip or (row.name, EN_DASH), *parts)
