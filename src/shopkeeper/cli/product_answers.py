"""Products in the terminal: what they brought, what comes back, what is bought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import close_answer, open_answer, percent_text, ratio_text
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.basket import Basket
    from shopkeeper.reports.products import ProductPerformance, ProductRow
    from shopkeeper.reports.returns import Returns


def show_products(found: ProductPerformance, currency: str) -> None:
    """Prints products by what they brought, rising, falling and often taken back."""
    if open_answer(found.findings, found.refusal):
        parts = (
            ("best", found.best),
            ("rising", found.rising),
            ("falling", found.falling),
            ("often taken back", found.returned),
        )
        for heading, rows in parts:
            if rows:
                print_text()
                _show_products(heading, rows, currency)
        print_text()
        print_text(f"change: the last 91 days against {found.trend}")
    close_answer(found.definition)


def _show_products(heading: str, rows: tuple[ProductRow, ...], currency: str) -> None:
    print_table(
        (heading, "name", "net", "share", "units", "orders", "buyers", "refunds", "change"),
        [
            (
                *(str(p.product_id), p.product_name, money(p.net_amount, currency)),
                *(percent(p.share), p.quantity, p.order_count, p.customer_count),
                percent_text(p.refund_rate),
                None if p.change_amount is None else money(p.change_amount, currency, 0),
            )
            for p in rows
        ],
    )


def show_returns(found: Returns, currency: str) -> None:
    """Prints what was taken back, by time, month and product."""
    if open_answer(found.findings, found.refusal):
        print_text()
        print_table(
            ("days to return", "lines", "share", "amount"),
            [
                (d.label, d.line_count, percent(d.share), money(d.refund_amount, currency))
                for d in found.delays
            ],
        )
        print_text()
        print_table(
            ("month", "lines", "booked", "of sold", "of its orders", "of sold ", "whole"),
            [
                (
                    *(m.label, m.line_count, money(m.refund_amount, currency)),
                    *(percent_text(m.refund_share), money(m.own_refund_amount, currency)),
                    *(percent_text(m.own_refund_share), m.is_complete),
                )
                for m in found.months
            ],
        )
        print_text()
        print_table(
            ("product", "name", "taken back", "of gross", "lines", "orders"),
            [
                (
                    *(str(p.product_id), p.product_name, money(p.refund_amount, currency)),
                    *(percent_text(p.refund_rate), p.line_count, p.order_count),
                )
                for p in found.products
            ],
        )
        if found.linked_share is not None:
            print_text(f"{percent(found.linked_share)} of the lines are linked to their order")
    close_answer(found.definition)


def show_basket(found: Basket, currency: str) -> None:  # noqa: ARG001 - as every answer is shown
    """Prints pairs of products that are bought together."""
    if open_answer(found.findings, found.refusal):
        print_text()
        print_table(
            (
                *("product", "and", "orders", "by chance", "support", "first→second"),
                *("second→first", "lift", "at least"),
            ),
            [
                (
                    *(p.first_product_name or p.first_product_id,),
                    *(p.second_product_name or p.second_product_id,),
                    *(p.order_count, round(p.expected_order_count, 1), percent(p.support, 2)),
                    *(percent(p.confidence), percent(p.reverse_confidence)),
                    *(ratio_text(p.lift), ratio_text(p.lower_lift)),
                )
                for p in found.pairs
            ],
        )
    close_answer(found.definition, (found.caution,))
