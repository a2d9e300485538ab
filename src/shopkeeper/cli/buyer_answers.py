"""Buyers in the terminal: who came back, who brings the money, who is slipping away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import (
    close_answer,
    name_list,
    open_answer,
    percent_text,
)
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.best_customers import BestCustomers, ValueGroup
    from shopkeeper.reports.repeat_buyers import RepeatBuyers
    from shopkeeper.reports.whales import Whales


def show_repeat_buyers(found: RepeatBuyers, currency: str) -> None:
    """Prints one-time against repeat customers, and how many go on from order to order."""
    if open_answer(found.findings, found.refusal):
        print_text()
        print_table(
            (
                *("customers", "number", "share", "orders", "spent", "share ", "per order"),
                *("first order", "refunds"),
            ),
            [
                (
                    *(g.name, g.customer_count, percent(g.customer_share), g.order_count),
                    *(money(g.sold_amount, currency), percent(g.amount_share)),
                    *(money(g.average_order_amount, currency),),
                    *(money(g.average_first_order_amount, currency), percent(g.refund_share)),
                )
                for g in found.groups
            ],
        )
        print_text()
        print_table(
            ("order", "customers", "per order", "went on to the next"),
            [
                (
                    *(f"no. {n.order_number}", n.customer_count),
                    *(money(n.average_order_amount, currency), percent_text(n.went_on_share)),
                )
                for n in found.order_numbers
            ],
        )
        name_list(found.groups[0].customers)
    close_answer(found.definition)


def show_best_customers(found: BestCustomers, currency: str) -> None:
    """Prints how revenue is spread over customers, and the best of them."""
    if open_answer(found.findings, found.refusal):
        for heading, groups in (("grade", found.grades), ("tenth", found.tenths)):
            print_text()
            _show_value_groups(heading, groups, currency)
        print_text()
        print_table(
            ("place", "customer", "net", "share", "orders", "last order", "grade", "segment"),
            [
                (
                    *(c.place, str(c.customer_id), money(c.net_amount, currency)),
                    *(percent(c.share), c.order_count, c.last_order_date, c.grade, c.segment),
                )
                for c in found.customers
            ],
        )
        if found.unprofitable_count:
            print_text(
                f"{found.unprofitable_count:,} customers brought nothing or less: "
                f"{money(found.unprofitable_amount, currency)}"
            )
        name_list(found.grades[0].customers)
    close_answer(found.definition)


def _show_value_groups(heading: str, groups: tuple[ValueGroup, ...], currency: str) -> None:
    print_table(
        (heading, "customers", "net", "share", "up to here", "from"),
        [
            (
                *(g.name, g.customer_count, money(g.net_amount, currency), percent(g.share)),
                *(percent(g.cumulative_share), money(g.smallest_amount, currency)),
            )
            for g in groups
        ],
    )


def show_whales(found: Whales, currency: str) -> None:
    """Prints the best customers who are slipping away, those with most at risk first."""
    if open_answer(found.findings, found.refusal):
        print_text()
        print_table(
            (
                *("customer", "at risk", "last year", "net", "silent", "usual gap", "ratio"),
                *("rhythm", "last purchase", "segment"),
            ),
            [
                (
                    *(str(w.customer_id), money(w.value_at_risk, currency)),
                    *(money(w.year_amount, currency), money(w.net_amount, currency)),
                    *(f"{w.silent_days} d", f"{w.usual_gap_days:g} d", f"{w.gap_ratio:.1f} ×"),
                    *(w.basis, w.last_purchase_date, w.segment),
                )
                for w in found.customers
            ],
        )
        print_text(f"at risk: {found.value_basis}; {money(found.value_at_risk, currency)} in all")
        name_list(found.at_risk)
    close_answer(found.definition, found.notes)
