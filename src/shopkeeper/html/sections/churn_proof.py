"""Can the risk be trusted: calibration, lift, whom contacting would have reached, the contest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting, spans
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Figure,
    Kind,
    Legend,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.paired_bars import PairedBar, PairedBars, draw_paired_bars
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.reports.churn_words import METRICS, candidate_words, feature_words

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.tasks.churn.findings import Bin, Contestant, Findings

HEADING = "Can the risk be trusted"
LEAD = (
    "Each way of predicting was taught on earlier days and held against what followed later ones, "
    "beside two simple rules. Probabilities are put right on the same season of the year before."
)
FEATURES_SHOWN = 10
DIGITS = 3
LEGEND = (Legend("Foretold", "expected", "expected"), Legend("Happened", "actual", "actual"))
BIN_COLUMNS = (
    Column("Part of the customers"),
    Column("Customers", Kind.NUMBER),
    Column("Foretold", Kind.NUMBER),
    Column("Happened", Kind.NUMBER),
)
LIFT_COLUMNS = (
    Column("Most endangered part", Kind.NUMBER),
    Column("Holds of all leavers", Kind.NUMBER),
)
CONFUSION_COLUMNS = (
    Column("What happened"),
    Column("Contacted", Kind.NUMBER),
    Column("Not contacted", Kind.NUMBER),
)
FEATURE_COLUMNS = (
    Column("Feature"),
    Column("Moves the log-odds by", Kind.NUMBER, "Mean size of its exact Shapley value"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the proof; None where no contest was held."""
    found = answers.churn.findings if answers.churn else None
    if found is None or not found.contest:
        return None
    blocks: list[Block] = []
    if found.calibration:
        blocks.append(_calibration("churn-calibration", "all customers", found.calibration))
    if found.active_calibration:
        name = f"those who ordered in the last {spans.days(found.horizon_days)}"
        blocks.append(_calibration("churn-calibration-active", name, found.active_calibration))
    blocks.append(_contest(found))
    if found.lift:
        blocks.append(_lift(found))
    blocks += _confusion(found, answers.currency)
    if found.importance:
        blocks.append(_importance(found))
    if remarks := (*found.reasons, *found.caveats):
        blocks.append(Sentences("What to know beside it", remarks))
    return Section("churn-proof", HEADING, LEAD, tuple(blocks))


def _calibration(name: str, who: str, bins: tuple[Bin, ...]) -> Figure:
    rows = tuple(_pair(place, row) for place, row in enumerate(bins, 1))
    total = sum(row.row_count for row in bins)
    off = sum(abs(row.predicted_rate - row.actual_rate) * row.row_count for row in bins) / total
    caption = Caption(
        name,
        f"Of {who}, what was foretold and what happened lie "
        f"{formatting.share(off)} of the customers apart",
        "Customers of all past dates in up to ten parts by their probability of leaving; two bars "
        "for each: the share foretold and the share that left. All numbers are in the table below.",
    )
    table = DataTable(
        f"{name}-table",
        f"Foretold and happened: {who}",
        BIN_COLUMNS,
        tuple(
            (
                cells.text(f"Part {place}"),
                cells.count(row.row_count),
                cells.share(row.predicted_rate),
                cells.share(row.actual_rate),
            )
            for place, row in enumerate(bins, 1)
        ),
    )
    chart = PairedBars(rows, ("expected", "actual"))
    return figure(caption, lambda sheet: draw_paired_bars(chart, sheet), LEGEND, table)


def _pair(place: int, row: Bin) -> PairedBar:
    tip = (
        f"Part {place}",
        f"Customers: {formatting.count(row.row_count)}",
        f"Foretold: {formatting.share(row.predicted_rate)}",
        f"Happened: {formatting.share(row.actual_rate)}",
    )
    return PairedBar(f"Part {place}", row.predicted_rate, row.actual_rate, tip)


def _contest(found: Findings) -> DataTable:
    count = formatting.plural(len(found.past), "past date")
    state = f"in use: {found.model}" if found.is_published else "nothing in use"
    columns = (
        Column("Way of predicting"),
        Column("Role"),
        *(Column(w.label, Kind.NUMBER, f"{w.meaning}; {w.better}") for w in METRICS.values()),
        Column("Order of still active", Kind.NUMBER, "The same, of still-active customers alone"),
    )
    rows = tuple(_contestant(row, found) for row in found.contest)
    return DataTable("churn-contest", f"Means over {count}; {state}", columns, rows)


def _contestant(row: Contestant, found: Findings) -> tuple[Cell, ...]:
    roles = (
        ("in use", found.is_published and row.candidate == found.candidate),
        ("winner", row.is_winner),
        ("simple rule", row.is_baseline),
    )
    role = ", ".join(name for name, has_it in roles if has_it) or formatting.EN_DASH
    return (
        cells.text(candidate_words(row.candidate)),
        Cell(role, "", None, "short"),
        *(_metric(row.metrics.get(name)) for name in METRICS),
        _metric(row.active_metrics.get("roc_auc")),
    )


def _metric(value: float | None) -> Cell:
    return (
        cells.EMPTY if value is None else Cell(formatting.decimal(value, DIGITS), f"{value:.12g}")
    )


def _lift(found: Findings) -> Figure:
    bars = tuple(
        RankedBar(
            f"Top {formatting.share(row.share, 0)}",
            row.captured,
            formatting.share(row.captured),
            (
                f"The most endangered {formatting.share(row.share, 0)}",
                f"hold {formatting.share(row.captured)} of all who left",
            ),
        )
        for row in found.lift
    )
    first = found.lift[0]
    caption = Caption(
        "churn-lift",
        f"The most endangered {formatting.share(first.share, 0)} held "
        f"{formatting.share(first.captured)} of all who left",
        "A bar for each part of the customers, the most endangered first, with the share of all "
        "leavers that it holds. All numbers are in the table below.",
        "Chance would give each part its own share.",
    )
    rows = tuple((cells.share(row.share), cells.share(row.captured)) for row in found.lift)
    table = DataTable("churn-lift-table", "Leavers reached", LIFT_COLUMNS, rows)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _confusion(found: Findings, currency: str) -> tuple[Block, ...]:
    told = found.confusion
    if told is None:
        return ()
    rows = (
        (
            cells.text("Left"),
            cells.count(told.left_and_contacted),
            cells.count(told.left_and_not),
        ),
        (
            cells.text("Stayed"),
            cells.count(told.stayed_and_contacted),
            cells.count(told.stayed_and_not),
        ),
    )
    note = (
        f"Contacting everyone from {formatting.share(told.threshold)} on would have brought "
        f"{formatting.money(told.profit, currency)}; contacting everybody "
        f"{formatting.money(told.profit_of_all, currency)}. Cost and saving are settings: "
        "the cheapest of decisions.channels, and churn.saved_amount."
    )
    caption = "Had customers been contacted on the past dates"
    return (DataTable("churn-confusion", caption, CONFUSION_COLUMNS, rows, note),)


def _importance(found: Findings) -> DataTable:
    rows = tuple(
        (
            cells.text(feature_words(name)),
            Cell(formatting.decimal(size, DIGITS), f"{size:.12g}"),
        )
        for name, size in found.importance[:FEATURES_SHOWN]
    )
    return DataTable("churn-features", "What moves the probability most", FEATURE_COLUMNS, rows)
