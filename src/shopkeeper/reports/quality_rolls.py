"""Quality rolls: the lines, raw rows and customers that counts of the quality report open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Roll

if TYPE_CHECKING:
    import ibis.expr.types as ir

MERCHANDISE = "merchandise"


def kept_rows(order_items: ir.Table) -> ir.Table:
    """Gives the kept lines with what is odd about them."""
    items = order_items
    goods = items.line_type == MERCHANDISE
    return items.select(
        "source",
        "order_id",
        "line_number",
        "line_type",
        "quantity",
        "unit_price_amount",
        "net_amount",
        is_merchandise=goods,
        is_guest=goods & items.customer_id.isnull(),
        is_free=goods & ~items.is_return & (items.unit_price_amount == 0),
        is_negative=items.unit_price_amount < 0,
        is_unnamed=goods & items.product_id.notnull() & items.product_name.isnull(),
        has_pieces=(items.quantity > 1) & (items.unit_price_amount > 0),
    )


def apart_rows(quarantine: ir.Table) -> ir.Table:
    """Gives the rows that were put aside."""
    return quarantine


def residents(customers: ir.Table) -> ir.Table:
    """Gives the customers with the countries they appear under."""
    return customers.select("customer_id", "country_count")


KEPT_LINES = Roll(
    "kept_lines",
    "Kept order lines, by what is odd about them",
    ("source", "order_id", "line_number"),
    kept_rows,
)
APART_ROWS = Roll(
    "quarantine",
    "Raw rows that were put aside, by the reason",
    ("source", "batch_id", "row_number", "part"),
    apart_rows,
)
RESIDENTS = Roll(
    "residents", "Customers, by how many countries they appear under", ("customer_id",), residents
)
