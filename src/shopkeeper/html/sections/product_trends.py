"""Products that rise and fall, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Figure, Kind, Section, Sentences
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.text import clean, cut

if TYPE_CHECKING:
    from decimal import Decimal

    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.products import ProductPerformance, ProductRow
    from shopkeeper.reports.returns import Returns

HEADING = "Products that rise, fall and come back"
BARS = 6


def section(answers: ReportAnswers) -> Section | None:
    """Gives the products that moved most as bars, and refunds as tables."""
    if answers.sales is None or answers.sales.products.refusal is not None:
        return None
    products, back, currency = answers.sales.products, answers.sales.returns, answers.currency
    blocks: list[Block] = []
    if products.rising or products.falling:
        blocks.append(_figure(products, currency))
    definitions = [products.definition]
    if back.delays:
        blocks.append(_delays(back, currency))
        definitions.append(back.definition)
    if back.products:
        blocks.append(_returned(back, currency))
    blocks.append(Sentences("How it is counted", tuple(definitions)))
    lead = " ".join((*products.findings[:2], *back.findings[:2])).replace("`", "")
    return Section("product-trends", HEADING, lead, tuple(blocks))


def _name(row: ProductRow) -> str:
    return row.product_name if clean(row.product_name) else row.product_id


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{formatting.short_money(amount, currency)}"


def _figure(products: ProductPerformance, currency: str) -> Figure:
    shown = (*products.rising[:BARS], *products.falling[:BARS][::-1])
    first = (products.rising or products.falling)[0]
    change = first.change_amount or first.net_amount * 0
    caption = Caption(
        "product-moves",
        f"{cut(_name(first), 50)} moved most: {_signed(change, currency)} in 91 days",
        "Bars of the change in net revenue of the products that rose and fell most. All numbers "
        "are in the table below.",
        f"The last 91 days against {products.trend}.",
    )
    bars = tuple(_bar(row, currency) for row in shown)
    return figure(
        caption, lambda sheet: draw_ranked_bars(bars, sheet), (), _table(products, currency)
    )


def _bar(row: ProductRow, currency: str) -> RankedBar:
    change = row.change_amount or row.net_amount * 0
    tip = (
        _name(row),
        f"Last 91 days: {formatting.money(row.recent_amount, currency)}",
        f"Before: {formatting.money(row.earlier_amount or change * 0, currency)}",
    )
    css = "bar" if change >= 0 else "part"
    return RankedBar(cut(_name(row)), float(change), _signed(change, currency), tip, css)


def _table(products: ProductPerformance, currency: str) -> DataTable:
    columns = (
        Column("Product"),
        Column("Last 91 days", Kind.NUMBER, "What was sold in them, before refunds"),
        Column("Before", Kind.NUMBER, f"Against {products.trend}"),
        Column("Change", Kind.NUMBER),
        Column("Net revenue", Kind.NUMBER, "Of all time"),
        Column("Buyers", Kind.NUMBER),
        Column("Refunds", Kind.NUMBER, "Over gross"),
    )
    rows = tuple(
        (
            cells.text(_name(row)),
            cells.money(row.recent_amount, currency),
            cells.money(row.earlier_amount, currency),
            cells.money(row.change_amount, currency),
            cells.money(row.net_amount, currency),
            cells.count(row.customer_count, row.customers),
            _rate(row.refund_rate),
        )
        for row in (*products.rising, *products.falling)
    )
    return DataTable("product-moves-table", "Products that moved most", columns, rows)


def _rate(rate: float | None) -> Cell:
    return cells.EMPTY if rate is None else cells.share(rate)


def _delays(back: Returns, currency: str) -> DataTable:
    columns = (
        Column("Came back within"),
        Column("Lines", Kind.NUMBER),
        Column("Share", Kind.NUMBER),
        Column("Amount", Kind.NUMBER),
    )
    largest = max(delay.share for delay in back.delays)
    rows = tuple(
        (
            cells.text(delay.label),
            cells.count(delay.line_count, delay.lines),
            cells.share(delay.share, largest),
            cells.money(delay.refund_amount, currency),
        )
        for delay in back.delays
    )
    return DataTable("return-delays", "How long returns take", columns, rows)


def _returned(back: Returns, currency: str) -> DataTable:
    columns = (
        Column("Product"),
        Column("Code"),
        Column("Taken back", Kind.NUMBER),
        Column("Of gross", Kind.NUMBER),
        Column("Lines", Kind.NUMBER),
        Column("Orders", Kind.NUMBER, "Orders that sold it"),
    )
    rows = tuple(
        (
            cells.text(row.product_name or row.product_id),
            cells.text(row.product_id),
            cells.money(row.refund_amount, currency),
            _rate(row.refund_rate),
            cells.count(row.line_count, row.lines),
            cells.count(row.order_count, row.orders),
        )
        for row in back.products
    )
    return DataTable("returned-products", "Products with most refunds", columns, rows)
