"""Demand in the terminal: coming weeks with ranges, past errors, and what to order again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.forecast_words import group_words, way_words
from shopkeeper.reports.formatting import change, money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.forecast import Forecast, ForecastWeek, SeriesForecast, WholeForecast
    from shopkeeper.reports.stock import Stock
    from shopkeeper.tasks.demand.findings import DayFindings, Findings, GroupFound, WayFound


def show_forecast(found: Forecast, currency: str) -> None:
    """Prints what will sell, how that was proved, and what was refused."""
    print_text(f"what will sell in the {found.findings.horizon_weeks} weeks from {_first(found)}")
    print_text(found.definition)
    if found.weeks:
        level = percent(found.findings.interval_level, 0)
        print_table(
            ("week from", "money", f"{level} of such weeks", "pieces", f"{level} of such weeks "),
            [_week(week, currency) for week in found.weeks],
        )
    if found.whole is not None:
        print_text(f"together: {_whole(found.whole, found.findings, currency)}")
        print_text(_whole_held(found.findings))
    if found.days:
        _show_days(found, currency)
    for title, series in (("category", found.categories), ("product", found.products)):
        if series:
            print_text()
            _show_series(title, series, currency)
    _show_contest(found.findings, currency)


def show_forecast_headline(found: Forecast, currency: str) -> None:
    """Prints one line on what will sell, or that nothing is foretold and why."""
    whole = found.whole
    if whole is None:
        why = " ".join(found.findings.reasons) or "nothing was scored: `shopkeeper score`"
        print_text(f"sales: not foretold: {why}")
        return
    print_text(f"sales: {_whole(whole, found.findings, currency)}")


def _whole(whole: WholeForecast, findings: Findings, currency: str) -> str:
    said = (
        f"{money(whole.expected_amount, currency, 0)} expected in the {whole.week_count} weeks "
        f"from {whole.first_date}"
    )
    if whole.lower_amount is None or whole.upper_amount is None:
        said += "; too few past dates tell how far that may lie off"
    else:
        level = percent(findings.interval_level, 0)
        said += f" ({level}: {_range(whole.lower_amount, whole.upper_amount, currency)})"
    return said if findings.is_proved else f"{said}, by a simple rule: no model beat it"


def show_stock(found: Stock, currency: str) -> None:
    """Prints what must be there when an order is made, and what falls short."""
    del currency
    if found.product_count:
        print_text(
            f"what must be there to last {found.lead_time_weeks} weeks from {found.as_of} with a "
            f"probability of {percent(found.service_level, 0)}; goods come "
            f"{found.lead_time_days} days after an order"
        )
        if found.known_count:
            print_text(f"{found.short_count:,} of {found.known_count:,} known stocks fall short")
        print_table(
            ("product", "name", "will sell", "order again at", "of it safety", "stock", "missing"),
            [
                (
                    *(row.product_id, row.product_name, row.expected_quantity),
                    *(row.reorder_quantity, row.safety_quantity),
                    *(row.stock_quantity, row.missing_quantity),
                )
                for row in found.products
            ],
        )
    for note in found.notes:
        print_text(f"note: {note}")


def show_demand_training(found: Findings | None, currency: str) -> None:
    """Prints whether a forecast passed, against what, and why not."""
    if found is not None:
        _show_contest(found, currency)


def _first(found: Forecast) -> str:
    return str(found.weeks[0].week_date if found.weeks else found.as_of)


def _week(week: ForecastWeek, currency: str) -> tuple[str, ...]:
    return (
        str(week.week_date),
        money(week.expected_amount, currency),
        _range(week.lower_amount, week.upper_amount, currency),
        f"{week.expected_quantity:,.1f}",
        _range(week.lower_quantity, week.upper_quantity, None),
    )


def _show_days(found: Forecast, currency: str) -> None:
    """Prints the coming days, and how such days did at past dates."""
    level = percent(found.findings.interval_level, 0)
    print_text()
    print_table(
        ("day", "", "money", f"{level} of such days", "pieces", f"{level} of such days "),
        [
            (
                *(str(day.sales_date), f"{day.sales_date:%a}"),
                money(day.expected_amount, currency),
                _range(day.lower_amount, day.upper_amount, currency),
                f"{day.expected_quantity:,.1f}",
                _range(day.lower_quantity, day.upper_quantity, None),
            )
            for day in found.days
        ],
    )
    if found.findings.days is not None:
        _show_day_contest(found.findings.days, level)


def _show_day_contest(found: DayFindings, level: str) -> None:
    for group in found.groups:
        ways = "; ".join(
            f"{way_words(row.way)} {'not known' if row.mase is None else format(row.mase, '.3f')}"
            for row in group.contest
        )
        held = "ranges could not be checked"
        if group.coverage is not None:
            held = (
                f"ranges that were to hold {level} held {percent(group.coverage)} of "
                f"{group.covered_count:,} later days"
            )
        if group.widened_by > 1:
            held += f"; those from now on are {group.widened_by:.2f} times as wide for it"
        print_text(f"days, {group_words(group.level, group.measure)}: by {way_words(group.way)}")
        print_text(f"  MASE at past dates: {ways}; {held}")
    for reason in found.reasons:
        print_text(f"a simple rule is served for days: {reason}")
    if found.product_way:
        print_text("days of products: `shopkeeper table daily_demand_forecast`")
    for reason in found.product_reasons:
        print_text(f"no days of products: {reason}")


def _range(low: Decimal | None, high: Decimal | None, currency: str | None) -> str:
    if low is None or high is None:
        return "not known"
    if currency is None:
        return f"{low:,.0f} to {high:,.0f}"
    return f"{money(low, currency, 0)} to {money(high, currency, 0)}"


def _show_series(title: str, series: tuple[SeriesForecast, ...], currency: str) -> None:
    print_table(
        (title, "name", "money", "pieces", *(f"week {w.weeks_ahead}" for w in series[0].weeks)),
        [
            (
                row.series_id,
                row.name,
                money(row.expected_amount, currency),
                f"{row.expected_quantity:,.1f}",
                *(f"{week.expected_quantity:,.1f}" for week in row.weeks),
            )
            for row in series
        ],
    )


def _show_contest(found: Findings, currency: str) -> None:
    for group in found.groups:
        print_text()
        state = way_words(group.way)
        print_text(
            f"{group_words(group.level, group.measure)}: by {state}; judged at "
            f"{found.judged_count} past weeks, ranked by {group.primary}"
        )
        leads = {lead.other: lead for lead in group.leads}
        print_table(
            ("way", "", "MASE", "RMSSE", "WAPE", "bias", "served errs less by, 95 %"),
            [_way(row, leads.get(row.way)) for row in group.contest],
        )
        print_text(_coverage(group, found))
    if found.past:
        print_text()
        print_table(
            ("weeks from", "forecast", "sold", "as last week", "as last season"),
            [
                (
                    row.first_date,
                    money(row.expected_amount, currency, 0),
                    money(row.actual_amount, currency, 0),
                    money(row.last_week_amount, currency, 0),
                    money(row.last_season_amount, currency, 0),
                )
                for row in found.past
            ],
        )
    for reason in found.reasons:
        word = "a simple rule is served" if found.is_published else "refused"
        print_text(f"{word}: {reason}")
    for caveat in found.caveats:
        print_text(f"note: {caveat}")


def _way(row: WayFound, lead: object) -> tuple[str | None, ...]:
    numbers = (None if x is None else f"{x:.3f}" for x in (row.mase, row.rmsse, row.wape))
    ends = (getattr(lead, name, None) for name in ("value", "low", "high"))
    value, low, high = ends
    return (
        way_words(row.way),
        "simple rule" if row.is_baseline else None,
        *numbers,
        None if row.bias is None else change(row.bias),
        None if value is None else f"{value:+.3f} ({low:+.3f} to {high:+.3f})",
    )


def _coverage(group: GroupFound, found: Findings) -> str:
    if group.coverage is None:
        return "ranges could not be checked: too few past dates before the ones that are judged"
    width = "" if group.range_width is None else f", {percent(group.range_width, 0)} of sales wide"
    wider = ""
    if group.widened_by > 1:
        wider = f"; those from now on are {group.widened_by:.2f} times as wide for it"
    return (
        f"ranges that were to hold {percent(found.interval_level, 0)} held "
        f"{percent(group.coverage)} of {group.covered_count:,} later weeks{width}{wider}"
    )


def _whole_held(found: Findings) -> str:
    """Gives how often ranges of all weeks together held at later dates."""
    if found.whole is None or found.whole.coverage is None:
        return "ranges of all weeks together could not be checked: too few past dates"
    wider = ""
    if found.whole.widened_by > 1:
        wider = f"; the one above is {found.whole.widened_by:.2f} times as wide for it"
    return (
        f"such ranges, which were to hold {percent(found.interval_level, 0)}, held "
        f"{percent(found.whole.coverage)} of {found.whole.covered_count} later sums{wider}"
    )


SHOWS: dict[str, Callable[..., None]] = {"forecast": show_forecast, "stock": show_stock}
