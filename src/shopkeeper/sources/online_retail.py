"""Online Retail: the UCI data sets 352 and 502, a gift wholesaler's orders of 2009 to 2011."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shopkeeper.settings import SourceSettings
from shopkeeper.sources.conforming import LineRules, conform_lines
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.sources.understanding import understand
from shopkeeper.warehouse.bronze import LineType, RowKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.sources.reading.profiles import ColumnProfile

# Of each term, its name in set 502 and in set 352.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "order_id": ("Invoice", "InvoiceNo"),
    "product_id": ("StockCode", "StockCode"),
    "product_name": ("Description", "Description"),
    "quantity": ("Quantity", "Quantity"),
    "ordered_at": ("InvoiceDate", "InvoiceDate"),
    "unit_price": ("Price", "UnitPrice"),
    "customer_id": ("Customer ID", "CustomerID"),
    "country": ("Country", "Country"),
}


class OnlineRetail:
    """Order lines as UCI publishes them: two layouts, cancellations numbered `C…`."""

    kind = "online_retail"
    meaning = "UCI 352 and 502 (Online Retail, Online Retail II): CSV, Excel or the published zip"
    row_kind = RowKind.LINES
    line_types: Mapping[LineType, Sequence[str]] = {
        LineType.SHIPPING: ("POST", "DOT", "C2"),
        LineType.DISCOUNT: ("D",),
        LineType.FEE: ("BANK CHARGES", "AMAZONFEE", "CRUK"),
        LineType.GIFT_CARD: ("GIFT_0001*",),
        LineType.ADJUSTMENT: ("M", "B", "ADJUST", "ADJUST2"),
        LineType.SAMPLE: ("S",),
        LineType.TEST: ("TEST001", "TEST002"),
        LineType.OTHER: ("PADS", "DCGS*"),
    }

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes a header that names the columns of either set, whatever else it names."""
        names = set(header)
        return any({both[place] for both in COLUMNS.values()} <= names for place in (0, 1))

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Takes the published names; dates and numbers are recognised from the values."""
        names = {profile.name for profile in profiles}
        known = {
            term: next((name for name in both if name in names), both[0])
            for term, both in COLUMNS.items()
        }
        columns = {**known, **settings.columns}
        return understand(profiles, settings.model_copy(update={"columns": columns}))

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms."""
        rules = LineRules(cancellation_prefixes=("C",), folds_product_case=True)
        return conform_lines(raw, reading, terms, rules)


ONLINE_RETAIL = OnlineRetail()
