"""Executive boards: the shop in one row, its sales by month, and what segments are worth."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

AS_OF = Column("as_of", "date", "Day before which data were seen (exclusive)")


def build_headlines(
    daily_sales: ir.Table, customer_360: ir.Table, customer_scores: ir.Table, *, as_of: date
) -> ir.Table:
    """Gives the headline measures of everything before `as_of`."""
    seen = daily_sales.filter(daily_sales.order_date < ibis.date(as_of.isoformat()))
    sales = seen.agg(
        order_count=seen.order_count.sum().coalesce(0),
        net_amount=seen.net_amount.sum(),
        refund_amount=seen.refund_amount.sum(),
    )
    bought = customer_360.filter(customer_360.order_count > 0)
    customers = bought.agg(
        customer_count=bought.count(),
        repeat_count=bought.is_repeat.ifelse(1, 0).sum().coalesce(0),
    )
    scored = customer_scores
    values = scored.agg(
        valued_count=scored.expected_amount.count(),
        value_horizon_days=scored.value_horizon_days.max(),
        expected_amount=scored.expected_amount.sum(),
        scored_count=scored.churn_probability.count(),
        leaving_count=(scored.churn_probability >= 0.5).ifelse(1, 0).sum().coalesce(0),
    )
    whole = sales.cross_join(customers).cross_join(values)
    shown = whole.mutate(
        as_of=ibis.date(as_of.isoformat()),
        repeat_rate=whole.repeat_count.cast("float64")
        / whole.customer_count.nullif(0).cast("float64"),
    )
    return shown.select(*HEADLINES.contract.column_names)


HEADLINES = Table(
    Contract(
        "headlines",
        Layer.MART,
        "One row: the shop as of the last run. The expected amount is a mean and adds up over "
        "customers; where no model passed its gate it is missing.",
        ("as_of",),
        (
            AS_OF,
            Column("order_count", "int64", "Sales booked before `as_of`", "orders"),
            Column("net_amount", "decimal(18, 4)", "Net revenue before `as_of`", "currency"),
            Column("refund_amount", "decimal(18, 4)", "Merchandise taken back", "currency"),
            Column("customer_count", "int64", "Named customers with a sale", "customers"),
            Column("repeat_count", "int64", "Of these, with two sales or more", "customers"),
            Column("repeat_rate", "float64", "Their share; missing without customers", "0-1", True),
            Column("valued_count", "int64", "Customers with a lifetime value", "customers"),
            Column(
                "value_horizon_days",
                "int64",
                "Days that the value is about; missing without a model",
                "days",
                True,
            ),
            Column(
                "expected_amount",
                "decimal(18, 4)",
                "What all customers together are expected to spend in these days, before refunds; "
                "missing without a model",
                "currency",
                True,
            ),
            Column("scored_count", "int64", "Customers with a probability of leaving", "customers"),
            Column(
                "leaving_count", "int64", "Of these, more likely to leave than not", "customers"
            ),
        ),
        (at_least("customer_count", 0),),
    ),
    build_headlines,
)


def build_sales_by_month(daily_sales: ir.Table, purchases: ir.Table, *, as_of: date) -> ir.Table:
    """Gives each month with a booking before `as_of`."""
    until = ibis.date(as_of.isoformat())
    days = daily_sales.filter(daily_sales.order_date < until)
    days = days.mutate(month_date=days.order_date.truncate("M"))
    months = days.group_by("month_date").agg(
        order_count=days.order_count.sum(),
        new_customer_count=days.new_customer_count.sum(),
        gross_amount=days.gross_amount.sum(),
        discount_amount=days.discount_amount.sum(),
        refund_amount=days.refund_amount.sum(),
        net_amount=days.net_amount.sum(),
    )
    bought = purchases.filter(purchases.order_date < until)
    bought = bought.mutate(month_date=bought.order_date.truncate("M"))
    active = bought.group_by("month_date").agg(customer_count=bought.customer_id.nunique())
    joined = months.left_join(active, "month_date")
    first_unseen = ibis.date(as_of.replace(day=1).isoformat())
    shown = joined.mutate(
        customer_count=joined.customer_count.coalesce(0),
        average_order_amount=(
            (joined.gross_amount - joined.discount_amount).cast("float64")
            / joined.order_count.nullif(0).cast("float64")
        ),
        is_whole=joined.month_date < first_unseen,
    )
    return shown.select(*SALES_BY_MONTH.contract.column_names)


SALES_BY_MONTH = Table(
    Contract(
        "sales_by_month",
        Layer.MART,
        "One row per calendar month, in the shop's time zone, with a booking before `as_of`. The "
        "last month may not be over: `is_whole` says so, and its sums are no decline.",
        ("month_date",),
        (
            Column("month_date", "date", "First day of the month"),
            Column("order_count", "int64", "Sales booked", "orders"),
            Column("customer_count", "int64", "Named customers with a purchase", "customers"),
            Column("new_customer_count", "int64", "Of these, with their first sale", "customers"),
            Column("gross_amount", "decimal(18, 4)", "Merchandise sold", "currency"),
            Column("discount_amount", "decimal(18, 4)", "Discounts on merchandise", "currency"),
            Column(
                "refund_amount", "decimal(18, 4)", "Merchandise taken back in the month", "currency"
            ),
            Column("net_amount", "decimal(18, 4)", "Gross less discount less refund", "currency"),
            Column(
                "average_order_amount",
                "float64",
                "Gross less discount per sale; missing without a sale",
                "currency",
                True,
            ),
            Column("is_whole", "boolean", "Whether the month was over before `as_of`"),
        ),
        (at_least("order_count", 0),),
    ),
    build_sales_by_month,
)


def build_value_by_segment(customer_scores: ir.Table, customer_360: ir.Table) -> ir.Table:
    """Gives each RFM segment with its past revenue and its expected spending."""
    spent = customer_360.select("customer_id", "net_amount")
    joined = customer_scores.inner_join(spent, "customer_id")
    found = joined.group_by("rfm_segment").agg(
        as_of=joined.as_of.max(),
        customer_count=joined.count(),
        valued_count=joined.expected_amount.count(),
        net_amount=joined.net_amount.sum(),
        expected_amount=joined.expected_amount.sum(),
    )
    shown = found.mutate(
        average_expected_amount=found.expected_amount.cast("float64")
        / found.valued_count.nullif(0).cast("float64")
    )
    return shown.select(*VALUE_BY_SEGMENT.contract.column_names)


VALUE_BY_SEGMENT = Table(
    Contract(
        "value_by_segment",
        Layer.MART,
        "One row per RFM segment: how many customers, what they brought so far and what they are "
        "expected to spend.",
        ("rfm_segment",),
        (
            Column("rfm_segment", "string", "RFM segment, by fixed rules"),
            AS_OF,
            Column("customer_count", "int64", "Customers of the segment", "customers"),
            Column("valued_count", "int64", "Of these, with a lifetime value", "customers"),
            Column("net_amount", "decimal(18, 4)", "Net revenue so far", "currency"),
            Column(
                "expected_amount",
                "decimal(18, 4)",
                "What they are expected to spend together; missing without a model",
                "currency",
                True,
            ),
            Column(
                "average_expected_amount",
                "float64",
                "The same per valued customer; missing without a model",
                "currency",
                True,
            ),
        ),
        (at_least("customer_count", 1),),
    ),
    build_value_by_segment,
)
