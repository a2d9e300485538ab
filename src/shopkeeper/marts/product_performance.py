"""Product performance: what each product brought, to whom, how lately, and what came back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, total
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# Thirteen weeks hold each weekday equally often; 52 weeks back they are the same season.
RECENT_DAYS = 91
YEAR_DAYS = 364

CONTRACT = Contract(
    name="product_performance",
    layer=Layer.MART,
    meaning="One row per product that was on a merchandise line before `as_of`. Looks at nothing "
    "from `as_of` on; name and category are the usual ones on record. A refund counts on the day "
    "on which it was booked.",
    grain=("product_id",),
    columns=(
        Column("product_id", "string", "Product as the shop names it"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("product_name", "string", "Most frequent description", nullable=True),
        Column("category", "string", "Most frequent category", nullable=True),
        Column("quantity", QUANTITY, "Pieces sold", unit="pieces"),
        Column("returned_quantity", QUANTITY, "Pieces taken back; positive", unit="pieces"),
        Column("gross_amount", AMOUNT, "Sold, before discount", unit="currency"),
        Column("discount_amount", AMOUNT, "Discounts on its lines", unit="currency"),
        Column("refund_amount", AMOUNT, "Taken back", unit="currency"),
        Column("net_amount", AMOUNT, "Gross less discount less refund", unit="currency"),
        Column("order_count", "int64", "Orders that sold it", unit="orders"),
        Column("customer_count", "int64", "Named customers who bought it", unit="customers"),
        Column("first_sold_date", "date", "First day of sale", nullable=True),
        Column("last_sold_date", "date", "Last day of sale", nullable=True),
        Column("recent_amount", AMOUNT, "Net in the 91 days before `as_of`", unit="currency"),
        Column("previous_amount", AMOUNT, "Net in the 91 days before these", unit="currency"),
        Column(
            "year_before_amount",
            AMOUNT,
            "Net in the same 91 days 52 weeks earlier",
            unit="currency",
        ),
    ),
    checks=(
        at_least("order_count", 0),
        at_least("customer_count", 0),
        holds(
            "net_adds_up",
            "net is gross less discount less refund",
            lambda table: (
                table.net_amount == table.gross_amount - table.discount_amount - table.refund_amount
            ),
        ),
    ),
)


def build(order_items: ir.Table, products: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the products with what they brought before `as_of`."""
    day = ibis.date(as_of.isoformat())
    items = order_items.filter(
        (order_items.line_type == str(LineType.MERCHANDISE))
        & order_items.product_id.notnull()
        & (order_items.order_date < day)
    )
    sold = ~items.is_return & ~items.is_cancellation
    # Two sources may use the same order number; together they name one order.
    order = items.source.concat("/").concat(items.order_id)
    nothing = ibis.literal(0).cast(QUANTITY)
    measured = items.group_by("product_id").agg(
        quantity=ibis.coalesce(items.quantity.sum(where=~items.is_return), nothing),
        returned_quantity=ibis.coalesce((-items.quantity).sum(where=items.is_return), nothing),
        gross_amount=total(items.gross_amount),
        discount_amount=total(items.discount_amount),
        refund_amount=total(items.refund_amount),
        net_amount=total(items.net_amount),
        order_count=order.nunique(where=sold),
        customer_count=items.customer_id.nunique(where=sold),
        first_sold_date=items.order_date.min(where=sold),
        last_sold_date=items.order_date.max(where=sold),
        recent_amount=_within(items, as_of, 0),
        previous_amount=_within(items, as_of, RECENT_DAYS),
        year_before_amount=_within(items, as_of, YEAR_DAYS),
    )
    known = products.select("product_id", "product_name", "category")
    named = measured.left_join(known, "product_id").drop("product_id_right")
    return named.mutate(as_of=day)


def _within(items: ir.Table, as_of: date, days_back: int) -> ir.DecimalScalar:
    """Gives the net amount of the 91 days that end `days_back` days before `as_of`."""
    end = as_of - timedelta(days=days_back)
    start = end - timedelta(days=RECENT_DAYS)
    is_in = (items.order_date >= ibis.date(start.isoformat())) & (
        items.order_date < ibis.date(end.isoformat())
    )
    return total(items.net_amount, is_in)


PRODUCT_PERFORMANCE = Table(CONTRACT, build)
