"""Merchandise sold: pieces and money of each product in each day or week, as known that evening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, nothing
from shopkeeper.warehouse.periods import Period, number_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Id of the series that holds the whole shop, and category of what has none.
WHOLE_SHOP = "all"
NO_CATEGORY = "(no category)"


def sold_by_product(
    order_items: ir.Table,
    refunds: ir.Table,
    products: ir.Table,
    day: ir.DateScalar,
    period: Period,
) -> ir.Table:
    """Gives one row per product and period with a sale before a day, with its category.

    What was taken back on the day of its order was known by that evening, and is no demand; what
    came back later was not known then, so it is left in.
    """
    sales = _sales(order_items, day)
    bought = sales.select(
        "product_id", "order_date", "quantity", paid=sales.gross_amount - sales.discount_amount
    )
    refunds = refunds.filter(refunds.refund_date < day)
    same_day = refunds.filter(
        refunds.product_id.notnull() & (refunds.returned_order_date == refunds.refund_date)
    )
    back = same_day.select(
        "product_id",
        order_date=same_day.refund_date,
        quantity=-same_day.quantity,
        paid=-same_day.refund_amount,
    )
    both = bought.union(back.cast(dict(bought.schema().items())))
    periods = both.group_by("product_id", period_number=number_of(both.order_date, period)).agg(
        quantity=both.quantity.sum().cast(QUANTITY),
        sales_amount=both.paid.sum().cast(AMOUNT),
        first_date=both.order_date.min(),
    )
    none = ibis.literal(0).cast(QUANTITY)
    kept = periods.mutate(
        quantity=ibis.greatest(periods.quantity, none),
        sales_amount=ibis.greatest(periods.sales_amount, nothing()),
    )
    known = products.select("product_id", "category")
    named = kept.left_join(known, "product_id").drop("product_id_right")
    return named.mutate(category=ibis.coalesce(named.category, NO_CATEGORY))


def _sales(order_items: ir.Table, day: ir.DateScalar) -> ir.Table:
    return order_items.filter(
        (order_items.line_type == str(LineType.MERCHANDISE))
        & order_items.product_id.notnull()
        & ~order_items.is_return
        & ~order_items.is_cancellation
        # What nobody pays for is a sample or a correction of stock.
        & (order_items.gross_amount > 0)
        & (order_items.order_date < day)
    )
