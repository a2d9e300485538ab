"""Who was gained above the line and who was lost below it, month by month."""

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
    month_axis,
    month_frame,
    reading,
    value_axis,
)
from shopkeeper.html.charts.scale import Scale, axis

TOP_MARGIN = 12.0


@dataclass(frozen=True, slots=True)
class LifecycleMonth:
    """One month: its values above the line from the bottom up, those lost, and its reading."""

    month: date
    above: tuple[float, ...]
    below: float
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LifecycleMonths:
    """All months, oldest first; `above` and `below` name the series."""

    months: tuple[LifecycleMonth, ...]
    above: tuple[str, ...]
    below: str


def draw_lifecycle_months(chart: LifecycleMonths, canvas: Canvas) -> Picture:
    """Draws the stacks above and the bars below the line."""
    highest = max(sum(month.above) for month in chart.months)
    lowest = -max(month.below for month in chart.months)
    ends, ticks = axis(lowest, highest, 6, is_whole=True)

    def label(value: float) -> str:
        return formatting.axis_count(abs(value))

    frame = month_frame(canvas, (m.month for m in chart.months), [label(tick) for tick in ticks])
    bottom = TOP_MARGIN + (220.0 if canvas.is_narrow else 280.0)
    scale = Scale(*ends, bottom, TOP_MARGIN)
    layers = [
        svg.series(
            name, *(_bar(m, sum(m.above[:i]), m.above[i], name, frame, scale) for m in chart.months)
        )
        for i, name in enumerate(chart.above)
    ]
    lost = svg.series(
        chart.below,
        *(_bar(m, -m.below, m.below, chart.below, frame, scale) for m in chart.months),
    )
    marks = (
        value_axis(frame, scale, ticks, label),
        *layers,
        lost,
        month_axis(frame, bottom),
        *(reading(frame, m.month, (TOP_MARGIN, bottom), m.tip) for m in chart.months),
    )
    return Picture(bottom + AXIS_HEIGHT, Markup("").join(marks))


def _bar(
    month: LifecycleMonth, low: float, value: float, css: str, frame: MonthFrame, scale: Scale
) -> Markup:
    box = {
        "x": frame.center(month.month) - frame.bar_width / 2,
        "y": scale.at(low + value),
        "width": frame.bar_width,
        "height": scale.length(value),
    }
    return svg.element("rect", {"class": css, **box})
