"""Sales of groups - stores, channels, ways to pay, discounts - as bars and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.text import cut

if TYPE_CHECKING:
    from shopkeeper.reports.sale_groups import SaleGroup

BARS = 12
# A marketplace may have thousands of sellers: the page shows the largest.
ROWS = 100


def bars_of(
    caption: Caption, groups: tuple[SaleGroup, ...], currency: str, heading: str, period_days: int
) -> Figure:
    """Gives the largest groups as bars, with the table of all that the page holds."""
    bars = tuple(
        RankedBar(
            cut(group.label, 40),
            float(group.sold_amount),
            f"{formatting.short_money(group.sold_amount, currency)} · "
            f"{formatting.share(group.share)}",
            (
                group.label,
                f"Sales: {formatting.money(group.sold_amount, currency)}",
                f"Orders: {formatting.count(group.order_count)}",
                f"Per order: {formatting.money(group.average_order_amount, currency)}",
            ),
        )
        for group in groups[:BARS]
    )
    table = table_of(f"{caption.name}-table", groups, currency, heading, period_days)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def table_of(
    name: str, groups: tuple[SaleGroup, ...], currency: str, heading: str, period_days: int
) -> DataTable:
    """Gives the groups as rows, the largest first."""
    columns = (
        Column(heading),
        Column("Sales", Kind.NUMBER, "Merchandise less discounts, before refunds"),
        Column("Share", Kind.NUMBER, "Part of all sales"),
        Column("Orders", Kind.NUMBER),
        Column("Customers", Kind.NUMBER, "Named customers"),
        Column("Per order", Kind.NUMBER),
        Column("Not first", Kind.NUMBER, "Part of the orders that were not their customer's first"),
        Column("Change", Kind.NUMBER, f"The last {period_days} days against as many before"),
    )
    largest = max((group.share for group in groups), default=0.0)
    rows = tuple(
        (
            cells.text(group.label),
            cells.money(group.sold_amount, currency),
            cells.share(group.share, largest),
            cells.count(group.order_count, group.orders),
            cells.count(group.customer_count, group.customers),
            cells.amount(group.average_order_amount, currency),
            cells.EMPTY if group.repeat_share is None else cells.share(group.repeat_share),
            _change(group.change),
        )
        for group in groups[:ROWS]
    )
    left = len(groups) - len(rows)
    note = f"The {ROWS} largest; {formatting.count(left)} more are not shown." if left else ""
    return DataTable(name, f"Sales by {heading.lower()}", columns, rows, note)


def _change(value: float | None) -> Cell:
    if value is None:
        return cells.EMPTY
    return Cell(f"{'+' if value > 0 else ''}{formatting.share(value)}", f"{value:.12g}")
