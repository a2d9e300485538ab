"""Who brings the money: customers in tenths and in A, B and C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Column, DataTable, Figure, Kind, Section, Sentences
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.best_customers import BestCustomers, ValueGroup

HEADING = "Who brings the money"
COLUMNS = (
    Column("Customers"),
    Column("Number", Kind.NUMBER),
    Column("Net revenue", Kind.NUMBER),
    Column("Share", Kind.NUMBER),
    Column("Up to here", Kind.NUMBER, "Share of these customers and all better ones"),
    Column("From", Kind.NUMBER, "The smallest net revenue of one of them"),
    Column("Orders", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives tenths of customers as bars, and grades as a table."""
    if answers.sales is None or not answers.sales.best_customers.tenths:
        return None
    found, currency = answers.sales.best_customers, answers.currency
    grades = _table("grades", "Customers by grade", found.grades, currency)
    notes = Sentences("How it is counted", (found.definition,))
    lead = " ".join(found.findings)
    return Section("pareto", HEADING, lead, (_figure(found, currency), grades, notes))


def _figure(found: BestCustomers, currency: str) -> Figure:
    best = found.tenths[0]
    caption = Caption(
        "customer-tenths",
        f"The best {formatting.plural(best.customer_count, 'customer')} bring "
        f"{formatting.share(best.share)} of revenue",
        "Bars of the share of net revenue that each tenth of the customers brings, the best "
        "first. All numbers are in the table below.",
    )
    bars = tuple(
        RankedBar(
            _name(group),
            group.share,
            formatting.share(group.share),
            (
                _name(group),
                f"Customers: {formatting.count(group.customer_count)}",
                f"Net revenue: {formatting.money(group.net_amount, currency)}",
                f"Up to here: {formatting.share(group.cumulative_share)}",
            ),
        )
        for group in found.tenths
    )
    table = _table("tenths", "Customers in tenths", found.tenths, currency)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _name(group: ValueGroup) -> str:
    return f"Tenth {group.name}" if group.name.isdigit() else f"Grade {group.name}"


def _table(name: str, caption: str, groups: tuple[ValueGroup, ...], currency: str) -> DataTable:
    largest = max(group.share for group in groups)
    rows = tuple(
        (
            cells.text(_name(group)),
            cells.count(group.customer_count, group.customers),
            cells.money(group.net_amount, currency),
            cells.share(group.share, largest),
            cells.share(group.cumulative_share),
            cells.money(group.smallest_amount, currency),
            cells.count(group.order_count, group.orders),
        )
        for group in groups
    )
    return DataTable(f"customer-{name}", caption, COLUMNS, rows)
