"""What will sell: the coming weeks against those before them, past errors, and what to order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
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
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.fan import Fan, FanWeek, draw_fan
from shopkeeper.html.charts.grouped_bars import Bar, GroupedBars, GroupedRow, draw_grouped_bars
from shopkeeper.html.sections.demand_days import days_figure
from shopkeeper.html.sections.demand_ranges import LEGEND, cells_of, point_of
from shopkeeper.reports.forecast_words import group_words, way_words
from shopkeeper.tasks.demand.names import CHOSEN

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.forecast import Forecast, ForecastWeek, SeriesForecast
    from shopkeeper.reports.stock import Stock
    from shopkeeper.tasks.demand.findings import Findings, GroupFound, PastForecast

HEADING = "What will sell"
LEAD = (
    "Sales of the coming weeks, with the range they may take, beside what simple rules would have "
    "said at past dates; and how much stock that asks for."
)
# A year and a quarter: the season that is coming, as it was.
CHART_WEEKS = 58
LISTED = 10
PAST_LEGEND = (
    Legend("As last week", "last-period", "last-period"),
    Legend("Forecast", "expected", "expected"),
    Legend("What was sold", "actual", "actual"),
)
WEEK_COLUMNS = (
    Column("Week from"),
    Column("Money", Kind.NUMBER, "A mean"),
    Column("Range of money", Kind.NUMBER),
    Column("Pieces", Kind.NUMBER),
    Column("Range of pieces", Kind.NUMBER),
)
SERIES_COLUMNS = (
    Column("Name"),
    Column("Level"),
    Column("Money", Kind.NUMBER, "In all coming weeks together"),
    Column("Pieces", Kind.NUMBER),
)
PAST_COLUMNS = (
    Column("Weeks from"),
    Column("As last week", Kind.NUMBER),
    Column("As last season", Kind.NUMBER),
    Column("Forecast", Kind.NUMBER),
    Column("What was sold", Kind.NUMBER),
)
CONTEST_COLUMNS = (
    Column("What"),
    Column("Way"),
    Column("Role"),
    Column("MASE", Kind.NUMBER, "Error over that of the last week within the known past"),
    Column("RMSSE", Kind.NUMBER, "The same of squared errors"),
    Column("WAPE", Kind.NUMBER, "Absolute errors over what was sold"),
    Column("Bias", Kind.NUMBER, "Forecast less sold, over what was sold"),
    Column("Served errs less by", Kind.NUMBER, "In MASE or RMSSE, with its 95 % interval"),
)
STOCK_COLUMNS = (
    Column("Product"),
    Column("Name"),
    Column("Will sell", Kind.NUMBER, "While an order is on its way"),
    Column("Order again at", Kind.NUMBER, "Stock on hand and on order"),
    Column("Stock", Kind.NUMBER),
    Column("Missing", Kind.NUMBER),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the forecast and its proof; None where nothing was trained."""
    found = answers.forecast
    if found is None:
        return None
    findings, blocks = found.findings, list[Block]()
    if not findings.is_published:
        blocks.append(Notice("info", "Nothing is foretold", " ".join(findings.reasons)))
    elif not findings.is_proved:
        why = " ".join(findings.reasons)
        blocks.append(Notice("info", "No model beat the simple rules, so one of them is used", why))
    if found.weeks and found.past:
        blocks.append(_fan(found, answers.currency))
    if found.days and found.past_days:
        blocks.append(days_figure(found, answers.currency))
    if found.products:
        blocks.append(_series(found, answers.currency))
    if findings.past:
        blocks.append(_past(findings, answers.currency))
    if findings.groups:
        blocks.append(_contest(findings))
    if answers.stock is not None and answers.stock.products:
        blocks.append(_stock(answers.stock))
    blocks.append(Sentences("How it is counted", _notes(found, answers.stock)))
    return Section("demand", HEADING, LEAD, tuple(blocks))


