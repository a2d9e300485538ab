"""Shops at the edge: whatever is missing, the report says something true and tidy."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from unit.html.reading import Document, Element
from unit.html.shop_answers import changed, month, one_order, real_shop, with_quality
from unit.html.shop_values import findings, horizon, values

from shopkeeper.evaluation.lifetime_value import MEAN_METRICS
from shopkeeper.html.page import ReportAnswers, render_report
from shopkeeper.reports.lifetime_value import ValueGroup, without_values
from shopkeeper.reports.overview import PeriodSales
from shopkeeper.tasks.lifetime_value.findings import Contestant, Decile, Findings, PastForecast


def _without_segments() -> ReportAnswers:
    return dataclasses.replace(real_shop(), segments=None)


def _months(*rows: PeriodSales) -> ReportAnswers:
    return changed(real_shop(), months=rows)


def _ten_years() -> ReportAnswers:
    rows = [
        month(f"{2002 + i // 12}-{i % 12 + 1:02d}", str(1000 + i), order_count=i)
        for i in range(120)
    ]
    return _months(*rows)


def _losses() -> ReportAnswers:
    return _months(month("2024-01", "-500"), month("2024-02", "-20.50"))


def _nothing_sold() -> ReportAnswers:
    nothing = {"order_count": 0, "customer_count": 0, "new_customer_count": 0}
    shop = _months(month("2024-01", "0", **nothing), month("2024-02", "0", **nothing))
    return changed(shop, countries=(), products=(), customers=(), findings=())


def _billions() -> ReportAnswers:
    shop = _months(month("2024-01", "10000000000"), month("2024-02", "9500000000"))
    return dataclasses.replace(shop, currency="IDR")


def _nothing_aside() -> ReportAnswers:
    shop = real_shop()
    return with_quality(
        shop,
        quarantine=(),
        quarantined_row_count=0,
        quarantined_amount=Decimal(0),
        kept_row_count=shop.quality.raw_row_count,
        kept_amount=shop.quality.raw_amount,
        findings=(),
        tables=(),
    )


def _does_not_tie() -> ReportAnswers:
    shop = real_shop()
    rows = list(shop.quality.reconciliation)
    rows[-1] = dataclasses.replace(rows[-1], difference=Decimal("-0.01"))
    return with_quality(
        shop,
        is_reconciled=False,
        kept_amount=shop.quality.kept_amount - Decimal("0.01"),
        reconciliation=tuple(rows),
    )


def _with_values(**fields: Any) -> ReportAnswers:
    return dataclasses.replace(real_shop(), lifetime_value=dataclasses.replace(values(), **fields))


def _tiny_values() -> ReportAnswers:
    """Gives one customer, one past date, and nothing that was ever spent."""
    past = PastForecast("2024-01-31", 1, 0.0, 0.0, 0.0, None)
    found = dataclasses.replace(
        findings(30),
        past=(past,),
        deciles=(Decile(1, 1, 0.0, 0.0),),
        pace=(1.0,) * 12,
        contest=(Contestant("unheard_of", True, False, dict.fromkeys(MEAN_METRICS)),),
        caveats=(),
    )
    one = dataclasses.replace(
        horizon(30),
        customer_count=1,
        expected_amount=Decimal(0),
        groups=(ValueGroup(1, 1, Decimal(0), 0.0, 0.0),),
        customers=horizon(30).customers[-1:],
        findings=found,
    )
    return _with_values(horizons=(one,), refused=())


def _unscored() -> ReportAnswers:
    waiting = without_values(as_of=values().as_of, value_findings=(findings(90),))
    return dataclasses.replace(real_shop(), lifetime_value=waiting)


def _never_ready() -> ReportAnswers:
    reasons = ("No 90 days have passed.",)
    found = Findings(90, is_published=False, model="", candidate="", reasons=reasons, caveats=())
    return _with_values(horizons=(), refused=(found,))


def _no_months() -> ReportAnswers:
    return changed(_nothing_sold(), months=(), measures=())


EDGES: dict[str, Callable[[], ReportAnswers]] = {
    "one order": one_order,
    "no segments": _without_segments,
    "one month": lambda: _months(month("2024-01", "100")),
    "ten years": _ten_years,
    "losses": _losses,
    "nothing sold": _nothing_sold,
    "billions": _billions,
    "nothing aside": _nothing_aside,
    "does not tie": _does_not_tie,
    "no months": _no_months,
    "tiny values": _tiny_values,
    "all values refused": lambda: _with_values(horizons=()),
    "values not scored": _unscored,
    "values not ready": _never_ready,
}


def _section(answers: ReportAnswers, name: str) -> Element:
    return Document(render_report(answers)).with_id(name)


def _title(answers: ReportAnswers, figure: str) -> str:
    return _section(answers, figure).inside("h3")[0].text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("edge", EDGES)
def test_every_section_says_something(edge: str) -> None:
    for section in Document(render_report(EDGES[edge]())).all("section"):
        heading = section.inside("h2")[0].text
        assert len(" ".join(section.text.split())) > len(heading)


@pytest.mark.parametrize("edge", EDGES)
def test_nothing_is_drawn_outside_its_sheet(edge: str) -> None:
    for image in Document(render_report(EDGES[edge]())).all("svg"):
        width, height = (float(size) for size in image.attributes["viewbox"].split()[2:])
        for rect in image.inside("rect"):
            if rect.parent is not None and rect.parent.tag == "pattern":
                continue
            x, y, across, down = (
                float(rect.attributes[name]) for name in ("x", "y", "width", "height")
            )
            assert x >= -0.01
            assert y >= -0.01
            assert x + across <= width + 3
            assert y + down <= height + 0.01


@pytest.mark.parametrize("edge", EDGES)
def test_no_number_is_not_a_number(edge: str) -> None:
    text = Document(render_report(EDGES[edge]())).all("main")[0].text
    assert not re.search(r"\b(nan|inf|None|Infinity)\b|Decimal\(", text)


def test_one_order_is_told_as_one() -> None:
    page = Document(render_report(one_order()))
    assert _title(one_order(), "revenue-months").startswith("February 2024 brought €19.99 net")
    assert "1 of 1 customer was new" in _title(one_order(), "customer-months")
    assert (
        page.with_id("segments").text.strip().endswith("These data cannot carry customer segments")
    )
    assert "not known" in page.with_id("summary").text


def test_the_best_month_is_named() -> None:
    assert _title(real_shop(), "revenue-months") == "November 2011 was the best month: £1.43 m net"


def test_a_best_month_that_is_not_over_is_called_so() -> None:
    shop = _months(month("2011-11", "5"), month("2011-12", "9", is_complete=False))
    assert "although the data do not cover it whole" in _title(shop, "revenue-months")
    note = _section(shop, "revenue").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "December 2011 is not over yet: the data end on 9 December 2011." in note


def test_a_shop_that_only_lost_has_no_best_month() -> None:
    assert "No month brought net revenue" in _title(_losses(), "revenue-months")


def test_nothing_sold_is_said_once_per_section() -> None:
    page = Document(render_report(_nothing_sold()))
    assert "There are no sales in these data" in page.with_id("revenue").text
    assert len(page.with_id("revenue").inside("tr")) == 3
    for name in ("products", "countries", "customers", "new-customers"):
        assert len(page.with_id(name).inside("p")) == 1
        assert not page.with_id(name).inside("svg")


def test_a_currency_without_a_sign_is_named_by_its_code() -> None:
    assert _title(_billions(), "revenue-months") == "January 2024 was the best month: IDR 10 bn net"
    assert "IDR\N{NO-BREAK SPACE}10,000,000,000.00" in _section(_billions(), "revenue").text


def test_what_ties_and_what_does_not_is_said_in_words() -> None:
    good, bad = _section(real_shop(), "reconciliation"), _section(_does_not_tie(), "reconciliation")
    assert "✔ Ties to the cent" in good.text
    assert "does not tie" not in good.text
    assert "✘ Does not tie" in bad.text
    assert "£0.01 and" in bad.text
    assert bad.text.count("✘ does not tie") == 1
    assert "Some totals do not tie" in _section(_does_not_tie(), "summary").text


def test_nothing_put_aside_is_good_news() -> None:
    page = Document(render_report(_nothing_aside()))
    assert "No row had to be put aside" in page.with_id("quarantine").text
    assert "Nothing stands out" in page.with_id("data-quality").text
    assert "No row was put aside" in page.with_id("reconciliation").text


def test_findings_come_gravest_first() -> None:
    severities = [
        e.text.split()[-1] for e in Document(render_report(real_shop())).all("p", "severity")
    ]
    assert severities == ["Warning", "Warning", "Note"]


def test_every_refusal_and_definition_is_there() -> None:
    shop = real_shop()
    page = Document(render_report(shop))
    for refusal in shop.refusals:
        assert refusal in page.with_id("limits").text
    for measure in shop.overview.measures:
        assert measure.meaning in page.with_id("glossary").text


def test_the_earlier_days_are_only_compared_when_the_data_cover_them() -> None:
    assert "not all covered" in _section(one_order(), "summary").text
    assert "not all covered" not in _section(real_shop(), "summary").text


def test_tables_carry_the_exact_number_behind_what_is_shown() -> None:
    cells = _section(real_shop(), "revenue").inside("td")
    assert "1432731.70" in [cell.attributes.get("data-value") for cell in cells]
    assert "£1,432,731.70" in [cell.text for cell in cells]


def test_moves_are_told_by_where_they_lead() -> None:
    assert _title(real_shop(), "segment-moves").startswith("1,636 customers drifted")
    rows = [
        [cell.text for cell in (*row.inside("th"), *row.inside("td"))]
        for row in _section(real_shop(), "moves").inside("tr")[1:]
    ]
    told = {(row[0], row[1]): row[2] for row in rows}
    assert told["Champions", "Loyal customers"] == "To a segment that bought less recently"
    assert told["At risk", "Champions"] == "To a segment that bought more recently"
    assert told["Hibernating", "Hibernating"] == "Stayed"
    assert told["Not a customer yet", "Promising"] == "New customers"
