"""Payments: how each order was paid, one row per payment; an order may have several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze_payments import SOURCE_PAYMENTS
from shopkeeper.warehouse.money import AMOUNT
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="payments",
    layer=Layer.SILVER,
    meaning="One row per kept payment of a payment file. Empty where a shop has no such file; "
    "then `orders.payment_method` may still say how an order was paid.",
    grain=("source", "order_id", "payment_number"),
    columns=(
        SOURCE_PAYMENTS.column("source"),
        Column("order_id", "string", "Order that was paid"),
        Column(
            "payment_number",
            "int64",
            "Place of the payment in its order as the source says it, else its row in the file",
        ),
        SOURCE_PAYMENTS.column("payment_method"),
        SOURCE_PAYMENTS.column("installment_count"),
        Column("payment_amount", AMOUNT, "Money paid", unit="currency"),
    ),
)


def build(source_payments: ir.Table, repeated_extracts: ir.Table) -> ir.Table:
    """Gives the kept payments."""
    readable = source_payments.filter(source_payments.reason.isnull())
    kept = readable.anti_join(repeated_extracts, ["source", "batch_id", "row_number"])
    return kept.mutate(payment_number=ibis.coalesce(kept.payment_number, kept.row_number))


PAYMENTS = Table(CONTRACT, build)
