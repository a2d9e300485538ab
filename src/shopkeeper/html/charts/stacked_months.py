"""Counts by month in stacked bars, such as returning and new customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import Canvas, Picture
from shopkeeper.html.charts.months import (
    AXIS_HEIGHT,
    MonthFrame,
    hatching,
    month_axis,
    month_frame,
    reading,
    value_axis,
    veil,
)
from shopkeeper.html.charts.scale import Scale, axis

TOP_MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class StackedMonth:
    """One month: its values from the bottom up, and the lines of its reading."""

    month: date
    values: tuple[float, ...]
    is_complete: bool
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StackedMonths:
    """All months, oldest first; `series` names the values of each month from the bottom up."""

    months: tuple[StackedMonth, ...]
    series: tuple[str, ...]


def draw_stacked_months(chart: StackedMonths, canvas: Canvas) -> Picture:
    """Draws the stacks and the readings."""
    highest = max(sum(m.values) for m in chart.months)
    ends, ticks = axis(0, highest, 4, is_whole=True)
    labels = [formatting.axis_count(tick) for tick in ticks]
    frame = month_frame(canvas, (m.month for m in chart.months), labels)
    bottom = TOP_MARGIN + (180.0 if canvas.is_narrow else 220.0)
    scale = Scale(*ends, bottom, TOP_MARGIN)
    marks = (
        hatching(canvas),
        value_axis(frame, scale, ticks, formatting.axis_count),
        *(_layer(chart, index, frame, scale) for index in range(len(chart.series))),
        month_axis(frame, bottom),
        *(reading(frame, m.month, (TOP_MARGIN, bottom), m.tip) for m in chart.months),
    )
    return Picture(bottom + AXIS_HEIGHT, Markup("").join(marks))


def _layer(chart: StackedMonths, index: int, frame: MonthFrame, scale: Scale) -> Markup:
    """Draws one series of all months; unfinished months are hatched over."""
    parts = []
    for month in chart.months:
        below, value = sum(month.values[:index]), month.values[index]
        box = {
            "x": frame.center(month.month) - frame.bar_width / 2,
            "y": scale.at(below + value),
            "width": frame.bar_width,
            "height": scale.length(value),
        }
        css = chart.series[index]
        parts.append(svg.element("rect", {"class": css, **box}))
        if not month.is_complete:
            parts.append(veil(frame, box))
    return svg.series(chart.series[index], *parts)
