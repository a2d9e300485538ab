"""Products in the terminal: what they brought, what comes back, what is bought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import (
    close_answer,
    name_list,
    open_answer,
    percent_text,
    ratio_text,
)
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from decimal import Decimal

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
                *(percent(p.share), _pieces(p.quantity), p.order_count, p.customer_count),
                percent_text(p.refund_rate),
                None if p.change_amount is None else money(p.change_amount, currency, 0),
            )
            for p in rows
        ],
    )


def _pieces(quantity: Decimal) -> Decimal | int:
    """Gives a quantity without decimals where it has none."""
    return int(quantity) if quantity == quantity.to_integral_value() else quantity


def show_returns(found: Returns, currency: str) -> None:
    """Prints what was taken back, by time, month and product."""
    if open_answer(found.findings, found.refusal):
        if found.delays:
            print_text()
            print_table(
                ("days to return", "lines", "share", "amount"),
                [
                    (d.label, d.line_count, percent(d.share), money(d.refund_amount, currency))
                    for d in found.delays
                ],
            )
        print_text()
        _show_return_months(found, currency)
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
        name_list(found.lines)
        if found.linked_share is not None:
            print_text(f"{percent(found.linked_share)} of the lines are linked to their order")
    close_answer(found.definition)


def _show_return_months(found: Returns, currency: str) -> None:
    """Prints refunds by month, and those of the month's own orders where any is linked to one."""
    is_linked = bool(found.linked_share)
    own = ("of its orders", "of sold ") if is_linked else ()
    print_table(
        ("month", "lines", "booked", "of sold", *own, "whole"),
        [
            (
                *(m.label, m.line_count, money(m.refund_amount, currency)),
                percent_text(m.refund_share),
                *(
                    (money(m.own_refund_amount, currency), percent_text(m.own_refund_share))
                    if is_linked
                    else ()
                ),
                m.is_complete,
            )
            for m in found.months
        ],
    )


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
        if found.pairs:
            name_list(found.pairs[0].orders)
    close_answer(found.definition, () if found.refusal else (found.caution,))
