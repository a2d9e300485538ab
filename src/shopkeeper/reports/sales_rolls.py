"""Sales rolls: the orders, customers, lines and products that counts of sales reports open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.periods import Period
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.time_zones import to_local

if TYPE_CHECKING:
    import ibis.expr.types as ir

ORDER = ("source", "order_id")
# Parts of the list price that discounts take off, as upper ends of bands.
DEPTHS = (0.05, 0.1, 0.2, 0.3, 0.5)


def sale_rows(
    orders: ir.Table, customer_orders: ir.Table, *, as_of: date, time_zone: str
) -> ir.Table:
    """Gives the sales before `as_of`, with all that reports of sales tell them apart by.

    Of a sale: `sold_amount` (merchandise less discounts, before refunds), `order_month` (its first
    day), `weekday` (0 is Monday), `hour` in the shop's time, `place` (its store, or the channel
    where no store is named), `discount_depth` (number of the band, 0 without a discount) and
    `is_first` (of its customer; missing for guests).
    """
    import ibis

    sales = orders.filter(orders.is_sale & (orders.order_date < ibis.date(as_of.isoformat())))
    firsts = customer_orders.filter(customer_orders.order_number == 1)
    firsts = firsts.select(*ORDER, first_number=firsts.order_number)
    joined = sales.left_join(firsts, list(ORDER))
    gross = joined.gross_amount.cast("float64")
    share = (gross > 0).ifelse(joined.discount_amount.cast("float64") / gross, 0.0)
    depth = (share > 0).ifelse(1, 0)
    for edge in DEPTHS:
        depth = depth + (share > edge).ifelse(1, 0)
    return joined.select(
        *(*ORDER, "customer_id", "is_guest", "order_date", "country", "channel"),
        *("payment_method", "quantity", "gross_amount", "discount_amount", "product_count"),
        place=place_of(joined),
        sold_amount=joined.gross_amount - joined.discount_amount,
        order_month=joined.order_date.truncate("M"),
        month_number=joined.order_date.month(),
        weekday=joined.order_date.day_of_week.index(),
        hour=to_local(joined.ordered_at, time_zone).hour(),
        has_discount=joined.discount_amount > 0,
        discount_depth=depth,
        is_first=joined.is_guest.ifelse(ibis.null("boolean"), joined.first_number.notnull()),
    )


def place_of(orders: ir.Table) -> ir.StringValue:
    """Gives where an order was placed: its store, or its channel where none is named."""
    import ibis

    if "store_id" not in orders.columns:
        return orders.channel
    found: ir.StringValue = ibis.coalesce(orders.store_id, orders.channel)
    return found


def store_sale_rows(
    orders: ir.Table,
    customer_orders: ir.Table,
    order_items: ir.Table,
    *,
    as_of: date,
    time_zone: str,
) -> ir.Table:
    """Gives the sales before `as_of`, one row per order and store that its lines name.

    An order of several sellers stands at each of them, with what its lines there brought. Lines
    that name no store stand at the order's `place`.
    """
    import ibis

    sales = sale_rows(orders, customer_orders, as_of=as_of, time_zone=time_zone)
    facts = sales.select(*ORDER, "customer_id", "order_date", "is_first", order_place=sales.place)
    lines = order_items.filter(is_goods(order_items)).inner_join(facts, list(ORDER))
    sold = ~lines.is_return & (lines.line_type == "merchandise")
    kept = lines.select(
        *(*ORDER, "is_first"),
        # Of the order: its lines may carry days of their own.
        customer_id=lines.customer_id_right,
        order_date=lines.order_date_right,
        place=ibis.coalesce(lines.store_id, lines.order_place),
        quantity=sold.ifelse(lines.quantity, 0),
        sold_amount=lines.gross_amount - lines.discount_amount,
    )
    of_order = (*ORDER, "customer_id", "order_date", "is_first", "place")
    return kept.group_by(*of_order).agg(
        quantity=kept.quantity.sum(), sold_amount=kept.sold_amount.sum()
    )


def store_buyer_rows(
    orders: ir.Table,
    customer_orders: ir.Table,
    order_items: ir.Table,
    *,
    as_of: date,
    time_zone: str,
) -> ir.Table:
    """Gives the sales by store before `as_of` that name a customer."""
    rows = store_sale_rows(orders, customer_orders, order_items, as_of=as_of, time_zone=time_zone)
    return rows.filter(rows.customer_id.notnull())


def buyer_rows(
    orders: ir.Table, customer_orders: ir.Table, *, as_of: date, time_zone: str
) -> ir.Table:
    """Gives the sales before `as_of` that name a customer."""
    rows = sale_rows(orders, customer_orders, as_of=as_of, time_zone=time_zone)
    return rows.filter(rows.customer_id.notnull())


def product_rows(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the lines before `as_of` that sell a product, outside cancellations."""
    import ibis

    sold = order_items.filter(
        (order_items.line_type == "merchandise")
        & ~order_items.is_return
        & ~order_items.is_cancellation
        & (order_items.order_date < ibis.date(as_of.isoformat()))
    )
    measures = ("quantity", "gross_amount", "discount_amount")
    of_line = ("line_number", "customer_id", "product_id", "order_date", "promotion")
    return sold.select(*ORDER, *of_line, *measures)