def _fan(found: Forecast, currency: str) -> Figure:
    """Makes the chart of the total's money; unfinished weeks are left to the forecast."""
    weeks = [week for week in found.past if week.is_complete][-CHART_WEEKS:]
    past = tuple(
        FanWeek(w.week_date, float(w.sales_amount), None, None, _past_tip(w.week_date,
                w.sales_amount, currency))
        for w in weeks
    )  # fmt: skip
    coming = tuple(_fan_week(week, currency) for week in found.weeks)
    total = sum((week.expected_amount for week in found.weeks), Decimal(0))
    count = formatting.plural(len(found.weeks), "week")
    level = formatting.share(found.findings.interval_level, 0)
    caption = Caption(
        "demand-weeks",
        f"{formatting.money(total, currency)} are to be sold in the {count} from "
        f"{formatting.short_day(found.weeks[0].week_date)} on",
        "A line of the money of past whole weeks, and a line of the coming ones within their "
        "range. The numbers of the coming weeks are in the table below.",
        f"Of weeks like these the range is to hold {level}.{_whole(found, currency)}"
        if found.weeks[0].lower_amount is not None
        else "Too few past dates tell how far forecasts lie off, so no range is given.",
    )
    table = DataTable(
        "demand-coming-weeks",
        "Coming weeks of the whole shop",
        WEEK_COLUMNS,
        tuple(_week_cells(week, currency) for week in found.weeks),
    )
    chart = Fan(past, coming, lambda value: formatting.axis_money(value, currency))
    return figure(caption, lambda sheet: draw_fan(chart, sheet), LEGEND, table)


def _whole(found: Forecast, currency: str) -> str:
    """Gives the range of all coming weeks together, where it is known."""
    whole = found.whole
    if whole is None or whole.lower_amount is None or whole.upper_amount is None:
        return ""
    ends = " and ".join(
        formatting.money(end, currency) for end in (whole.lower_amount, whole.upper_amount)
    )
    return f" All together lie between {ends} as often."


def _past_tip(day: date, amount: Decimal, currency: str) -> tuple[str, ...]:
    return (
        f"Week from {formatting.short_day(day)}",
        f"Sold: {formatting.money(amount, currency)}",
    )


def _fan_week(week: ForecastWeek, currency: str) -> FanWeek:
    name = f"Week from {formatting.short_day(week.week_date)}"
    return point_of(week, week.week_date, name, currency)


def _week_cells(week: ForecastWeek, currency: str) -> tuple[Cell, ...]:
    return (cells.day(week.week_date), *cells_of(week, currency))


def _series(found: Forecast, currency: str) -> DataTable:
    def cell_row(row: SeriesForecast, level: str) -> tuple[Cell, ...]:
        return (
            cells.text(row.name),
            cells.text(level),
            cells.money(row.expected_amount, currency),
            cells.pieces(row.expected_quantity),
        )

    rows = [cell_row(row, "category") for row in found.categories[:LISTED]]
    rows += [cell_row(row, "product") for row in found.products[:LISTED]]
    return DataTable(
        "demand-series",
        "What brings most in the coming weeks together",
        SERIES_COLUMNS,
        tuple(rows),
        "All series with their weeks and ranges are in the table “demand_forecast”.",
    )


def _past(findings: Findings, currency: str) -> Figure:
    """Makes the chart of past forecasts that share no week with one another."""
    shown = findings.past[:: -findings.horizon_weeks][::-1]
    weeks = formatting.plural(findings.horizon_weeks, "week")
    actual = sum(past.actual_amount for past in shown)
    said = sum(past.expected_amount for past in shown)
    title = "Nothing was sold after the past dates"
    if actual > 0:
        title = f"At past dates forecasts came to {formatting.share(said / actual, 0)} of sales"
    caption = Caption(
        "demand-past",
        title,
        f"For each past date three bars: what {weeks} like the last one would have brought, the "
        "forecast, and what was sold. All numbers are in the table below.",
        "Each forecast was made again from what was known before its date.",
    )
    chart = GroupedBars(
        tuple(_past_row(past, currency) for past in shown), ("last-period", "expected", "actual")
    )
    table = DataTable(
        "demand-past-table",
        f"Forecasts of {weeks} at all dates that are judged",
        PAST_COLUMNS,
        tuple(_past_cells(past, currency) for past in findings.past),
    )
    return figure(caption, lambda sheet: draw_grouped_bars(chart, sheet), PAST_LEGEND, table)


