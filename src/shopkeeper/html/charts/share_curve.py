"""A share that rises over days in steps, with readings at chosen days."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import Canvas, Picture
from shopkeeper.html.charts.scale import Scale, axis

LEFT, RIGHT, TOP, BELOW = 46.0, 14.0, 12.0, 44.0
# A step that is lower than this part of a pixel is not drawn.
FINEST = 0.4


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A reading: its day, share, interval, and lines of text."""

    days: int
    share: float
    low: float
    high: float
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShareCurve:
    """Days and share at each rise, and the readings; all before `last_day`."""

    steps: tuple[tuple[int, float], ...]
    points: tuple[CurvePoint, ...]
    last_day: int


def draw_share_curve(chart: ShareCurve, canvas: Canvas) -> Picture:
    """Draws the curve, its axes and the readings with their intervals."""
    bottom = TOP + (190.0 if canvas.is_narrow else 240.0)
    highest = max([share for _, share in chart.steps] + [point.high for point in chart.points])
    (_, high), ticks = axis(0, highest, 5)
    up = Scale(0, high, bottom, TOP)
    across = Scale(0, chart.last_day, LEFT, canvas.width - RIGHT)
    lines = [
        svg.group(
            "axis",
            svg.line(
                (LEFT, up.at(t)), (canvas.width - RIGHT, up.at(t)), "zero" if t == 0 else "grid"
            ),
            svg.label(LEFT - 8, up.at(t) + 4.5, f"{t * 100:.3g} %", "tick", "end"),
        )
        for t in ticks
    ]
    days = [
        svg.label(across.at(point.days), bottom + 17, str(point.days), "tick", "middle")
        for point in _apart(chart.points, across)
    ]
    middle = (LEFT + canvas.width - RIGHT) / 2
    marks = (
        *lines,
        svg.group("axis", *days, svg.label(middle, bottom + 37, "days since", "tick", "middle")),
        svg.path(svg.polyline(_corners(chart, across, up)), "orders-line"),
        *(_point(point, across, up, bottom) for point in chart.points),
    )
    return Picture(bottom + BELOW, Markup("").join(marks))


def _apart(points: tuple[CurvePoint, ...], across: Scale) -> list[CurvePoint]:
    """Gives the readings whose names do not run into one another, the last ones first."""
    found: list[CurvePoint] = []
    for point in reversed(points):
        if not found or across.at(found[-1].days) - across.at(point.days) >= 30:
            found.append(point)
    return found


def _corners(chart: ShareCurve, across: Scale, up: Scale) -> list[tuple[float, float]]:
    """Gives the corners of the steps, without those that nobody could see."""
    found = [(across.at(0), up.at(0))]
    for days, share in chart.steps:
        x, y = across.at(days), up.at(share)
        if found[-1][1] - y >= FINEST or days == chart.steps[-1][0]:
            found += [(x, found[-1][1]), (x, y)]
    return [*found, (across.at(chart.last_day), found[-1][1])]


def _point(point: CurvePoint, across: Scale, up: Scale, bottom: float) -> Markup:
    x = across.at(point.days)
    dot: dict[str, str | float] = {
        "class": "orders-dot",
        "cx": x,
        "cy": up.at(point.share),
        "r": 3.5,
    }
    return svg.mark(
        point.tip,
        svg.rectangle(x - 14, TOP, 28, bottom - TOP, "hit"),
        svg.line((x, TOP), (x, bottom), "guide"),
        svg.line((x, up.at(point.low)), (x, up.at(point.high)), "zero"),
        svg.element("circle", dot),
    )
