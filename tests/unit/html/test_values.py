"""The sections on what customers are worth: what they say is what the answers hold."""

from __future__ import annotations

import dataclasses

import pytest
from unit.html.reading import Document, Element
from unit.html.shop_answers import one_order, real_shop
from unit.html.shop_values import CAVEAT, REASON, findings, horizon, values

from shopkeeper.html import spans
from shopkeeper.html.page import ReportAnswers, render_report
from shopkeeper.reports.lifetime_value import LifetimeValues, without_values
from shopkeeper.tasks.lifetime_value.findings import Findings


def _shop(found: LifetimeValues | None, *refusals: str) -> ReportAnswers:
    return dataclasses.replace(real_shop(), lifetime_value=found, refusals=refusals)


def _page(found: LifetimeValues | None, *refusals: str) -> Document:
    return Document(render_report(_shop(found, *refusals)).replace("\N{NO-BREAK SPACE}", " "))


@pytest.fixture(scope="module")
def page() -> Document:
    return _page(values())


def _rows(table: Element) -> list[list[str]]:
    return [
        [cell.text for cell in (*row.inside("th"), *row.inside("td"))]
        for row in table.inside("tbody")[0].inside("tr")
    ]


def _table(page: Document, name: str) -> Element:
    return next(e for e in page.all("div", "table") if e.attributes["data-name"] == name)


def test_each_horizon_in_use_has_its_totals(page: Document) -> None:
    rows = _rows(_table(page, "value-horizons"))
    assert [row[0] for row in rows] == ["90 days", "180 days"]
    assert rows[0][1:] == ["£2,018,332.30", "£1,994,800.45", "£344.84", "£0.00", "1,921", "5,853"]


def test_mean_and_median_are_told_apart_in_words(page: Document) -> None:
    said = page.with_id("lifetime-value").text
    assert "The average (£344.84 within 90 days) is a mean" in said
    assert "at least half of the customers will most likely spend nothing within 90 days" in said


def test_a_typical_amount_above_nothing_is_named() -> None:
    some = dataclasses.replace(horizon(90), median_typical_amount=horizon(90).discounted_amount)
    said = _page(dataclasses.replace(values(), horizons=(some,))).with_id("lifetime-value").text
    assert "half of the customers will spend £1,994,800.45 or less within 90 days" in said


def test_the_most_valuable_tenth_is_named(page: Document) -> None:
    title = page.with_id("value-tenths").inside("h3")[0].text
    assert title == "The most valuable tenth brings 59 % of what is expected within 90 days"
    assert len(_rows(_table(page, "value-tenths-table"))) == 20


def test_valuable_customers_show_interval_chance_and_next_order(page: Document) -> None:
    rows = _rows(_table(page, "valuable-customers"))
    assert rows[0] == [
        "18103", "£58,062.92", "£48,550.07", "£3,983.62", "£108,559.02", "95.0 %", "10 Dec 2011",
    ]  # fmt: skip
    assert rows[-1][-1] == "–"


def test_forecasts_stand_beside_what_happened(page: Document) -> None:
    figure = page.with_id("past-90")
    assert figure.inside("h3")[0].text == (
        "90 days: at 3 past dates, forecasts came to 101 % of what was spent; "
        "the last period to 80 %"
    )
    assert _rows(_table(page, "past-90-table"))[1] == [
        "13 Jun 2011", "4,952", "£1,741,567.29", "£1,804,342.44", "£1,667,436.89", "108.2 %",
        "90.0 %",
    ]  # fmt: skip
    assert "held 87.5 %" in figure.text
    assert "share days" not in figure.text


def test_horizons_that_share_days_are_called_so(page: Document) -> None:
    assert "The horizons share days" in page.with_id("past-180").text


def test_a_champion_that_did_not_win_lately_is_called_so(page: Document) -> None:
    assert "In use is Boosted trees, which passed the gate earlier" in page.with_id("past-180").text
    rows = {row[0]: row[1] for row in _rows(_table(page, "contest-180"))}
    assert rows["Repeat buying (BG/NBD)"] == "winner"
    assert rows["Boosted trees"] == "in use"