def _past_row(past: PastForecast, currency: str) -> GroupedRow:
    day = formatting.short_day(date.fromisoformat(past.first_date))
    amounts = (past.last_week_amount, past.expected_amount, past.actual_amount)
    tip = (
        f"From {day} on",
        *(
            f"{entry.label}: {formatting.money(amount, currency)}"
            for entry, amount in zip(PAST_LEGEND, amounts, strict=True)
        ),
    )
    bars = tuple(Bar(amount, formatting.short_money(amount, currency)) for amount in amounts)
    return GroupedRow(f"From {day}", bars, tip)


def _past_cells(past: PastForecast, currency: str) -> tuple[Cell, ...]:
    amounts = (
        past.last_week_amount,
        past.last_season_amount,
        past.expected_amount,
        past.actual_amount,
    )
    day = cells.day(date.fromisoformat(past.first_date))
    return (day, *(cells.amount(amount, currency) for amount in amounts))


def _contest(findings: Findings) -> DataTable:
    count = formatting.plural(findings.judged_count, "past week")
    return DataTable(
        "demand-contest",
        f"Ways to foretell, judged at {count}",
        CONTEST_COLUMNS,
        tuple(row for group in findings.groups for row in _group_rows(group)),
        "What is served was chosen anew at each date from what was known then, and adds up. "
        "All ways stand in `shopkeeper show forecast`.",
    )


def _group_rows(group: GroupFound) -> list[tuple[Cell, ...]]:
    leads = {
        lead.other: f"{lead.value:+.3f} ({lead.low:+.3f} to {lead.high:+.3f})"
        for lead in group.leads
    }
    return [
        (
            cells.text(group_words(group.level, group.measure)),
            cells.text(way_words(row.way)),
            Cell("simple rule" if row.is_baseline else formatting.EN_DASH, "", None, "short"),
            *(_number(value) for value in (row.mase, row.rmsse)),
            cells.EMPTY if row.wape is None else cells.share(row.wape),
            cells.EMPTY if row.bias is None else cells.share(row.bias),
            Cell(leads[row.way], "") if row.way in leads else cells.EMPTY,
        )
        for place, row in enumerate(group.contest)
        # The best, what is served, and the simple rules; the terminal lists all.
        if place == 0 or row.is_baseline or row.way in (CHOSEN, group.way)
    ]


def _number(value: float | None) -> Cell:
    return cells.EMPTY if value is None else Cell(f"{value:.3f}", f"{value:.12g}")


def _stock(found: Stock) -> DataTable:
    def pieces(value: Decimal | None) -> Cell:
        return cells.EMPTY if value is None else cells.pieces(value)

    return DataTable(
        "stock-advice",
        f"What must be there when an order is made, to last {found.lead_time_weeks} weeks with a "
        f"probability of {formatting.share(found.service_level, 0)}",
        STOCK_COLUMNS,
        tuple(
            (
                cells.text(row.product_id),
                cells.text(row.product_name),
                *map(pieces, (row.expected_quantity, row.reorder_quantity)),
                *map(pieces, (row.stock_quantity, row.missing_quantity)),
            )
            for row in found.products[:LISTED]
        ),
        " ".join(found.notes),
    )


def _notes(found: Forecast, stock: Stock | None) -> tuple[str, ...]:
    """Gives what is counted, how ranges held, and what to know beside it."""
    del stock
    findings = found.findings
    level = formatting.share(findings.interval_level, 0)
    held = tuple(_held(group, level) for group in findings.groups if group.coverage is not None)
    lost = tuple(
        f"{group_words(group.level, group.measure).capitalize()}: no way beat both simple rules; "
        f"served {way_words(group.way)}."
        for group in findings.groups
        if findings.is_proved and not group.is_proved
    )
    return (found.definition, *lost, *held, *findings.caveats)


def _held(group: GroupFound, level: str) -> str:
    """Gives how often ranges held beside how often they should, and what follows from it."""
    assert group.coverage is not None
    width = ""
    if group.range_width is not None:
        width = f"; they were {formatting.share(group.range_width, 0)} of sales wide"
    wider = ""
    if group.widened_by > 1:
        wider = f" That is too few, so ranges from now on are {group.widened_by:.2f} times as wide."
    return (
        f"{group_words(group.level, group.measure).capitalize()}: ranges that were to hold {level} "
        f"held {formatting.share(group.coverage)} of "
        f"{formatting.plural(group.covered_count, 'later week')}{width}.{wider}"
    )
