"""What discounts go with: orders with and without one, by depth and by promotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting, group_sales
from shopkeeper.html.blocks import Block, Column, DataTable, Kind, Notice, Section, Sentences
from shopkeeper.html.charts.canvas import Caption

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.discounts import DiscountImpact

HEADING = "Discounts"
COLUMNS = (
    Column("Promotion"),
    Column("Lines", Kind.NUMBER),
    Column("Orders", Kind.NUMBER),
    Column("List price", Kind.NUMBER, "Before the discount"),
    Column("Taken off", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives orders by the depth of their discount; None where there is no discount."""
    found = answers.sales.discounts if answers.sales else None
    if found is None or found.refusal is not None or not found.groups:
        return None
    currency, days = answers.currency, found.period_days
    blocks: list[Block] = [
        Notice("info", "A description, not an effect", found.warning),
        group_sales.bars_of(_caption(found), found.depths, currency, "Depth", days),
        group_sales.table_of("discount-orders", found.groups, currency, "Discount", days),
    ]
    if found.promotions:
        blocks.append(_promotions(found, currency))
    blocks.append(Sentences("How it is counted", (found.definition,)))
    return Section("discounts", HEADING, " ".join(found.findings).replace("`", ""), tuple(blocks))


def _caption(found: DiscountImpact) -> Caption:
    having = sum(group.share for group in found.groups if group.name)
    return Caption(
        "discount-depths",
        f"{formatting.share(having)} of sales carry a discount",
        "Bars of sales by the depth of the discount. All numbers are in the table below.",
    )


def _promotions(found: DiscountImpact, currency: str) -> DataTable:
    rows = tuple(
        (
            cells.text(one.promotion),
            cells.count(one.line_count, one.lines),
            cells.count(one.order_count, one.orders),
            cells.money(one.gross_amount, currency),
            cells.money(one.discount_amount, currency),
        )
        for one in found.promotions
    )
    return DataTable("promotions", "Promotions that lines name", COLUMNS, rows)
