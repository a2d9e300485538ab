"""From a total down to what is left: each step hangs where the one before it ended."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit, width_of

NAME_WIDTH = 230.0
BAR_HEIGHT = 18.0
ROW_GAP = 10.0
NAME_HEIGHT = 20.0
# A step too small for the scale is still seen.
THINNEST = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a total stands on zero, a part hangs between `start` and `end`."""

    name: str
    start: float
    end: float
    shown: str
    css: str
    tip: tuple[str, ...]


def draw_waterfall(steps: tuple[Step, ...], canvas: Canvas) -> Picture:
    """Draws the steps from top to bottom; on a phone the name stands above its bar."""
    values = [value for step in steps for value in (step.start, step.end)]
    low, high = min(0.0, *values), max(0.0, *values)
    room = max(width_of(step.shown, FONT_SIZE) for step in steps) + 12
    left = 0.0 if canvas.is_narrow else NAME_WIDTH
    scale = Scale(low, high if high > low else low + 1, left, canvas.width - room)
    pitch = (NAME_HEIGHT if canvas.is_narrow else 0.0) + BAR_HEIGHT + ROW_GAP
    rows = [_step(step, index * pitch, scale, canvas) for index, step in enumerate(steps)]
    links = [
        _link(before, index * pitch, scale, pitch)
        for index, before in enumerate(steps[:-1])
        if not canvas.is_narrow
    ]
    return Picture(len(steps) * pitch, Markup("").join((*links, *rows)))


def _step(step: Step, top: float, scale: Scale, canvas: Canvas) -> Markup:
    """Draws the name, the bar and the value of one step."""
    head = NAME_HEIGHT if canvas.is_narrow else 0.0
    y = top + head + ROW_GAP / 2
    ends = sorted((scale.at(step.start), scale.at(step.end)))
    length = max(THINNEST if step.start != step.end else 0.0, ends[1] - ends[0])
    if canvas.is_narrow:
        name = svg.label(0, y - 6, fit(step.name, canvas.width, FONT_SIZE), "name")
    else:
        shown = fit(step.name, NAME_WIDTH - 16, FONT_SIZE)
        name = svg.label(NAME_WIDTH - 14, y + BAR_HEIGHT - 4.5, shown, "name", "end")
    return svg.mark(
        step.tip,
        svg.rectangle(0, top, canvas.width, head + BAR_HEIGHT + ROW_GAP, "hit"),
        name,
        svg.rectangle(ends[0], y, length, BAR_HEIGHT, step.css),
        svg.label(ends[0] + length + 6, y + BAR_HEIGHT - 4.5, step.shown, "value"),
    )


def _link(step: Step, top: float, scale: Scale, pitch: float) -> Markup:
    """Leads the eye from the end of a step to the next one."""
    x = scale.at(step.end)
    y = top + ROW_GAP / 2 + BAR_HEIGHT
    return svg.line((x, y), (x, y + pitch - BAR_HEIGHT), "link")
