"""Order export: files of shop systems with a row per item and the order's own facts beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.errors import FormatError
from shopkeeper.sources.line_parts import Part, goods
from shopkeeper.sources.linked_source import Role, read_rows
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.sources.understanding import understand_columns
from shopkeeper.warehouse.bronze import ITEM_PART, LineType, RowKind
from shopkeeper.warehouse.money import AMOUNT
from shopkeeper.warehouse.stages import settled

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.settings import SourceSettings
    from shopkeeper.sources.reading.profiles import ColumnProfile

ORDER = ["batch_id", "order_id"]


@dataclass(frozen=True)
class Layout:
    """The columns of an export.

    Attributes:
        needed: Term → column, without which a file is none of this kind.
        others: Term → column that may be left out.
        kinds: Terms that are no names → what their values are.
    """

    needed: Mapping[str, str]
    others: Mapping[str, str]
    kinds: Mapping[str, TermKind]

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Finds out how the columns are written, with those that the user names otherwise."""
        names = {profile.name for profile in profiles}
        known = {**self.needed, **self.others, **settings.columns}
        columns = {term: name for term, name in known.items() if name in names}
        missing = [name for term, name in self.needed.items() if term not in columns]
        if missing:
            raise FormatError(
                f"There is no column `{missing[0]}`, which an export of this kind has.",
                "export the orders again with all columns",
            )
        kinds = {term: self.kinds.get(term, TermKind.NAME) for term in columns}
        return understand_columns(profiles, columns, settings.format, kinds)

    def read(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Gives raw rows with each term read as what it is; those without a column are missing."""
        role = Role("", RowKind.LINES, {**self.needed, **self.others}, self.kinds)
        return read_rows(role, raw, reading, terms)


def with_order_facts(
    rows: ir.Table, facts: Sequence[str], sums: Mapping[str, ir.Value]
) -> ir.Table:
    """Gives each row the facts of its order, and says which row of an order comes first.

    Args:
        rows: Rows of an export; the facts of an order may stand on its first row only.
        facts: Columns of the order; of values that disagree the greatest counts.
        sums: Name → what is added up over the rows of an order.
    """
    known: dict[str, Any] = {name: rows[name].max() for name in facts}
    added: dict[str, Any] = {name: value.sum() for name, value in sums.items()}
    orders = rows.group_by(ORDER).agg(**known, **added, first_row=rows.row_number.min())
    # Not `drop`, whose order of columns differs from process to process.
    left = rows.select(*(name for name in rows.columns if name not in facts))
    # A row without an order belongs to no other.
    joined = left.left_join(orders, ORDER)
    names = [name for name in left.columns if name not in ORDER]
    found = joined.select(*ORDER, *names, *facts, *sums, "first_row")
    is_first = ibis.coalesce(found.row_number == found.first_row, False)
    return settled(found.mutate(is_first=is_first))


def or_zero(value: ir.Value) -> ir.DecimalValue:
    """Gives an amount, zero where it is missing."""
    return cast("ir.DecimalValue", ibis.coalesce(value, ibis.literal(0)).cast(AMOUNT))


def order_part(name: str, column: str, line: LineType, pieces: int = 1) -> Part:
    """Gives the line that stands for a sum of the whole order, on the order's first row.

    Args:
        name: Name of the part.
        column: The sum; rows in which it is missing or zero have no such line.
        line: What the line is.
        pieces: 1, or −1 where money goes back.
    """

    def values(rows: ir.Table) -> Mapping[str, ir.Value]:
        whole = rows[column].cast(AMOUNT)
        nothing = ibis.null("string")
        return {
            "quantity": ibis.literal(pieces),
            "unit_price_amount": whole,
            "line_amount": whole * pieces,
            "discount_amount": ibis.literal(0),
            "line_type": ibis.literal(str(line)),
            **dict.fromkeys(("product_id", "product_name", "category"), nothing),
            "ordered_at": rows.back_at if pieces < 0 else rows.ordered_at,
            "refund_of": rows.order_id if name == "refund" else nothing,
        }

    def where(rows: ir.Table) -> ir.BooleanValue:
        return rows.is_first & ibis.coalesce(rows[column] != 0, False)

    return Part(name, values, where)


ITEM = Part(ITEM_PART, lambda _: {"line_type": goods()})
