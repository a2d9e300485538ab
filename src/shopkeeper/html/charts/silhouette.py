"""Silhouettes of groups: for each group a blade of its members, from well to wrongly placed."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit

NAME_WIDTH = 270.0
HEIGHT = 300.0
LOWEST_BLADE = 22.0
BLADE_GAP = 10.0
HEAD = 20.0
AXIS = 40.0
TICKS = (-0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class SilhouetteBlade:
    """One group: its values, the highest first, its share of all members, and its reading."""

    name: str
    values: tuple[float, ...]
    share: float
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silhouettes:
    """All blades from top to bottom, and the mean of all members."""

    blades: tuple[SilhouetteBlade, ...]
    mean: float
    axis: str


def draw_silhouettes(chart: Silhouettes, canvas: Canvas) -> Picture:
    """Draws the blades, as high as their group is large; on a phone names stand above them."""
    left = 0.0 if canvas.is_narrow else NAME_WIDTH
    head = HEAD if canvas.is_narrow else 0.0
    low = min(-0.25, *(min(blade.values) for blade in chart.blades))
    scale = Scale(low, 1.0, left, canvas.width - 8)
    marks, top = [], 4.0
    for blade in chart.blades:
        height = max(LOWEST_BLADE, HEIGHT * blade.share)
        marks.append(_blade(blade, scale, (top + head, height), canvas))
        top += head + height + BLADE_GAP
    axis = [_tick(tick, scale, top) for tick in TICKS if tick >= low]
    mean = svg.line((scale.at(chart.mean), 0), (scale.at(chart.mean), top), "link")
    word = svg.label((left + canvas.width) / 2, top + 34, chart.axis, "tick", "middle")
    return Picture(top + AXIS, Markup("").join([*axis, *marks, mean, word]))


def _tick(tick: float, scale: Scale, bottom: float) -> Markup:
    x = scale.at(tick)
    line = svg.line((x, 0), (x, bottom), "grid" if tick else "zero")
    return svg.group("axis", line, svg.label(x, bottom + 16, f"{tick:g}", "tick", "middle"))


def _blade(
    blade: SilhouetteBlade, scale: Scale, place: tuple[float, float], canvas: Canvas
) -> Markup:
    top, height = place
    step = height / max(1, len(blade.values) - 1)
    edge = [(scale.at(value), top + row * step) for row, value in enumerate(blade.values)]
    zero = scale.at(0.0)
    shape = svg.polyline([(zero, top), *edge, (zero, top + height)]) + "Z"
    if canvas.is_narrow:
        name = svg.label(0, top - 6, fit(blade.name, canvas.width, FONT_SIZE), "name")
    else:
        shown = fit(blade.name, NAME_WIDTH - 14, FONT_SIZE)
        name = svg.label(0, top + height / 2 + 4.5, shown, "name")
    hit = svg.rectangle(0, top, canvas.width, height, "hit")
    return svg.mark(blade.tip, hit, svg.path(shape, "blade"), name)
