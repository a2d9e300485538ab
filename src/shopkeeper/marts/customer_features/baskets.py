"""Baskets: how many orders, pieces, products and categories, and what an order is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.contracts.contract import Column
from shopkeeper.marts.customer_features.buying import WINDOWS
from shopkeeper.marts.customer_features.cutoffs import SEEN, last_of, until_next
from shopkeeper.marts.customer_features.order_days import is_sold
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, amount, total

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Things that are counted, with the column of the lines that names them.
THINGS = {"product": "product_id", "category": "category"}


def _windows() -> tuple[Column, ...]:
    found = []
    for days in WINDOWS:
        span = f"in the last {days} days before `as_of`"
        found += [
            Column(f"last_{days}_days_order_count", "int64", f"Orders begun {span}", "orders"),
            Column(f"last_{days}_days_quantity", QUANTITY, f"Pieces bought {span}", "pieces"),
            Column(
                f"last_{days}_days_product_count",
                "int64",
                f"Distinct products bought {span}",
                "products",
            ),
            Column(
                f"last_{days}_days_category_count",
                "int64",
                f"Distinct categories bought {span}; missing for who never bought a product "
                "whose category is known",
                "categories",
                nullable=True,
            ),
        ]
    return tuple(found)


COLUMNS = (
    Column("order_count", "int64", "Orders so far that sold merchandise", unit="orders"),
    Column("quantity", QUANTITY, "Pieces bought so far", unit="pieces"),
    Column("product_count", "int64", "Distinct products bought so far", unit="products"),
    Column(
        "category_count",
        "int64",
        "Distinct categories bought so far; missing for who never bought a product whose "
        "category is known",
        unit="categories",
        nullable=True,
    ),
    *_windows(),
    Column("average_order_amount", "float64", "Mean of the orders, less discounts", "currency"),
    Column("median_order_amount", AMOUNT, "Median of the orders, less discounts", "currency"),
    Column("largest_order_amount", AMOUNT, "Largest order, less discounts", "currency"),
    Column(
        "discount_share",
        "float64",
        "Discounts as a part of all merchandise at its full price; missing where that is 0",
        unit="0-1",
        nullable=True,
    ),
)


def thing_days(order_items: ir.Table, thing: str) -> ir.Table:
    """Gives the days on which each customer bought each product or category, up to the next.

    Args:
        order_items: The table.
        thing: One of `THINGS`.
    """
    return until_next(*_bought(order_items, thing))


def last_thing_days(order_items: ir.Table, thing: str) -> ir.Table:
    """Gives only the last of these days: all that one cut-off after all rows needs."""
    return last_of(*_bought(order_items, thing))


def _bought(order_items: ir.Table, thing: str) -> tuple[ir.Table, str, str]:
    column = THINGS[thing]
    named = is_sold(order_items) & order_items.customer_id.notnull()
    return order_items.filter(named & order_items[column].notnull()), "customer_id", column


def orders_at(seen: ir.Table) -> ir.Table:
    """Gives the orders as they are seen from each cut-off, one row for each.

    What belongs to a sale (its day, its amounts, its place) is missing on orders that sell
    nothing: credit notes and cancellations.

    Args:
        seen: Rows of `order_days` as `seen_from` gives them.
    """
    at_start = seen.is_start
    orders = seen.group_by(*SEEN, "source", "order_id").agg(
        order_date=seen.order_date.min(where=at_start),
        days_ago=seen.days_ago.max(where=at_start),
        order_number=seen.order_number.max(),
        gap_days=seen.gap_days.max(),
        hour=seen.hour.max(),
        channel=seen.channel.min(where=at_start),
        quantity=seen.quantity.sum(),
        gross=total(seen.gross_amount),
        discount=total(seen.discount_amount),
        refund_line_count=seen.refund_line_count.sum(),
        cancelling_line_count=seen.cancelling_line_count.sum(),
    )
    is_sale, missing = orders.order_date.notnull(), ibis.null(AMOUNT)
    return orders.mutate(
        gross_amount=is_sale.ifelse(orders.gross, missing),
        discount_amount=is_sale.ifelse(orders.discount, missing),
        order_amount=is_sale.ifelse(orders.gross - orders.discount, missing),
    )


def measures(orders: ir.Table) -> dict[str, ir.Value]:
    """Gives numbers and worth of the orders of a customer, as aggregates of `orders_at`."""
    found: dict[str, ir.Value] = {
        "order_count": orders.order_number.count(),
        "bought_amount": total(orders.order_amount),
        "full_amount": total(orders.gross_amount),
        "taken_off_amount": total(orders.discount_amount),
        "largest_order_amount": orders.order_amount.max(),
    }
    for days in WINDOWS:
        within = cast("ir.BooleanValue", orders.days_ago <= days)
        found[f"last_{days}_days_order_count"] = within.ifelse(1, 0).sum()
    return found


def shares(found: ir.Table) -> dict[str, ir.Value]:
    """Gives what follows from `measures`."""
    full, bought = (found[name].cast("float64") for name in ("full_amount", "bought_amount"))
    return {
        "average_order_amount": bought / above_nothing(found.order_count.cast("float64")),
        "discount_share": found.taken_off_amount.cast("float64") / above_nothing(full),
    }


def above_nothing(amount: ir.Value) -> Any:
    """Gives an amount to divide by: missing where it is not above 0."""
    return (cast("ir.FloatingColumn", amount) > 0).ifelse(amount, ibis.null("float64"))


def medians_at(orders: ir.Table) -> ir.Table:
    """Gives the median order seen from each cut-off: the middle one, or halfway between two.

    Args:
        orders: As `orders_at` gives them.
    """
    sales = orders.filter(orders.order_amount.notnull())
    by_amount = ibis.window(group_by=list(SEEN), order_by=["order_amount", "source", "order_id"])
    placed = sales.select(
        *SEEN,
        "order_amount",
        place=ibis.row_number().over(by_amount) + 1,
        all_orders=sales.count().over(ibis.window(group_by=list(SEEN))),
    )
    # Of n orders, those at n/2, n/2 + 1/2 and n/2 + 1 are in the middle, as far as they are whole.
    doubled = placed.place * 2
    middle = placed.filter((doubled >= placed.all_orders) & (doubled <= placed.all_orders + 2))
    ends = middle.group_by(*SEEN).agg(
        lower_amount=middle.order_amount.min(), upper_amount=middle.order_amount.max()
    )
    half = ibis.literal("0.5").cast("decimal(2, 1)")
    median = amount(ends.lower_amount + ends.upper_amount, half)
    return ends.select(*SEEN, median_order_amount=median)


def pieces(seen: ir.Table) -> dict[str, ir.Value]:
    """Gives the pieces bought by a customer, as aggregates of `order_days`."""
    found: dict[str, Any] = {"quantity": seen.quantity.sum()}
    for days in WINDOWS:
        within = seen.quantity.sum(where=seen.days_ago <= days)
        found[f"last_{days}_days_quantity"] = ibis.coalesce(within, ibis.literal(0).cast(QUANTITY))
    return found


def things_at(seen: ir.Table, thing: str) -> ir.Table:
    """Gives how many distinct products or categories were bought, seen from each cut-off.

    Args:
        seen: Rows of `thing_days` as `seen_from` gives them: of each thing the last day before
            the cut-off.
        thing: One of `THINGS`.
    """
    found: dict[str, Any] = {f"{thing}_count": seen.count()}
    for days in WINDOWS:
        within = cast("ir.BooleanValue", seen.days_ago <= days)
        found[f"last_{days}_days_{thing}_count"] = within.ifelse(1, 0).sum()
    return seen.group_by(*SEEN).agg(**found)
