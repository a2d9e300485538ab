"""Coming days: what the whole shop sells on each, beside the days before, and how such days did."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.html import formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Figure, Kind
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.fan import Fan, FanWeek, draw_fan
from shopkeeper.html.sections.demand_ranges import LEGEND, cells_of, point_of
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.reports.forecast_words import way_words
from shopkeeper.tasks.demand.names import AMOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.reports.forecast import Forecast, ForecastDay, SoldDay
    from shopkeeper.tasks.demand.findings import DayFindings

COLUMNS = (
    Column("Day"),
    Column("Money", Kind.NUMBER, "A mean"),
    Column("Range of money", Kind.NUMBER),
    Column("Pieces", Kind.NUMBER),
    Column("Range of pieces", Kind.NUMBER),
)
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def days_figure(found: Forecast, currency: str) -> Figure:
    """Makes the chart of the money of coming days; there is at least one, and one before them."""
    past = tuple(_sold(day, currency) for day in found.past_days)
    coming = tuple(point_of(day, day.sales_date, _name(day), currency) for day in found.days)
    caption = Caption(
        "demand-days",
        _title(found.days),
        "A line of the money of past days, and a line of the coming ones within their range. The "
        "numbers of the coming days are in the table below.",
        _note(found.findings.days, found.findings.interval_level),
    )
    table = DataTable(
        "demand-coming-days",
        "Coming days of the whole shop",
        COLUMNS,
        tuple(_cells(day, currency) for day in found.days),
        "Days add up to their weeks. Those of categories and products are in the table "
        "“daily_demand_forecast”.",
    )
    chart = Fan(past, coming, lambda value: formatting.axis_money(value, currency), is_daily=True)
    return figure(caption, lambda sheet: draw_fan(chart, sheet), LEGEND, table)


def _title(days: Sequence[ForecastDay]) -> str:
    """Says which weekdays bring most and least; of less than a week, what the days bring."""
    by_weekday: dict[int, list[Decimal]] = {}
    for day in days:
        by_weekday.setdefault(day.sales_date.weekday(), []).append(day.expected_amount)
    means = {name: sum(found, Decimal(0)) / len(found) for name, found in by_weekday.items()}
    most, least = max(means, key=lambda n: means[n]), min(means, key=lambda n: means[n])
    if len(means) < len(WEEKDAYS) or means[most] == means[least]:
        return f"What the next {formatting.plural(len(days), 'day')} bring"
    return f"{WEEKDAYS[most]} are to bring most, {WEEKDAYS[least]} least"


def _note(found: DayFindings | None, level: float) -> str:
    """Says how days are made, and how their ranges held."""
    if found is None:
        return ""
    said = [f"Days are made by: {way_words(found.way)}."]
    if not found.is_proved:
        said = [f"A simple rule is used for days: {' '.join(found.reasons)}"]
    for group in found.groups:
        if (group.level, group.measure) == (SeriesLevel.TOTAL, AMOUNT) and group.coverage:
            said.append(
                f"Ranges that were to hold {formatting.share(level, 0)} held "
                f"{formatting.share(group.coverage)} of "
                f"{formatting.plural(group.covered_count, 'later day')}."
            )
    return " ".join(said)


def _sold(day: SoldDay, currency: str) -> FanWeek:
    tip = (_name(day), f"Sold: {formatting.money(day.sales_amount, currency)}")
    return FanWeek(day.sales_date, float(day.sales_amount), None, None, tip)


def _name(day: SoldDay | ForecastDay) -> str:
    return f"{WEEKDAYS[day.sales_date.weekday()][:3]} {formatting.short_day(day.sales_date)}"


def _cells(day: ForecastDay, currency: str) -> tuple[Cell, ...]:
    first = Cell(_name(day), day.sales_date.isoformat(), None, "short")
    return (first, *cells_of(day, currency))
