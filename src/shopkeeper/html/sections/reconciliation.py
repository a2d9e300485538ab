"""Reconciliation: from the raw rows to what was kept, in rows and in money, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.waterfall import Step, draw_waterfall
from shopkeeper.html.text import words

if TYPE_CHECKING:
    from shopkeeper.html.answers import AnswersOnQuality
    from shopkeeper.reports.quality import Quality, ReconciliationRow

HEADING = "Reconciliation"
LEAD = (
    "Nothing is dropped silently: every raw row is either kept or put aside for a stated reason, "
    "and both parts together give the raw total, in rows and in money."
)
COLUMNS = (
    Column("Step"),
    Column("Item"),
    Column("Rows", Kind.NUMBER),
    Column("Amount", Kind.NUMBER),
    Column("Expected", Kind.NUMBER, "The amount the step before it gives"),
    Column("Difference", Kind.NUMBER, "Amount less expected: must be zero"),
    Column("Ties"),
)
TIES = Cell(Markup('<span class="good">\N{HEAVY CHECK MARK} ties</span>'), "ties")
BREAKS = Cell(Markup('<span class="bad">\N{HEAVY BALLOT X} does not tie</span>'), "does not tie")

Show = Callable[[Decimal], str]
# What was put aside for each reason; None where its amount cannot be known.
Apart = list[tuple[str, Decimal | None]]


def section(answers: AnswersOnQuality) -> Section:
    """Gives the statement, both waterfalls and the table."""
    quality, currency = answers.quality, answers.currency
    blocks = (
        _notice(quality, currency),
        _rows_figure(quality),
        _money_figure(quality, currency),
        _table(quality, currency),
    )
    return Section("reconciliation", HEADING, LEAD, blocks)


def _notice(quality: Quality, currency: str) -> Notice:
    """States whether all totals tie, with the three amounts."""
    raw, kept, apart = (
        formatting.exact_money(amount, currency)
        for amount in (quality.raw_amount, quality.kept_amount, quality.quarantined_amount)
    )
    if quality.is_reconciled:
        return Notice("good", "Ties to the cent", f"{raw} raw = {kept} kept + {apart} put aside")
    missing = quality.raw_amount - quality.kept_amount - quality.quarantined_amount
    rows = quality.raw_row_count - quality.kept_row_count - quality.quarantined_row_count
    text = (
        f"{raw} raw against {kept} kept and {apart} put aside: "
        f"{formatting.exact_money(missing, currency)} and {formatting.plural(rows, 'row')} "
        "are not accounted for there. The table marks each step that does not tie."
    )
    return Notice("bad", "Does not tie", text)


def _rows_figure(quality: Quality) -> Figure:
    """Makes the waterfall of rows."""
    part = _part(Decimal(quality.quarantined_row_count), Decimal(quality.raw_row_count))
    apart: Apart = [(reason.reason, Decimal(reason.row_count)) for reason in quality.quarantine]
    totals = (quality.raw_row_count, quality.quarantined_row_count, quality.kept_row_count)
    all_steps = steps((Decimal(totals[0]), Decimal(totals[1]), Decimal(totals[2])), apart, _rows)
    caption = Caption(
        "reconciled-rows",
        f"{formatting.plural(totals[1], 'row')} of {formatting.count(totals[0])} put aside{part}"
        if totals[1]
        else "No row was put aside",
        "Bars from all raw rows, less the rows put aside for each reason, to the rows kept.",
    )
    return figure(caption, lambda sheet: draw_waterfall(all_steps, sheet))


def _money_figure(quality: Quality, currency: str) -> Figure:
    """Makes the waterfall of money."""
    totals = (quality.raw_amount, quality.quarantined_amount, quality.kept_amount)
    apart = [(reason.reason, reason.amount) for reason in quality.quarantine]
    all_steps = steps(totals, apart, lambda amount: formatting.exact_money(amount, currency))
    caption = Caption(
        "reconciled-money",
        f"{formatting.money(totals[2], currency)} of {formatting.money(totals[0], currency)} kept"
        if totals[1] or totals[0] != totals[2]
        else f"All {formatting.money(totals[2], currency)} kept",
        "Bars from the amount of all raw rows, less the amount put aside for each reason, to the "
        "amount kept. Amounts are quantity times price and can be negative for returns.",
        "Amounts are quantity times price of the rows as delivered; returns count as negative.",
    )
    return figure(caption, lambda sheet: draw_waterfall(all_steps, sheet))


def _rows(value: Decimal) -> str:
    return formatting.count(value)


def _part(part: Decimal, whole: Decimal) -> str:
    return f" ({formatting.share(float(part / whole))})" if part and whole > 0 else ""


def steps(totals: tuple[Decimal, Decimal, Decimal], apart: Apart, show: Show) -> tuple[Step, ...]:
    """Gives the steps from raw (first total) less each reason to kept (last total).

    Where the reasons do not add up to what was put aside (second total), they become one step.
    Where raw less put aside is not what was kept, a step says how much is missing.
    """
    raw, quarantined, kept = totals
    if sum((amount or Decimal(0) for _, amount in apart), Decimal(0)) != quarantined:
        apart = [("put aside", quarantined)] if quarantined else []
    drawn = [_total("Raw, as delivered", raw, show, "total")]
    level = raw
    for reason, amount in apart:
        below = level - (amount or Decimal(0))
        shown = show if amount is not None else _unknown
        drawn.append(_hanging(words(reason), level, below, shown, "part"))
        level = below
    if level != kept:
        drawn.append(_hanging("Not accounted for", level, kept, show, "missing"))
    return (*drawn, _total("Kept", kept, show, "kept"))


def _unknown(_: Decimal) -> str:
    return "amount not known"


def _total(name: str, value: Decimal, show: Show, css: str) -> Step:
    return Step(name, 0.0, float(value), show(value), css, (f"{name}: {show(value)}",))


def _hanging(name: str, start: Decimal, end: Decimal, show: Show, css: str) -> Step:
    change = end - start
    shown = f"+{show(change)}" if change > 0 else show(change)
    return Step(name, float(start), float(end), shown, css, (f"{name}: {shown}",))


def _table(quality: Quality, currency: str) -> DataTable:
    """Gives every step with what was expected."""
    rows = tuple(_row(row, currency) for row in quality.reconciliation)
    return DataTable("reconciliation", "Every step, to the last decimal", COLUMNS, rows)


def _row(row: ReconciliationRow, currency: str) -> tuple[Cell, ...]:
    """Gives one step to the table."""
    ties = cells.EMPTY if row.difference is None else BREAKS if row.difference else TIES
    return (
        cells.text(words(row.step)),
        cells.text(words(row.item)),
        cells.count(row.row_count),
        cells.exact_money(row.amount, currency),
        cells.exact_money(row.expected_amount, currency),
        cells.exact_money(row.difference, currency),
        ties,
    )
