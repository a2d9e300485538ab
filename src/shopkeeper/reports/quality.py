"""Can the numbers be trusted: reconciliation to the cent, quarantine, findings, checks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import SAMPLE_ROWS, shorten
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.quality_rolls import APART_ROWS, KEPT_LINES, RESIDENTS, kept_rows
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse.bronze import REASON_MEANINGS, Reason, RowKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from shopkeeper.contracts.contract import Contract

EXAMPLE_CHARACTERS = 160
# Fewer different prices than this prove nothing about what they are.
LEAST_PRICES = 10
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
class Finding:
    """Something in the data that a reader of the numbers should know."""

    severity: str
    title: str
    detail: str
    row_count: int
    amount: Decimal | None
    advice: str
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
        findings=_findings(steps, order_items, customers),
        tables=tables,
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
                rows=_apart(step["item"]).where("row_kind", str(row_kind)),
            )
        )
    return tuple(sorted(reasons, key=lambda reason: -reason.row_count))


def _meaning(reason: Reason, row_kind: RowKind) -> str:
    meaning = REASON_MEANINGS[reason]
    return meaning if row_kind is RowKind.LINES else f"{meaning} ({row_kind})"


def _findings(
    steps: list[dict[str, Any]], items: ir.Table, customers: ir.Table
) -> tuple[Finding, ...]:
    """Gives what a reader of the numbers should know about the data behind them."""
    lines = kept_rows(items)
    counted = rows_of(
        lines.agg(
            lines=lines.count(),
            guest_count=lines.is_guest.ifelse(1, 0).sum(),
            guest_amount=lines.net_amount.sum(where=lines.is_guest),
            free_count=lines.is_free.ifelse(1, 0).sum(),
            negative_count=lines.is_negative.ifelse(1, 0).sum(),
            negative_amount=lines.net_amount.sum(where=lines.is_negative),
            unnamed_count=lines.is_unnamed.ifelse(1, 0).sum(),
        )
    )[0]
    moved = rows_of(customers.agg(n=(customers.country_count > 1).ifelse(1, 0).sum()))[0]["n"]
    candidates = (
        _guests(counted),
        _repeated(steps),
        _free(counted),
        _negative(counted),
        _amounts_as_prices(_prices(lines)),
        _unnamed(counted),
        _moved(int(moved or 0)),
        _not_goods(steps),
    )
    return tuple(finding for finding in candidates if finding.row_count > 0)


def _kept(name: str, *, is_so: bool = True) -> Selection:
    return Selection(KEPT_LINES.name).where(name, is_so)


def _apart(reason: str) -> Selection:
    return Selection(APART_ROWS.name).where("reason", reason)


def _guests(counted: dict[str, Any]) -> Finding:
    count = int(counted["guest_count"] or 0)
    share = count / counted["lines"] if counted["lines"] else 0.0
    return Finding(
        "warning" if share > 0.05 else "info",
        f"{share:.1%} of lines name no customer",
        "They count in sales, but cannot count in anything about customers: segments, repeat "
        "rates and values are blind to them.",
        count,
        counted["guest_amount"],
        "Find out which channel writes orders without a customer",
        _kept("is_guest"),
    )


def _repeated(steps: list[dict[str, Any]]) -> Finding:
    found = [step for step in steps if step["item"] == str(Reason.REPEATED_EXTRACT)]
    count = sum(int(step["row_count"]) for step in found)
    return Finding(
        "warning",
        "The same period was exported twice",
        f"{count:,} rows stand in two extracts of the same days or orders; one copy was kept. "
        "Genuine repeated lines inside an order were left alone.",
        count,
        sum((step["amount"] or Decimal(0) for step in found), Decimal(0)),
        "Export periods that do not overlap, or leave it to Shopkeeper",
        _apart(str(Reason.REPEATED_EXTRACT)),
    )


def _free(counted: dict[str, Any]) -> Finding:
    return Finding(
        "info",
        "Merchandise was sold at a price of zero",
        "Such lines count as items of an order, but bring no revenue.",
        int(counted["free_count"] or 0),
        Decimal(0),
        "Check whether these are gifts, replacements or missing prices",
        _kept("is_free"),
    )


def _negative(counted: dict[str, Any]) -> Finding:
    return Finding(
        "warning",
        "Some lines have a negative price",
        "They are corrections of the books, such as bad debt, and stand apart from merchandise "
        "where their code says so.",
        int(counted["negative_count"] or 0),
        counted["negative_amount"],
        "Name their codes under [definitions.line_types] in shopkeeper.toml",
        _kept("is_negative"),
    )


def _prices(lines: ir.Table) -> dict[str, Any]:
    """Counts distinct prices, as they are and divided by the quantity, where more than one."""
    several = lines.filter(lines.has_pieces)
    price, pieces = several.unit_price_amount.cast("float64"), several.quantity.cast("float64")
    return rows_of(
        several.agg(
            lines=several.count(),
            prices=several.unit_price_amount.nunique(),
            divided=(price / pieces).round(2).nunique(),
            amount=several.net_amount.sum(),
        )
    )[0]


def _amounts_as_prices(prices: dict[str, Any]) -> Finding:
    """Tells prices that fall into few values once divided by the quantity: they are amounts."""
    few = prices["divided"] * 2 < prices["prices"] and prices["prices"] >= LEAST_PRICES
    return Finding(
        "warning",
        "The price of a piece looks like the amount of the whole line",
        f"Of {prices['lines']:,} lines with more than one piece there are {prices['prices']:,} "
        f"different prices, but only {prices['divided']:,} once divided by the quantity. If so, "
        "quantity × price counts each line several times.",
        int(prices["lines"]) if few else 0,
        prices["amount"],
        "Name the column as `line_amount` instead of `unit_price` under [[sources]]",
        _kept("has_pieces"),
    )


def _unnamed(counted: dict[str, Any]) -> Finding:
    return Finding(
        "info",
        "Some lines describe no product",
        "The product code is there, the description is missing.",
        int(counted["unnamed_count"] or 0),
        None,
        "Nothing to do: products take their usual description from other lines",
        _kept("is_unnamed"),
    )


def _moved(count: int) -> Finding:
    return Finding(
        "info",
        "Some customers appear under several countries",
        "The country of their latest line is taken.",
        count,
        None,
        "Nothing to do",
        Selection(RESIDENTS.name).where("country_count", 1, ">"),
    )


def _not_goods(steps: list[dict[str, Any]]) -> Finding:
    found = [s for s in steps if s["step"] == "kept" and s["item"] != "merchandise"]
    kinds = ", ".join(sorted({step["item"].replace("_", " ") for step in found}))
    return Finding(
        "info",
        "Not every line is merchandise",
        f"Kept, counted and left out of net revenue: {kinds}.",
        sum(int(step["row_count"]) for step in found),
        sum((step["amount"] or Decimal(0) for step in found), Decimal(0)),
        "Name further codes under [definitions.line_types] in shopkeeper.toml",
        _kept("is_merchandise", is_so=False),
    )


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
