"""The dashboard without a browser: pages say what reports say; forms, lists and empty shops."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import shutil
from pathlib import Path

import pytest
from api_client import ALL_KEY, client_of
from dashboard_pages import button, markup, opened, words
from typer.testing import CliRunner

from shopkeeper.dashboard.asking import Asking, Shop
from shopkeeper.dashboard.lists import counts_in, frame_of
from shopkeeper.dashboard.pages import ALL
from shopkeeper.html.changes import value_text
from shopkeeper.jobs.run import run
from shopkeeper.pipeline.manifest import write_manifest
from shopkeeper.reports.report import as_plain
from shopkeeper.workspace import Workspace

NAMES = [page.name for page in ALL]
HOSTILE = "<img src=x onerror=alert(1)> :red[**bold**] [link](http://example.org) $x^2$ `code`"


def _spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _written(folder: Path, rows: list[tuple[object, ...]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orders.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            [
                "order_id",
                "order_date",
                "customer_id",
                "product_id",
                "product_name",
                "quantity",
                "unit_price",
            ]
        )
        writer.writerows(rows)
    return file


def _built(folder: Path, rows: list[tuple[object, ...]]) -> Path:
    from shopkeeper.jobs.initialise import ensure_source

    ensure_source(folder, _written(folder, rows))
    run(Workspace(folder))
    return folder


@pytest.fixture(scope="session")
def one_order(once):
    """A shop with one order, of a hostile customer and product; every gate refuses it."""
    row = ("A1", "2024-03-01", HOSTILE, "P1", HOSTILE, 2, "9.50")
    return once("shop-of-one-order", lambda folder: _built(folder, [row]))


def test_every_measure_is_the_same_in_all_faces(demo_folder, demo):
    from shopkeeper.cli.main import app

    done = CliRunner().invoke(app, ["show", "overview", "-C", str(demo_folder), "--json"])
    plain = as_plain(demo.overview())
    assert json.loads(done.stdout) == plain
    with client_of(demo_folder) as client:
        answer = client.get("/reports/overview", headers={"Authorization": f"Bearer {ALL_KEY}"})
    assert answer.json() == plain
    page = words(opened(demo_folder, "overview"))
    report = _spaces((demo_folder / "report.html").read_text("utf-8"))
    assert len(demo.overview().measures) == 8
    for measure in demo.overview().measures:
        shown = _spaces(value_text(measure.value, measure.unit, demo.settings.shop.currency))
        assert f"{measure.label} {shown}" in page
        assert shown in report


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_folder_is_told_on_each_page(tmp_path, name):
    said = words(opened(tmp_path / "nothing", name))
    page = next(each for each in ALL if each.name == name)
    assert page.title in said
    if page.needs_run:
        assert "Nothing has been built in this folder yet" in said
        assert page.answers in said
    else:
        assert "nothing is built before you say so" in said
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_shop_of_one_order_is_told_on_each_page(one_order, name):
    page = opened(one_order, name)
    said = words(page)
    assert len(said) > 100
    assert "Traceback" not in said
    text = markup(page)
    assert "<img" not in text
    assert "onerror=alert(1)&gt;" in text or "onerror" not in text


@pytest.mark.slow
def test_a_shop_that_every_gate_refuses_is_told_on_each_page(malls):
    refused = Workspace(malls).published.refused
    asked = {"customer_segments", "churn", "second_purchase", "recommendation"}
    assert asked <= set(refused)
    for name in NAMES:
        said = words(opened(malls, name))
        assert len(said) > 100, name
        assert "Traceback" not in said
    assert "at least 100 are needed" in words(opened(malls, "churn"))
    assert "99,457" in words(opened(malls, "overview"))


def test_what_every_gate_refuses_is_said_with_its_reason(one_order):
    refused = Workspace(one_order).published.refused
    said = words(opened(one_order, "models"))
    assert {"churn", "recommendation"} <= set(refused)
    for reason in refused.values():
        assert _spaces(reason.replace("`", ""))[:80] in said


def test_a_hostile_customer_is_data_in_their_story(one_order):
    page = opened(one_order, "customers", {"customer": HOSTILE})
    text = markup(page)
    assert "&lt;img src=x" in text
    assert "<img" not in text
    assert "€19.00" in words(page) or "19.00" in words(page)


def test_an_unknown_customer_is_told_and_a_close_one_offered(demo_folder, demo):
    known = str(demo.frame("customer_360")["customer_id"].iloc[0])
    said = words(opened(demo_folder, "customers", {"customer": f"{known}x"}))
    assert known in said
    assert "Net revenue" not in said


def test_a_customer_has_the_same_numbers_as_in_the_report(demo_folder, demo):
    known = str(demo.best_customers().customers[0].customer_id)
    story = demo.customer(known)
    said = words(opened(demo_folder, "customers", {"customer": known}))
    assert f"Orders {story.order_count}" in said
    assert said.count(story.orders[0].order_id) >= 1
    assert value_text(story.net_amount, "currency", "EUR")[:4] in said


def test_filters_stay_in_the_address_and_come_from_it(demo_folder, demo):
    frame = demo.frame("rfm_segments")
    wanted = int((frame["segment"] == "Champions").sum())
    page = opened(demo_folder, "customers", {"rfm_segment": "Champions"})
    assert f"{wanted} customers" in words(page)
    chosen = next(box for box in page.selectbox if box.label == "Segment")
    chosen.set_value("At risk").run()
    assert page.query_params["rfm_segment"] == "At risk"
    other = int((frame["segment"] == "At risk").sum())
    assert f"{other} customers" in words(page)


@pytest.mark.parametrize(
    "report",
    ["overview", "segments", "churn", "repeat_purchase", "basket", "recommendations", "quality"],
)
def test_each_count_opens_a_list_as_long(demo_folder, report):
    asking = Asking(Workspace(demo_folder))
    answer = asking.report(report)
    counts = counts_in(answer)
    assert counts
    assert len({each.selection.address for each in counts}) == len(counts)
    for each in counts[:3]:
        members = asking.members(each.selection)
        assert len(frame_of(asking, members)) == members.count
    if report == "segments":
        by_label = {each.label: each for each in counts}
        for row in answer.segments:
            found = asking.members(by_label[f"{row.segment}: customers"].selection)
            assert found.count == row.customer_count


def test_a_list_in_the_address_is_open(demo_folder, demo):
    row = demo.segments().segments[0]
    page = opened(demo_folder, "segments", {"of": row.customers.address})
    assert f"{row.customer_count} customers." in words(page)
    assert len(page.dataframe[0].value) == row.customer_count


def test_units_of_a_test_are_listed_as_many_as_it_counts(demo_folder, demo):
    from shopkeeper.dashboard.answers import tried

    asking = Asking(Workspace(demo_folder))
    for test in tried(asking).tests:
        for one in test.lists[:2] + test.lists[4:8]:
            assert asking.members(one.units).count == one.unit_count
    converted = next(one for one in test.lists if one.counted == "converted")
    asked = {"test": test.experiment.name, "of": converted.units.address}
    page = opened(demo_folder, "experiments", asked)
    assert f"{converted.unit_count} customers." in words(page)
    # What the shop knows of its customers stands beside them; some never bought.
    shown = page.dataframe[0].value
    known = demo.frame("customer_360").set_index("customer_id")["order_count"]
    told = known.reindex(shown["customer_id"])
    assert shown["order_count"].tolist() == pytest.approx(told.tolist(), nan_ok=True)
    assert len(shown) == converted.unit_count > told.isna().sum() > 0


def test_scores_of_numbers_that_are_typed(demo_folder):
    page = opened(demo_folder, "segments", {"part": "what-if"})
    for key, number in (
        ("rfm-days_since_last_order", 1),
        ("rfm-order_count", 500),
        ("rfm-order_amount", 99999.0),
    ):
        page.number_input(key=key).set_value(number)
    button(page, "Answer").click().run()
    assert "Champions (555)" in words(page)


def test_a_history_that_cannot_be_is_refused(demo_folder):
    page = opened(demo_folder, "value", {"part": "what-if"})
    page.number_input(key="value-days_since_first_purchase").set_value(10)
    page.number_input(key="value-days_since_last_purchase").set_value(20)
    button(page, "Answer").click().run()
    assert "This cannot be answered" in words(page)


def test_the_value_of_a_history_is_that_of_the_job(demo_folder):
    from shopkeeper.jobs.what_if import Asked, value

    page = opened(demo_folder, "value", {"part": "what-if"})
    button(page, "Answer").click().run()
    asking = Asking(Workspace(demo_folder))
    numbers = {
        "purchase_count": 4.0, "purchase_amount": 250.0, "days_since_first_purchase": 200.0,
        "days_since_last_purchase": 30.0, "horizon_days": 90.0,
    }  # fmt: skip
    found = value(Asked(asking.manifest, numbers, asking.predictor))
    assert f"90 days €{found.expected_amount:,.2f}" in words(page)


def test_the_probability_of_features_is_that_of_the_model(demo_folder):
    page = opened(demo_folder, "churn", {"part": "what-if"})
    button(page, "Ask the model").click().run()
    asking = Asking(Workspace(demo_folder))
    typical = {key: value for key, value in asking.typical_customer().items() if value is not None}
    said = asking.predictor("churn").predict([typical])[0]
    percent = f"{said['probability'] * 100:.1f} %"
    assert percent in words(page)


def test_a_campaign_is_that_of_the_report(demo_folder, demo):
    from shopkeeper.reports.campaign import CampaignQuestion

    page = opened(demo_folder, "campaign", {"discount": "20", "response": "30"})
    question = CampaignQuestion(discount_rate=0.2, contact_cost=0.5, response_rate=0.3)
    best = demo.campaign(question).chosen
    assert f"Contact {best.customer_count:,} customers" in words(page)
    assert page.query_params["discount"] == "20"


@pytest.mark.parametrize(
    ("cohorts", "measure", "kind"),
    [("week", "revenue", "unbounded"), ("day", "orders", "bracket"), ("month", "customers", "")],
)
def test_retention_is_asked_as_the_address_says(demo_folder, demo, cohorts, measure, kind):
    from shopkeeper.marts.retention import RetentionQuestion

    address = {"cohorts": cohorts, "measure": measure, **({"kind": kind} if kind else {})}
    page = opened(demo_folder, "behaviour", address)
    asked = {"cohorts": cohorts, "measure": measure, "kind": kind or "period"}
    found = demo.retention(question=RetentionQuestion(**asked))
    said = words(page)
    assert " ".join(found.definition) in said
    rates = [
        f"{rate:.1%}".replace("%", " %")
        for name, rate in zip(found.columns, found.average, strict=True)
        if rate is not None and not name.startswith("0")
    ]
    assert rates[0] in said
    assert page.query_params.get("cohorts", "month") == cohorts


def test_the_funnel_is_asked_as_the_address_says(demo_folder, demo):
    from shopkeeper.marts.funnel import FunnelQuestion

    address = {"part": "funnel", "per": "session", "window": "24h", "by": "device"}
    page = opened(demo_folder, "behaviour", address)
    question = FunnelQuestion(per="session", window_hours=24)
    found = demo.funnel(question=question, split="device")
    assert f"{found.steps[-1].count:,} ({found.steps[-1].share * 100:.1f} %)" in words(page)
    assert "The same by device" in words(page)
    chosen = next(box for box in page.selectbox if box.label == "By each")
    chosen.set_value("person").run()
    assert "per" not in page.query_params
    usual = demo.funnel(question=FunnelQuestion(window_hours=24))
    assert f"{usual.steps[0].count:,}" in words(page)


def test_two_periods_are_compared_that_the_address_names(demo_folder, demo):
    page = opened(demo_folder, "sales", {"part": "change", "from": "2024-02", "to": "2024-Q2"})
    (found,) = demo.change("2024-02", "2024-Q2").comparisons
    assert "2024-02 to 2024-Q2" in words(page)
    assert f"€{found.parts[0].amount:,.2f}".replace("€-", "−€") in words(page)
    alone = opened(demo_folder, "sales", {"part": "change", "from": "2024-02"})
    assert "Choose both periods to compare them" in words(alone)


def test_a_number_opens_its_list_below_its_section_and_closes_it_again(demo_folder, demo):
    from shopkeeper.dashboard.lists import OPEN

    row = demo.segments().segments[0]
    page = opened(demo_folder, "segments", {OPEN: row.customers.address})
    shown = [
        place
        for place, element in enumerate(page.main)
        if getattr(getattr(element, "proto", None), "component_name", "") == "shopkeeper.sections"
    ]
    table = next(n for n, each in enumerate(page.main) if type(each).__name__ == "Dataframe")
    assert shown[0] < table < shown[1]
    assert f'data-open="{row.customers.address}"' in markup(page)
    button(page, "Close the list").click().run()
    assert OPEN not in page.query_params
    assert not page.dataframe
    chooser = next(box for box in page.selectbox if box.label == "Number")
    chooser.set_value(row.customers.address).run()
    assert page.query_params[OPEN] == row.customers.address
    assert len(page.dataframe[0].value) == row.customer_count


@pytest.fixture(scope="module")
def asking(demo_folder):
    return Asking(Workspace(demo_folder))


@pytest.fixture(scope="module")
def all_sections(asking):
    """Every section of the report, as pages of the demo shop show them."""
    from shopkeeper.dashboard.answers import answers_of
    from shopkeeper.html import sections

    answers = answers_of(asking)
    return [made for section in sections.ALL if (made := section(answers))]


def test_every_number_of_a_section_opens_as_many(asking, all_sections):
    opening = 0
    for made in all_sections:
        tables = [getattr(block, "table", None) or block for block in made.blocks]
        counted = [
            cell
            for table in tables
            for row in getattr(table, "rows", ())
            for cell in row
            if cell.opens and cell.value.isdigit()
        ]
        for cell in counted[len(counted) // 2 :][:1]:
            assert asking.members(cell.opens).count == int(cell.value), cell.opens.address
        opening += bool(counted)
    assert opening >= 20


def test_who_would_be_one_person_is_told_and_listed(demo_folder, demo):
    found = demo.identities()
    assert found.merged_id_count
    page = opened(demo_folder, "quality", {"part": "persons", "of": found.merged_ids.address})
    said = words(page)
    assert f"Ids renamed {found.merged_id_count:,}" in said
    assert found.effects.measures[0].label in said
    assert len(page.dataframe[0].value) == found.merged_id_count


UNSAID = re.compile(r'<th scope="col" class="number">([^<]*)<')


def test_every_heading_of_a_number_says_what_it_means(demo_folder, demo, all_sections):
    from shopkeeper.html.page import render_section

    found = {
        f"{each.name}: {name}"
        for each in all_sections
        for name in UNSAID.findall(render_section(each))
    }
    known = str(demo.best_customers().customers[0].customer_id)
    for name, address in (
        ("customers", {}),
        ("customers", {"customer": known}),
        ("campaign", {"response": "30"}),
        ("models", {}),
        ("quality", {"part": "persons"}),
    ):
        text = markup(opened(demo_folder, name, address))
        assert '<th scope="col" class="number" title="' in text
        found |= {f"{name}: {label}" for label in UNSAID.findall(text)}
    assert not found


def test_nonsense_in_an_address_is_no_error(demo_folder):
    for name, address in (
        ("segments", {"of": "no-such-roll:x=1", "part": "nowhere"}),
        ("customers", {"q": "%_'\";--", "sort": "nothing", "country": "<b>"}),
        ("campaign", {"discount": "nan", "response": "1e99"}),
    ):
        page = opened(demo_folder, name, address)
        assert "cannot be" not in words(page)


def test_a_new_run_is_taken_up_and_the_old_one_stays_open(tmp_path, one_order):
    folder = tmp_path / "shop"
    shutil.copytree(one_order, folder)
    shop = Shop(folder)
    before = shop.current()
    assert shop.current() is before
    again = dataclasses.replace(before.manifest, run_id="20990101T000000-000000")
    write_manifest(folder / ".shopkeeper", again)
    after = shop.current()
    assert after is not before
    assert before.manifest.run_id != again.run_id
    assert after.manifest.run_id == again.run_id
    assert len(before.customers()) == len(after.customers()) == 1


@pytest.mark.parametrize(
    ("name", "address", "task"),
    [
        ("value", {"part": "what-if"}, "lifetime_value"),
        ("churn", {"part": "what-if"}, "churn"),
        ("segments", {"part": "what-if"}, "customer_segments"),
        ("campaign", {}, "lifetime_value"),
    ],
)
def test_a_form_that_no_model_may_answer_says_why(one_order, name, address, task):
    refused = Workspace(one_order).published.refused
    reason = next(reason for each, reason in refused.items() if each.startswith(task))
    said = words(opened(one_order, name, address))
    assert _spaces(reason.replace("`", ""))[:80] in said
    assert "build it with" not in said
