"""Retention: each cohort of new customers, and how many of it came back period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Legend, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.cohort_map import CohortCell, CohortMap, CohortRow, draw_cohort_map

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.retention import Retention, RetentionCohort

HEADING = "Who comes back"
# Cohorts of the picture, and of the table.
SHOWN, MOST_ROWS = 25, 120
COHORT = "How many began then, so far"
# What is counted once for each member, not summed.
MEMBERS = ("customers", "people")
RETURNED = {"order": "ordered again", "event": "came back"}


def section(answers: ReportAnswers) -> Section | None:
    """Gives the cohorts as a map and as a table."""
    found = answers.behaviour.retention if answers.behaviour else None
    if found is None:
        return None
    return Section("retention", HEADING, " ".join(found.definition), (_figure(found),))


def title(found: Retention) -> str:
    """Says how many came back in the period after their first, or how much they brought."""
    unit, thing = found.question.cohorts, _thing(found)
    known = [
        (name, rate)
        for name, rate in zip(found.columns, found.average, strict=True)
        if rate is not None
    ][_skipped(found) :]
    if not known:
        return f"No cohort has lived through a whole {unit} after its first"
    (first, rate), (last, later) = known[0], known[-1]
    if found.question.counts in MEMBERS:
        who = found.question.counts
        text = f"{formatting.share(rate)} of {who} {RETURNED[thing]} in {unit} {first} after their"
    else:
        what = found.question.counts
        text = f"Cohorts brought {formatting.share(rate)} of their first {what} in {unit} {first}"
        text += " after their"
    text += f" first {thing}" if thing != "order" else " first"
    return text if first == last else f"{text}, {formatting.share(later)} in {unit} {last}"


def _thing(found: Retention) -> str:
    return found.question.activity.removesuffix("s")


def _skipped(found: Retention) -> int:
    """Gives how many columns say nothing: in the period of their beginning everyone is active."""
    return 1 if found.question.spans[0][0] == 0 else 0


def _figure(found: Retention) -> Figure:
    unit, skipped = found.question.cohorts, _skipped(found)
    chart = CohortMap(
        tuple(_cohort(cohort, found) for cohort in found.cohorts[-SHOWN:]),
        found.columns[skipped:],
        f"{unit.capitalize()}s after the first {_thing(found)}",
        "New",
    )
    caption = Caption(
        "cohorts",
        title(found),
        f"A row for each {unit} of first {_thing(found)}s and a column for each later {unit}: "
        "the share of the cohort that came back in it. All numbers are in the table below.",
        "Empty cells are not over yet. On a phone the newest cohorts and the first "
        f"{unit}s are shown.",
    )
    legend = (Legend("Fewer came back", "heat-1"), Legend("More came back", "heat-5"))
    return figure(caption, lambda canvas: draw_cohort_map(chart, canvas), legend, _table(found))


def _cohort(cohort: RetentionCohort, found: Retention) -> CohortRow:
    name, unit = _name(cohort, found), found.question.cohorts
    is_count = found.question.counts in MEMBERS
    head = "Came back" if is_count else found.question.counts.capitalize()
    base = f"Of {formatting.count(cohort.member_count)}" if is_count else "Of their first"
    first = _skipped(found)
    row = tuple(
        CohortCell(
            cell.rate,
            "" if cell.rate is None else formatting.share(cell.rate, 0),
            (
                f"{name}, {unit} {column}",
                f"{head}: {formatting.count(cell.value or 0)}",
                f"{base}: {formatting.share(cell.rate or 0.0)}",
            ),
        )
        for column, cell in zip(found.columns[first:], cohort.cells[first:], strict=True)
    )
    short = f"{cohort.start:%Y-%m}" if unit == "month" else f"{cohort.start:%Y-%m-%d}"
    return CohortRow(short, formatting.count(cohort.member_count), row)


def _name(cohort: RetentionCohort, found: Retention) -> str:
    if found.question.cohorts == "month":
        return formatting.month(cohort.start)
    day = formatting.short_day(cohort.start)
    return day if found.question.cohorts == "day" else f"Week of {day}"


def _table(found: Retention) -> DataTable:
    unit, first = found.question.cohorts.capitalize(), _skipped(found)
    rate = "Part of the cohort" if found.question.counts in MEMBERS else "Part of what it brought"
    columns = (
        Column(f"First {_thing(found)}"),
        Column("People" if _thing(found) == "event" else "Customers", Kind.NUMBER, COHORT),
        *(
            Column(f"{unit} {name}", Kind.NUMBER, f"{rate} first, in {unit.lower()} {name}")
            for name in found.columns[first:]
        ),
    )
    rows = tuple(
        (
            _start(cohort, found),
            cells.count(cohort.member_count, cohort.members),
            *(
                cells.EMPTY if cell.rate is None else cells.share(cell.rate, opens=cell.members)
                for cell in cohort.cells[first:]
            ),
        )
        for cohort in found.cohorts[-MOST_ROWS:]
    )
    left = len(found.cohorts) - len(rows)
    note = f"The newest {MOST_ROWS}; {formatting.count(left)} earlier ones are left out here."
    caption = "Customers who came back" if rate.endswith("cohort") else "What cohorts brought"
    return DataTable("cohorts", caption, columns, rows, note if left else "")


def _start(cohort: RetentionCohort, found: Retention) -> Cell:
    name = _name(cohort, found)
    if found.question.cohorts == "month":
        return cells.month(cohort.start, name)
    return Cell(name, cohort.start.isoformat())
