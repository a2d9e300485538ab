"""Files: any CSV, Parquet or Excel file of order lines; columns are guessed and correctable."""

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


class Files:
    """Order lines in files of the user's own, one row a line."""

    kind = "files"
    meaning = "Any CSV, TSV, Parquet or Excel file with one row per order line"
    row_kind = RowKind.LINES
    # Codes that shops commonly use for lines that are no merchandise.
    line_types: Mapping[LineType, Sequence[str]] = {
        LineType.SHIPPING: ("SHIPPING*", "POSTAGE*", "DELIVERY*", "FREIGHT*", "VERSAND*"),
        LineType.DISCOUNT: ("DISCOUNT*", "COUPON*", "VOUCHER*", "RABATT*"),
        LineType.GIFT_CARD: ("GIFT-CARD*", "GIFT_CARD*", "GIFTCARD*"),
        LineType.FEE: ("FEE", "FEE-*", "FEE_*"),
    }

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes any header: this is the source for what no other source knows."""
        return bool(header)

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Guesses what each column is, corrected by the settings."""
        return understand(profiles, settings)

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms."""
        return conform_lines(raw, reading, terms)


FILES = Files()
