"""Churn as a job: published where it passes, explained, refused with what is asked instead."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.tasks.churn.findings import Findings, all_of_facts
from shopkeeper.tasks.churn.scores import BANDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(demo) -> Findings:
    (finding,) = all_of_facts(demo.manifest.facts)
    return finding


def test_the_simulated_shop_passes_the_gate_and_names_its_horizon(demo, found):
    assert found.is_published, found.reasons
    champion = demo.registry.champion("churn")
    assert found.model == f"churn {champion.version}"
    assert champion.verdict.passed
    assert "returns came within" in found.horizon_reason


def test_every_customer_stands_once_scored_or_marked(demo, found):
    scores = demo.frame("churn_scores")
    features = demo.frame("customer_features")
    assert sorted(scores["customer_id"]) == sorted(features["customer_id"])
    inside = scores["is_in_population"]
    assert scores.loc[inside, "churn_probability"].between(0, 1).all()
    assert scores.loc[~inside, "churn_probability"].isna().all()
    assert set(scores.loc[inside, "risk_band"]) <= set(BANDS)
    assert set(scores["horizon_days"]) == {found.horizon_days}


def test_scores_are_what_the_registered_model_says_of_one_customer(demo):
    features = demo.frame("customer_features").set_index("customer_id").sort_index()
    history = demo.frame("purchase_history").set_index("customer_id")
    rows = features.join(history[["frequency", "recency_days"]])
    model = demo.registry.load("churn")
    scores = demo.frame("churn_scores").set_index("customer_id")
    chosen = scores.index[scores["is_in_population"]][::400]
    for customer in chosen:
        said = model.predict(rows.loc[[customer]])["probability"].iloc[0]
        assert said == pytest.approx(scores.loc[customer, "churn_probability"], abs=1e-6)


def test_who_is_likely_to_leave_is_told_why(demo):
    scores = demo.frame("churn_scores")
    risky = scores[scores["churn_probability"] > 0.75]
    assert len(risky)
    assert risky["reason_1"].notna().mean() > 0.99
    assert not scores.loc[scores["reason_1"].isna(), "reason_2"].notna().any()


def test_the_answer_adds_up(demo, found):
    answer = demo.churn()
    assert answer.customer_count == len(demo.frame("churn_scores"))
    scores = demo.frame("churn_scores")
    expected = sum(band.expected_leaver_count for band in answer.bands)
    assert expected == pytest.approx(scores["churn_probability"].sum(), abs=1e-6)
    amounts = [customer.amount_at_risk for customer in answer.customers]
    assert amounts == sorted(amounts, reverse=True)
    folds = sum(past.customer_count for past in found.past)
    told = found.confusion
    counted = (told.left_and_contacted, told.left_and_not)
    counted += (told.stayed_and_contacted, told.stayed_and_not)
    assert sum(counted) == folds == sum(row.row_count for row in found.calibration)


def test_the_terminal_and_json_give_the_same(demo_folder, command, run_json):
    plain = run_json("show", "churn", "-C", demo_folder)
    shown = command("show", "churn", "-C", demo_folder)
    assert shown.returncode == 0, shown.stderr
    assert f"{plain['findings']['horizon_days']} days" in shown.stdout
    for customer in plain["customers"]:
        assert customer["customer_id"] in shown.stdout


def test_the_report_says_who_is_leaving(demo_folder):
    page = (demo_folder / "report.html").read_text()
    assert 'id="churn"' in page
    assert 'id="churn-proof"' in page


@pytest.fixture(scope="module")
def one_time_buyers(once) -> Workspace:
    """A shop of whose customers nobody ever came back."""

    def maker(folder: Path) -> None:
        folder.mkdir()
        random = np.random.default_rng(4)
        first = date(2023, 1, 1)
        rows = ["order_id,ordered_at,customer_id,product_id,quantity,unit_price"]
        for place in range(900):
            day = first + timedelta(days=int(random.integers(0, 720)))
            rows.append(f"A{place},{day},C{place},P{place % 7},1,{random.gamma(3, 9):.2f}")
        (folder / "orders.csv").write_text("\n".join(rows) + "\n")
        ensure_source(folder, folder / "orders.csv")
        run(Workspace(folder))

    return Workspace(once("one-time-buyers", maker))


def test_where_nobody_comes_back_churn_is_refused_and_second_purchases_are_asked(one_time_buyers):
    churn, second = all_of_facts(one_time_buyers.manifest.facts)
    assert not churn.is_published
    assert "Every customer bought exactly once" in churn.reasons[0]
    assert churn.instead == "second_purchase"
    assert not second.is_published
    assert "Every customer bought exactly once" in second.reasons[0]
    assert {"churn", "second_purchase"} <= set(one_time_buyers.manifest.refused)
    assert "churn_scores" not in one_time_buyers.manifest.tables
    answer = one_time_buyers.churn()
    assert not answer.bands
    assert answer.second_purchase == second
    page = (one_time_buyers.folder / "report.html").read_text()
    assert "Asked instead: who of those who bought once will buy again" in page


def test_facts_come_back_as_they_were(found):
    assert Findings.from_plain(json.loads(json.dumps(found.to_plain()))) == found