def product_buyer_rows(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the lines before `as_of` that sell a product to a named customer."""
    rows = product_rows(order_items, as_of=as_of)
    return rows.filter(rows.customer_id.notnull())


def basket_rows(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the lines before `as_of` that sell a product which has a name of its own."""
    rows = product_rows(order_items, as_of=as_of)
    return rows.filter(rows.product_id.notnull())


def pair_rows(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the orders before `as_of` that sold two products, once for each pair of them."""
    rows = basket_rows(order_items, as_of=as_of).select(*ORDER, "product_id").distinct()
    one = rows.select(*ORDER, first_product_id=rows.product_id)
    other = rows.select(*ORDER, second_product_id=rows.product_id)
    both = one.inner_join(other, list(ORDER))
    return both.filter(both.first_product_id < both.second_product_id)


def paid_rows(
    payments: ir.Table,
    orders: ir.Table,
    customer_orders: ir.Table,
    *,
    as_of: date,
    time_zone: str,
) -> ir.Table:
    """Gives the payments of the sales before `as_of`."""
    sales = sale_rows(orders, customer_orders, as_of=as_of, time_zone=time_zone)
    return payments.semi_join(sales, list(ORDER))


def returned_rows(refunds: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the lines before `as_of` that take merchandise back.

    `days_to_return` counts from the order that is taken back, and is missing without a link.
    """
    import ibis

    back = refunds.filter(refunds.refund_date < ibis.date(as_of.isoformat()))
    return back.select(
        *(*ORDER, "line_number", "customer_id", "product_id", "refund_date", "link"),
        *("quantity", "refund_amount"),
        refund_month=back.refund_date.truncate("M"),
        days_to_return=back.refund_date.delta(back.returned_order_date, unit="day"),
    )


SALES = Roll("sales", "Sales booked before `as_of`, guests included", ORDER, sale_rows)
BUYERS = Roll("buyers", "Named customers of these sales", ("customer_id",), buyer_rows)
STORE_SALES = Roll("store_sales", "Sales by the store of their lines", ORDER, store_sale_rows)
STORE_BUYERS = Roll(
    "store_buyers", "Named customers of a store", ("customer_id",), store_buyer_rows
)
PRODUCT_ORDERS = Roll("product_orders", "Orders that sold a product", ORDER, product_rows)
PRODUCT_LINES = Roll(
    "product_lines", "Lines that sold a product", (*ORDER, "line_number"), product_rows
)
PRODUCT_BUYERS = Roll(
    "product_buyers", "Named customers who bought a product", ("customer_id",), product_buyer_rows
)
PAID_ORDERS = Roll("paid_orders", "Sales that were paid in a way", ORDER, paid_rows)
BASKETS = Roll("baskets", "Orders that sold a product", ORDER, basket_rows)
PAYMENTS = Roll("payments", "Payments of sales", (*ORDER, "payment_number"), paid_rows)
PAIR_ORDERS = Roll("pair_orders", "Orders that sold two products together", ORDER, pair_rows)
RETURNS = Roll(
    "returns",
    "Lines that take merchandise back, by the day on which they were booked",
    (*ORDER, "line_number"),
    returned_rows,
)


def within(selection: Selection, period: Period) -> Selection:
    """Narrows a selection of sales to a period."""
    after = selection.where("order_date", period.start, ">=")
    return after.where("order_date", period.end, "<")
