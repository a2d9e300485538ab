"""How customers pay: sales by payment method, and what was paid in each way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting, group_sales
from shopkeeper.html.blocks import Block, Column, DataTable, Kind, Section, Sentences
from shopkeeper.html.charts.canvas import Caption
from shopkeeper.html.text import cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.payments import PaymentMethods
    from shopkeeper.reports.sale_groups import SaleGroup

HEADING = "How customers pay"
COLUMNS = (
    Column("Paid by"),
    Column("Payments", Kind.NUMBER),
    Column("Orders", Kind.NUMBER),
    Column("Amount", Kind.NUMBER, "What was paid, shipping included"),
    Column("Share", Kind.NUMBER),
    Column("Instalments", Kind.NUMBER, "On average"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the payment methods as bars, and single payments as a table where there are any."""
    found = answers.sales.payments if answers.sales else None
    if found is None or found.refusal is not None:
        return None
    blocks: list[Block] = []
    if is_named := any(group.name is not None for group in found.methods):
        blocks.append(
            group_sales.bars_of(
                _caption(found.methods),
                *(found.methods, answers.currency, "Payment method", found.period_days),
            )
        )
    if found.payments:
        blocks.append(_paid(found, answers.currency))
    blocks.append(Sentences("How it is counted", (found.definition,)))
    # The title of the picture says the first finding.
    lead = " ".join(found.findings[int(is_named) :]).replace("`", "")
    return Section("payments", HEADING, lead, tuple(blocks))


def _caption(methods: tuple[SaleGroup, ...]) -> Caption:
    best = next(group for group in methods if group.name is not None)
    return Caption(
        "payment-bars",
        f"{formatting.share(best.share)} of sales are paid by {cut(best.label, 40)}",
        "Bars of sales by payment method, the largest first. All numbers are in the table below.",
    )


def _paid(found: PaymentMethods, currency: str) -> DataTable:
    largest = max(paid.share for paid in found.payments)
    rows = tuple(
        (
            cells.text(paid.payment_method or "not named"),
            cells.count(paid.payment_count, paid.payments),
            cells.count(paid.order_count, paid.orders),
            cells.money(paid.payment_amount, currency),
            cells.share(paid.share, largest),
            cells.EMPTY
            if paid.average_installment_count is None
            else cells.decimal(paid.average_installment_count),
        )
        for paid in found.payments
    )
    return DataTable("payments-table", "What was paid, payment by payment", COLUMNS, rows)
