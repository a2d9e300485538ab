"""Stores: branches or sellers, from files about them and from the lines they sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze_payments import SOURCE_STORES
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

FACTS = ("name", "city", "state", "country")

CONTRACT = Contract(
    name="stores",
    layer=Layer.SILVER,
    meaning="One row per store or seller that a store file names or that a line was sold by. "
    "Empty where a shop has neither.",
    grain=("store_id",),
    columns=(
        Column("store_id", "string", "Store or seller as the shop names it"),
        *(SOURCE_STORES.column(name) for name in FACTS),
    ),
)


def build(source_stores: ir.Table, order_items: ir.Table) -> ir.Table:
    """Gives the stores; of facts that disagree, the first by name."""
    named = source_stores.filter(source_stores.store_id.notnull())
    sold = order_items.filter(order_items.store_id.notnull()).select("store_id").distinct()
    unknown: dict[str, Any] = {name: ibis.null("string") for name in FACTS}
    both = named.select("store_id", *FACTS).union(sold.mutate(**unknown))
    facts: dict[str, Any] = {name: both[name].min() for name in FACTS}
    stores = both.group_by("store_id").agg(**facts)
    return stores.mutate(name=ibis.coalesce(stores.name, stores.store_id))


STORES = Table(CONTRACT, build)
