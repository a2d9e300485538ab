"""Can the numbers be trusted: reconciliation to the cent, quarantine, findings, checks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import SAMPLE_ROWS, shorten
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.quality_findings import Finding, apart, findings_of
from shopkeeper.reports.quality_rolls import APART_ROWS, KEPT_LINES
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse.bronze import REASON_MEANINGS, Reason, RowKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from shopkeeper.contracts.contract import Contract

EXAMPLE_CHARACTERS = 160
# Steps of what was put aside → what the rows say.
QUARANTINED = {
    "quarantined": RowKind.LINES,
    "quarantined_events": RowKind.EVENTS,
    "quarantined_payments": RowKind.PAYMENTS,
}


@dataclass(frozen=True, slots=True)
class ReconciliationRow:
    """One line of the reconciliation; `difference` must be zero where it is given.

    Files have rows and no amount.
    """

    step: str
    item: str
    row_count: int
    amount: Decimal | None
    expected_amount: Decimal | None
    difference: Decimal | None


@dataclass(frozen=True, slots=True)
class QuarantineReason:
    """Rows kept apart for one reason, with a few of them as text."""

    reason: str
    meaning: str
    row_count: int
    amount: Decimal | None
    examples: tuple[str, ...]
    rows: Selection | None = None


@dataclass(frozen=True, slots=True)
class TableState:
    """A published table: its version, rows, and the checks of its contract."""

    name: str
    layer: str
    meaning: str
    version: int
    row_count: int
    check_count: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What came in, what was kept, what was put aside and why, and what stands published."""

    is_reconciled: bool
    raw_row_count: int
    raw_amount: Decimal
    kept_row_count: int
    kept_amount: Decimal
    quarantined_row_count: int
    quarantined_amount: Decimal
    reconciliation: tuple[ReconciliationRow, ...]
    quarantine: tuple[QuarantineReason, ...]
    findings: tuple[Finding, ...]
    tables: tuple[TableState, ...]
    kept: Selection | None = None
    quarantined: Selection | None = None


def quality(
    reconciliation: ir.Table,
    quarantine: ir.Table,
    order_items: ir.Table,
    customers: ir.Table,
    *,
    tables: tuple[TableState, ...],
) -> Quality:
    """Gives the state of the data behind all numbers.

    Args:
        reconciliation: One row per step and item.
        quarantine: One row per raw row that was not kept.
        order_items: One row per kept line.
        customers: One row per customer.
        tables: What stands published.
    """
    steps = rows_of(reconciliation.order_by("step_number", "item"))
    rows = tuple(_row(step) for step in steps)
    raw = _sum(steps, "raw")
    kept = _sum(steps, "kept")
    apart = _sum(steps, "quarantined")
    return Quality(
        is_reconciled=all(_ties(step) for step in steps),
        raw_row_count=raw[0],
        raw_amount=raw[1],
        kept_row_count=kept[0],
        kept_amount=kept[1],
        quarantined_row_count=apart[0],
        quarantined_amount=apart[1],
        reconciliation=rows,
        quarantine=_reasons(steps, quarantine),
        findings=findings_of(steps, order_items, customers),
        tables=tables,
        kept=Selection(KEPT_LINES.name),
        quarantined=Selection(APART_ROWS.name).where("row_kind", str(RowKind.LINES)),
    )


def _row(step: dict[str, Any]) -> ReconciliationRow:
    expected, amount = step["expected_amount"], step["amount"]
    return ReconciliationRow(
        step=step["step"],
        item=step["item"],
        row_count=int(step["row_count"]),
        amount=amount,
        expected_amount=expected,
        difference=None if expected is None or amount is None else amount - expected,
    )


def _ties(step: dict[str, Any]) -> bool:
    in_rows = step["expected_count"] in (None, step["row_count"])
    in_money = step["expected_amount"] in (None, step["amount"])
    return in_rows and in_money


def _sum(steps: list[dict[str, Any]], name: str) -> tuple[int, Decimal]:
    found = [step for step in steps if step["step"] == name]
    return (
        sum(int(step["row_count"]) for step in found),
        sum((step["amount"] or Decimal(0) for step in found), Decimal(0)),
    )


def _reasons(steps: list[dict[str, Any]], quarantine: ir.Table) -> tuple[QuarantineReason, ...]:
    reasons = []
    for step in steps:
        if step["step"] not in QUARANTINED:
            continue
        row_kind = QUARANTINED[step["step"]]
        of_kind = quarantine.filter(quarantine.row_kind == str(row_kind))
        rows = of_kind.filter(of_kind.reason == step["item"])
        first = rows_of(
            rows.order_by("source", "batch_id", "row_number", "part").limit(SAMPLE_ROWS)
        )
        reasons.append(
            QuarantineReason(
                reason=step["item"],
                meaning=_meaning(Reason(step["item"]), row_kind),
                row_count=int(step["row_count"]),
                amount=None if step["unreadable_count"] == step["row_count"] else step["amount"],
                examples=tuple(
                    f"row {row['row_number']:,}: {shorten(row['raw_text'], EXAMPLE_CHARACTERS)}"
                    for row in first
                ),
                rows=apart(step["item"]).where("row_kind", str(row_kind)),
            )
        )
    return tuple(sorted(reasons, key=lambda reason: -reason.row_count))


def _meaning(reason: Reason, row_kind: RowKind) -> str:
    meaning = REASON_MEANINGS[reason]
    return meaning if row_kind is RowKind.LINES else f"{meaning} ({row_kind})"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One promise of a published table and what came of it.

    Attributes:
        table: Name of the table.
        layer: Where it stands in the flow of data.
        check: Short name of the promise.
        meaning: The promise in words.
        severity: What a broken one does: `fail` keeps the table back, `warn` is only told.
        row_count: Rows of the table.
        broken_count: Rows that break it; None where they were not counted.
    """

    table: str
    layer: str
    check: str
    meaning: str
    severity: str
    row_count: int
    broken_count: int | None


def check_lines(
    tables: tuple[TableState, ...], contracts: Mapping[str, Contract], broken: Mapping[str, Any]
) -> tuple[CheckLine, ...]:
    """Gives every promise of every published table.

    Args:
        tables: What stands published, in order.
        contracts: Contract of each table by name.
        broken: Table → check → rows that break it.
    """
    known = {table.name for table in tables}
    return tuple(
        CheckLine(
            table=table.name,
            layer=table.layer,
            check=check.name,
            meaning=check.meaning,
            severity=str(check.severity),
            row_count=table.row_count,
            # Tables that jobs write row by row are not counted afterwards.
            broken_count=broken[table.name].get(check.name, 0)
            if table.check_count and set(check.needs) <= known
            else None,
        )
        for table in tables
        if table.name in contracts
        for check in contracts[table.name].all_checks()
    )
