"""Which forecast is best: candidates beside baselines, the busy months, what was refused."""

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
from shopkeeper.reports.standing import METRICS, candidate_words, metric_names

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.lifetime_value import LifetimeValues
    from shopkeeper.tasks.lifetime_value.findings import Contestant, Findings

HEADING = "Which forecast is best"
LEAD = (
    "Several ways of predicting were held against the same past dates, beside simple rules that "
    "need no model. One is used only if it beats all of these rules."
)
DIGITS = 3
PACE_COLUMNS = (
    Column("Month"),
    Column("Pace", Kind.NUMBER, "Purchases of a customer in the month; 1 is the year's average"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the contests; None where none was held: the section of the values says why."""
    values = answers.lifetime_value
    if values is None:
        return None
    published = tuple(horizon.findings for horizon in values.horizons)
    found = (*published, *values.refused)
    blocks: list[Block] = [_table(one, answers.currency) for one in found if one.contest]
    if not blocks:
        return None
    blocks.append(_words())
    blocks += [pace] if (pace := _pace(found)) else []
    blocks += [_refusal(one) for one in values.refused]
    if caveats := _caveats(values):
        blocks.append(Sentences("What to know beside it", caveats))
    return Section("contest", HEADING, LEAD, tuple(blocks))


def _table(found: Findings, currency: str) -> DataTable:
    """Gives the contest over one horizon, best first."""
    span = spans.days(found.horizon_days)
    count = formatting.plural(len(found.past), "past date")
    state = f"in use: {found.model}" if found.is_published else "nothing in use"
    columns = (
        Column("Way of predicting"),
        Column("Role"),
        *(_column(name) for name in metric_names()),
    )
    rows = tuple(_row(row, found, currency) for row in found.contest)
    return DataTable(
        f"contest-{found.horizon_days}", f"{span}, means over {count}; {state}", columns, rows
    )


def _column(name: str) -> Column:
    words = METRICS[name]
    return Column(words.label, Kind.NUMBER, f"{words.meaning}; {words.better}")


def _row(row: Contestant, found: Findings, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(candidate_words(row.candidate)),
        Cell(_role(row, found), "", None, "short"),
        *(_metric(name, row.metrics.get(name), currency) for name in metric_names()),
    )


def _role(row: Contestant, found: Findings) -> str:
    roles = (
        ("in use", found.is_published and row.candidate == found.candidate),
        ("winner", row.is_winner),
        ("simple rule", row.is_baseline),
    )
    return ", ".join(role for role, has_it in roles if has_it) or formatting.EN_DASH


def _metric(name: str, value: float | None, currency: str) -> Cell:
    if value is None:
        return cells.EMPTY
    if name == "rmse":
        return cells.amount(value, currency)
    return Cell(formatting.decimal(value, DIGITS), f"{value:.12g}")


def _words() -> Sentences:
    """Says what each metric is and which way is better."""
    return Sentences(
        "How to read it",
        tuple(
            f"{METRICS[name].label}: {METRICS[name].meaning[:1].lower()}"
            f"{METRICS[name].meaning[1:]}; {METRICS[name].better}."
            for name in metric_names()
        ),
    )


def _pace(found: tuple[Findings, ...]) -> Figure | None:
    """Makes the chart of busy months, where the data tell of a season."""
    pace = next((one.pace for one in found if len(set(one.pace)) > 1), ())
    if not pace:
        return None
    named = tuple(zip(formatting.MONTHS, pace, strict=True))
    bars = tuple(
        RankedBar(
            name,
            value,
            formatting.decimal(value, 2),
            (name, f"Pace: {formatting.decimal(value, 2)}", "Average of the year: 1"),
        )
        for name, value in named
    )
    busiest, most = max(named, key=lambda row: row[1])
    caption = Caption(
        "pace",
        f"{busiest} is the busiest month: customers buy {formatting.decimal(most, 2)} times as "
        "often as on average",
        "A bar for each month of the year: how often customers buy in it, as a part of the "
        "year's average. All numbers are in the table below.",
        "Learned from the years before, for the customers there were. Forecasts run on this "
        "clock: silence says more in a busy month.",
    )
    rows = tuple((cells.text(name), Cell(formatting.decimal(v, 2), f"{v:g}")) for name, v in named)
    table = DataTable("pace-table", "Pace by month", PACE_COLUMNS, rows)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _refusal(found: Findings) -> Notice:
    title = f"{spans.days(found.horizon_days)}: nothing is published"
    return Notice("info", title, " ".join(found.reasons))


def _caveats(values: LifetimeValues) -> tuple[str, ...]:
    """Gives each caveat once, with the horizons that it is about."""
    about: dict[str, list[int]] = {}
    for found in (*(horizon.findings for horizon in values.horizons), *values.refused):
        for caveat in found.caveats:
            about.setdefault(caveat, []).append(found.horizon_days)
    return tuple(f"{spans.listed(days)}: {caveat}" for caveat, days in about.items())
