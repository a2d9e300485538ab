"""The frame of charts over time: one band per calendar month, axes, and a reading per month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas
from shopkeeper.html.charts.scale import Scale
from shopkeeper.html.text import width_of

RIGHT_MARGIN = 10.0
TICK_GAP = 8.0
BAR_PART = 0.74
WIDEST_BAR = 64.0
# Steps between named months, and the room a month's or a year's name takes.
MONTH_STEPS = (1, 2, 3, 6, 12)
MONTH_ROOM = 30.0
YEAR_ROOM = 36.0
AXIS_HEIGHT = 40.0

Label = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class MonthFrame:
    """Where each month stands: months without a row leave their band empty."""

    canvas: Canvas
    months: tuple[date, ...]
    left: float

    @property
    def right(self) -> float:
        """The right end of the plot."""
        return self.canvas.width - RIGHT_MARGIN

    @property
    def band(self) -> float:
        """The width of one month."""
        return (self.right - self.left) / (ordinal(self.months[-1]) - ordinal(self.months[0]) + 1)

    @property
    def bar_width(self) -> float:
        """The width of a bar."""
        return min(WIDEST_BAR, self.band * BAR_PART)

    def center(self, month: date) -> float:
        """The middle of a month's band."""
        return self.left + (ordinal(month) - ordinal(self.months[0]) + 0.5) * self.band


def ordinal(month: date) -> int:
    """Gives the number of a month, counted without gaps."""
    return month.year * 12 + month.month - 1


def month_frame(canvas: Canvas, months: Iterable[date], tick_labels: Iterable[str]) -> MonthFrame:
    """Makes room for the labels of the value axis on the left of the months."""
    widest = max(width_of(text, FONT_SIZE) for text in tick_labels)
    return MonthFrame(canvas, tuple(months), widest + TICK_GAP + 2)


def value_axis(frame: MonthFrame, scale: Scale, ticks: Iterable[float], label: Label) -> Markup:
    """Draws a line and a label per tick; the zero line stands out."""
    parts = []
    for tick in ticks:
        y = scale.at(tick)
        css = "zero" if tick == 0 else "grid"
        parts.append(svg.line((frame.left, y), (frame.right, y), css))
        parts.append(svg.label(frame.left - TICK_GAP, y + 4.5, label(tick), "tick", "end"))
    return svg.group("axis", *parts)


def month_axis(frame: MonthFrame, y: float) -> Markup:
    """Names as many months as there is room for, and the years below them."""
    step = next((step for step in MONTH_STEPS if frame.band * step >= MONTH_ROOM), 12)
    parts = []
    last_year = float("-inf")
    for number in range(ordinal(frame.months[0]), ordinal(frame.months[-1]) + 1):
        month = date(number // 12, number % 12 + 1, 1)
        x = frame.center(month)
        if step < 12 and (month.month - 1) % step == 0:
            name = formatting.MONTHS[month.month - 1][:3]
            parts.append(svg.label(x, y + 17, name, "tick", "middle"))
        if _names_year(frame, month) and x - last_year >= YEAR_ROOM:
            last_year = x
            below = y + (34 if step < 12 else 17)
            parts.append(svg.label(x, below, str(month.year), "tick year", "middle"))
    return svg.group("axis", *parts)


def _names_year(frame: MonthFrame, month: date) -> bool:
    """A year is named at its January, and at the first month if the next January is far."""
    if month.month == 1:
        return True
    room = (13 - month.month) * frame.band
    return ordinal(month) == ordinal(frame.months[0]) and room >= YEAR_ROOM


def reading(
    frame: MonthFrame, month: date, ends: tuple[float, float], tip: Iterable[str]
) -> Markup:
    """Gives the crosshair of a month: hidden until pointed at, its exact values as its title."""
    x = frame.center(month)
    top, bottom = ends
    return svg.mark(
        tip,
        svg.rectangle(x - frame.band / 2, top, frame.band, bottom - top, "hit"),
        svg.line((x, top), (x, bottom), "guide"),
    )


def veil(frame: MonthFrame, box: dict[str, float]) -> Markup:
    """Hatches the bar of an unfinished month."""
    fill = f"fill:url(#{frame.canvas.name}-hatch)"
    return svg.element("rect", {"class": "veil", "style": fill, **box})


def hatching(canvas: Canvas) -> Markup:
    """Gives the pattern that veils the bars of unfinished months."""
    return svg.element(
        "defs",
        {},
        svg.element(
            "pattern",
            {
                "id": f"{canvas.name}-hatch",
                "width": 6,
                "height": 6,
                "patternUnits": "userSpaceOnUse",
                "patternTransform": "rotate(45)",
            },
            svg.rectangle(0, 0, 3, 6, "hatch-line"),
        ),
    )
