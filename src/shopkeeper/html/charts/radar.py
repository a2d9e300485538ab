"""Small radars side by side, one per group: how far each of its features lies from the average."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.text import fit

RADIUS = 58.0
# Room for the words around a radar and for its name above.
SIDE, HEAD = 26.0, 48.0
LEAST_AXES = 3


@dataclass(frozen=True, slots=True)
class Radar:
    """One radar: its name, a value per axis from -1 (middle) over 0 (average) to 1 (rim), tip."""

    name: str
    values: tuple[float, ...]
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Radars:
    """All radars, in reading order, and the names of the axes, clockwise from the top."""

    radars: tuple[Radar, ...]
    axes: tuple[str, ...]


def draw_radars(chart: Radars, canvas: Canvas) -> Picture:
    """Draws the radars in rows: three on a desk, one on a phone."""
    across = 1 if canvas.is_narrow else min(3, len(chart.radars))
    width = canvas.width / across
    height = HEAD + 2 * RADIUS + 2 * SIDE
    marks = [
        _radar(radar, chart.axes, (place % across * width, place // across * height), width)
        for place, radar in enumerate(chart.radars)
    ]
    rows = -(-len(chart.radars) // across)
    return Picture(rows * height, Markup("").join(marks))


def _radar(
    radar: Radar, axes: tuple[str, ...], corner: tuple[float, float], width: float
) -> Markup:
    middle = (corner[0] + width / 2, corner[1] + HEAD + SIDE / 2 + RADIUS)
    name = svg.label(
        middle[0], corner[1] + 16, fit(radar.name, width - 8, FONT_SIZE), "panel", "middle"
    )
    count = len(axes)
    rings = [
        svg.path(_ring(middle, [share] * count), f"ring {css}")
        for share, css in ((0.5, "average"), (1.0, "rim"))
    ]
    spokes = [svg.line(middle, _point(middle, place, count, 1.0), "grid") for place in range(count)]
    words = [_word(axis, middle, place, count) for place, axis in enumerate(axes)]
    shares = [(max(-1.0, min(1.0, value)) + 1) / 2 for value in radar.values]
    shape = svg.path(_ring(middle, shares), "shape")
    hit = svg.rectangle(corner[0], corner[1], width, HEAD + 2 * RADIUS + SIDE, "hit")
    return svg.mark(radar.tip, hit, name, *rings, *spokes, shape, *words)


def _point(
    middle: tuple[float, float], place: int, count: int, share: float
) -> tuple[float, float]:
    angle = 2 * math.pi * place / count
    return (
        middle[0] + RADIUS * share * math.sin(angle),
        middle[1] - RADIUS * share * math.cos(angle),
    )


def _ring(middle: tuple[float, float], shares: list[float]) -> str:
    points = (_point(middle, place, len(shares), share) for place, share in enumerate(shares))
    return svg.polyline(points) + "Z"


def _word(axis: str, middle: tuple[float, float], place: int, count: int) -> Markup:
    x, y = _point(middle, place, count, 1.0)
    across, down = x - middle[0], y - middle[1]
    if abs(across) < 1:
        return svg.label(x, y - 7 if down < 0 else y + 17, axis, "tick", "middle")
    # Beside a radar there is room for one word in a line.
    first, _, rest = axis.partition(" ")
    anchor, x = ("", x + 6) if across > 0 else ("end", x - 6)
    lines = (svg.label(x, y, first, "tick", anchor), svg.label(x, y + 14, rest, "tick", anchor))
    return Markup("").join(lines if rest else lines[:1])
