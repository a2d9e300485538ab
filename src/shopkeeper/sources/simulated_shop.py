"""Simulated shop: the order file that `simulation` writes, with its columns as they are."""

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

COLUMNS: Mapping[str, str] = {
    "order_id": "order_id",
    "ordered_at": "ordered_at",
    "customer_id": "customer_id",
    "email": "email",
    "country": "country",
    "channel": "channel",
    "product_id": "product_id",
    "product_name": "product_name",
    "category": "category",
    "quantity": "quantity",
    "unit_price": "unit_price",
    "discount_amount": "discount",
    "promotion": "promotion",
    "payment_method": "payment_method",
    "refund_of": "refund_of",
}


class SimulatedShop:
    """Order lines of a made-up shop; refunds name the order they take back from."""

    kind = "simulation"
    meaning = "The orders of a shop made up by `shopkeeper demo`, with its truth beside them"
    row_kind = RowKind.LINES
    line_types: Mapping[LineType, Sequence[str]] = {
        LineType.SHIPPING: ("SHIPPING",),
        LineType.GIFT_CARD: ("GIFT-CARD",),
    }

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes a header that names all the columns a simulation writes."""
        return set(COLUMNS.values()) <= set(header)

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Takes the known names."""
        columns = {**COLUMNS, **settings.columns}
        return understand(profiles, settings.model_copy(update={"columns": columns}))

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms."""
        return conform_lines(raw, reading, terms)


SIMULATED_SHOP = SimulatedShop()