def test_calibration_counts_tenths_from_the_highest(page: Document) -> None:
    rows = _rows(_table(page, "calibration-90-table"))
    assert rows[0] == ["Highest tenth", "1,480", "£300.00", "£280.00"]
    assert rows[-1][0] == "Tenth 10"


def test_the_contest_marks_winner_and_baselines(page: Document) -> None:
    rows = _rows(_table(page, "contest-90"))
    assert [row[1] for row in rows] == ["in use, winner", "–", "simple rule"]
    assert rows[0][2] == "0.800"
    assert rows[0][6] == "–"  # A rank correlation that does not exist.


def test_each_metric_is_explained_with_what_is_better(page: Document) -> None:
    said = page.with_id("contest").text
    for better in ("lower is better", "1 is best", "higher is better"):
        assert better in said


def test_the_busiest_month_is_named(page: Document) -> None:
    title = page.with_id("pace").inside("h3")[0].text
    assert title.startswith("November is the busiest month: customers buy 1.55 times")


def test_without_a_season_there_is_no_chart_of_months() -> None:
    flat = dataclasses.replace(findings(90), pace=(1.0,) * 12)
    only = dataclasses.replace(horizon(90), findings=flat)
    page = _page(dataclasses.replace(values(), horizons=(only,), refused=()))
    assert "busiest month" not in page.with_id("contest").text


def test_what_was_refused_is_told_with_its_reason(page: Document) -> None:
    said = page.with_id("contest").text
    assert "365 days: nothing is published" in said
    assert REASON in said


def test_a_caveat_of_several_horizons_stands_once(page: Document) -> None:
    assert page.with_id("contest").text.count(CAVEAT) == 1
    assert f"90, 180 and 365 days: {CAVEAT}" in page.with_id("contest").text


def _without_contest(horizon_days: int) -> Findings:
    return Findings(
        horizon_days, is_published=False, model="", candidate="", reasons=(REASON,), caveats=()
    )


def test_where_the_data_are_not_ready_one_section_says_why() -> None:
    found = without_values(as_of=values().as_of, value_findings=(_without_contest(90),))
    page = _page(found)
    section = page.with_id("lifetime-value")
    assert [heading.text for heading in section.inside("h3")] == ["90 days"]
    assert [item.text.strip() for item in section.inside("li")] == [REASON]
    ids = [section.attributes["id"] for section in page.all("section")]
    assert not {"forecasts", "contest"} & set(ids)


def test_where_all_was_refused_the_contest_is_still_shown() -> None:
    found = without_values(as_of=values().as_of, value_findings=(findings(90, is_published=False),))
    page = _page(found)
    assert REASON in page.with_id("lifetime-value").text
    assert "nothing in use" in page.with_id("contest").text
    assert "These forecasts were refused" in page.with_id("forecasts").text


def test_refusals_of_a_run_are_used_where_nothing_else_is_known() -> None:
    page = _page(None, "`lifetime_value_90_days`: too few customers", "`rfm_segments`: nobody")
    said = page.with_id("lifetime-value").text
    assert "too few customers" in said
    assert "rfm_segments" not in said
    said = Document(render_report(one_order())).with_id("lifetime-value").text
    assert "No model of what customers will spend was trained yet" in said


def test_a_model_that_scored_nobody_yet_is_called_so() -> None:
    waiting = without_values(as_of=values().as_of, value_findings=(findings(90),))
    assert "no customer was scored with it yet" in _page(waiting).with_id("lifetime-value").text
    both = dataclasses.replace(values(), horizons=(horizon(90), *waiting.horizons))
    assert "A model for 90 days is in use" in _page(both).with_id("lifetime-value").text


def test_limits_and_glossary_speak_of_values_only_where_there_are_some() -> None:
    with_values, without = _page(values()), _page(None)
    for name, words in (("limits", "Refunds: amounts are"), ("glossary", "Typical amount")):
        assert words in with_values.with_id(name).text
        assert words not in without.with_id(name).text


def test_spans_are_listed_as_people_do() -> None:
    space = "\N{NO-BREAK SPACE}"
    assert spans.listed([]) == ""
    assert spans.listed([1]) == f"1{space}day"
    assert spans.listed([90, 365]) == f"90 and 365{space}days"
