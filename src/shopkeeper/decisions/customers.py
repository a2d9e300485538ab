"""Customers: what decisions know of each one - chance of leaving, worth if they stay, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

# Below a chance of one in this many, what someone spends if they buy is a guess on a guess; taking
# the chance no smaller makes the guess smaller, never larger.
LEAST_IN = 100
REASONS = ("reason_1", "reason_2", "reason_3")


def decision_customers(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    churn_scores: ir.Table | None = None,
    *,
    horizon_days: int,
) -> ir.Table:
    """Gives one row per customer who has a value at the horizon.

    Args:
        lifetime_values: What customers will spend.
        rfm_segments: Segments now and one period ago.
        purchase_history: How regularly they bought.
        churn_scores: Chance of leaving; None takes that of no purchase within the horizon.
        horizon_days: Days over which a contact is to pay.

    Returns:
        Columns `customer_id`, `leave_probability` (missing where the churn model does not speak
        of the customer), `purchase_probability`, `kept_amount` (what they spend if they buy at
        all, less what they usually take back), `expected_amount`, `segment`, `previous_segment`,
        `days_since_last_order`, `order_count`, `order_amount`, `usual_gap_days` (missing after
        one purchase) and `reason_1` to `reason_3` (missing where nothing is said).
    """
    values = lifetime_values.filter(lifetime_values.horizon_days == horizon_days)
    chance = values.purchase_probability
    expected = values.expected_amount.cast("float64")
    known = values.select(
        "customer_id",
        purchase_probability=chance,
        expected_amount=expected,
        kept_amount=expected * LEAST_IN / ibis.greatest(chance * LEAST_IN, ibis.literal(1)),
    )
    segments = rfm_segments.select(
        "customer_id",
        "segment",
        "previous_segment",
        "days_since_last_order",
        "order_count",
        order_amount=rfm_segments.order_amount.cast("float64"),
    )
    rows = known.inner_join(segments, "customer_id")
    rows = rows.inner_join(_history(purchase_history), "customer_id")
    rows = rows.mutate(
        kept_amount=rows.kept_amount * not_taken_back(rows.order_amount, rows.bought_amount)
    ).drop("bought_amount")
    if churn_scores is None:
        nothing = {name: ibis.null("string") for name in REASONS}
        return rows.mutate(leave_probability=1 - rows.purchase_probability, **nothing)
    return rows.left_join(_leaving(churn_scores), "customer_id").drop("customer_id_right")


def _history(purchase_history: ir.Table) -> ir.Table:
    frequency = purchase_history.frequency.cast("float64")
    return purchase_history.select(
        "customer_id",
        bought_amount=(purchase_history.first_amount + purchase_history.repeat_amount).cast(
            "float64"
        ),
        usual_gap_days=purchase_history.recency_days.cast("float64") / frequency.nullif(0),
    )


def _leaving(churn_scores: ir.Table) -> ir.Table:
    return churn_scores.select(
        "customer_id",
        *REASONS,
        leave_probability=churn_scores.is_in_population.ifelse(
            churn_scores.churn_probability.cast("float64"), ibis.null("float64")
        ),
    )


def not_taken_back(order_amount: ir.Value, bought_amount: ir.Value) -> ir.Value:
    """Gives the part of what a customer bought that they did not take back, in 0-1.

    Forecasts are of sales before refunds. Who ordered much and returned it is no large customer.
    """
    share = order_amount / bought_amount.nullif(0)
    return ibis.coalesce(ibis.least(ibis.greatest(share, ibis.literal(0)), ibis.literal(1)), 0)


def past_amounts(purchases: ir.Table, *, first_date: ibis.Value, end_date: ibis.Value) -> ir.Table:
    """Gives what each customer bought from a day on until before another, and on how many days.

    Customers who bought nothing have no row. Columns `customer_id`, `amount`, `purchase_count`.
    """
    seen = purchases.filter(purchases.order_date >= first_date, purchases.order_date < end_date)
    return seen.group_by("customer_id").agg(
        amount=seen.purchase_amount.sum().cast("float64"), purchase_count=seen.count()
    )


def joined_amounts(customer_ids: pd.Series, amounts: pd.DataFrame) -> pd.DataFrame:
    """Gives the amounts of these customers in their order, 0 where they bought nothing."""
    found = amounts.set_index("customer_id").reindex(customer_ids)
    filled = found.fillna({"amount": 0.0, "purchase_count": 0})
    return filled.reset_index(drop=True).astype({"amount": float, "purchase_count": int})
