"""What will sell in the report: the fan, past errors, the contest, stock, and every refusal."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

from unit.html.reading import Document
from unit.html.shop_answers import real_shop

from shopkeeper.html.page import render_report
from shopkeeper.reports.forecast import (
    Forecast,
    ForecastDay,
    ForecastWeek,
    SeriesForecast,
    SoldDay,
    SoldWeek,
)
from shopkeeper.reports.stock import NOT_KNOWN, Stock, StockLine
from shopkeeper.tasks.demand.findings import (
    DayFindings,
    DayGroupFound,
    Findings,
    GroupFound,
    Lead,
    PastForecast,
    WayFound,
)

HOSTILE = '<script>alert("tea")</script>'
MONDAY = date(2025, 6, 2)
WAYS = tuple(
    WayFound(name, name == "last_week", mase, 0.9, 0.2, -0.03)
    for name, mase in (("chosen_ways", 0.75), ("recent_mean", 0.8), ("last_week", 1.25))
)
FOUND = Findings(
    2,
    0.8,
    52,
    40,
    24,
    is_published=True,
    is_proved=True,
    model="demand 3",
    caveats=("One caveat.",),
    groups=(
        GroupFound(
            "total",
            "sales_amount",
            "mean_of_ways",
            "mase",
            is_proved=True,
            contest=WAYS,
            leads=(Lead("last_week", 0.5, 0.1, 0.9),),
            coverage=0.625,
            covered_count=48,
        ),
    ),
    past=tuple(
        PastForecast((MONDAY - timedelta(weeks=n)).isoformat(), 900.0, 1000.0, 800.0, 700.0)
        for n in range(6, 0, -1)
    ),
)


def week(ahead: int, *, is_ranged: bool = True) -> ForecastWeek:
    ends = (Decimal(400), Decimal(700)) if is_ranged else (None, None)
    place = MONDAY + timedelta(weeks=ahead - 1)
    return ForecastWeek(place, ahead, Decimal("512.34"), *ends, Decimal("51.5"), *ends)


def answer(findings: Findings = FOUND, *, is_ranged: bool = True) -> Forecast:
    weeks = tuple(week(ahead, is_ranged=is_ranged) for ahead in (1, 2))
    past = tuple(
        SoldWeek(MONDAY - timedelta(weeks=n), Decimal(500 + n), Decimal(50), is_complete=True)
        for n in range(9, 0, -1)
    )
    product = SeriesForecast("tea", HOSTILE, "hot", Decimal("77.77"), Decimal(7), weeks)
    return Forecast(MONDAY, "What is counted.", findings, past, weeks, (), (product,))


STOCK = Stock(
    MONDAY, FOUND, 14, 2, 0.95, 1, 0, 0,
    (StockLine("tea", HOSTILE, "hot", Decimal("9.5"), Decimal(21), Decimal("11.5"), None, None),),
    (NOT_KNOWN,),
)  # fmt: skip


def section(forecast: Forecast | None, stock: Stock | None = None) -> str:
    html = render_report(dataclasses.replace(real_shop(), forecast=forecast, stock=stock))
    assert HOSTILE not in html
    return Document(html).with_id("demand").text if 'id="demand"' in html else ""


def test_weeks_proof_and_stock_are_shown_with_hostile_names_as_text():
    text = section(answer(), STOCK)
    for shown in (
        "£1,024.68 are to be sold",
        "£400.00 to £700.00",
        "+0.500 (+0.100 to +0.900)",
        "forecasts came to 90",
        "held 62.5",
        "48",
        "Order again at",
        "Stock on hand is not known",
        "One caveat.",
    ):
        assert shown in text, shown


def test_the_range_is_drawn_only_where_it_is_known():
    with_range, without = (
        render_report(dataclasses.replace(real_shop(), forecast=answer(is_ranged=known)))
        for known in (True, False)
    )
    assert with_range.count("spark-area") > without.count("spark-area")
    assert "Too few past dates tell how far forecasts lie off" in without


def days(count: int, *, weekend: int = 500) -> tuple[ForecastDay, ...]:
    """Gives coming days from a Monday on; Saturdays bring more."""
    made = []
    for ahead in range(1, count + 1):
        day = MONDAY + timedelta(days=ahead - 1)
        amount = Decimal(weekend if day.weekday() == 5 else 100 + day.weekday())
        ends = (amount - 50, amount + 50)
        made.append(ForecastDay(day, ahead, amount, *ends, Decimal("10.5"), None, None))
    return tuple(made)


def test_coming_days_stand_beside_those_before_and_name_the_best_weekday():
    held = DayGroupFound("total", "sales_amount", "shared", (), 0.825, 400, 0.9, 1.0, (), ())
    found = dataclasses.replace(
        answer(dataclasses.replace(FOUND, days=DayFindings(True, "shared_week", (), (held,)))),
        days=days(14),
        past_days=tuple(
            SoldDay(MONDAY - timedelta(days=n), Decimal(90), Decimal(9)) for n in range(9, 0, -1)
        ),
    )
    text = section(found)
    for shown in (
        "Saturdays are to bring most, Mondays least",
        "£450.00 to £550.00",
        "held 82.5",
        "400 later days",
        "Sat 7 Jun 2025",
    ):
        assert shown in text.replace("\N{NO-BREAK SPACE}", " "), shown
    few = section(dataclasses.replace(found, days=days(3)))
    assert "What the next 3 days bring" in few.replace("\N{NO-BREAK SPACE}", " ")


def test_where_a_simple_rule_is_used_for_days_the_reason_stands_there():
    findings = dataclasses.replace(FOUND, days=DayFindings(False, "last_week", ("Why.",), ()))
    past = (SoldDay(MONDAY - timedelta(days=1), Decimal(90), Decimal(9)),)
    found = dataclasses.replace(answer(findings), days=days(7, weekend=100), past_days=past)
    assert "A simple rule is used for days: Why." in section(found)


def test_past_dates_of_the_chart_share_no_week():
    text = section(answer()).replace("\N{NO-BREAK SPACE}", " ")
    assert "From 26 May 2025" in text
    assert "From 12 May 2025" in text
    assert "From 19 May 2025" not in text


def test_a_rule_that_is_served_and_a_refusal_say_why():
    rule = dataclasses.replace(FOUND, is_proved=False, reasons=("It lost to last week.",))
    text = section(answer(rule))
    assert "No model beat the simple rules" in text
    assert "It lost to last week." in text
    refused = Findings(4, 0.8, reasons=("There are 9 whole weeks.",))
    text = section(Forecast(MONDAY, "What is counted.", refused, (), (), (), ()))
    assert "Nothing is foretold" in text
    assert "There are 9 whole weeks." in text


def test_without_training_there_is_no_section():
    assert section(None) == ""
