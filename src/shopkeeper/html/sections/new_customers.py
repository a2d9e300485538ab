"""New and returning customers by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Column, DataTable, Kind, Legend, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.stacked_months import StackedMonth, StackedMonths, draw_stacked_months
from shopkeeper.html.unfinished import LEGEND as UNFINISHED
from shopkeeper.html.unfinished import month_name

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.overview import Overview, PeriodSales

HEADING = "New and returning customers"
LEGEND = (Legend("Returning", "returning", "returning"), Legend("New", "new", "new"))
COLUMNS = (
    Column("Month"),
    Column("Customers", Kind.NUMBER),
    Column("New", Kind.NUMBER, "Customers whose first order ever falls into the month"),
    Column("Returning", Kind.NUMBER, "Customers who had ordered before"),
    Column("Share of new", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the months as stacked bars and as a table."""
    overview = answers.overview
    if not any(row.customer_count for row in overview.months):
        nothing = Notice("info", "The orders in these data have no customers")
        return Section("new-customers", HEADING, "", (nothing,))
    chart = StackedMonths(
        tuple(_month(row, overview) for row in overview.months), ("returning", "new")
    )
    caption = Caption(
        "customer-months",
        _title(overview.months),
        "Stacked bars of returning and new customers per month. "
        "All numbers are in the table below.",
        "Early months have more new customers: the data cannot know who ordered before them.",
    )
    legend = LEGEND if all(row.is_complete for row in overview.months) else (*LEGEND, UNFINISHED)
    shown = figure(
        caption, lambda sheet: draw_stacked_months(chart, sheet), legend, _table(overview)
    )
    return Section("new-customers", HEADING, "", (shown,))


def _title(months: tuple[PeriodSales, ...]) -> str:
    """Says how many customers of the last whole month were new."""
    with_customers = [row for row in months if row.customer_count]
    whole = [row for row in with_customers if row.is_complete] or with_customers
    row = whole[-1]
    part = formatting.share(row.new_customer_count / row.customer_count, 0)
    customers = formatting.plural(row.customer_count, "customer")
    verb = "was" if row.new_customer_count == 1 else "were"
    new = formatting.count(row.new_customer_count)
    return f"In {formatting.month(row.start)}, {new} of {customers} {verb} new ({part})"


def _returning(row: PeriodSales) -> int:
    return row.customer_count - row.new_customer_count


def _month(row: PeriodSales, overview: Overview) -> StackedMonth:
    """Gives a month to the chart, with its reading."""
    values = (float(_returning(row)), float(row.new_customer_count))
    tip = (
        month_name(row, overview),
        f"Customers: {formatting.count(row.customer_count)}",
        f"New: {formatting.count(row.new_customer_count)}",
        f"Returning: {formatting.count(_returning(row))}",
    )
    return StackedMonth(row.start, values, row.is_complete, tip)


def _table(overview: Overview) -> DataTable:
    """Gives the same numbers as a table."""
    rows = tuple(
        (
            cells.month(row.start, month_name(row, overview)),
            cells.count(row.customer_count, row.customers),
            cells.count(row.new_customer_count, row.new_customers),
            cells.count(_returning(row)),
            cells.share(row.new_customer_count / row.customer_count)
            if row.customer_count
            else cells.EMPTY,
        )
        for row in overview.months
    )
    return DataTable("customers-by-month", "Customers by month", COLUMNS, rows)
