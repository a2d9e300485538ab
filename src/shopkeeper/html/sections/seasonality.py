"""When customers buy: months of the year and weekdays against the average day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Figure,
    Kind,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.seasonality import Seasonality, SeasonIndex

HEADING = "Seasons"


def section(answers: ReportAnswers) -> Section | None:
    """Gives the months of the year, the weekdays and the hours."""
    if answers.sales is None or not answers.sales.seasonality.months:
        return None
    found = answers.sales.seasonality
    blocks: list[Block] = []
    if any(row.index is not None for row in found.months_of_year):
        blocks.append(_figure("season-months", "month", found.months_of_year))
    else:
        blocks.append(Notice("info", "There are no twelve whole months to tell a season from"))
    if any(row.index is not None for row in found.weekdays):
        blocks.append(_figure("season-weekdays", "weekday", found.weekdays))
    if found.hours:
        blocks.append(_hours(found))
    blocks.append(_quarters(found, answers.currency))
    blocks.append(Sentences("How it is counted", (*found.notes, found.definition)))
    return Section("seasons", HEADING, " ".join(found.findings), tuple(blocks))


def _figure(name: str, what: str, rows: tuple[SeasonIndex, ...]) -> Figure:
    known = [(row.index, row) for row in rows if row.index is not None]
    best, row = max(known, key=lambda pair: (pair[0], -pair[1].number))
    caption = Caption(
        name,
        f"{row.name} sells {formatting.decimal(best, 2)} × the average day",
        f"Bars of the index of each {what} against the average day. All numbers are in the table.",
    )
    bars = tuple(
        RankedBar(
            row.name,
            index,
            f"{formatting.decimal(index, 2)} ×",
            (
                row.name,
                f"Index: {formatting.decimal(index, 2)}",
                f"Share of sales: {formatting.share(row.share)}",
                f"Orders: {formatting.count(row.order_count)}",
            ),
        )
        for index, row in known
    )
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), _table(name, rows))


def _table(name: str, rows: tuple[SeasonIndex, ...]) -> DataTable:
    columns = (
        Column("Period"),
        Column("Index", Kind.NUMBER, "Against the average day"),
        Column("Weakest year", Kind.NUMBER),
        Column("Strongest year", Kind.NUMBER),
        Column("Share of sales", Kind.NUMBER),
        Column("Orders", Kind.NUMBER),
    )
    largest = max(row.share for row in rows)
    return DataTable(
        f"{name}-table",
        "Indices against the average day",
        columns,
        tuple(
            (
                cells.text(row.name),
                *(
                    cells.EMPTY if value is None else Cell(formatting.decimal(value, 2))
                    for value in (row.index, row.lowest, row.highest)
                ),
                cells.share(row.share, largest),
                cells.count(row.order_count, row.orders),
            )
            for row in rows
        ),
    )


def _quarters(found: Seasonality, currency: str) -> DataTable:
    columns = (
        Column("Quarter"),
        Column("Sales", Kind.NUMBER, "Merchandise less discounts, before refunds"),
        Column("Orders", Kind.NUMBER),
        Column("Customers", Kind.NUMBER, "Named customers"),
    )
    rows = tuple(
        (
            cells.text(row.label if row.is_complete else f"{row.label} (not whole)"),
            cells.money(row.sold_amount, currency),
            cells.count(row.order_count, row.orders),
            cells.count(row.customer_count, row.customers),
        )
        for row in found.quarters
    )
    note = "A quarter that the data do not cover is not whole, and stands in no index."
    is_whole = all(row.is_complete for row in found.quarters)
    return DataTable("season-quarters", "Quarters", columns, rows, "" if is_whole else note)


def _hours(found: Seasonality) -> DataTable:
    columns = (Column("Hour"), Column("Share of sales", Kind.NUMBER), Column("Orders", Kind.NUMBER))
    largest = max(row.share for row in found.hours)
    return DataTable(
        "season-hours",
        "Sales by hour of the day, in the shop's time",
        columns,
        tuple(
            (
                cells.text(f"{row.name} to {(row.number + 1) % 24:02}:00"),
                cells.share(row.share, largest),
                cells.count(row.order_count, row.orders),
            )
            for row in found.hours
            if row.order_count
        ),
    )
