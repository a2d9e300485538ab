"""Histograms side by side, one per feature: how many have which values, on a logarithmic scale."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import Canvas, Picture
from shopkeeper.html.charts.scale import Scale

HEAD, HEIGHT, FOOT = 26.0, 120.0, 34.0
GAP = 36.0


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """One bar: how many it holds, and its reading."""

    count: int
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistogramPanel:
    """One feature: its bars from the lowest values to the highest, and both ends as written."""

    name: str
    bars: tuple[HistogramBar, ...]
    ends: tuple[str, str]


def draw_histograms(panels: tuple[HistogramPanel, ...], canvas: Canvas) -> Picture:
    """Draws the panels: two in a row on a desk, one on a phone."""
    across = 1 if canvas.is_narrow else 2
    width = (canvas.width - GAP * (across - 1)) / across
    pitch = HEAD + HEIGHT + FOOT
    marks = [
        _panel(panel, place % across * (width + GAP), place // across * pitch, width)
        for place, panel in enumerate(panels)
    ]
    return Picture(-(-len(panels) // across) * pitch, Markup("").join(marks))


def _panel(panel: HistogramPanel, left: float, top: float, width: float) -> Markup:
    bottom = top + HEAD + HEIGHT
    columns = Scale(0, len(panel.bars), left, left + width)
    largest = max((bar.count for bar in panel.bars), default=1)
    rows = Scale(0, max(largest, 1), 0, HEIGHT)
    bars = [
        _bar(bar, (columns.at(place), columns.at(place + 1)), bottom, rows.length(bar.count))
        for place, bar in enumerate(panel.bars)
    ]
    words = (
        svg.label(left, top + 14, panel.name, "panel"),
        svg.line((left, bottom), (left + width, bottom), "zero"),
        svg.label(left, bottom + 16, panel.ends[0], "tick"),
        svg.label(left + width, bottom + 16, panel.ends[1], "tick", "end"),
    )
    return svg.group("axis", *words, *bars)


def _bar(bar: HistogramBar, sides: tuple[float, float], bottom: float, height: float) -> Markup:
    width = sides[1] - sides[0]
    hit = svg.rectangle(sides[0], bottom - HEIGHT, width, HEIGHT, "hit")
    return svg.mark(
        bar.tip, hit, svg.rectangle(sides[0] + 0.5, bottom - height, width - 1, height, "bar")
    )
