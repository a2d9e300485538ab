"""Quarantine: rows that break a rule, each with its reason, kept apart and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import SOURCE_LINES, Reason
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="quarantine",
    layer=Layer.SILVER,
    meaning="One row per raw row that was not kept, with the reason and the row as text.",
    grain=("source", "batch_id", "row_number"),
    columns=(
        SOURCE_LINES.column("source"),
        SOURCE_LINES.column("batch_id"),
        SOURCE_LINES.column("row_number"),
        Column("reason", "string", "Why the row was not kept; see the glossary"),
        SOURCE_LINES.column("amount"),
        SOURCE_LINES.column("raw_text"),
    ),
    checks=(one_of("reason", tuple(Reason)),),
)


def build(order_lines: ir.Table) -> ir.Table:
    """Gives the rows that have a reason not to be kept."""
    return order_lines.filter(order_lines.reason.notnull())


QUARANTINE = Table(CONTRACT, build)
