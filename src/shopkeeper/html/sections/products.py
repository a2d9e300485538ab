"""The products that brought the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.text import clean, cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.overview import ProductSales

HEADING = "Top products"
# More bars than this are a list, not a picture; all products are in the table.
BARS = 10
TITLE_CHARACTERS = 50
COLUMNS = (
    Column("Product"),
    Column("Code"),
    Column("Net revenue", Kind.NUMBER),
    Column("Share", Kind.NUMBER, "Part of all net revenue"),
    Column("Units", Kind.NUMBER, "Units sold less units returned"),
    Column("Orders", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the products as bars and as a table."""
    products = answers.overview.products
    if not products:
        nothing = Notice("info", "The orders in these data have no products")
        return Section("products", HEADING, "", (nothing,))
    return Section("products", HEADING, "", (_figure(products, answers.currency),))


def _name(row: ProductSales) -> str:
    return row.product_name if clean(row.product_name) else row.product_id


def _figure(products: tuple[ProductSales, ...], currency: str) -> Figure:
    """Makes the chart."""
    bars = tuple(_bar(row, currency) for row in products[:BARS])
    shown = "The product" if len(bars) == 1 else f"The first {len(bars)} products"
    caption = Caption(
        "product-bars",
        _title(products[0], currency),
        f"Bars of net revenue, largest first. {shown} of {len(products)} in the table below.",
    )
    table = DataTable(
        "top-products",
        "Products by net revenue",
        COLUMNS,
        tuple(_row(row, max(p.share for p in products), currency) for row in products),
    )
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _title(row: ProductSales, currency: str) -> str:
    """Says what the best product brought."""
    name = cut(_name(row), TITLE_CHARACTERS)
    amount = formatting.short_money(row.net_amount, currency)
    return f"{name} brought most: {amount}, {formatting.share(row.share)} of net revenue"


def _bar(row: ProductSales, currency: str) -> RankedBar:
    """Gives a product to the chart, with its reading."""
    tip = (
        _name(row),
        f"Code: {row.product_id}",
        f"Net revenue: {formatting.money(row.net_amount, currency)}",
        f"Share: {formatting.share(row.share)}",
        f"Units: {formatting.count(row.quantity)}",
        f"Orders: {formatting.count(row.order_count)}",
    )
    shown = formatting.short_money(row.net_amount, currency)
    return RankedBar(cut(_name(row)), float(row.net_amount), shown, tip)


def _row(row: ProductSales, largest: float, currency: str) -> tuple[Cell, ...]:
    """Gives a product to the table."""
    return (
        cells.text(_name(row)),
        cells.text(row.product_id),
        cells.money(row.net_amount, currency),
        cells.share(row.share, largest),
        cells.count(row.quantity),
        cells.count(row.order_count, row.orders),
    )
