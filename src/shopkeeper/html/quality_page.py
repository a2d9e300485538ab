"""Quality page: reconciliation, rows put aside and every promise of every table, as one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice, Section
from shopkeeper.html.page import render_page
from shopkeeper.html.sections import quarantine, reconciliation
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    from datetime import date

    from shopkeeper.reports.quality import CheckLine, Quality

COLUMNS = (
    Column("Table"),
    Column("Promise"),
    Column("Outcome"),
    Column("Breaking rows", Kind.NUMBER),
    Column("Rows", Kind.NUMBER),
    Column("In words", Kind.PROSE),
    Column("If broken", Kind.TEXT, "`fail` keeps the table back, `warn` is only told"),
    Column("Layer"),
)
HOLDS = Cell(Markup('<span class="good">\N{HEAVY CHECK MARK} holds</span>'), "holds")
BREAKS = Cell(Markup('<span class="bad">\N{HEAVY BALLOT X} broken</span>'), "broken")
UNKNOWN = Cell("not counted")
LEAD = (
    "A table is held to its contract while nobody can see it: one that breaks a promise marked "
    "fail is not published, and the last good one stays."
)


@dataclass(frozen=True, slots=True)
class QualityFound:
    """What the page shows; the sections of the report read the first two of it."""

    quality: Quality
    currency: str
    shop_name: str
    as_of: date
    run_id: str
    checks: tuple[CheckLine, ...]


def render_quality(found: QualityFound) -> str:
    """Gives the page as one HTML document; the same answers give the same bytes."""
    facts = (f"as of {formatting.day(found.as_of)}", f"run {found.run_id}")
    return render_page(
        "quality.html",
        shop=found.shop_name.strip() or "Shop",
        facts=facts,
        sections=(_checks(found), reconciliation.section(found), quarantine.section(found)),
        version=VERSION,
    )


def _checks(found: QualityFound) -> Section:
    broken = [line for line in found.checks if line.broken_count]
    tables = len({line.table for line in found.checks})
    if broken:
        words = ", ".join(f"{line.table}: {line.check}" for line in broken)
        notice = Notice("warn", f"{formatting.plural(len(broken), 'promise')} broken", words)
    else:
        counted = sum(line.broken_count is not None for line in found.checks)
        told = f"{counted:,} of {len(found.checks):,} promises of {tables} tables were counted."
        notice = Notice("good", "Every promise that was counted holds", told)
    rows = tuple(_row(line) for line in found.checks)
    table = DataTable("checks", "Promises of the published tables", COLUMNS, rows)
    return Section("checks", "Checks", LEAD, (notice, table))


def _row(line: CheckLine) -> tuple[Cell, ...]:
    outcome = UNKNOWN if line.broken_count is None else BREAKS if line.broken_count else HOLDS
    broken = Cell("", "") if line.broken_count is None else cells.count(line.broken_count)
    return (
        cells.text(line.table),
        cells.text(line.check),
        outcome,
        broken,
        cells.count(line.row_count),
        cells.prose(line.meaning),
        cells.text(line.severity),
        cells.text(line.layer),
    )
