"""Revenue over time: net, gross and refunds by month, with the orders beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Column, DataTable, Figure, Kind, Legend, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.revenue_months import RevenueMonth, RevenueMonths, draw_revenue_months
from shopkeeper.html.unfinished import LEGEND as UNFINISHED
from shopkeeper.html.unfinished import explanation, month_name

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.overview import Overview, PeriodSales

LEGEND = (
    Legend("Net revenue", "net", "net"),
    Legend("Gross revenue", "gross", "gross"),
    Legend("Refunds", "refunds", "refunds"),
    Legend("Orders", "orders", "orders"),
)
COLUMNS = (
    Column("Month"),
    Column("Gross", Kind.NUMBER, "What customers ordered, at list price"),
    Column("Discounts", Kind.NUMBER),
    Column("Refunds", Kind.NUMBER, "Money given back for returns and cancellations"),
    Column("Net", Kind.NUMBER, "Gross less discounts and refunds"),
    Column("Orders", Kind.NUMBER),
    Column("Customers", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the months as a chart and as a table."""
    overview = answers.overview
    blocks: tuple[Block, ...] = (Notice("info", "There are no sales in these data"),)
    if any(row.order_count or row.gross_amount or row.net_amount for row in overview.months):
        blocks = (_figure(overview, answers.currency),)
    elif overview.months:
        blocks = (*blocks, _table(overview, answers.currency))
    return Section("revenue", "Revenue over time", "", blocks)


def _figure(overview: Overview, currency: str) -> Figure:
    """Makes the chart."""
    months = overview.months
    best = max(range(len(months)), key=lambda index: (months[index].net_amount, -index))
    chart = RevenueMonths(tuple(_month(row, overview, currency) for row in months), currency, best)
    first, last = formatting.month(months[0].start), formatting.month(months[-1].start)
    caption = Caption(
        "revenue-months",
        title(months, best, currency),
        f"Bars of net and gross revenue and of refunds per month from {first} to {last}, "
        "with a line of the number of orders beneath. All numbers are in the table below.",
        explanation(overview),
    )
    legend = LEGEND if all(row.is_complete for row in months) else (*LEGEND, UNFINISHED)
    table = _table(overview, currency)
    return figure(caption, lambda sheet: draw_revenue_months(chart, sheet), legend, table)


def title(months: tuple[PeriodSales, ...], best: int, currency: str) -> str:
    """Says what the chart shows: the best month, as far as there is one."""
    row = months[best]
    name, amount = formatting.month(row.start), formatting.short_money(row.net_amount, currency)
    if not any(month.net_amount for month in months):
        return "No month brought net revenue"
    if len(months) == 1:
        so_far = "" if row.is_complete else " in the days the data cover"
        return f"{name} brought {amount} net{so_far}"
    if row.net_amount <= 0:
        return f"No month brought net revenue; refunds exceeded sales least in {name}: {amount}"
    if not row.is_complete:
        return f"{name} is the best month although the data do not cover it whole: {amount} net"
    return f"{name} was the best month: {amount} net"


def _month(row: PeriodSales, overview: Overview, currency: str) -> RevenueMonth:
    """Gives a month to the chart, with its reading."""
    tip = (
        month_name(row, overview),
        f"Net revenue: {formatting.money(row.net_amount, currency)}",
        f"Gross revenue: {formatting.money(row.gross_amount, currency)}",
        f"Discounts: {formatting.money(row.discount_amount, currency)}",
        f"Refunds: {formatting.money(row.refund_amount, currency)}",
        f"Orders: {formatting.count(row.order_count)}",
    )
    amounts = (float(row.gross_amount), float(row.refund_amount), float(row.net_amount))
    return RevenueMonth(row.start, *amounts, float(row.order_count), row.is_complete, tip)


def _table(overview: Overview, currency: str) -> DataTable:
    """Gives the same numbers as a table."""
    rows = tuple(
        (
            cells.month(row.start, month_name(row, overview)),
            cells.money(row.gross_amount, currency),
            cells.money(row.discount_amount, currency),
            cells.money(row.refund_amount, currency),
            cells.money(row.net_amount, currency),
            cells.count(row.order_count, row.orders),
            cells.count(row.customer_count, row.customers),
        )
        for row in overview.months
    )
    return DataTable("revenue-by-month", "Revenue by month", COLUMNS, rows)
