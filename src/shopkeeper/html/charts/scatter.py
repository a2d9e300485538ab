"""Points of several groups on a plane, each group with a shape and colour, its number in it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import Canvas, Picture
from shopkeeper.html.charts.scale import Scale

HEAD, BOTTOM = 24.0, 30.0
SIZE = 3.2
BADGE = 11.0
# Four colours and three shapes turn at different paces, so that ten groups still differ.
SHAPES = 3


@dataclass(frozen=True, slots=True)
class Cloud:
    """One group: its points, its centre, and the lines of its reading."""

    number: str
    points: tuple[tuple[float, float], ...]
    centre: tuple[float, float]
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scatter:
    """All groups, and what is written at both axes."""

    clouds: tuple[Cloud, ...]
    across: str
    up: str


def style_of(place: int) -> str:
    """Gives the class of the group at a place, from 0; it decides the colour."""
    return f"group-{place + 1}"


def draw_scatter(chart: Scatter, canvas: Canvas) -> Picture:
    """Draws the points, then the centres with their numbers above them."""
    points = [point for cloud in chart.clouds for point in (*cloud.points, cloud.centre)]
    height = canvas.width * (0.9 if canvas.is_narrow else 0.55)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across = Scale(min(xs), max(xs), 12, canvas.width - 12)
    up = Scale(min(ys), max(ys), height - 12, HEAD + 12)
    frame = svg.rectangle(0, HEAD, canvas.width, height - HEAD, "frame")
    clouds = [_cloud(cloud, place, (across, up)) for place, cloud in enumerate(chart.clouds)]
    centres = [_centre(cloud, (across, up)) for cloud in chart.clouds]
    words = (
        svg.label(canvas.width / 2, height + 20, chart.across, "tick", "middle"),
        svg.label(0, 14, chart.up, "tick"),
    )
    return Picture(height + BOTTOM, Markup("").join([frame, *clouds, *centres, *words]))


def _cloud(cloud: Cloud, place: int, scales: tuple[Scale, Scale]) -> Markup:
    commands = "".join(
        _shape(place % SHAPES, scales[0].at(x), scales[1].at(y)) for x, y in cloud.points
    )
    css = style_of(place)
    return svg.series(css, svg.path(commands, f"dots {css}")) if commands else Markup("")


def _shape(kind: int, x: float, y: float) -> str:
    left, top = svg.coordinate(x - SIZE), svg.coordinate(y - SIZE)
    side, half = svg.coordinate(2 * SIZE), svg.coordinate(SIZE)
    if kind == 0:
        back = svg.coordinate(-2 * SIZE)
        middle = svg.coordinate(y)
        return f"M{left} {middle}a{half} {half} 0 1 0 {side} 0a{half} {half} 0 1 0 {back} 0"
    if kind == 1:
        return f"M{left} {top}h{side}v{side}h{svg.coordinate(-2 * SIZE)}Z"
    return f"M{svg.coordinate(x)} {top}l{half} {side}h{svg.coordinate(-2 * SIZE)}Z"


def _centre(cloud: Cloud, scales: tuple[Scale, Scale]) -> Markup:
    x, y = scales[0].at(cloud.centre[0]), scales[1].at(cloud.centre[1])
    disc = svg.element("circle", {"class": "badge", "cx": x, "cy": y, "r": BADGE})
    return svg.mark(cloud.tip, disc, svg.label(x, y + 4.5, cloud.number, "strong", "middle"))
