"""Why revenue changed: a waterfall of causes that adds up exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Column, DataTable, Figure, Kind, Section, Sentences
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.waterfall import Step, draw_waterfall

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.change import Change, Comparison

HEADING = "Why revenue changed"
CAUSE = "What each cause added to net revenue, or took from it"


def section(answers: ReportAnswers) -> Section | None:
    """Gives the first pair of periods as a waterfall, and all pairs as a table."""
    if answers.sales is None or not answers.sales.change.comparisons:
        return None
    found, currency = answers.sales.change, answers.currency
    blocks: list[Block] = [_figure(one, currency) for one in _shown(found)]
    blocks.append(_table(found, currency))
    notes = dict.fromkeys(note for one in found.comparisons for note in one.notes)
    blocks.append(Sentences("How it is counted", (*notes, found.definition)))
    return Section("change", HEADING, "", tuple(blocks))


def _shown(found: Change) -> tuple[Comparison, ...]:
    """Gives the pairs that get a picture: months, else the first."""
    months = tuple(one for one in found.comparisons if one.kind.startswith("month"))
    return months or found.comparisons[:1]


def _figure(one: Comparison, currency: str) -> Figure:
    before, after = one.before, one.after
    way = "more" if one.change_amount >= 0 else "less"
    name = f"change-{before.label}-{after.label}".lower()
    caption = Caption(
        name,
        f"{after.label} brought {formatting.short_money(abs(one.change_amount), currency)} {way} "
        f"than {before.label}{_cause(one, currency)}",
        f"Bars from net revenue of {before.label} through each cause to that of {after.label}. "
        "All numbers are in the table below.",
        "All causes add up to the change, to the cent.",
    )
    return figure(caption, lambda sheet: draw_waterfall(_steps(one, currency), sheet))


def _cause(one: Comparison, currency: str) -> str:
    same = [part for part in one.parts if part.amount * one.change_amount > 0]
    if not same:
        return ""
    most = max(same, key=lambda part: (abs(part.amount), part.name))
    return f": {most.label.lower()} {_signed(most.amount, currency)}"


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{formatting.short_money(amount, currency)}"


def _steps(one: Comparison, currency: str) -> tuple[Step, ...]:
    def total(label: str, amount: Decimal) -> Step:
        shown = formatting.short_money(amount, currency)
        exact = f"{label}: {formatting.money(amount, currency)}"
        return Step(label, 0.0, float(amount), shown, "total", (exact,))

    steps = [total(one.before.label, one.before.net_amount)]
    so_far = one.before.net_amount
    for part in one.parts:
        if not part.amount:
            continue
        start, so_far = so_far, so_far + part.amount
        css = "kept" if part.amount > 0 else "part"
        exact = f"{part.label}: {formatting.money(part.amount, currency)}"
        shown = _signed(part.amount, currency)
        tip = (exact, part.meaning)
        steps.append(Step(part.label, float(start), float(so_far), shown, css, tip))
    steps.append(total(one.after.label, one.after.net_amount))
    return tuple(steps)


def _table(found: Change, currency: str) -> DataTable:
    names = tuple(f"{one.before.label} to {one.after.label}" for one in found.comparisons)
    columns = (
        Column("Cause"),
        *(Column(name, Kind.NUMBER, CAUSE) for name in names),
    )
    rows = [
        (
            cells.text(part.label),
            *(cells.money(one.parts[place].amount, currency) for one in found.comparisons),
        )
        for place, part in enumerate(found.comparisons[0].parts)
    ]
    rows.append(
        (
            cells.text("Change"),
            *(cells.money(one.change_amount, currency) for one in found.comparisons),
        )
    )
    return DataTable("change-parts", "Causes of the change, all pairs", columns, tuple(rows))
