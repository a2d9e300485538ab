"""The published tables behind the report, with their versions and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice, Section
from shopkeeper.html.text import cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.quality import TableState

HEADING = "Published tables"
COLUMNS = (
    Column("Table"),
    Column("Layer"),
    Column("Version", Kind.NUMBER),
    Column("Rows", Kind.NUMBER),
    Column("Checks"),
    Column("Meaning", Kind.PROSE),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the tables."""
    tables = answers.quality.tables
    if not tables:
        return Section("tables", HEADING, "", (Notice("info", "No table has been published yet"),))
    rows = tuple(_row(table) for table in tables)
    table = DataTable("tables", "Tables with their versions", COLUMNS, rows)
    return Section("tables", HEADING, _lead(tables), (table,))


def _lead(tables: tuple[TableState, ...]) -> str:
    """Says how many checks hold."""
    checks = sum(table.check_count for table in tables)
    broken = sum(len(table.broken) for table in tables)
    said = f"{formatting.plural(len(tables), 'table')}, {formatting.plural(checks, 'check')}: "
    return said + ("all hold." if not broken else f"{formatting.count(broken)} broken.")


def _row(table: TableState) -> tuple[Cell, ...]:
    """Gives a table to the list."""
    return (
        cells.text(table.name),
        cells.text(table.layer),
        cells.count(table.version),
        cells.count(table.row_count),
        _checks(table),
        cells.prose(table.meaning),
    )


def _checks(table: TableState) -> Cell:
    """Says in words whether the checks hold."""
    if not table.broken:
        held = formatting.plural(table.check_count, "check")
        return Cell(Markup('<span class="good">\N{HEAVY CHECK MARK} {}</span>').format(held))
    names = cut(", ".join(table.broken), 200)
    return Cell(
        Markup('<span class="bad">\N{HEAVY BALLOT X} broken: <bdi>{}</bdi></span>').format(names)
    )
