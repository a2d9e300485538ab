"""Ranges of demand: what one coming week or day brings, as a point of a chart and as cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Legend
from shopkeeper.html.charts.fan import FanWeek

if TYPE_CHECKING:
    from shopkeeper.reports.forecast import ForecastDay, ForecastWeek

LEGEND = (Legend("Sold", "orders", "orders"), Legend("Forecast", "expected", "expected"))


def point_of(coming: ForecastWeek | ForecastDay, first: date, name: str, currency: str) -> FanWeek:
    """Gives a coming week or day to the chart, with its reading."""
    expected = float(coming.expected_amount)
    tip = (name, f"Forecast: {formatting.money(coming.expected_amount, currency)}")
    if coming.lower_amount is None or coming.upper_amount is None:
        return FanWeek(first, expected, None, None, tip)
    ends = (coming.lower_amount, coming.upper_amount)
    read = (*tip, f"Range: {' to '.join(formatting.money(end, currency) for end in ends)}")
    return FanWeek(first, expected, float(ends[0]), float(ends[1]), read)


def cells_of(coming: ForecastWeek | ForecastDay, currency: str) -> tuple[Cell, ...]:
    """Gives money and pieces, each with its range."""
    return (
        cells.money(coming.expected_amount, currency),
        _ends(coming.lower_amount, coming.upper_amount, currency),
        cells.pieces(coming.expected_quantity),
        _ends(coming.lower_quantity, coming.upper_quantity, ""),
    )


def _ends(low: Decimal | None, high: Decimal | None, unit: str) -> Cell:
    if low is None or high is None:
        return cells.EMPTY
    words = (formatting.money(e, unit) if unit else formatting.count(round(e)) for e in (low, high))
    return Cell(" to ".join(words), f"{low}")
