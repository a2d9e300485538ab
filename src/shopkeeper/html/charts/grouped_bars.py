"""A few bars per row on one scale, such as what was expected of a quarter and what it brought."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit, width_of

WIDEST_NAME = 190.0
NAME_GAP = 14.0
BAR_HEIGHT = 13.0
BAR_GAP = 3.0
ROW_GAP = 16.0
NAME_HEIGHT = 20.0
VALUE_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its length from zero on, and the value as written behind it."""

    value: float
    shown: str


@dataclass(frozen=True, slots=True)
class GroupedRow:
    """One row: a bar for each series, and the lines of its reading."""

    name: str
    bars: tuple[Bar, ...]
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupedBars:
    """All rows from top to bottom; `series` names the bars of each row in their order."""

    rows: tuple[GroupedRow, ...]
    series: tuple[str, ...]


def draw_grouped_bars(chart: GroupedBars, canvas: Canvas) -> Picture:
    """Draws the rows; on a phone the name stands above its bars."""
    bars = [bar for row in chart.rows for bar in row.bars]
    room = max((width_of(bar.shown, FONT_SIZE) for bar in bars), default=0.0) + VALUE_GAP + 4
    widest = max((width_of(row.name, FONT_SIZE) for row in chart.rows), default=0.0)
    left = 0.0 if canvas.is_narrow else min(WIDEST_NAME, widest) + NAME_GAP
    largest = max((bar.value for bar in bars), default=0.0)
    scale = Scale(0, max(largest, 1e-9), left, canvas.width - room)
    head = NAME_HEIGHT if canvas.is_narrow else 0.0
    pitch = head + len(chart.series) * (BAR_HEIGHT + BAR_GAP) + ROW_GAP
    tops = (index * pitch + head + ROW_GAP / 2 for index in range(len(chart.rows)))
    rows = (
        _row(row, chart.series, scale, top, canvas)
        for row, top in zip(chart.rows, tops, strict=True)
    )
    return Picture(len(chart.rows) * pitch, Markup("").join(rows))


def _row(
    row: GroupedRow, series: tuple[str, ...], scale: Scale, top: float, canvas: Canvas
) -> Markup:
    """Draws the name and the bars of one row."""
    height = len(series) * (BAR_HEIGHT + BAR_GAP) - BAR_GAP
    if canvas.is_narrow:
        name = svg.label(0, top - 6, fit(row.name, canvas.width, FONT_SIZE), "name")
        edge = top - NAME_HEIGHT - ROW_GAP / 2
    else:
        end = scale.start - NAME_GAP
        shown = fit(row.name, end, FONT_SIZE)
        name = svg.label(end, top + height / 2 + 4.5, shown, "name", "end")
        edge = top - ROW_GAP / 2
    hit = svg.rectangle(0, edge, canvas.width, top + height + ROW_GAP / 2 - edge, "hit")
    bars = (
        _bar(css, bar, scale, top + place * (BAR_HEIGHT + BAR_GAP))
        for place, (css, bar) in enumerate(zip(series, row.bars, strict=True))
    )
    return svg.mark(row.tip, hit, name, *bars)


def _bar(css: str, bar: Bar, scale: Scale, top: float) -> Markup:
    """Draws one bar with its value behind it."""
    length = scale.length(max(0.0, bar.value))
    text = svg.label(scale.start + length + VALUE_GAP, top + BAR_HEIGHT - 2, bar.shown, "value")
    return svg.series(css, svg.rectangle(scale.start, top, length, BAR_HEIGHT, css), text)
