"""Quarantine: rows that break a rule, each with its reason, kept apart and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import RAW_TEXTS, SOURCE_LINES, Reason
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
        RAW_TEXTS.column("raw_text"),
    ),
    checks=(one_of("reason", tuple(Reason)),),
)


def build(source_lines: ir.Table, repeated_extracts: ir.Table, raw_texts: ir.Table) -> ir.Table:
    """Gives the rows that cannot be read, and the surplus copies of repeated extracts."""
    keys = list(CONTRACT.grain)
    unreadable = source_lines.filter(source_lines.reason.notnull())
    copies = source_lines.semi_join(repeated_extracts, keys)
    copies = copies.mutate(reason=ibis.literal(str(Reason.REPEATED_EXTRACT)))
    columns = [*keys, "reason", "amount"]
    apart = unreadable.select(columns).union(copies.select(columns))
    return apart.inner_join(raw_texts, keys)


QUARANTINE = Table(CONTRACT, build)
