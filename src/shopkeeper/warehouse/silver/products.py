"""Products: every code that was ever on a line, with its usual name and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import AMOUNT
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="products",
    layer=Layer.SILVER,
    meaning="One row per product code on any kept line; `line_type` tells goods from the rest.",
    grain=("product_id",),
    columns=(
        Column("product_id", "string", "Product as the shop names it"),
        Column(
            "product_name",
            "string",
            "Most frequent description; missing where no line has one",
            nullable=True,
        ),
        Column("name_count", "int64", "Distinct descriptions"),
        Column("category", "string", "Most frequent category", nullable=True),
        Column("line_type", "string", "What most of its lines are"),
        Column("first_sold_at", "timestamp", "First sale, UTC", nullable=True),
        Column("last_sold_at", "timestamp", "Last sale, UTC", nullable=True),
        Column("sale_count", "int64", "Lines that sold it", unit="rows"),
        Column("lowest_price_amount", AMOUNT, "Lowest price above zero", "currency", nullable=True),
        Column("highest_price_amount", AMOUNT, "Highest price", "currency", nullable=True),
    ),
    checks=(one_of("line_type", tuple(LineType)), at_least("sale_count", 0)),
)


def build(order_items: ir.Table) -> ir.Table:
    """Gives the products that the lines name."""
    named = order_items.filter(order_items.product_id.notnull())
    sold = ~named.is_return
    products = named.group_by("product_id").agg(
        name_count=named.product_name.nunique(),
        first_sold_at=named.ordered_at.min(where=sold),
        last_sold_at=named.ordered_at.max(where=sold),
        sale_count=sold.ifelse(1, 0).sum(),
        lowest_price_amount=named.unit_price_amount.min(where=named.unit_price_amount > 0),
        highest_price_amount=named.unit_price_amount.max(where=named.unit_price_amount > 0),
    )
    for column in ("product_name", "category", "line_type"):
        usual = most_frequent(named, "product_id", column)
        products = products.left_join(usual, "product_id").drop("product_id_right")
    return products


def most_frequent(rows: ir.Table, key: str, column: str) -> ir.Table:
    """Gives the most frequent value of `column` for each `key`; of equals the smaller."""
    present = rows.filter(rows[column].notnull())
    counted = present.group_by(key, column).agg(row_count=present.count())
    first = ibis.window(
        group_by=key, order_by=[ibis.desc(counted.row_count), ibis.asc(counted[column])]
    )
    ranked = counted.mutate(place=ibis.row_number().over(first))
    return ranked.filter(ranked.place == 0).select(key, column)


PRODUCTS = Table(CONTRACT, build)
