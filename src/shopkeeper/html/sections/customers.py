"""The customers who brought the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice, Section

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.overview import CustomerSales

HEADING = "Top customers"
COLUMNS = (
    Column("Customer"),
    Column("Net revenue", Kind.NUMBER),
    Column("Share", Kind.NUMBER, "Part of all net revenue"),
    Column("Orders", Kind.NUMBER),
    Column("Segment"),
    Column("Country"),
    Column("First order"),
    Column("Last order"),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the customers as a table."""
    customers = answers.overview.customers
    if not customers:
        nothing = Notice("info", "The orders in these data have no customers")
        return Section("customers", HEADING, "", (nothing,))
    largest = max(row.share for row in customers)
    rows = tuple(_row(row, largest, answers.currency) for row in customers)
    table = DataTable("top-customers", "Customers by net revenue", COLUMNS, rows)
    return Section("customers", HEADING, _lead(customers), (table,))


def _lead(customers: tuple[CustomerSales, ...]) -> str:
    """Says how much depends on a few."""
    if len(customers) == 1:
        return f"One customer brought {formatting.share(customers[0].share)} of all net revenue."
    together = formatting.share(sum(row.share for row in customers))
    return (
        f"The {len(customers)} largest customers brought {together} of all net revenue; "
        f"the largest one {formatting.share(customers[0].share)}."
    )


def _row(row: CustomerSales, largest: float, currency: str) -> tuple[Cell, ...]:
    """Gives a customer to the table."""
    return (
        cells.text(row.customer_id),
        cells.money(row.net_amount, currency),
        cells.share(row.share, largest),
        cells.count(row.order_count, row.orders),
        cells.text(row.segment),
        cells.text(row.country),
        cells.day(row.first_order_date),
        cells.day(row.last_order_date),
    )
