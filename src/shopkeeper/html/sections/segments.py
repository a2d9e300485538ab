"""Customer segments: their part of the customers beside their part of the revenue, and advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind, Legend, Notice, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.paired_bars import PairedBar, PairedBars, draw_paired_bars

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.drill import Selection
    from shopkeeper.reports.segments import SegmentRow, Segments

HEADING = "Customer segments"
LEGEND = (
    Legend("Share of customers", "customers", "customers"),
    Legend("Share of order value", "amount", "amount"),
)
COLUMNS = (
    Column("Segment"),
    Column("Customers", Kind.NUMBER),
    Column("Change", Kind.NUMBER, "Customers more or fewer than at the earlier date"),
    Column("Share of customers", Kind.NUMBER),
    Column("Order value", Kind.NUMBER),
    Column("Share of order value", Kind.NUMBER),
    Column("Value per customer", Kind.NUMBER),
    Column("Orders per customer", Kind.NUMBER),
    Column("Days since last order", Kind.NUMBER, "Average of the segment's customers"),
    Column("Meaning", Kind.PROSE),
    Column("Advice", Kind.PROSE),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A segment in plain words."""

    segment: str
    size: str
    meaning: str
    advice: str
    opens: Selection | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """All segments in plain words."""

    template: ClassVar[str] = "cards.html"
    heading: str
    cards: tuple[Card, ...]


def section(answers: ReportAnswers) -> Section:
    """Gives the segments as bars, as a table and in plain words."""
    segments = answers.segments
    if segments is None or not segments.segments:
        reason = "These data cannot carry customer segments"
        return Section("segments", HEADING, "", (Notice("info", reason),))
    ordered = tuple(sorted(segments.segments, key=lambda row: -row.order_amount))
    cards = tuple(_card(row, answers.currency) for row in ordered if row.customer_count)
    lead = (
        f"{formatting.plural(segments.customer_count, 'customer')} as of "
        f"{formatting.day(segments.as_of)}, grouped by how recently, how often and for how much "
        f"they bought. Changes are since {formatting.day(segments.previous_as_of)}."
    )
    blocks = (
        _figure(ordered, segments, answers.currency),
        Cards("Who they are, what to do", cards),
    )
    return Section("segments", HEADING, lead, blocks)


def _figure(rows: tuple[SegmentRow, ...], segments: Segments, currency: str) -> Figure:
    """Makes the chart."""
    bars = PairedBars(tuple(_bar(row, currency) for row in rows), ("customers", "amount"))
    caption = Caption(
        "segment-shares",
        _title(rows[0]),
        "Two bars per segment: its share of all customers and its share of all order value. "
        "All numbers are in the table below.",
    )
    table = DataTable(
        "segments",
        f"Segments as of {formatting.day(segments.as_of)}",
        COLUMNS,
        tuple(_row(row, currency) for row in rows),
    )
    return figure(caption, lambda sheet: draw_paired_bars(bars, sheet), LEGEND, table)


def _title(row: SegmentRow) -> str:
    """Says what the most valuable segment is worth."""
    if row.order_amount <= 0:
        return "No segment has brought any order value"
    return (
        f"{row.segment}: {formatting.share(row.customer_share)} of customers, "
        f"{formatting.share(row.amount_share)} of order value"
    )


def _bar(row: SegmentRow, currency: str) -> PairedBar:
    """Gives a segment to the chart, with its reading."""
    tip = (
        row.segment,
        f"Customers: {formatting.count(row.customer_count)}",
        f"Share of customers: {formatting.share(row.customer_share)}",
        f"Order value: {formatting.money(row.order_amount, currency)}",
        f"Share of order value: {formatting.share(row.amount_share)}",
    )
    return PairedBar(row.segment, row.customer_share, row.amount_share, tip)


def _card(row: SegmentRow, currency: str) -> Card:
    """Gives a segment in plain words."""
    customers = formatting.plural(row.customer_count, "customer")
    value = formatting.short_money(row.order_amount, currency)
    size = f"{customers}, {value}"
    return Card(row.segment, size, row.meaning, row.advice, row.customers)


def _row(row: SegmentRow, currency: str) -> tuple[Cell, ...]:
    """Gives a segment to the table."""
    return (
        cells.text(row.segment),
        cells.count(row.customer_count, row.customers),
        cells.difference(row.customer_count - row.previous_customer_count),
        cells.share(row.customer_share),
        cells.money(row.order_amount, currency),
        cells.share(row.amount_share),
        cells.money(row.average_amount, currency),
        cells.decimal(row.average_order_count),
        cells.decimal(row.average_days_since_last_order),
        cells.prose(row.meaning),
        cells.prose(row.advice),
    )
