"""Sales in the terminal: seasons, stores, payments, categories, discounts, and why they changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import (
    change_text,
    close_answer,
    name_list,
    open_answer,
    percent_text,
    ratio_text,
)
from shopkeeper.cli.buyer_answers import show_best_customers, show_repeat_buyers, show_whales
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.cli.product_answers import show_basket, show_products, show_returns
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.category_segments import CategorySegments
    from shopkeeper.reports.change import Change, Comparison
    from shopkeeper.reports.discounts import DiscountImpact
    from shopkeeper.reports.payments import PaymentMethods
    from shopkeeper.reports.sale_groups import SaleGroup
    from shopkeeper.reports.seasonality import Seasonality, SeasonIndex
    from shopkeeper.reports.stores import StorePerformance


def show_seasonality(found: Seasonality, currency: str) -> None:
    """Prints indices of months, quarters, weekdays and hours, and the periods behind them."""
    open_answer(found.findings)
    parts = (
        ("month", found.months_of_year),
        ("quarter", found.quarters_of_year),
        ("weekday", found.weekdays),
        ("hour", found.hours),
    )
    for heading, rows in parts:
        if rows:
            print_text()
            _show_indices(heading, rows)
    print_text()
    print_table(
        ("period", "sales", "orders", "customers", "whole"),
        [
            (
                *(p.label, money(p.sold_amount, currency), p.order_count, p.customer_count),
                p.is_complete,
            )
            for p in (*found.quarters, *found.months)
        ],
    )
    if found.months:
        name_list(found.months[-1].orders)
    close_answer(found.definition, found.notes)


def _show_indices(heading: str, rows: tuple[SeasonIndex, ...]) -> None:
    print_table(
        (heading, "index", "lowest", "highest", "share", "orders"),
        [
            (
                *(r.name, ratio_text(r.index), ratio_text(r.lowest), ratio_text(r.highest)),
                *(percent(r.share), r.order_count),
            )
            for r in rows
        ],
    )


# Longer tables are not read in a terminal: a marketplace has thousands of sellers.
MOST_GROUPS = 30
# Categories that fit into a terminal beside all segments.
MOST_CATEGORIES = 15


def _show_groups(heading: str, groups: tuple[SaleGroup, ...], currency: str) -> None:
    print_table(
        (heading, "sales", "share", "orders", "customers", "per order", "not first", "change"),
        [
            (
                *(g.label, money(g.sold_amount, currency), percent(g.share), g.order_count),
                *(g.customer_count, money(g.average_order_amount, currency)),
                *(percent_text(g.repeat_share), change_text(g.change)),
            )
            for g in groups[:MOST_GROUPS]
        ],
    )
    if len(groups) > MOST_GROUPS:
        print_text(f"the {MOST_GROUPS} largest of {len(groups):,}; all with `--json`")
    name_list(groups[0].orders)


def show_stores(found: StorePerformance, currency: str) -> None:
    """Prints sales by store or channel."""
    if open_answer(found.findings, found.refusal):
        print_text()
        _show_groups(found.by, found.stores, currency)
    close_answer(found.definition)


def show_payments(found: PaymentMethods, currency: str) -> None:
    """Prints sales by payment method, and what was paid in each way."""
    if open_answer(found.findings, found.refusal):
        print_text()
        _show_groups("payment method", found.methods, currency)
        if found.payments:
            print_text()
            print_table(
                ("paid by", "payments", "orders", "amount", "share", "instalments"),
                [
                    (
                        *(p.payment_method, p.payment_count, p.order_count),
                        *(money(p.payment_amount, currency), percent(p.share)),
                        ratio_text(p.average_installment_count),
                    )
                    for p in found.payments
                ],
            )
    close_answer(found.definition)


def show_category_segments(found: CategorySegments, currency: str) -> None:
    """Prints how each segment leans to each category, and the strongest leanings in full."""
    # It brings numpy, which no start should wait for.
    from shopkeeper.reports.category_segments import LEAST_CUSTOMERS

    if open_answer(found.findings, found.refusal):
        strong = [c for c in found.cells if c.customer_count >= LEAST_CUSTOMERS]
        index = {(c.category, c.segment): ratio_text(c.index) for c in strong}
        print_text()
        print_table(
            ("index", *found.segments),
            [
                (category, *(index.get((category, segment)) for segment in found.segments))
                for category in found.categories[:MOST_CATEGORIES]
            ],
        )
        print_text()
        strong.sort(key=lambda c: (-c.index, c.category, c.segment))
        print_table(
            ("category", "segment", "customers", "spent", "of segment", "index"),
            [
                (
                    *(c.category, c.segment, c.customer_count, money(c.sold_amount, currency)),
                    *(percent(c.share_of_segment), ratio_text(c.index)),
                )
                for c in strong[:MOST_CATEGORIES]
            ],
        )
        print_text(
            f"of {LEAST_CUSTOMERS} customers or more, the largest categories and the strongest "
            "leanings; all with `--json`"
        )
        if strong:
            name_list(strong[0].customers)
    close_answer(found.definition, found.notes)


def show_discounts(found: DiscountImpact, currency: str) -> None:
    """Prints orders with and without a discount, by depth and by promotion."""
    if open_answer(found.findings, found.refusal):
        for heading, groups in (("orders", found.groups), ("taken off", found.depths)):
            print_text()
            _show_groups(heading, groups, currency)
    if found.promotions:
        print_text()
        print_table(
            ("promotion", "lines", "orders", "list price", "taken off"),
            [
                (
                    *(p.promotion, p.line_count, p.order_count),
                    *(money(p.gross_amount, currency), money(p.discount_amount, currency)),
                )
                for p in found.promotions
            ],
        )
    close_answer(found.definition, () if found.refusal else (found.warning,))


def show_change(found: Change, currency: str) -> None:
    """Prints why revenue changed: each cause as a row, each pair of periods as a column."""
    open_answer(found.findings)
    if found.comparisons:
        print_text()
        _show_parts(found.comparisons, currency)
        print_text()
        _show_movers(found.comparisons[0], currency)
    notes = dict.fromkeys(note for one in found.comparisons for note in one.notes)
    close_answer(found.definition, (*found.notes, *notes))


def _show_parts(comparisons: tuple[Comparison, ...], currency: str) -> None:
    headings = [f"{one.before.label} → {one.after.label}" for one in comparisons]
    rows = [
        ["net revenue before", *(money(one.before.net_amount, currency) for one in comparisons)]
    ]
    for place, part in enumerate(comparisons[0].parts):
        amounts = [one.parts[place].amount for one in comparisons]
        if any(amounts):
            signed = [f"{'+' if amount > 0 else ''}{money(amount, currency)}" for amount in amounts]
            rows.append([part.label, *signed])
    rows.append(
        ["net revenue after", *(money(one.after.net_amount, currency) for one in comparisons)]
    )
    print_table(("cause", *headings), rows)
    print_text()
    facts: tuple[tuple[str, Callable[[Comparison], tuple[object, object]]], ...] = (
        ("customers", lambda one: (one.before.customer_count, one.after.customer_count)),
        (
            "of these first-time",
            lambda one: (
                one.before.first_time_customer_count,
                one.after.first_time_customer_count,
            ),
        ),
        ("orders", lambda one: (one.before.order_count, one.after.order_count)),
        (
            "of these guests",
            lambda one: (one.before.guest_order_count, one.after.guest_order_count),
        ),
        ("units", lambda one: (one.before.units, one.after.units)),
    )
    print_table(
        ("measure", *headings),
        [
            (name, *(f"{pair[0]:,.0f} → {pair[1]:,.0f}" for pair in map(fact, comparisons)))
            for name, fact in facts
        ],
    )


def _show_movers(one: Comparison, currency: str) -> None:
    print_table(
        ("product", "name", f"{one.before.label}", f"{one.after.label}", "change", "sold"),
        [
            (
                *(str(m.product_id), m.product_name, money(m.amount_before, currency)),
                *(money(m.amount_after, currency), money(m.change_amount, currency), m.state),
            )
            for m in one.movers
        ],
    )


SALES_SHOWS: dict[str, Callable[..., None]] = {
    "seasonality": show_seasonality,
    "stores": show_stores,
    "payments": show_payments,
    "category_segments": show_category_segments,
    "discounts": show_discounts,
    "repeat_buyers": show_repeat_buyers,
    "best_customers": show_best_customers,
    "products": show_products,
    "returns": show_returns,
    "basket": show_basket,
    "change": show_change,
    "whales": show_whales,
}
