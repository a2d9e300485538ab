"""Bronze payments and stores: raw rows of payment files and of store files in the shop's terms."""

from __future__ import annotations

from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.money import AMOUNT

_ROW = (
    Column("source", "string", "Name of the source in the settings"),
    Column("batch_id", "string", "File the row came from; see `batches`"),
    Column("row_number", "int64", "Place of the row in its file, from 1", unit="rows"),
    Column("loaded_at", "timestamp", "When the row was read, UTC"),
)

SOURCE_PAYMENTS = Contract(
    name="source_payments",
    layer=Layer.BRONZE,
    meaning="One row per raw row of the current payment files, in the shop's own terms; a row "
    "that cannot be read has a reason. Empty where a shop has no payment file.",
    grain=("source", "batch_id", "row_number"),
    columns=(
        *_ROW,
        Column("order_id", "string", "Order that was paid", nullable=True),
        Column(
            "payment_number", "int64", "Place of the payment in its order, from 1", nullable=True
        ),
        Column("payment_method", "string", "How it was paid", nullable=True),
        Column("installment_count", "int64", "Instalments; missing where not said", nullable=True),
        Column("payment_amount", AMOUNT, "Money paid", unit="currency", nullable=True),
        Column(
            "reason", "string", "Why the row goes to quarantine; missing if kept", nullable=True
        ),
    ),
)

SOURCE_STORES = Contract(
    name="source_stores",
    layer=Layer.BRONZE,
    meaning="One row per raw row of the current store files, in the shop's own terms. A view: it "
    "is built into the tables that read it. Empty where a shop has no store file.",
    grain=("source", "batch_id", "row_number"),
    columns=(
        *_ROW,
        Column("store_id", "string", "Store or seller as the shop names it", nullable=True),
        Column("name", "string", "Its name", nullable=True),
        Column("city", "string", "City", nullable=True),
        Column("state", "string", "State or region", nullable=True),
        Column("country", "string", "Country", nullable=True),
    ),
)
