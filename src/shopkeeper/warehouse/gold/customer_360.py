"""Customer 360: everything known of a customer in one row, as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, total
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.silver.products import most_frequent
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

CONTRACT = Contract(
    name="customer_360",
    layer=Layer.GOLD,
    meaning="One row per customer the shop can name who was booked before `as_of`, also those "
    "who only returned something. Looks at nothing from `as_of` on.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("country", "string", "Country of the latest line that gives one", nullable=True),
        Column("email", "string", "Latest e-mail address given", nullable=True, personal=True),
        Column("first_order_date", "date", "Day of the first sale", nullable=True),
        Column("last_order_date", "date", "Day of the last sale", nullable=True),
        Column("order_count", "int64", "Sales", unit="orders"),
        Column("product_count", "int64", "Distinct products bought", unit="products"),
        Column("quantity", QUANTITY, "Pieces bought", unit="pieces"),
        Column("gross_amount", AMOUNT, "Merchandise bought, before discount", unit="currency"),
        Column("discount_amount", AMOUNT, "Discounts received", unit="currency"),
        Column("refund_amount", AMOUNT, "Merchandise taken back", unit="currency"),
        Column("net_amount", AMOUNT, "Gross less discount less refund", unit="currency"),
        Column(
            "average_order_amount",
            "float64",
            "Gross less discount per sale; missing without a sale",
            unit="currency",
            nullable=True,
        ),
        Column(
            "days_since_last_order", "int64", "Days from the last sale to `as_of`", "days", True
        ),
        Column("tenure_days", "int64", "Days from the first sale to `as_of`", "days", True),
        Column(
            "average_days_between_orders",
            "float64",
            "Days from first to last sale over the sales after the first; missing below two",
            unit="days",
            nullable=True,
        ),
        Column(
            "refund_share", "float64", "Refunds over gross; missing without a sale", "0-1", True
        ),
        Column("favourite_product_id", "string", "Product on most lines", nullable=True),
        Column("is_repeat", "boolean", "Whether there are two sales or more"),
    ),
    checks=(
        at_least("order_count", 0),
        at_least("days_since_last_order", 0),
        holds(
            "net_adds_up",
            "net is gross less discount less refund",
            lambda table: (
                table.net_amount == table.gross_amount - table.discount_amount - table.refund_amount
            ),
        ),
    ),
)


def build(customers: ir.Table, order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the customers booked before `as_of`, with what was known then.

    Country and e-mail are the latest ones on record: attributes of the person, not measures.
    """
    items = order_items.filter(
        (order_items.order_date < ibis.date(as_of.isoformat())) & order_items.customer_id.notnull()
    )
    money = _money(items)
    sales = _sales(items)
    favourites = most_frequent(items.filter(_is_sold(items)), "customer_id", "product_id")
    joined = money.left_join(sales, "customer_id").drop("customer_id_right")
    joined = joined.left_join(favourites, "customer_id").drop("customer_id_right")
    known = customers.select("customer_id", "country", "email")
    joined = joined.left_join(known, "customer_id").drop("customer_id_right")
    return _measures(joined, as_of)


def _money(items: ir.Table) -> ir.Table:
    goods, sold = is_goods(items), _is_sold(items)
    return items.group_by("customer_id").agg(
        product_count=items.product_id.nunique(where=sold),
        quantity=ibis.coalesce(items.quantity.sum(where=sold), ibis.literal(0).cast(QUANTITY)),
        gross_amount=total(items.gross_amount, goods),
        discount_amount=total(items.discount_amount, goods),
        refund_amount=total(items.refund_amount, goods),
        net_amount=total(items.net_amount, goods),
    )


def _is_sold(items: ir.Table) -> ir.BooleanValue:
    """Says which lines sell a product; a discount written as a line sells none."""
    return (items.line_type == str(LineType.MERCHANDISE)) & ~items.is_return


def _sales(items: ir.Table) -> ir.Table:
    """Gives each customer's sales, told from the lines that were booked before the date."""
    goods = is_goods(items)
    orders = items.group_by("customer_id", "source", "order_id").agg(
        order_date=items.order_date.min(),
        sold_lines=_is_sold(items).ifelse(1, 0).sum(),
        cancelling_lines=items.is_cancellation.ifelse(1, 0).sum(),
        sold_amount=total(items.gross_amount - items.discount_amount, goods),
    )
    sales = orders.filter((orders.sold_lines > 0) & (orders.cancelling_lines == 0))
    return sales.group_by("customer_id").agg(
        order_count=sales.count(),
        first_order_date=sales.order_date.min(),
        last_order_date=sales.order_date.max(),
        sold_amount=total(sales.sold_amount),
    )


def _measures(joined: ir.Table, as_of: date) -> ir.Table:
    day = ibis.date(as_of.isoformat())
    order_count = ibis.coalesce(joined.order_count, 0)
    # ibis dates: the span is written as minus the reverse, the only way all engines accept.
    days_since_last_order = -joined.last_order_date.delta(day, unit="day")
    tenure_days = -joined.first_order_date.delta(day, unit="day")
    span = joined.last_order_date.delta(joined.first_order_date, unit="day")
    gaps = (order_count > 1).ifelse(order_count - 1, ibis.null("int64"))
    gross = joined.gross_amount.cast("float64")
    return joined.mutate(
        as_of=day,
        order_count=order_count,
        average_order_amount=joined.sold_amount.cast("float64") / joined.order_count,
        days_since_last_order=days_since_last_order,
        tenure_days=tenure_days,
        average_days_between_orders=span.cast("float64") / gaps,
        refund_share=joined.refund_amount.cast("float64")
        / (gross > 0).ifelse(gross, ibis.null("float64")),
        favourite_product_id=joined.product_id,
        is_repeat=order_count > 1,
    )


CUSTOMER_360 = Table(CONTRACT, build)
