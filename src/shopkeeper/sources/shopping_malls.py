"""Shopping malls: invoices of ten malls of Istanbul; the price is the amount of the whole line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shopkeeper.settings import SourceSettings
from shopkeeper.sources.conforming import conform_lines
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.sources.understanding import understand
from shopkeeper.warehouse.bronze import LineType, RowKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.sources.reading.profiles import ColumnProfile

# `price` is quantity × a unit price that is fixed for each category. There is no product, and no
# discount.
COLUMNS: Mapping[str, str] = {
    "order_id": "invoice_no",
    "customer_id": "customer_id",
    "category": "category",
    "quantity": "quantity",
    "line_amount": "price",
    "payment_method": "payment_method",
    "ordered_at": "invoice_date",
    "store_name": "shopping_mall",
}


class ShoppingMalls:
    """One line per invoice and one invoice per customer, so that nobody is seen to come back."""

    kind = "shopping_malls"
    meaning = "Customer Shopping, Istanbul: one CSV of invoices in ten malls"
    row_kind = RowKind.LINES
    line_types: Mapping[LineType, Sequence[str]] = {}

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes a header that names all the published columns."""
        return {*COLUMNS.values(), "gender", "age"} <= set(header)

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Takes the published names; dates and numbers are recognised from the values."""
        columns = {**COLUMNS, **settings.columns}
        return understand(profiles, settings.model_copy(update={"columns": columns}))

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms."""
        return conform_lines(raw, reading, terms)


SHOPPING_MALLS = ShoppingMalls()
