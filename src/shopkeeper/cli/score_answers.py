"""Scores in the terminal: what models say of all customers, and of one, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from decimal import Decimal

    from shopkeeper.reports.scores import CustomerScore, ScoredGroup, Scores

# Reasons are whole clauses; cut in the middle they say nothing.
REASON_CHARACTERS = 80
ASKS = {
    "segment": "which customers are alike",
    "churn": "who leaves",
    "value": "what they will spend",
}


def show_scores(found: Scores, currency: str) -> None:
    """Prints what scores and what was refused, customers by risk and segment, and the best."""
    print_text(f"{found.customer_count:,} customers as of {found.as_of}")
    for model in found.models:
        within = f" within {model.horizon_days} days" if model.horizon_days else ""
        outside = f"; {model.outside_count:,} it was not made for" if model.outside_count else ""
        print_text(
            f"{model.question:<8} {ASKS[model.question]}{within}: {model.model} for "
            f"{model.customer_count:,} customers{outside}"
        )
    for refused in found.refused:
        print_text(f"refused  {refused.name}: {refused.reason}")
    for title, groups in (("risk of leaving", found.risk_bands), ("segment", found.segments)):
        if groups:
            print_text()
            _show_groups(title, groups, currency)
    print_text()
    print_table(
        ("customer", "segment", "leaves", "risk", "expected", "8 of 10 from", "to", "next order by",
         "strongest reason"),
        [
            (
                customer.customer_id,
                customer.segment or customer.rfm_segment,
                _percent(customer.churn_probability),
                _risk(customer),
                *(_money(amount, currency) for amount in (customer.expected_amount,
                  customer.lower_amount, customer.upper_amount)),
                customer.next_order_date,
                customer.reasons[0] if customer.reasons else None,
            )
            for customer in found.customers
        ],
        REASON_CHARACTERS,
    )  # fmt: skip


def show_customer_score(score: CustomerScore) -> None:
    """Prints what the models say of one customer; values stand elsewhere, at each horizon."""
    if score.segment is not None:
        print_text(f"alike    {score.segment}, says {score.segment_model}")
    if score.churn_probability is not None:
        print_text(
            f"leaves   {percent(score.churn_probability)} likely to order nothing within "
            f"{score.churn_horizon_days} days ({score.risk_band}), says {score.churn_model}"
        )
        for reason in score.reasons:
            print_text(f"         speaks for it: {reason}")
    elif score.is_in_churn_population is False:
        print_text(
            "leaves   not said: unlike all customers that the model of who leaves was made for"
        )
    if score.value_model is not None:
        print_text(f"worth    see below, says {score.value_model}")


def _show_groups(title: str, groups: tuple[ScoredGroup, ...], currency: str) -> None:
    print_table(
        (title, "customers", "share", "leave", "expected to spend"),
        [
            (
                group.name,
                group.customer_count,
                percent(group.customer_share),
                _percent(group.average_churn_probability),
                _money(group.expected_amount, currency),
            )
            for group in groups
        ],
    )


def _risk(customer: CustomerScore) -> str | None:
    return "not said" if customer.is_in_churn_population is False else customer.risk_band


def _percent(share: float | None) -> str | None:
    return None if share is None else percent(share)


def _money(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else money(amount, currency, 0)
