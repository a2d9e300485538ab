"""Customers who buy alike: groups found in the data, their size and value, and who moved."""

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
    Legend,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Canvas, Caption, Picture, figure
from shopkeeper.html.charts.flow import Flow, Ribbon, draw_flow
from shopkeeper.html.charts.paired_bars import PairedBar, PairedBars, draw_paired_bars
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.sections.segments import Card, Cards

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.customer_segments import CustomerSegments, GroupMove, GroupRow

HEADING = "Customers who buy alike"
NOTHING = "Customers of this shop do not fall into groups that hold"
NOBODY_YET = "Not a customer yet"
ARROW = "\N{RIGHTWARDS ARROW}"
MOVES_ON_PHONE = 10
# Names made from what groups are run longer than those of RFM segments.
NAMES_WIDTH = 290.0
LEGEND = (
    Legend("Share of customers", "customers", "customers"),
    Legend("Share of what was bought", "amount", "amount"),
)
COLUMNS = (
    Column("Group"),
    Column("Customers", Kind.NUMBER),
    Column("Change", Kind.NUMBER, "Customers more or fewer than at the earlier date"),
    Column("Share of customers", Kind.NUMBER),
    Column("Bought so far", Kind.NUMBER, "Merchandise less discounts, before refunds"),
    Column("Share", Kind.NUMBER, "Part of what all customers bought"),
    Column("Days of purchase", Kind.NUMBER, "Average of the group's customers"),
    Column("Amount a purchase", Kind.NUMBER, "Bought so far, divided by days of purchase"),
    Column("Days since the last", Kind.NUMBER, "Average of the group's customers"),
    Column("Days since the first", Kind.NUMBER, "Average of the group's customers"),
    Column("Unlike any group", Kind.NUMBER, "Assigned, but far from the middle of every group"),
)
MOVE_COLUMNS = (
    Column("From"),
    Column("To"),
    Column("Customers", Kind.NUMBER),
    Column("Bought so far", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the groups; why there are none; None where none were looked for."""
    found = answers.customer_segments
    if found is None:
        return None
    if not found.segments:
        reasons = found.findings.reasons or ("No customer was put into a group yet.",)
        blocks: tuple[Block, ...] = (Notice("info", NOTHING), Sentences("Why", reasons))
        return Section("groups", HEADING, "", blocks)
    assert found.as_of is not None
    assert found.previous_as_of is not None
    lead = (
        f"{formatting.plural(found.customer_count, 'customer')} as of "
        f"{formatting.day(found.as_of)}, grouped by what they did and not by fixed rules. Names "
        "compare a group with the shop's customers. "
        f"{formatting.plural(found.outlier_count, 'customer')} "
        f"{'lies' if found.outlier_count == 1 else 'lie'} far from every group: better looked at "
        "by hand."
    )
    cards = tuple(_card(row, answers.currency) for row in found.segments)
    blocks = (
        _shares(found, answers.currency),
        Cards("Who they are, what to try", cards),
        _moves(found, answers.currency),
    )
    return Section("groups", HEADING, lead, blocks)


def _shares(found: CustomerSegments, currency: str) -> Figure:
    rows = found.segments
    bars = PairedBars(tuple(_bar(row, currency) for row in rows), ("customers", "amount"))
    best = rows[0]
    caption = Caption(
        "group-shares",
        f"{best.segment}: {formatting.share(best.customer_share)} of customers brought "
        f"{formatting.share(best.amount_share)} of all that was bought",
        "Two bars per group: its share of all customers and its share of all they bought. All "
        "numbers are in the table below.",
    )
    table = DataTable(
        "groups-table", "Groups of customers", COLUMNS, tuple(_row(row, currency) for row in rows)
    )
    return figure(caption, lambda sheet: draw_paired_bars(bars, sheet), LEGEND, table)


def _bar(row: GroupRow, currency: str) -> PairedBar:
    tip = (
        row.segment,
        f"Customers: {formatting.count(row.customer_count)}",
        f"Share of customers: {formatting.share(row.customer_share)}",
        f"Bought so far: {formatting.money(row.purchase_amount, currency)}",
        f"Share of what was bought: {formatting.share(row.amount_share)}",
    )
    return PairedBar(row.segment, row.customer_share, row.amount_share, tip)


def _card(row: GroupRow, currency: str) -> Card:
    size = (
        f"{formatting.plural(row.customer_count, 'customer')}, "
        f"{formatting.short_money(row.purchase_amount, currency)}"
    )
    return Card(row.segment, size, f"{row.meaning}.", f"{row.advice}.", row.customers)


def _row(row: GroupRow, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(row.segment),
        cells.count(row.customer_count, row.customers),
        cells.difference(row.customer_count - row.previous_customer_count),
        cells.share(row.customer_share),
        cells.money(row.purchase_amount, currency),
        cells.share(row.amount_share),
        cells.decimal(row.average_purchase_count),
        cells.money(row.average_purchase_amount, currency),
        cells.decimal(row.average_days_since_last_purchase),
        cells.decimal(row.average_days_since_first_purchase),
        cells.count(row.outlier_count, row.outliers),
    )


def _ribbon(move: GroupMove, currency: str) -> Ribbon:
    count = float(move.customer_count)
    return Ribbon(_source(move), move.to_segment, count, _kind(move), _tip(move, currency))


def _moves(found: CustomerSegments, currency: str) -> Figure:
    """Makes the chart of moves: a flow on desk and paper, the largest moves on a phone."""
    assert found.as_of is not None
    assert found.previous_as_of is not None
    names = tuple(row.segment for row in found.segments)
    ribbons = tuple(_ribbon(move, currency) for move in found.moves)
    sources = tuple(dict.fromkeys((*names, *(r.source for r in ribbons if r.css != "arrived"))))
    heads = (formatting.day(found.previous_as_of), formatting.day(found.as_of))
    flow = Flow(ribbons, (*sources, NOBODY_YET), names, heads, NAMES_WIDTH)
    bars = tuple(
        RankedBar(
            f"{_source(move)} {ARROW} {move.to_segment}",
            float(move.customer_count),
            formatting.count(move.customer_count),
            _tip(move, currency),
            _kind(move),
        )
        for move in [move for move in found.moves if _kind(move) != "stayed"][:MOVES_ON_PHONE]
    )
    caption = Caption(
        "group-moves",
        _moves_title(found),
        "Ribbons from the group of each customer at the earlier date to the group at the later "
        "date, as thick as the number of customers. All numbers are in the table below.",
        "Both dates are looked at by the same model, so a move is a change of the customer.",
    )

    def draw(canvas: Canvas) -> Picture:
        is_list = canvas.is_narrow and bars
        return draw_ranked_bars(bars, canvas) if is_list else draw_flow(flow, canvas)

    labels = {"moved": "To another group", "arrived": "New customers", "stayed": "Stayed"}
    seen = {_kind(move) for move in found.moves}
    legend = tuple(Legend(text, kind, kind) for kind, text in labels.items() if kind in seen)
    return figure(caption, draw, legend, _moves_table(found, currency))


def _moves_table(found: CustomerSegments, currency: str) -> DataTable:
    rows = tuple(
        (
            cells.text(_source(move)),
            cells.text(move.to_segment),
            cells.count(move.customer_count, move.customers),
            cells.money(move.purchase_amount, currency),
        )
        for move in found.moves
    )
    return DataTable("group-moves-table", "Moves between groups", MOVE_COLUMNS, rows)


def _moves_title(found: CustomerSegments) -> str:
    moved = [move for move in found.moves if _kind(move) == "moved"]
    new = sum(move.customer_count for move in found.moves if _kind(move) == "arrived")
    total = formatting.plural(sum(move.customer_count for move in moved), "customer")
    text = f"{total} changed their group, {formatting.count(new)} are new"
    if not moved:
        return text
    largest = moved[0]
    return (
        f"{text}; most moves: {formatting.count(largest.customer_count)} from "
        f"{largest.from_segment} to {largest.to_segment}"
    )


def _source(move: GroupMove) -> str:
    return NOBODY_YET if move.from_segment is None else move.from_segment


def _kind(move: GroupMove) -> str:
    if move.from_segment is None:
        return "arrived"
    return "stayed" if move.from_segment == move.to_segment else "moved"


def _tip(move: GroupMove, currency: str) -> tuple[str, ...]:
    return (
        f"{_source(move)} {ARROW} {move.to_segment}",
        f"Customers: {formatting.count(move.customer_count)}",
        f"Bought so far: {formatting.money(move.purchase_amount, currency)}",
    )
