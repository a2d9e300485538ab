"""Monitor page: what a look at a shop and its models found, as one file that opens offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Kind,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.page import render_page
from shopkeeper.html.text import clean
from shopkeeper.reports.monitoring import Monitoring
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    from shopkeeper.monitoring.drift import ColumnDrift
    from shopkeeper.monitoring.findings import ModelDrift, Sign
    from shopkeeper.reports.drift_rolls import Moved

NAME_CHARACTERS = 80
TITLES = {
    "freshness": "Orders come in",
    "volume": "Number of orders",
    "features": "Customers",
    "scores": "Scores",
    "performance": "What was said came true",
    "answers": "Answers to programs",
}
COLUMN_COLUMNS = (
    Column("Column"),
    Column("Has drifted"),
    Column("Stability index", Kind.NUMBER, "Population stability index, less what chance adds"),
    Column(
        "Distance",
        Kind.NUMBER,
        "Kolmogorov-Smirnov of numbers between their edges, total variation of texts",
    ),
    Column("Shift", Kind.NUMBER, "Difference of means in standard deviations"),
    Column("Mean now", Kind.NUMBER),
    Column("Mean then", Kind.NUMBER),
    Column("Missing now", Kind.NUMBER),
    Column("Missing then", Kind.NUMBER),
    Column("p, adjusted", Kind.NUMBER, "Largest over all days, adjusted by Benjamini-Hochberg"),
    Column("Nearest day", Kind.TEXT, "Of the days compared with, the one that is most alike"),
)
MEASURED_COLUMNS = (
    Column("Model"),
    Column("Said on"),
    Column("Served"),
    Column("Metric"),
    Column("Found", Kind.NUMBER),
    Column("95 % interval", Kind.NUMBER),
    Column("Promised", Kind.NUMBER),
    Column("Broken"),
)
MOVED_COLUMNS = (
    Column("Column"),
    Column("Value", meaning="The values whose part of the customers grew most"),
    Column("Customers", Kind.NUMBER, "Customers with such a value today"),
    Column("Part now", Kind.NUMBER, "Of all whom the model is asked about"),
    Column("Part then", Kind.NUMBER, "On the nearest day that it learned from"),
)
ANSWER_COLUMNS = (
    Column("Week of"),
    Column("Model"),
    Column("Requests", Kind.NUMBER),
    Column("Rows", Kind.NUMBER),
    Column("Mean probability", Kind.NUMBER),
    Column("Half within, ms", Kind.NUMBER),
    Column("99 of 100 within, ms", Kind.NUMBER),
)


def render_monitor(shop: str, found: Monitoring) -> str:
    """Gives the page as one HTML document; the same answer gives the same bytes.

    Args:
        shop: Name of the shop.
        found: What was found.
    """
    count = sum(sign.status == "alarm" for sign in found.signs)
    facts = [f"{count} alarm{'' if count == 1 else 's'}"]
    if found.as_of:
        facts += [f"data before {formatting.day(found.as_of)}", f"looked at {found.watched_at} UTC"]
    return render_page(
        "monitor.html",
        name=clean(shop)[:NAME_CHARACTERS] or "Shop",
        facts=tuple(facts),
        sections=sections_of(found),
        run_id=found.run_id,
        version=VERSION,
    )


def sections_of(found: Monitoring) -> tuple[Section, ...]:
    """Gives what was found as sections of a page."""
    sections = [Section("signs", "What was looked at", "", _signs(found))]
    for place, drift in enumerate(found.drift):
        if drift.features or drift.scores:
            moved = tuple(one for one in found.moved if one.model == drift.model)
            sections.append(_drift_section(place, drift, moved))
    if found.performance:
        sections.append(
            Section("performance", "What was said, and what happened", "", (_measured(found),))
        )
    if found.answered:
        sections.append(Section("answers", "Answers to programs", "", (_answered(found),)))
    return (*sections, Section("training", "Training anew", "", _training(found)))


def _signs(found: Monitoring) -> tuple[Block, ...]:
    status = {"quiet": "good", "alarm": "bad"}
    return tuple(
        Notice(
            status.get(sign.status, "info"),
            f"{TITLES.get(sign.name, sign.name)}, {sign.subject}: {_state(sign)}",
            sign.sentence.replace("`", ""),
        )
        for sign in found.signs
    ) or (Notice("info", "Nothing was looked at yet", "Look with shopkeeper monitor."),)


def _state(sign: Sign) -> str:
    since = f" since {sign.since}" if sign.since else ""
    return f"{sign.status}{since}"


def _drift_section(place: int, drift: ModelDrift, moved: tuple[Moved, ...]) -> Section:
    features = drift.features_note or (
        f"Features are those of {drift.row_count:,} customers who bought within "
        f"{drift.window_days} days."
    )
    lead = (
        f"The model was trained on data before {drift.trained_on}. {features} Scores are those of "
        f"{drift.scored_count:,} customers; each column is compared with "
        f"{len(drift.reference_days)} days, and the nearest one is shown."
    )
    table = DataTable(
        f"drift-{place}",
        "Columns, the farthest first",
        COLUMN_COLUMNS,
        tuple(_row(column) for column in (*drift.scores, *drift.features)),
    )
    blocks = (table, _moved(place, moved)) if moved else (table,)
    return Section(f"drift-of-{place}", f"Drift of {drift.model}", lead, blocks)


def _moved(place: int, moved: tuple[Moved, ...]) -> DataTable:
    rows = tuple(
        (
            cells.text(one.column),
            cells.text(one.bucket),
            cells.count(one.customer_count, one.customers),
            cells.share(one.share),
            cells.share(one.reference_share),
        )
        for one in moved
    )
    caption = "Where more customers are than the model knew"
    return DataTable(f"moved-{place}", caption, MOVED_COLUMNS, rows)


def _row(column: ColumnDrift) -> tuple[Cell, ...]:
    return (
        cells.text(column.column),
        cells.text("yes" if column.has_drifted else "no"),
        _number(column.stability_index),
        _number(column.distance),
        _number(column.shift),
        _number(column.mean),
        _number(column.reference_mean),
        _number(column.missing_share),
        _number(column.reference_missing_share),
        _number(column.adjusted_p_value),
        cells.text(column.reference_day),
    )


def _measured(found: Monitoring) -> DataTable:
    rows = tuple(
        (
            cells.text(one.model),
            cells.text(one.said_on),
            cells.text("no, said later" if one.is_backfilled else "yes"),
            cells.text(each.metric),
            _number(each.value),
            cells.text(f"{each.low:.3f} to {each.high:.3f}"),
            _number(each.promised),
            cells.text("yes" if each.is_broken else "no"),
        )
        for one in found.history or found.performance
        for each in one.measured
    )
    return DataTable("measured", "Figures whose outcome is known", MEASURED_COLUMNS, rows)


def _answered(found: Monitoring) -> DataTable:
    rows = tuple(
        (
            cells.text(week.week),
            cells.text(week.model),
            cells.count(week.request_count),
            cells.count(week.row_count),
            _number(week.mean_probability),
            _number(week.median_milliseconds),
            _number(week.slow_milliseconds),
        )
        for week in found.answered
    )
    return DataTable("answered", "What programs were told, by week", ANSWER_COLUMNS, rows)


def _training(found: Monitoring) -> tuple[Block, ...]:
    due = found.retraining
    if due is None:
        return (Notice("info", "Nothing was looked at yet"),)
    title = "Done" if due.was_done else "Due" if due.is_due else "Not due"
    blocks: list[Block] = [Notice("info", title, " ".join(due.reasons).replace("`", ""))]
    if due.outcomes:
        told = tuple(outcome.replace("`", "") for outcome in due.outcomes)
        blocks.append(Sentences("What became of the challengers", told))
    return tuple(blocks)


def _number(value: float | None) -> Cell:
    return cells.EMPTY if value is None else Cell(f"{value:,.3f}", f"{value:.12g}")
