"""Forecasts against what happened: at past dates, customer by customer, in tenths."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.evaluation.lifetime_value import GROUPS
from shopkeeper.html import cells, formatting, spans
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Figure, Kind, Legend, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.grouped_bars import (
    Bar,
    GroupedBars,
    GroupedRow,
    draw_grouped_bars,
)
from shopkeeper.reports.standing import candidate_words, winner

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.tasks.lifetime_value.findings import Decile, Findings, PastForecast

HEADING = "Forecasts against what happened"
LEAD = (
    "Each forecast was made again as of a past day, with nothing that was not known then, and is "
    "held against what customers went on to spend."
)
PAST_LEGEND = (
    Legend("Same as the last period", "last-period", "last-period"),
    Legend("Forecast", "expected", "expected"),
    Legend("What happened", "actual", "actual"),
)
TENTH_LEGEND = PAST_LEGEND[1:]
PAST_COLUMNS = (
    Column("From"),
    Column("Customers", Kind.NUMBER, "Who had bought before that day"),
    Column("Last period", Kind.NUMBER, "What they had spent in as many days before"),
    Column("Forecast", Kind.NUMBER),
    Column("What happened", Kind.NUMBER),
    Column("Forecast of actual", Kind.NUMBER, "Forecast as a part of what happened"),
    Column("In interval", Kind.NUMBER, "Customers whose spending lay in their 80 % interval"),
)
TENTH_COLUMNS = (
    Column("Tenth of the forecast"),
    Column("Customers", Kind.NUMBER, "On all past dates together"),
    Column("Forecast", Kind.NUMBER, "Mean by customer"),
    Column("What happened", Kind.NUMBER, "Mean by customer"),
)
# Share of customers who are to lie within their intervals, in percent.
INTERVAL_PERCENT = 80


def section(answers: ReportAnswers) -> Section | None:
    """Gives two charts for each horizon that was judged on the past; None where none was."""
    values = answers.lifetime_value
    if values is None:
        return None
    published = tuple(horizon.findings for horizon in values.horizons)
    found = [findings for findings in (*published, *values.refused) if findings.past]
    if not found:
        return None
    blocks: list[Block] = []
    for findings in found:
        blocks.append(_past(findings, answers.currency))
        if findings.deciles:
            blocks.append(_tenths(findings, answers.currency))
    return Section("forecasts", HEADING, LEAD, tuple(blocks))


def _past(found: Findings, currency: str) -> Figure:
    """Makes the chart of past dates."""
    rows = tuple(_past_row(past, currency) for past in found.past)
    chart = GroupedBars(rows, ("last-period", "expected", "actual"))
    span = spans.days(found.horizon_days)
    caption = Caption(
        f"past-{found.horizon_days}",
        _past_title(found),
        f"For each past day three bars: what customers had spent in the {span} before it, the "
        "forecast, and what they spent after it. All numbers are in the table below.",
        _past_note(found),
    )
    table = DataTable(
        f"past-{found.horizon_days}-table",
        f"Forecasts of {span}",
        PAST_COLUMNS,
        tuple(_past_cells(past, currency) for past in found.past),
    )
    return figure(caption, lambda sheet: draw_grouped_bars(chart, sheet), PAST_LEGEND, table)


def _past_title(found: Findings) -> str:
    """Says how near forecasts came in total, beside the last period."""
    span = spans.days(found.horizon_days)
    actual = sum(past.actual_amount for past in found.past)
    if actual <= 0:
        return f"{span}: customers spent nothing after the past dates"
    expected = sum(past.expected_amount for past in found.past) / actual
    last = sum(past.last_period_amount for past in found.past) / actual
    count = formatting.plural(len(found.past), "past date")
    return (
        f"{span}: at {count}, forecasts came to {formatting.share(expected, 0)} of what was spent; "
        f"the last period to {formatting.share(last, 0)}"
    )


def _past_note(found: Findings) -> str:
    """Says whose forecasts they are, how intervals held, and whether horizons share days."""
    parts = []
    best = winner(found)
    if best is not None:
        parts.append(f"Forecasts of: {candidate_words(best.candidate)}.")
        if found.is_published and best.candidate != found.candidate:
            parts.append(
                f"In use is {candidate_words(found.candidate)}, which passed the gate earlier."
            )
    if not found.is_published:
        parts.append("These forecasts were refused: see Which forecast is best.")
    covered = [past.coverage for past in found.past if past.coverage is not None]
    if covered:
        mean = sum(covered) / len(covered)
        parts.append(
            f"Intervals that were to hold {INTERVAL_PERCENT}{formatting.SPACE}% of the customers, "
            f"learned from earlier dates, held {formatting.share(mean)}."
        )
    else:
        parts.append("There was no earlier date to learn intervals from and check them at a later.")
    if spans.share_days([date.fromisoformat(past.cutoff) for past in found.past],
                        found.horizon_days):  # fmt: skip
        parts.append("The horizons share days, so these are not independent trials.")
    return " ".join(parts)


def _past_row(past: PastForecast, currency: str) -> GroupedRow:
    """Gives one past date to the chart, with its reading."""
    day = formatting.short_day(date.fromisoformat(past.cutoff))
    amounts = (past.last_period_amount, past.expected_amount, past.actual_amount)
    tip = (
        f"From {day} on",
        f"Customers: {formatting.count(past.customer_count)}",
        *(
            f"{entry.label}: {formatting.money(amount, currency)}"
            for entry, amount in zip(PAST_LEGEND, amounts, strict=True)
        ),
    )
    bars = tuple(Bar(amount, formatting.short_money(amount, currency)) for amount in amounts)
    return GroupedRow(f"From {day}", bars, tip)


def _past_cells(past: PastForecast, currency: str) -> tuple[Cell, ...]:
    actual = past.actual_amount
    return (
        cells.day(date.fromisoformat(past.cutoff)),
        cells.count(past.customer_count),
        cells.amount(past.last_period_amount, currency),
        cells.amount(past.expected_amount, currency),
        cells.amount(actual, currency),
        cells.share(past.expected_amount / actual) if actual > 0 else cells.EMPTY,
        cells.share(past.coverage) if past.coverage is not None else cells.EMPTY,
    )


def _tenths(found: Findings, currency: str) -> Figure:
    """Makes the chart of calibration: customers in tenths of the forecast, the highest first."""
    ordered = tuple(reversed(found.deciles))
    chart = GroupedBars(
        tuple(_tenth_row(decile, currency) for decile in ordered), ("expected", "actual")
    )
    best = ordered[0]
    span = spans.days(found.horizon_days)
    caption = Caption(
        f"calibration-{found.horizon_days}",
        f"{span}: of the tenth with the highest forecasts, "
        f"{formatting.short_money(best.expected_amount, currency)} each was expected, and "
        f"{formatting.short_money(best.actual_amount, currency)} came",
        "For each tenth of the customers two bars: the mean forecast and the mean of what they "
        "spent. All numbers are in the table below.",
        "Customers of all past dates in order of the forecast; mean by customer. Forecasts are "
        "right where both bars are as long, not only in total but at each size.",
    )
    table = DataTable(
        f"calibration-{found.horizon_days}-table",
        f"Forecast and actual spending by tenth, {span}",
        TENTH_COLUMNS,
        tuple(_tenth_cells(decile, currency) for decile in ordered),
    )
    return figure(caption, lambda sheet: draw_grouped_bars(chart, sheet), TENTH_LEGEND, table)


def _tenth_row(decile: Decile, currency: str) -> GroupedRow:
    amounts = (decile.expected_amount, decile.actual_amount)
    tip = (
        f"{_tenth(decile)} of the forecast",
        f"Customers: {formatting.count(decile.customer_count)}",
        *(
            f"{entry.label}: {formatting.money(amount, currency)}"
            for entry, amount in zip(TENTH_LEGEND, amounts, strict=True)
        ),
    )
    bars = tuple(Bar(amount, formatting.short_money(amount, currency)) for amount in amounts)
    return GroupedRow(_tenth(decile), bars, tip)


def _tenth(decile: Decile) -> str:
    return "Highest tenth" if _place(decile) == 1 else f"Tenth {_place(decile)}"


def _place(decile: Decile) -> int:
    """Counts tenths as the values do: 1 is the highest."""
    return GROUPS + 1 - decile.decile


def _tenth_cells(decile: Decile, currency: str) -> tuple[Cell, ...]:
    return (
        Cell(_tenth(decile), str(_place(decile)), None, "short"),
        cells.count(decile.customer_count),
        cells.amount(decile.expected_amount, currency),
        cells.amount(decile.actual_amount, currency),
    )
