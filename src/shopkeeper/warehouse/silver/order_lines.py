"""Order lines: all rows of all sources, with repeated extracts marked; the fork to quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Contract, Layer
from shopkeeper.warehouse.bronze import LINE_COLUMNS
from shopkeeper.warehouse.overlap import mark_repeated_extracts
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="order_lines",
    layer=Layer.SILVER,
    meaning="One row per raw row of the current files, each either kept (no reason) or on its "
    "way to quarantine. A view: it is built into the tables that read it.",
    grain=("source", "batch_id", "row_number"),
    columns=LINE_COLUMNS,
)


def build(source_lines: ir.Table) -> ir.Table:
    """Gives the same rows, with a reason on each surplus copy of a row."""
    return mark_repeated_extracts(source_lines)


ORDER_LINES = Table(CONTRACT, build, is_stored=False)
