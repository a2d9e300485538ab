"""A funnel: one bar per step as a part of those who entered, and between them who was lost."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import fit, width_of

WIDEST_NAME = 160.0
NAME_GAP = 14.0
BAR_HEIGHT = 34.0
LOST_HEIGHT = 30.0
NAME_HEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class FunnelBar:
    """One step: its length in 0-1, the value behind it, who was lost before it, its reading."""

    name: str
    share: float
    shown: str
    lost: str
    tip: tuple[str, ...]


def draw_funnel_steps(bars: tuple[FunnelBar, ...], canvas: Canvas) -> Picture:
    """Draws the steps; on a phone the name stands above its bar."""
    widest = max(width_of(bar.name, FONT_SIZE) for bar in bars)
    names = 0.0 if canvas.is_narrow else min(WIDEST_NAME, widest) + NAME_GAP
    values = max(width_of(bar.shown, FONT_SIZE) for bar in bars) + 12
    scale = Scale(0, 1, names, canvas.width - values)
    head = NAME_HEIGHT if canvas.is_narrow else 0.0
    pitch = head + BAR_HEIGHT + LOST_HEIGHT
    marks = [_step(bar, index * pitch, scale, canvas) for index, bar in enumerate(bars)]
    return Picture(len(bars) * pitch - LOST_HEIGHT + 2, Markup("").join(marks))


def _step(bar: FunnelBar, top: float, scale: Scale, canvas: Canvas) -> Markup:
    """Draws one step, and above it who was lost on the way."""
    head = NAME_HEIGHT if canvas.is_narrow else 0.0
    y = top + head
    middle = y + BAR_HEIGHT / 2 + 4.5
    if canvas.is_narrow:
        name = svg.label(0, y - 6, fit(bar.name, canvas.width, FONT_SIZE), "name")
    else:
        shown = fit(bar.name, scale.start - NAME_GAP, FONT_SIZE)
        name = svg.label(scale.start - NAME_GAP, middle, shown, "name", "end")
    whole = svg.rectangle(scale.start, y, scale.at(1) - scale.start, BAR_HEIGHT, "lost")
    # On a phone the name stands between the bars, and the loss on its other end.
    x, anchor = (canvas.width, "end") if canvas.is_narrow else (scale.start, "")
    lost_y = y - 6 if canvas.is_narrow else top - LOST_HEIGHT / 2 + 4.5
    lost = svg.label(x, lost_y, bar.lost, "tick", anchor) if bar.lost else Markup("")
    return svg.mark(
        bar.tip,
        svg.rectangle(0, top, canvas.width, head + BAR_HEIGHT, "hit"),
        lost,
        name,
        whole,
        svg.rectangle(scale.start, y, scale.at(bar.share) - scale.start, BAR_HEIGHT, "bar"),
        svg.label(scale.at(1) + 8, middle, bar.shown, "value"),
    )
