"""Two shares side by side per row, such as a segment's part of the customers and of the revenue."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit, width_of

NAME_WIDTH = 168.0
WIDEST_NAME = 300.0
NAME_GAP = 14.0
VALUE_WIDTH = 56.0
BAR_HEIGHT = 12.0
BAR_GAP = 3.0
ROW_GAP = 16.0
NAME_HEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class PairedBar:
    """One row: two shares in 0-1 and the lines of its reading."""

    name: str
    first: float
    second: float
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairedBars:
    """All rows from top to bottom; `series` names the two shares."""

    rows: tuple[PairedBar, ...]
    series: tuple[str, str]


def draw_paired_bars(chart: PairedBars, canvas: Canvas) -> Picture:
    """Draws the rows; on a phone the name stands above its bars."""
    widest = max((width_of(row.name, FONT_SIZE) for row in chart.rows), default=0.0) + NAME_GAP
    left = 0.0 if canvas.is_narrow else max(NAME_WIDTH, min(WIDEST_NAME, widest))
    largest = max(max(row.first, row.second) for row in chart.rows)
    scale = Scale(0, max(largest, 1e-9), left, canvas.width - VALUE_WIDTH)
    head = NAME_HEIGHT if canvas.is_narrow else 0.0
    pitch = head + 2 * BAR_HEIGHT + BAR_GAP + ROW_GAP
    tops = (index * pitch + head + ROW_GAP / 2 for index in range(len(chart.rows)))
    rows = [_row(chart, index, scale, top) for index, top in enumerate(tops)]
    return Picture(len(rows) * pitch, Markup("").join(rows))


def _row(chart: PairedBars, index: int, scale: Scale, top: float) -> Markup:
    """Draws the name, both bars and both values of one row."""
    row = chart.rows[index]
    is_narrow = scale.start == 0
    height = 2 * BAR_HEIGHT + BAR_GAP
    if is_narrow:
        name = svg.label(0, top - 6, fit(row.name, scale.end, FONT_SIZE), "name")
    else:
        end = scale.start - NAME_GAP
        shown = fit(row.name, end, FONT_SIZE)
        name = svg.label(end, top + height / 2 + 4.5, shown, "name", "end")
    edge = top - (NAME_HEIGHT if is_narrow else 0) - ROW_GAP / 2
    hit = svg.rectangle(0, edge, scale.end + VALUE_WIDTH, top + height + ROW_GAP / 2 - edge, "hit")
    bars = (
        _bar(series, value, scale, top + place * (BAR_HEIGHT + BAR_GAP))
        for place, (series, value) in enumerate(
            zip(chart.series, (row.first, row.second), strict=True)
        )
    )
    return svg.mark(row.tip, hit, name, *bars)


def _bar(series: str, value: float, scale: Scale, top: float) -> Markup:
    """Draws one bar with its share behind it."""
    length = scale.length(max(0.0, value))
    text = svg.label(
        scale.start + length + 6, top + BAR_HEIGHT - 1.5, formatting.share(value), "value"
    )
    bar = svg.rectangle(scale.start, top, length, BAR_HEIGHT, series)
    return svg.series(series, bar, text)
