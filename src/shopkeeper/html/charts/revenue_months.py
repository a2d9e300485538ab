"""Revenue by month: net bars before gross ones, refunds below zero, orders as a line beneath."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.charts.months import (
    AXIS_HEIGHT,
    MonthFrame,
    hatching,
    month_axis,
    month_frame,
    reading,
    value_axis,
    veil,
)
from shopkeeper.html.charts.scale import Scale, axis
from shopkeeper.html.text import width_of

TOP_MARGIN = 26.0
STRIP_GAP = 40.0
# A month with little of a thing still shows that it has some.
THINNEST = 0.8


@dataclass(frozen=True, slots=True)
class RevenueMonth:
    """One month: its bars, its orders, and the lines of its reading."""

    month: date
    gross: float
    refund: float
    net: float
    orders: float
    is_complete: bool
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevenueMonths:
    """All months, oldest first; `best` is the index of the month that is named."""

    months: tuple[RevenueMonth, ...]
    currency: str
    best: int


@dataclass(frozen=True, slots=True)
class _Plot:
    """The two panels of the chart."""

    frame: MonthFrame
    amounts: Scale
    amount_ticks: tuple[float, ...]
    orders: Scale
    order_ticks: tuple[float, ...]


def draw_revenue_months(chart: RevenueMonths, canvas: Canvas) -> Picture:
    """Draws the bars, the line and the readings."""
    plot = _plot(chart, canvas)
    bottom = plot.orders.start
    marks = (
        hatching(canvas),
        value_axis(plot.frame, plot.amounts, plot.amount_ticks, _money(chart.currency)),
        svg.series("gross", *(_bar(plot, m, m.gross, "gross") for m in chart.months)),
        svg.series("net", *(_bar(plot, m, m.net, "net") for m in chart.months)),
        svg.series("refunds", *(_bar(plot, m, -m.refund, "refunds") for m in chart.months)),
        _best_label(plot, chart),
        _orders(plot, chart),
        month_axis(plot.frame, bottom),
        *(reading(plot.frame, m.month, (TOP_MARGIN, bottom), m.tip) for m in chart.months),
    )
    return Picture(bottom + AXIS_HEIGHT, Markup("").join(marks))


def _plot(chart: RevenueMonths, canvas: Canvas) -> _Plot:
    """Places both panels under one another, on one frame of months."""
    amounts = [value for m in chart.months for value in (m.gross, m.net, -m.refund)]
    amount_ends, amount_ticks = axis(min(amounts), max(amounts), 4 if canvas.is_narrow else 5)
    most_orders = max(m.orders for m in chart.months)
    order_ends, order_ticks = axis(0, most_orders, 2, is_whole=True)
    labels = [_money(chart.currency)(tick) for tick in amount_ticks]
    labels += [formatting.axis_count(tick) for tick in order_ticks]
    height, strip = (190.0, 52.0) if canvas.is_narrow else (260.0, 64.0)
    base = TOP_MARGIN + height
    return _Plot(
        month_frame(canvas, (m.month for m in chart.months), labels),
        Scale(*amount_ends, base, TOP_MARGIN),
        amount_ticks,
        Scale(*order_ends, base + STRIP_GAP + strip, base + STRIP_GAP),
        order_ticks,
    )


def _money(currency: str) -> formatting.Label:
    return lambda value: formatting.axis_money(value, currency)


def _bar(plot: _Plot, month: RevenueMonth, value: float, css: str) -> Markup:
    """Draws a bar from zero; the net bar of an unfinished month is veiled."""
    if value == 0:
        return Markup("")
    width = plot.frame.bar_width * (0.5 if css == "refunds" else 1.0)
    length = max(THINNEST, plot.amounts.length(value))
    zero = plot.amounts.at(0)
    x, y = plot.frame.center(month.month) - width / 2, zero - length if value > 0 else zero
    bar = svg.rectangle(x, y, width, length, css)
    if css != "net" or month.is_complete:
        return bar
    return bar + veil(plot.frame, {"x": x, "y": y, "width": width, "height": length})


def _best_label(plot: _Plot, chart: RevenueMonths) -> Markup:
    """Writes the net amount above the month that the title names."""
    best = chart.months[chart.best]
    text = formatting.short_money(best.net, chart.currency)
    half = width_of(text, FONT_SIZE) / 2
    x = min(max(plot.frame.center(best.month), plot.frame.left + half), plot.frame.right - half)
    y = min(plot.amounts.at(best.gross), plot.amounts.at(best.net), plot.amounts.at(0)) - 7
    return svg.label(x, y, text, "value", "middle")


def _orders(plot: _Plot, chart: RevenueMonths) -> Markup:
    """Draws the number of orders in the lower panel."""
    points = [(plot.frame.center(m.month), plot.orders.at(m.orders)) for m in chart.months]
    radius = 2.5 if plot.frame.band > 8 else 0.0
    dots = (
        svg.element("circle", {"class": "orders-dot", "cx": x, "cy": y, "r": radius})
        for x, y in points
        if radius
    )
    return Markup("").join(
        (
            value_axis(plot.frame, plot.orders, plot.order_ticks, formatting.axis_count),
            svg.label(plot.frame.left, plot.orders.end - 12, "Orders", "panel"),
            svg.series("orders", svg.path(svg.polyline(points), "orders-line"), *dots),
        )
    )
