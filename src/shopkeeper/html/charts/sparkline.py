"""A small line without axes that shows the way a measure has gone."""

from __future__ import annotations

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.scale import Scale

WIDTH = 140.0
HEIGHT = 36.0
MARGIN = 4.0


def sparkline(values: tuple[float, ...], description: str) -> Markup:
    """Draws the values from left to right; the last one is dotted. Fewer than two give nothing."""
    if len(values) < 2:
        return Markup("")
    low, high = min(0.0, *values), max(0.0, *values)
    across = Scale(0, len(values) - 1, MARGIN, WIDTH - MARGIN)
    up = Scale(low, high if high > low else low + 1, HEIGHT - MARGIN, MARGIN)
    points = [(across.at(index), up.at(value)) for index, value in enumerate(values)]
    line = svg.polyline(points)
    ground = svg.coordinate(up.at(0))
    first, last = (svg.coordinate(points[end][0]) for end in (0, -1))
    return svg.element(
        "svg",
        {
            "class": "sparkline",
            "viewBox": f"0 0 {svg.coordinate(WIDTH)} {svg.coordinate(HEIGHT)}",
            "role": "img",
            "aria-label": description,
        },
        svg.path(f"{line}L{last} {ground}L{first} {ground}Z", "spark-area"),
        svg.path(line, "spark-line"),
        svg.element(
            "circle", {"class": "spark-dot", "cx": points[-1][0], "cy": points[-1][1], "r": 3}
        ),
    )
