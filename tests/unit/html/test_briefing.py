"""The briefing: five findings at most, each with its worth, what to do and where it stands."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from unit.html.hostile_answers import hostile_shop
from unit.html.reading import Document
from unit.html.shop_answers import changed, one_order, real_shop
from unit.html.shop_values import horizon
from unit.html.test_monday import HOSTILE, _list
from unit.html.test_sales_sections import sales  # noqa: F401 - a fixture

from shopkeeper.html.answers import ReportAnswers
from shopkeeper.html.briefing import MOST_POINTS, briefing
from shopkeeper.html.page import render_report
from shopkeeper.reports.lifetime_value import LifetimeValues


def with_list(**changes) -> ReportAnswers:
    return dataclasses.replace(real_shop(), monday=_list(**changes))


def titles(answers: ReportAnswers) -> list[str]:
    return [point.title for point in briefing(answers)]


def test_a_list_that_pays_is_worth_what_it_is_expected_to_bring():
    point = briefing(with_list())[0]
    assert point.worth == "£5,922"
    assert point.of.endswith("£821.76 to £12.9\xa0k in 8 of 10 cases")
    assert point.title.startswith("Contacting 80\xa0customers")
    assert point.section == "monday"


def test_a_list_that_costs_more_than_it_brings_is_no_finding():
    assert "Contacting" not in " ".join(titles(with_list(gain_amount=Decimal("-1.00"))))


def test_what_winning_a_customer_may_cost_follows_from_what_they_are_worth():
    values = LifetimeValues(real_shop().as_of, (horizon(90), horizon(365)), ())
    answers = dataclasses.replace(real_shop(), lifetime_value=values)
    point = next(p for p in briefing(answers) if p.section == "lifetime-value")
    assert "365\xa0days" in point.of


def test_few_guests_are_no_finding():
    measures = [
        dataclasses.replace(measure, value=0.019) if measure.name == "guest_share" else measure
        for measure in real_shop().overview.measures
    ]
    assert "data-quality" in {point.section for point in briefing(real_shop())}
    few = changed(real_shop(), measures=tuple(measures))
    assert "data-quality" not in {point.section for point in briefing(few)}


def test_there_are_five_at_most_and_none_is_made_up():
    for shop in (real_shop(), one_order(), hostile_shop()):
        assert len(briefing(shop)) <= MOST_POINTS
    assert not [point for point in briefing(one_order()) if not point.worth]


def test_findings_lead_to_sections_that_are_there():
    page = Document(render_report(with_list()))
    links = [a.attributes["href"] for a in page.all("a") if "#monday" in a.attributes["href"]]
    # Once in the contents and once from the finding.
    assert len(links) == 2


def test_names_of_the_shop_stay_text():
    assert HOSTILE not in render_report(with_list())


def test_best_customers_at_risk_of_whom_none_is_listed_are_told_without_a_name(sales):  # noqa: F811
    nobody = dataclasses.replace(
        sales.whales, at_risk_count=2, value_at_risk=Decimal("12.00"), customers=()
    )
    told = dataclasses.replace(sales, whales=nobody)
    points = briefing(dataclasses.replace(real_shop(), sales=told))
    assert next(p for p in points if p.section == "whales").action == "Call them in person."
