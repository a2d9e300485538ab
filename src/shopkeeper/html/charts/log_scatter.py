"""Points on two logarithmic axes, with a line that parts them: silence against spending."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import width_of

HEIGHT = {True: 320.0, False: 400.0}
BOTTOM = 44.0
TOP = 14.0
RADIUS = 4.0
LABEL_GAP = 8.0


@dataclass(frozen=True, slots=True)
class Point:
    """One point, both values above zero; `series` is the class of its mark."""

    x: float
    y: float
    series: str
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogScatter:
    """All points, how the axes are labelled, and the value of x that a line marks."""

    points: tuple[Point, ...]
    x_axis: str
    y_axis: str
    x_label: Callable[[float], str]
    y_label: Callable[[float], str]
    line_at: float


def draw_log_scatter(chart: LogScatter, canvas: Canvas) -> Picture:
    """Draws the points, those of the last series on top."""
    height = HEIGHT[canvas.is_narrow]
    x_ticks = _ticks([point.x for point in chart.points] + [chart.line_at])
    y_ticks = _ticks([point.y for point in chart.points])
    left = max(width_of(chart.y_label(tick), FONT_SIZE) for tick in y_ticks) + LABEL_GAP + 2
    across = Scale(math.log10(x_ticks[0]), math.log10(x_ticks[-1]), left, canvas.width - 14)
    up = Scale(math.log10(y_ticks[0]), math.log10(y_ticks[-1]), height - BOTTOM, TOP + 16)
    names = list(dict.fromkeys(point.series for point in chart.points))
    marks = [
        svg.series(name, *(_dot(p, across, up) for p in chart.points if p.series == name))
        for name in sorted(names, reverse=True)
    ]
    return Picture(
        height, Markup("").join([_axes(chart, (x_ticks, y_ticks), (across, up)), *marks])
    )


def _dot(point: Point, across: Scale, up: Scale) -> Markup:
    place = {"cx": across.at(math.log10(point.x)), "cy": up.at(math.log10(point.y))}
    return svg.mark(point.tip, svg.element("circle", {"class": "dot", "r": RADIUS, **place}))


def _axes(
    chart: LogScatter, ticks: tuple[list[float], list[float]], scales: tuple[Scale, Scale]
) -> Markup:
    across, up = scales
    parts = []
    for tick in ticks[1]:
        y = up.at(math.log10(tick))
        parts.append(svg.line((across.start, y), (across.end, y), "grid"))
        label = chart.y_label(tick)
        parts.append(svg.label(across.start - LABEL_GAP, y + 4.5, label, "tick", "end"))
    for tick in _with_room(ticks[0], across):
        x = across.at(math.log10(tick))
        parts.append(svg.label(x, up.start + 18, chart.x_label(tick), "tick", "middle"))
    x = across.at(math.log10(chart.line_at))
    parts.append(svg.line((x, up.start), (x, up.end), "link"))
    middle = (across.start + across.end) / 2
    parts.append(svg.label(middle, up.start + 37, chart.x_axis, "tick", "middle"))
    parts.append(svg.label(0, TOP, chart.y_axis, "tick"))
    return svg.group("axis", *parts)


def _with_room(ticks: list[float], across: Scale) -> list[float]:
    """Leaves out ticks that would stand closer than their labels need."""
    kept: list[float] = []
    for tick in ticks:
        x = across.at(math.log10(tick))
        if not kept or x - across.at(math.log10(kept[-1])) >= 46:
            kept.append(tick)
    return kept


def _ticks(values: list[float]) -> list[float]:
    """Gives the numbers 1, 2, 5 × powers of ten around the values."""
    low, high = min(values), max(values)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    named = [step * 10.0**power for power in range(first, last + 1) for step in (1, 2, 5)]
    start = max((index for index, tick in enumerate(named) if tick <= low), default=0)
    end = min((i for i, tick in enumerate(named) if tick >= high), default=len(named) - 1)
    return named[start : max(end, start + 1) + 1]
