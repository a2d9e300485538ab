"""Reconciliation: every total tied from raw rows to gold tables, in rows and in money."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.contracts.checks import holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import ITEM_PART, RowKind
from shopkeeper.warehouse.money import AMOUNT, total
from shopkeeper.warehouse.silver.orders import is_goods
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

CONTRACT = Contract(
    name="reconciliation",
    layer=Layer.GOLD,
    meaning="One row per step and item. Raw rows are counted and added up before any rule; what "
    "was kept and what was put in quarantine must give them back, in rows and in money. Orders, "
    "days and customers must give back what was kept.",
    grain=("step_number", "item"),
    columns=(
        Column("step_number", "int64", "Place of the step in the flow, from 1"),
        Column(
            "step",
            "string",
            "files, raw, quarantined, kept, orders, daily_sales, net_sales or customers; and "
            "files, raw, quarantined and kept of events and of payments where there are any",
        ),
        Column("item", "string", "Reason, line type, part of a row, `named`, `guests` or `total`"),
        Column("row_count", "int64", "Rows", unit="rows"),
        Column("amount", AMOUNT, "Sum of readable amounts", unit="currency", nullable=True),
        Column("unreadable_count", "int64", "Rows whose amount cannot be read", unit="rows"),
        Column("expected_count", "int64", "Rows that must come out", unit="rows", nullable=True),
        Column("expected_amount", AMOUNT, "Money that must come out", "currency", nullable=True),
    ),
    checks=(
        holds(
            "ties_in_money",
            "each total equals what it must be, to the last digit",
            lambda table: table.amount == table.expected_amount,
        ),
        holds(
            "ties_in_rows",
            "each count equals what it must be",
            lambda table: table.row_count == table.expected_count,
        ),
    ),
)

STEPS = (
    *("files", "raw", "quarantined", "kept", "orders", "daily_sales", "net_sales", "customers"),
    *("event_files", "raw_events", "quarantined_events", "kept_events"),
    *("payment_files", "raw_payments", "quarantined_payments", "kept_payments"),
)

# What each total must equal: (step, what must add up to it, whether rows must add up too).
TIES = (
    ("files", ("raw",), True),
    ("raw", ("quarantined", "kept"), True),
    ("orders", ("kept",), False),
    ("daily_sales", ("kept",), False),
    ("net_sales", ("customers",), False),
    ("event_files", ("raw_events",), True),
    ("raw_events", ("quarantined_events", "kept_events"), True),
    ("payment_files", ("raw_payments",), True),
    ("raw_payments", ("quarantined_payments", "kept_payments"), True),
)


def build(  # noqa: PLR0913, PLR0917 - a reconciliation reads every table that it ties
    batches: ir.Table,
    source_lines: ir.Table,
    quarantine: ir.Table,
    order_items: ir.Table,
    orders: ir.Table,
    daily_sales: ir.Table,
    customer_360: ir.Table,
    source_events: ir.Table,
    events: ir.Table,
    source_payments: ir.Table,
    payments: ir.Table,
    *,
    as_of: date,
) -> ir.Table:
    """Gives all steps with what came out and what must come out."""
    current = batches.filter(batches.is_current)
    before = order_items.order_date < ibis.date(as_of.isoformat())
    goods = order_items.filter(is_goods(order_items) & before)
    lines_apart = _of_kind(quarantine, RowKind.LINES)
    facts = [
        _files(current, "files", RowKind.LINES),
        _fact(source_lines.mutate(item=_place(source_lines)), "raw", "amount", by="item"),
        _fact(lines_apart, "quarantined", "amount", by="reason"),
        _fact(order_items, "kept", "net_amount", by="line_type"),
        _fact(orders, "orders", "total_amount"),
        _fact(daily_sales, "daily_sales", "total_amount"),
        _fact(goods, "net_sales", "net_amount"),
        _fact(customer_360, "customers", "net_amount", item="named"),
        _fact(goods.filter(goods.customer_id.isnull()), "customers", "net_amount", item="guests"),
    ]
    facts += _beside(current, quarantine, (source_events, events), RowKind.EVENTS)
    facts += _beside(current, quarantine, (source_payments, payments), RowKind.PAYMENTS)
    together = reduce(lambda one, other: one.union(other), facts)
    expected = reduce(lambda one, other: one.union(other), [_tie(together, *tie) for tie in TIES])
    return together.left_join(expected, "step").drop("step_right")


def _beside(
    current: ir.Table, quarantine: ir.Table, tables: tuple[ir.Table, ir.Table], kind: RowKind
) -> list[ir.Table]:
    """Gives files, raw, quarantined and kept rows of a kind that stands beside the lines."""
    raw, kept = tables
    money = "payment_amount" if kind is RowKind.PAYMENTS else None
    facts = [
        _files(current, f"{str(kind)[:-1]}_files", kind),
        _fact(raw, f"raw_{kind}", money),
        _fact(_of_kind(quarantine, kind), f"quarantined_{kind}", money and "amount", by="reason"),
        _fact(kept, f"kept_{kind}", money),
    ]
    # A shop without such files has none of these steps.
    return [fact.filter(fact.row_count > 0) for fact in facts]


def _place(source_lines: ir.Table) -> ir.StringValue:
    """Gives `total` for the line that each raw row has, and the name of any further part."""
    return (source_lines.part == ITEM_PART).ifelse("total", source_lines.part)


def _of_kind(rows: ir.Table, kind: RowKind) -> ir.Table:
    return rows.filter(rows.row_kind == str(kind))


def _files(current: ir.Table, step: str, kind: RowKind) -> ir.Table:
    current = _of_kind(current, kind)
    # Two files with the same content are one batch: its rows stand in the raw table once.
    current = current.select("source", "batch_id", "row_count").distinct()
    counted = current.agg(row_count=ibis.coalesce(current.row_count.sum(), 0))
    return counted.select(
        step_number=ibis.literal(STEPS.index(step) + 1).cast("int64"),
        step=ibis.literal(step),
        item=ibis.literal("total"),
        row_count=counted.row_count.cast("int64"),
        amount=ibis.null(AMOUNT),
        unreadable_count=ibis.literal(0).cast("int64"),
    )


def _fact(
    table: ir.Table, step: str, amount: str | None, *, by: str | None = None, item: str = "total"
) -> ir.Table:
    """Gives rows and money of a table, in all or by one of its columns; events have no money."""
    sums: dict[str, Any] = {"row_count": table.count()}
    if amount is not None:
        unread = table[amount].isnull().ifelse(1, 0).sum()
        sums |= {"amount": total(table[amount]), "unreadable_count": ibis.coalesce(unread, 0)}
    counted = table.group_by(by).agg(**sums) if by else table.agg(**sums)
    if amount is None:
        counted = counted.mutate(amount=ibis.null(AMOUNT), unreadable_count=ibis.literal(0))
    return counted.select(
        step_number=ibis.literal(STEPS.index(step) + 1).cast("int64"),
        step=ibis.literal(step),
        item=counted[by] if by else ibis.literal(item),
        row_count=counted.row_count.cast("int64"),
        amount=counted.amount.cast(AMOUNT),
        unreadable_count=counted.unreadable_count.cast("int64"),
    )


def _tie(facts: ir.Table, step: str, parts: tuple[str, ...], with_rows: bool) -> ir.Table:  # noqa: FBT001
    found = facts.filter(facts.step.isin(parts))
    if "files" in step:
        # Further parts of a row are no rows of the file.
        found = found.filter(found.item == "total")
    summed = found.agg(rows=found.row_count.sum(), money=found.amount.sum())
    return summed.select(
        step=ibis.literal(step),
        expected_count=summed.rows.cast("int64") if with_rows else ibis.null("int64"),
        expected_amount=ibis.null(AMOUNT) if "files" in step else summed.money.cast(AMOUNT),
    )


RECONCILIATION = Table(CONTRACT, build)
