"""Product pairs: how often two products were bought in the same order, as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# The products on most orders. An order can then hold at most this many of them, so the work
# grows with the number of lines, not with the square of the range.
MOST_PRODUCTS = 300
# Fewer common orders than this say nothing about a pair.
LEAST_ORDERS = 10

CONTRACT = Contract(
    name="product_pairs",
    layer=Layer.MART,
    meaning=f"One row per pair of products that were sold together in {LEAST_ORDERS} orders or "
    f"more before `as_of`, among the {MOST_PRODUCTS} products that are on most orders. Looks at "
    "nothing from `as_of` on; what was returned later still was bought together.",
    grain=("first_product_id", "second_product_id"),
    columns=(
        Column("first_product_id", "string", "The product whose code sorts first"),
        Column("second_product_id", "string", "The other product"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("pair_order_count", "int64", "Orders that sold both", unit="orders"),
        Column("first_order_count", "int64", "Orders that sold the first", unit="orders"),
        Column("second_order_count", "int64", "Orders that sold the second", unit="orders"),
        Column("order_count", "int64", "All orders that sold anything", unit="orders"),
    ),
    checks=(
        at_least("pair_order_count", LEAST_ORDERS),
        holds(
            "pair_within_its_parts",
            "a pair is on no more orders than either product",
            lambda table: (
                (table.pair_order_count <= table.first_order_count)
                & (table.pair_order_count <= table.second_order_count)
            ),
        ),
        holds(
            "parts_within_the_whole",
            "a product is on no more orders than there are",
            lambda table: (
                (table.first_order_count <= table.order_count)
                & (table.second_order_count <= table.order_count)
            ),
        ),
    ),
)


def build(order_items: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the pairs that were sold together before `as_of`."""
    day = ibis.date(as_of.isoformat())
    sold = sold_lines(order_items).filter(order_items.order_date < day)
    baskets = sold.select("source", "order_id", "product_id").distinct()
    whole = baskets.select("source", "order_id").distinct()
    order_count = whole.agg(order_count=whole.count())
    often = _most_bought(baskets)
    kept = baskets.inner_join(often, "product_id")
    kept = kept.filter(kept.place < MOST_PRODUCTS).drop("place")
    pairs = _pairs(kept)
    return pairs.cross_join(order_count).mutate(as_of=day)


def sold_lines(order_items: ir.Table) -> ir.Table:
    """Gives the lines that sell a product."""
    return order_items.filter(
        (order_items.line_type == str(LineType.MERCHANDISE))
        & ~order_items.is_return
        & ~order_items.is_cancellation
        & order_items.product_id.notnull()
    )


def _most_bought(baskets: ir.Table) -> ir.Table:
    """Gives each product's number of orders and its place among all; of equals the smaller id."""
    counted = baskets.group_by("product_id").agg(product_order_count=baskets.count())
    counted = counted.filter(counted.product_order_count >= LEAST_ORDERS)
    by_count = ibis.window(
        order_by=[ibis.desc(counted.product_order_count), ibis.asc(counted.product_id)]
    )
    return counted.mutate(place=ibis.row_number().over(by_count))


def _pairs(kept: ir.Table) -> ir.Table:
    one = kept.select(
        "source",
        "order_id",
        first_product_id=kept.product_id,
        first_order_count=kept.product_order_count,
    )
    other = kept.select(
        "source",
        "order_id",
        second_product_id=kept.product_id,
        second_order_count=kept.product_order_count,
    )
    both = one.inner_join(other, ["source", "order_id"])
    both = both.filter(both.first_product_id < both.second_product_id)
    grouped = both.group_by("first_product_id", "second_product_id").agg(
        first_order_count=both.first_order_count.min(),
        second_order_count=both.second_order_count.min(),
        pair_order_count=both.count(),
    )
    return grouped.filter(grouped.pair_order_count >= LEAST_ORDERS)


PRODUCT_PAIRS = Table(CONTRACT, build)
