"""The best customers who are slipping away: silence against their own rhythm, and spending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import (
    Block,
    Column,
    DataTable,
    Figure,
    Kind,
    Legend,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.log_scatter import LogScatter, Point, draw_log_scatter

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.whales import Whale, Whales

HEADING = "Best customers at risk"
LEGEND = (
    Legend("At risk: longer than nine in ten of the gaps", "later", "later"),
    Legend("Within their rhythm", "net", "calm"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the best customers as points, and those at risk as a list."""
    if answers.sales is None:
        return None
    found, currency = answers.sales.whales, answers.currency
    if found.refusal is not None:
        return Section("whales", HEADING, "", (Notice("info", found.refusal),))
    blocks: list[Block] = []
    if any(whale.year_amount > 0 for whale in found.points):
        blocks.append(_figure(found, currency))
    if found.customers:
        blocks.append(_table(found, currency))
    blocks.append(Sentences("How it is counted", (*found.notes, found.definition)))
    lead = found.findings[-1].replace("`", "")
    return Section("whales", HEADING, lead, tuple(blocks))


def _figure(found: Whales, currency: str) -> Figure:
    points = tuple(_point(whale, currency) for whale in found.points if whale.year_amount > 0)
    count, whole = formatting.count(found.at_risk_count), formatting.count(found.whale_count)
    spent = formatting.short_money(found.at_risk_year_amount, currency)
    caption = Caption(
        "whale-points",
        f"{count} of the {whole} best customers are silent for longer than their rhythm; they "
        f"spent {spent} in their last year",
        "Points of silence over the usual gap, and spending in the last year of each of the best "
        "customers. Those at risk are in the table below.",
        "The dotted line is a silence of one usual gap.",
    )
    chart = LogScatter(
        points,
        "Silence, in usual gaps between purchases",
        "Spent in their last year",
        lambda value: f"{value:g} ×",
        lambda value: formatting.axis_money(value, currency),
        1.0,
    )
    return figure(caption, lambda sheet: draw_log_scatter(chart, sheet), LEGEND)


def _point(whale: Whale, currency: str) -> Point:
    tip = (
        f"Customer {whale.customer_id}",
        f"Spent in their last year: {formatting.money(whale.year_amount, currency)}",
        f"Silent for: {formatting.plural(whale.silent_days, 'day')}",
        f"Usual gap: {formatting.decimal(whale.usual_gap_days)} days",
        f"Rhythm: {whale.basis}",
    )
    series = "later" if whale.is_at_risk else "calm"
    return Point(max(whale.gap_ratio, 0.01), float(whale.year_amount), series, tip)


def _table(found: Whales, currency: str) -> DataTable:
    columns = (
        Column("Customer"),
        Column("Value at risk", Kind.NUMBER, f"As {found.value_basis}"),
        Column("Spent in last year", Kind.NUMBER, "In the 365 days up to their last purchase"),
        Column("Silent", Kind.NUMBER, "Days since the last purchase"),
        Column("Usual gap", Kind.NUMBER, "Median gap in days"),
        Column("Gap ratio", Kind.NUMBER, "Silence over the usual gap"),
        Column("Rhythm", meaning="Their own, or the shop's where they have too few gaps"),
        Column("Last purchase"),
        Column("Segment"),
    )
    rows = tuple(
        (
            cells.text(whale.customer_id),
            cells.money(whale.value_at_risk, currency),
            cells.money(whale.year_amount, currency),
            cells.count(whale.silent_days),
            cells.decimal(whale.usual_gap_days),
            cells.decimal(whale.gap_ratio),
            cells.text(whale.basis),
            cells.day(whale.last_purchase_date),
            cells.text(whale.segment),
        )
        for whale in found.customers
    )
    note = f"Value at risk is {found.value_basis}."
    return DataTable("whales-at-risk", "Whom to call first", columns, rows, note)
