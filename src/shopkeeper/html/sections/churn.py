"""Who is leaving: customers by risk, whom to keep first and why, or why that is not said."""

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
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.reports.churn_words import band_words

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.churn import Churn, Endangered, RiskBand

HEADING = "Who is leaving"
NOTHING = "Who is leaving is not said of these data"
BAND_COLUMNS = (
    Column("Risk"),
    Column("Customers", Kind.NUMBER),
    Column("Still active", Kind.NUMBER, "Ordered within the horizon before the day of scoring"),
    Column("Expected to leave", Kind.NUMBER, "Sum of the probabilities"),
    Column("Bought in a year", Kind.NUMBER, "Order value of the last 365 days, less refunds"),
)
CUSTOMER_COLUMNS = (
    Column("Customer"),
    Column("Chance to leave", Kind.NUMBER, "Probability of no order within the horizon"),
    Column(
        "At risk",
        Kind.NUMBER,
        "That chance, times what was bought in the last 365 days, less refunds",
    ),
    Column("Bought in a year", Kind.NUMBER),
    Column("Why", Kind.PROSE, "What speaks most for leaving, strongest first"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives who is leaving, or says why there is nobody; None where nothing was trained."""
    churn = answers.churn
    if churn is None:
        return None
    if not churn.bands:
        return Section("churn", HEADING, "", _reasons(churn))
    days = spans.days(churn.findings.horizon_days)
    lead = (
        f"Leaving means: no order in the {days} from {formatting.day(churn.as_of)} on. "
        f"{churn.findings.horizon_reason}"
    )
    blocks: list[Block] = [_figure(churn, answers.currency)]
    if churn.customers:
        blocks.append(_customers(churn, answers.currency))
    return Section("churn", HEADING, lead, tuple(blocks))


def _reasons(churn: Churn) -> tuple[Block, ...]:
    """Says why nobody is scored, and what is asked instead."""
    if churn.findings.is_published:
        return (Notice("info", "A model is in use, but no customer was scored with it yet"),)
    blocks: list[Block] = [Notice("info", NOTHING), Sentences("", churn.findings.reasons)]
    second = churn.second_purchase
    if second is not None:
        title = "Asked instead: who of those who bought once will buy again"
        told = (
            (f"A model is in use: {second.model}; see the table `second_purchase_scores`.",)
            if second.is_published
            else second.reasons
        )
        blocks.append(Sentences(title, told))
    return tuple(blocks)


def _figure(churn: Churn, currency: str) -> Figure:
    """Makes the chart of still-active customers by risk; the table holds all customers."""
    days = spans.days(churn.findings.horizon_days)
    bars = tuple(_bar(band, currency) for band in churn.bands if band.band)
    active = sum(band.active_count for band in churn.bands)
    high = sum(b.active_count for b in churn.bands if b.band in ("high", "very high"))
    caption = Caption(
        "churn-bands",
        f"Of {formatting.plural(active, 'customer')} who ordered in the last {days}, "
        f"{formatting.count(high)} are more likely to stay away than to come back",
        "A bar for each band of risk with the number of still-active customers in it. All numbers "
        "are in the table below.",
        "Only still-active customers are drawn: who has been silent for longer can hardly be kept.",
    )
    rows = tuple(_band_row(band, currency) for band in churn.bands)
    table = DataTable("churn-bands-table", "Customers by risk", BAND_COLUMNS, rows)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _bar(band: RiskBand, currency: str) -> RankedBar:
    tip = (
        f"Risk: {band.band}",
        f"Still active: {formatting.count(band.active_count)}",
        f"All customers: {formatting.count(band.customer_count)}",
        f"Bought in a year: {formatting.money(band.past_year_amount, currency)}",
    )
    shown = formatting.count(band.active_count)
    return RankedBar(band.band.capitalize(), float(band.active_count), shown, tip)


def _band_row(band: RiskBand, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(band_words(band.band).capitalize()),
        cells.count(band.customer_count, band.customers),
        cells.count(band.active_count, band.active),
        cells.count(round(band.expected_leaver_count)) if band.band else cells.EMPTY,
        cells.money(band.past_year_amount, currency),
    )


def _customers(churn: Churn, currency: str) -> DataTable:
    return DataTable(
        "endangered-customers",
        "Whom to keep first: still active, with the most money at risk",
        CUSTOMER_COLUMNS,
        tuple(_customer_row(row, currency) for row in churn.customers),
        "A high chance to leave does not say that a contact would keep them; keep some of the list "
        "uncontacted to see what it changed.",
    )


def _customer_row(row: Endangered, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(row.customer_id),
        cells.share(row.churn_probability),
        cells.money(row.amount_at_risk, currency),
        cells.money(row.past_year_amount, currency),
        cells.prose("; ".join(row.reasons)),
    )
