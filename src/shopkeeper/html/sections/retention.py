"""Retention: each cohort of new customers, and how many of it came back month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Column, DataTable, Figure, Kind, Legend, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.cohort_map import CohortCell, CohortMap, CohortRow, draw_cohort_map

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.retention import Retention, RetentionCohort

HEADING = "Who comes back"
# Cohorts of the picture; the table has all.
SHOWN = 25


def section(answers: ReportAnswers) -> Section | None:
    """Gives the cohorts as a map and as a table."""
    found = answers.behaviour.retention if answers.behaviour else None
    if found is None:
        return None
    return Section("retention", HEADING, " ".join(found.definition), (_figure(found),))


def title(found: Retention) -> str:
    """Says how many came back in the month after their first."""
    known = [(name, rate) for name, rate in zip(found.columns, found.average, strict=True)][1:]
    named = [(name, rate) for name, rate in known if rate is not None]
    if not named:
        return "No cohort has lived through a whole month after its first"
    (first, rate), (last, later) = named[0], named[-1]
    text = f"{formatting.share(rate)} of customers ordered again in month {first} after their first"
    return text if first == last else f"{text}, {formatting.share(later)} in month {last}"


def _figure(found: Retention) -> Figure:
    # Everyone is active in the month of their first order: the column would say nothing.
    chart = CohortMap(
        tuple(_cohort(cohort, found) for cohort in found.cohorts[-SHOWN:]),
        found.columns[1:],
        "Months after the first order",
        "New",
    )
    caption = Caption(
        "cohorts",
        title(found),
        "A row for each month of first orders and a column for each later month: the share of "
        "the cohort that ordered in it. All numbers are in the table below.",
        "Empty cells are not over yet. On a phone the newest cohorts and the first months are "
        "shown.",
    )
    legend = (Legend("Fewer came back", "heat-1"), Legend("More came back", "heat-5"))
    return figure(caption, lambda canvas: draw_cohort_map(chart, canvas), legend, _table(found))


def _cohort(cohort: RetentionCohort, found: Retention) -> CohortRow:
    name = formatting.month(cohort.start)
    row = tuple(
        CohortCell(
            cell.rate,
            "" if cell.rate is None else formatting.share(cell.rate, 0),
            (
                f"{name}, month {column}",
                f"Came back: {formatting.count(cell.value or 0)}",
                f"Of {formatting.count(cohort.member_count)}: {formatting.share(cell.rate or 0.0)}",
            ),
        )
        for column, cell in zip(found.columns[1:], cohort.cells[1:], strict=True)
    )
    return CohortRow(f"{cohort.start:%Y-%m}", formatting.count(cohort.member_count), row)


def _table(found: Retention) -> DataTable:
    columns = (
        Column("First order"),
        Column("Customers", Kind.NUMBER),
        *(Column(f"Month {name}", Kind.NUMBER) for name in found.columns[1:]),
    )
    rows = tuple(
        (
            cells.month(cohort.start, formatting.month(cohort.start)),
            cells.count(cohort.member_count, cohort.members),
            *(
                cells.EMPTY if cell.rate is None else cells.share(cell.rate, opens=cell.members)
                for cell in cohort.cells[1:]
            ),
        )
        for cohort in found.cohorts
    )
    return DataTable("cohorts", "Customers who came back", columns, rows)
