"""How a month that the data do not cover whole is named and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import formatting
from shopkeeper.html.blocks import Legend

if TYPE_CHECKING:
    from shopkeeper.reports.overview import Overview, PeriodSales

LEGEND = Legend("Not a whole month", "hatched")


def month_name(row: PeriodSales, overview: Overview) -> str:
    """Gives the name of a month, and whether it is whole."""
    if row.is_complete:
        return formatting.month(row.start)
    state = "not over yet" if row == overview.months[-1] else "not whole"
    return f"{formatting.month(row.start)} ({state})"


def explanation(overview: Overview) -> str:
    """Says which months are not whole, and why; "" where all are."""
    return " ".join(_reason(row, overview) for row in overview.months if not row.is_complete)


def _reason(row: PeriodSales, overview: Overview) -> str:
    name = formatting.month(row.start)
    if row == overview.months[-1]:
        return f"{name} is not over yet: the data end on {formatting.day(overview.last_date)}."
    if row == overview.months[0]:
        return f"{name} is not whole: the data begin on {formatting.day(overview.first_date)}."
    return f"{name} is not whole in these data."
