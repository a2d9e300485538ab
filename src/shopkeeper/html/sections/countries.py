"""Where the revenue comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.text import cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.overview import GroupSales

HEADING = "Countries"
BARS = 12
COLUMNS = (
    Column("Country"),
    Column("Net revenue", Kind.NUMBER),
    Column("Share", Kind.NUMBER, "Part of all net revenue"),
    Column("Orders", Kind.NUMBER),
    Column("Customers", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the countries as bars and as a table."""
    countries = answers.overview.countries
    if not countries:
        nothing = Notice("info", "The orders in these data have no countries")
        return Section("countries", HEADING, "", (nothing,))
    return Section("countries", HEADING, "", (_figure(countries, answers.currency),))


def _figure(countries: tuple[GroupSales, ...], currency: str) -> Figure:
    """Makes the chart."""
    bars = tuple(_bar(row, currency) for row in countries[:BARS])
    caption = Caption(
        "country-bars",
        _title(countries),
        f"Bars of net revenue per country, {len(bars)} of {len(countries)} in the table below.",
    )
    rows = tuple(_row(row, currency) for row in countries)
    table = DataTable("countries", "Countries by net revenue", COLUMNS, rows)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _title(countries: tuple[GroupSales, ...]) -> str:
    """Says how much comes from the first country."""
    name, part = cut(countries[0].name, 40), formatting.share(countries[0].share)
    if len(countries) == 1:
        return f"All orders come from {name}"
    return f"{part} of net revenue comes from {name}"


def _bar(row: GroupSales, currency: str) -> RankedBar:
    """Gives a country to the chart, with its reading."""
    tip = (
        row.name,
        f"Net revenue: {formatting.money(row.net_amount, currency)}",
        f"Share: {formatting.share(row.share)}",
        f"Orders: {formatting.count(row.order_count)}",
        f"Customers: {formatting.count(row.customer_count)}",
    )
    amount = formatting.short_money(row.net_amount, currency)
    shown = f"{amount} · {formatting.share(row.share)}"
    return RankedBar(cut(row.name), float(row.net_amount), shown, tip)


def _row(row: GroupSales, currency: str) -> tuple[Cell, ...]:
    """Gives a country to the table."""
    return (
        cells.text(row.name),
        cells.money(row.net_amount, currency),
        cells.share(row.share),
        cells.count(row.order_count, row.orders),
        cells.count(row.customer_count, row.customers),
    )
