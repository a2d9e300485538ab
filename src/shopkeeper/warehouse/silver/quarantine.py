"""Quarantine: rows that break a rule, each with its reason, kept apart and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import ITEM_PART, RAW_TEXTS, SOURCE_LINES, Reason, RowKind
from shopkeeper.warehouse.money import AMOUNT
from shopkeeper.warehouse.refresh import Changes, Refresh, Tables, either
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="quarantine",
    layer=Layer.SILVER,
    meaning="One row per raw row, or part of it, that was not kept, with the reason and the row as "
    "text.",
    grain=("source", "batch_id", "row_number", "part"),
    columns=(
        SOURCE_LINES.column("source"),
        SOURCE_LINES.column("batch_id"),
        SOURCE_LINES.column("row_number"),
        SOURCE_LINES.column("part"),
        Column("row_kind", "string", "What the row says: `lines`, `events` or `payments`"),
        Column("reason", "string", "Why the row was not kept; see the glossary"),
        SOURCE_LINES.column("amount"),
        RAW_TEXTS.column("raw_text"),
    ),
    checks=(one_of("reason", tuple(Reason)),),
)


def build(
    source_lines: ir.Table,
    source_events: ir.Table,
    source_payments: ir.Table,
    repeated_extracts: ir.Table,
    raw_texts: ir.Table,
) -> ir.Table:
    """Gives the rows that cannot be read, and the surplus copies of repeated extracts."""
    item = ibis.literal(ITEM_PART)
    events = source_events.mutate(part=item, amount=ibis.null(AMOUNT))
    payments = source_payments.mutate(part=item, amount=source_payments.payment_amount)
    apart = ibis.union(
        _apart(source_lines, repeated_extracts, RowKind.LINES),
        _apart(events, repeated_extracts, RowKind.EVENTS),
        _apart(payments, repeated_extracts, RowKind.PAYMENTS),
    )
    return apart.inner_join(raw_texts, list(RAW_TEXTS.grain))


def _apart(rows: ir.Table, repeated_extracts: ir.Table, kind: RowKind) -> ir.Table:
    """Gives the rows of one kind that are not kept."""
    keys = list(CONTRACT.grain)
    unreadable = rows.filter(rows.reason.notnull())
    copies = rows.semi_join(repeated_extracts, keys)
    copies = copies.mutate(reason=ibis.literal(str(Reason.REPEATED_EXTRACT)))
    columns = [*keys, "reason", "amount"]
    both = unreadable.select(columns).union(copies.select(columns))
    return both.mutate(row_kind=ibis.literal(str(kind)))


def _changed_rows(changes: Changes) -> ir.Table:
    """Gives the rows that came or went, or that are copies no longer or only now."""
    keys = CONTRACT.grain
    return either(
        [*changes.named("source_lines", *keys), *changes.named("repeated_extracts", *keys)]
    )


def _rows_apart(now: Tables, rows: ir.Table) -> Tables:
    """Gives the rows asked for, and the text of those alone that may be kept apart."""
    keys, names = list(CONTRACT.grain), list(RAW_TEXTS.grain)
    lines = now["source_lines"].semi_join(rows, keys)
    broken = lines.filter(lines.reason.notnull()).select(*names)
    copies = now["repeated_extracts"].semi_join(rows, keys)
    apart = broken.union(copies.select(*names))
    texts = now["raw_texts"].semi_join(apart, names)
    return {**now, "source_lines": lines, "repeated_extracts": copies, "raw_texts": texts}


QUARANTINE = Table(
    CONTRACT,
    build,
    refresh=Refresh(
        keys=CONTRACT.grain,
        follows=("source_lines", "repeated_extracts"),
        groups=_changed_rows,
        context=_rows_apart,
        beside=("raw_texts",),
    ),
)
