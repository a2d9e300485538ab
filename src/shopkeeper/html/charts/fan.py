"""Fan: a line of past weeks or days, and those to come as a line within the range they may take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.scale import Scale, axis
from shopkeeper.html.text import width_of

TOP_MARGIN = 12.0
RIGHT_MARGIN = 14.0
TICK_GAP = 8.0
AXIS_HEIGHT = 40.0
# Room that a month's name takes.
MONTH_ROOM = 34.0
# Room that a day and a month take.
DAY_ROOM = 58.0
DOT = 2.5


@dataclass(frozen=True, slots=True)
class FanWeek:
    """One week or day: what it brought or is to bring, its range if it is to come, its reading."""

    week: date
    value: float
    low: float | None
    high: float | None
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fan:
    """Past weeks and weeks to come, oldest first; there is at least one of each.

    Attributes:
        past: Those that were.
        coming: Those to come.
        label: Writes a value at its axis.
        is_daily: Whether they are days, whose axis names Mondays in place of months.
    """

    past: tuple[FanWeek, ...]
    coming: tuple[FanWeek, ...]
    label: Callable[[float], str]
    is_daily: bool = False


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where weeks and values stand."""

    weeks: tuple[FanWeek, ...]
    left: float
    right: float
    values: Scale

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / max(1, len(self.weeks))

    def at(self, place: int) -> float:
        return self.left + (place + 0.5) * self.pitch

    def points(self, values: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
        return [(self.at(place), self.values.at(value)) for place, value in values]


def draw_fan(chart: Fan, canvas: Canvas) -> Picture:
    """Draws the past as a line and what is to come as a range with a line in it."""
    weeks = (*chart.past, *chart.coming)
    highest = max(max(w.value, w.high or 0.0) for w in weeks)
    ends, ticks = axis(0.0, highest, 4 if canvas.is_narrow else 5)
    left = max(width_of(chart.label(tick), FONT_SIZE) for tick in ticks) + TICK_GAP + 2
    bottom = TOP_MARGIN + (190.0 if canvas.is_narrow else 250.0)
    plot = _Plot(weeks, left, canvas.width - RIGHT_MARGIN, Scale(*ends, bottom, TOP_MARGIN))
    grid = []
    for tick in ticks:
        y = plot.values.at(tick)
        grid.append(svg.line((left, y), (plot.right, y), "zero" if tick == 0 else "grid"))
        grid.append(svg.label(left - TICK_GAP, y + 4.5, chart.label(tick), "tick", "end"))
    first = len(chart.past)
    past = [(place, week.value) for place, week in enumerate(chart.past)]
    # The line of the future begins where the past ends.
    coming = [past[-1], *((first + n, week.value) for n, week in enumerate(chart.coming))]
    dots = (
        svg.element("circle", {"class": "spark-dot", "cx": x, "cy": y, "r": DOT})
        for x, y in plot.points(coming[1:])
    )
    marks = (
        svg.group("axis", *grid),
        svg.series("range", _range(plot, first)),
        svg.series("orders", svg.path(svg.polyline(plot.points(past)), "orders-line")),
        svg.series("expected", svg.path(svg.polyline(plot.points(coming)), "spark-line"), *dots),
        (_mondays if chart.is_daily else _months)(plot, bottom),
        *(_reading(plot, place, bottom) for place in range(len(weeks))),
    )
    return Picture(bottom + AXIS_HEIGHT, Markup("").join(marks))


def _range(plot: _Plot, first: int) -> Markup:
    """Draws the range, opening from the last week that is known."""
    ranged = [
        (place, week.low, week.high)
        for place, week in enumerate(plot.weeks)
        if place >= first and week.low is not None and week.high is not None
    ]
    if not ranged:
        return Markup("")
    last = (first - 1, plot.weeks[first - 1].value)
    above = [last, *((place, high) for place, _, high in ranged)]
    below = [(place, low) for place, low, _ in reversed(ranged)]
    return svg.path(svg.polyline(plot.points([*above, *below])) + "Z", "spark-area")


def _months(plot: _Plot, bottom: float) -> Markup:
    """Names the month of each first week that has room for it, and the year below Januaries."""
    parts, end = [], float("-inf")
    for place, week in enumerate(plot.weeks):
        day, x = week.week, plot.at(place)
        if day.day > 7:
            continue
        if day.month == 1:
            parts.append(svg.label(x, bottom + 34, str(day.year), "tick year", "middle"))
        if x - end >= MONTH_ROOM:
            end = x
            name = formatting.MONTHS[day.month - 1][:3]
            parts.append(svg.label(x, bottom + 17, name, "tick", "middle"))
    return svg.group("axis", *parts)


def _mondays(plot: _Plot, bottom: float) -> Markup:
    """Names each Monday that has room for it."""
    parts, end = [], float("-inf")
    for place, one in enumerate(plot.weeks):
        x = plot.at(place)
        if one.week.weekday() == 0 and x - end >= DAY_ROOM:
            end = x
            name = f"{one.week.day}{formatting.SPACE}{formatting.MONTHS[one.week.month - 1][:3]}"
            parts.append(svg.label(x, bottom + 17, name, "tick", "middle"))
    return svg.group("axis", *parts)


def _reading(plot: _Plot, place: int, bottom: float) -> Markup:
    x = plot.at(place)
    height = bottom - TOP_MARGIN
    return svg.mark(
        plot.weeks[place].tip,
        svg.rectangle(x - plot.pitch / 2, TOP_MARGIN, plot.pitch, height, "hit"),
        svg.line((x, TOP_MARGIN), (x, bottom), "guide"),
    )
