"""Monitor as a job: what it finds is published, told, and the same on every face."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from api_client import client_of

from shopkeeper import Workspace
from shopkeeper.jobs.monitor import monitor
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.watched_drift import known_at
from shopkeeper.jobs.writing import writing
from shopkeeper.tasks.churn.scores import CONTRACT, churn_rows
from shopkeeper.tasks.lifetime_value.values import CONTRACT as VALUES

pytestmark = pytest.mark.slow

EARLIER = date(2024, 9, 1)
HORIZON = 60


@pytest.fixture(scope="module")
def shop(demo_folder, tmp_path_factory) -> Path:
    """The demo shop, in which its champion had scored everybody in September already."""
    folder = tmp_path_factory.mktemp("watched") / "shop"
    shutil.copytree(demo_folder, folder)
    pointer = folder / ".shopkeeper" / "current.json"
    current = pointer.read_text()
    workspace = Workspace(folder)
    with writing(workspace, now=datetime(2024, 9, 1, 3)) as at_work:
        at_work.as_of = EARLIER
        champion = workspace.registry.champion("churn")
        said = workspace.registry.load("churn").predict(known_at(at_work, EARLIER))
        rows = churn_rows(said, horizon_days=HORIZON, model=f"churn {champion.version}")
        rows = rows.assign(as_of=EARLIER, training_id=champion.data_fingerprint)
        stage_rows(at_work, CONTRACT, rows[list(CONTRACT.column_names)], "september")
        values = workspace.frame(VALUES.name)
        values = values[values["customer_id"].isin(rows["customer_id"])].assign(as_of=EARLIER)
        stage_rows(at_work, VALUES, values[list(VALUES.column_names)], "september")
        at_work.publish()
    workspace.close()
    pointer.write_text(current)
    return folder


@pytest.fixture(scope="module")
def quiet(shop):
    """A look on the day after the last order."""
    return monitor(Workspace(shop), on=date(2025, 1, 1))


def test_a_shop_that_is_as_it_was_is_quiet(quiet):
    found = quiet.monitoring
    assert {sign.name for sign in found.signs} == {
        *("freshness", "volume", "features", "scores", "performance"),
    }
    assert not [s for s in found.signs if s.status == "alarm" and s.name != "performance"]
    (drift,) = found.drift
    assert drift.row_count > 100
    assert "2024-01-03" in drift.reference_days  # the same season a year before
    assert not found.retraining.was_done


def test_what_was_said_is_held_against_what_happened(quiet, shop):
    (churn,) = [p for p in quiet.monitoring.performance if p.task == "churn"]
    assert (churn.said_on, churn.matured_on) == ("2024-09-01", "2024-10-31")
    purchases = Workspace(shop).frame("purchases")
    days = purchases["order_date"].astype(str)
    known = set(purchases.loc[days < "2024-09-01", "customer_id"])
    inside = (days >= "2024-09-01") & (days < "2024-10-31")
    stayed = known & set(purchases.loc[inside, "customer_id"])
    # Who had been silent for longer than anybody it learned from has no score, and hardly returns.
    assert 0.9 * len(known) < churn.customer_count <= len(known)
    found = churn.customer_count * (1 - churn.actual)
    assert found == pytest.approx(len(stayed), abs=3)
    metrics = {m.metric: m for m in churn.measured}
    assert metrics["roc_auc"].promised is not None
    assert metrics["roc_auc"].low < metrics["roc_auc"].value < metrics["roc_auc"].high


def test_spending_is_held_against_what_was_expected_of_each_horizon_that_has_passed(quiet, shop):
    (value,) = [p for p in quiet.monitoring.performance if p.task.startswith("lifetime_value")]
    # Half a year and a year from September on have not passed yet.
    assert (value.task, value.matured_on) == ("lifetime_value_90_days", "2024-11-30")
    workspace = Workspace(shop)
    purchases, values = workspace.frame("purchases"), workspace.frame("lifetime_values")
    days = purchases["order_date"].astype(str)
    known = set(purchases.loc[days < "2024-09-01", "customer_id"])
    inside = (days >= "2024-09-01") & (days < "2024-11-30") & purchases["customer_id"].isin(known)
    said = values[values["customer_id"].isin(known) & (values["horizon_days"] == 90)]
    (ratio,) = value.measured
    spent = purchases.loc[inside, "purchase_amount"].sum()
    assert ratio.value == pytest.approx(spent / said["expected_amount"].sum())
    assert ratio.low < ratio.value < ratio.high


def test_the_page_stands_with_the_run_and_loads_nothing(quiet):
    assert quiet.page.parent.name == quiet.run_id
    text = quiet.page.read_text()
    assert "Drift of churn" in text
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:|//)", text)


def test_all_faces_say_the_same(quiet, shop, run_json):
    shown = run_json("show", "monitoring", "-C", shop)
    assert shown["status"] == quiet.monitoring.status
    client = client_of(shop)
    headers = {"Accept": "application/json"}
    assert client.get("/drift", headers=headers).json() == shown
    assert shown["drift"][0]["features"]


def test_an_alarm_has_its_exit_code_and_a_failing_hook_does_not_hide_it(shop, command):
    late = ("monitor", "-C", shop, "--on", "2025-02-20")
    hook = 'alerts.webhooks=["http://127.0.0.1:9/"]'
    done = command(*late, "--set", hook, "--json", "-q")
    assert done.returncode == 4, done.stderr
    found = json.loads(done.stdout)
    assert found["monitoring"]["signs"][0]["name"] == "freshness"
    assert "warning: http://127.0.0.1:9/***" in done.stderr
    assert not found["told"][0]["was_sent"]


def test_data_that_will_not_grow_may_be_old(shop):
    settings = ["monitoring.watches_freshness=false", "monitoring.performance_slack=0.5"]
    more = ["monitoring.calibration_slack=0.5", "monitoring.total_ratio=10"]
    found = monitor(Workspace(shop, overrides=[*settings, *more]), on=date(2025, 2, 20))
    assert found.monitoring.status == "quiet"
    assert found.monitoring.freshness.is_late


def test_nothing_is_looked_at_before_the_first_run(tmp_path, command):
    done = command("monitor", "-C", tmp_path)
    assert done.returncode == 1
    assert "shopkeeper run" in done.stderr
