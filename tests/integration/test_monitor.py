"""Monitor as a job: what it finds is published, told, and the same on every face."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from api_client import client_of

from shopkeeper import Workspace
from shopkeeper.jobs.forget import forget
from shopkeeper.jobs.monitor import monitor
from shopkeeper.jobs.monitor_backfill import backfill_into, past_models
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.writing import Writing, writing
from shopkeeper.monitoring.prediction_log import Prediction, PredictionLog, read_predictions
from shopkeeper.tasks.churn.scores import CONTRACT as CHURN
from shopkeeper.tasks.demand.forecasts import CONTRACT as FORECASTS
from shopkeeper.tasks.lifetime_value.values import CONTRACT as VALUES
from shopkeeper.tasks.recommendation.scores import CONTRACT as LISTS

pytestmark = pytest.mark.slow

# A Monday, as forecasts begin with the week.
EARLIER = date(2024, 9, 2)
HORIZON = 60
SAID = (CHURN, VALUES, LISTS, FORECASTS)


def moved_back(frame: pd.DataFrame) -> pd.DataFrame:
    """Gives what is said today as if it had been said earlier, by the same version."""
    moved = frame.assign(as_of=EARLIER)
    if "week_date" in moved:
        weeks = pd.to_datetime(moved["week_date"])
        moved["week_date"] = (weeks - (weeks.min() - pd.Timestamp(EARLIER))).dt.date
    if "churn_probability" in moved:
        moved["horizon_days"] = HORIZON
    return moved


@pytest.fixture(scope="module")
def shop(demo_folder, tmp_path_factory) -> Path:
    """The demo shop, in which its champions had scored everybody in September already."""
    folder = tmp_path_factory.mktemp("watched") / "shop"
    shutil.copytree(demo_folder, folder)
    pointer = folder / ".shopkeeper" / "current.json"
    current = pointer.read_text()
    workspace = Workspace(folder)
    days = workspace.frame("purchases").groupby("customer_id")["order_date"].min()
    known = set(days[pd.to_datetime(days) < pd.Timestamp(EARLIER)].index)
    with writing(workspace, now=datetime(2024, 9, 2, 3)) as at_work:
        for contract in SAID:
            rows = moved_back(workspace.frame(contract.name))
            if "customer_id" in rows:
                rows = rows[rows["customer_id"].isin(known)]
            stage_rows(at_work, contract, rows[list(contract.column_names)], "september")
        at_work.as_of = EARLIER
        at_work.publish()
    workspace.close()
    pointer.write_text(current)
    return folder


@pytest.fixture(scope="module")
def quiet(shop):
    """A look on the day after the last order, with one past month told afterwards."""
    return monitor(Workspace(shop), on=date(2025, 1, 1), backfill=1)


def of_task(report, task: str):
    """What came true of what was served."""
    (found,) = [p for p in report.monitoring.performance if p.task == task]
    assert not found.is_backfilled
    return found, {each.metric: each for each in found.measured}


def spent_since(shop, days: int) -> pd.Series:
    """What each customer spent from September on."""
    purchases = Workspace(shop).frame("purchases")
    day = pd.to_datetime(purchases["order_date"])
    start = pd.Timestamp(EARLIER)
    inside = (day >= start) & (day < start + pd.Timedelta(days=days))
    return purchases[inside].groupby("customer_id")["purchase_amount"].sum().astype(float)


def said_then(shop, name: str) -> pd.DataFrame:
    """What was said of those who were customers in September."""
    workspace = Workspace(shop)
    first = workspace.frame("purchases").groupby("customer_id")["order_date"].min()
    rows = workspace.frame(name)
    known = first[pd.to_datetime(first) < pd.Timestamp(EARLIER)].index
    return rows[rows["customer_id"].isin(known)]


def test_a_shop_that_is_as_it_was_is_quiet(quiet):
    found = quiet.monitoring
    assert {sign.name for sign in found.signs} == {
        *("freshness", "volume", "features", "scores", "performance"),
    }
    assert not [s for s in found.signs if s.status == "alarm" and s.name != "performance"]
    assert not found.retraining.was_done


def test_all_models_that_score_customers_are_watched(quiet):
    drift = {found.model: found for found in quiet.monitoring.drift}
    values = [f"lifetime_value_{days}_days 1" for days in (90, 180, 365)]
    assert list(drift) == ["churn 1", *values, "customer_segments 1"]
    assert all(found.scores and not found.reason for found in drift.values())
    assert drift["churn 1"].row_count > 100
    assert "2024-01-03" in drift["churn 1"].reference_days  # the same season a year before
    assert {row.column for row in drift[values[0]].features} == {
        *("days_since_last_purchase", "frequency", "recency_days", "mean_purchase_amount"),
        *("largest_purchase_amount", "last_30_days_amount", "last_30_days_purchase_count"),
    }
    # One of those that look at the same tells of it.
    assert [m for m, found in drift.items() if found.features] == ["churn 1", values[0]]


def test_what_was_said_is_held_against_what_happened(quiet, shop):
    churn, metrics = of_task(quiet, "churn")
    assert (churn.said_on, churn.matured_on) == ("2024-09-02", "2024-11-01")
    said = said_then(shop, "churn_scores").dropna(subset="churn_probability")
    left = ~said["customer_id"].isin(spent_since(shop, HORIZON).index)
    assert churn.customer_count == len(said)
    assert churn.actual == pytest.approx(left.mean())
    assert churn.predicted == pytest.approx(said["churn_probability"].mean())
    assert metrics["roc_auc"].promised is not None
    assert metrics["roc_auc"].low < metrics["roc_auc"].value < metrics["roc_auc"].high


def test_spending_is_held_against_what_was_expected_of_each_horizon_that_has_passed(quiet, shop):
    # Half a year and a year from September on have not passed yet.
    value, metrics = of_task(quiet, "lifetime_value_90_days")
    assert value.matured_on == "2024-12-01"
    values = said_then(shop, "lifetime_values")
    said = values[values["horizon_days"] == 90].set_index("customer_id")["expected_amount"]
    spent = spent_since(shop, 90).reindex(said.index).sum()
    ratio = metrics["total_ratio"]
    assert ratio.value == pytest.approx(spent / said.astype(float).sum())
    assert ratio.low < ratio.value < ratio.high


def test_lists_are_held_against_what_was_bought_and_what_was_popular(quiet, shop):
    found, metrics = of_task(quiet, "recommendation")
    lines = Workspace(shop).frame("order_items")
    is_sale = (lines["line_type"] == "merchandise") & ~lines["is_return"]
    lines = lines[is_sale & ~lines["is_cancellation"] & lines["customer_id"].notna()]
    day, start = pd.to_datetime(lines["order_date"]), pd.Timestamp(EARLIER)
    pairs = lines[["customer_id", "product_id"]]
    bought = pairs[(day >= start) & (day < start + pd.Timedelta(days=30))].drop_duplicates()
    lists = said_then(shop, "recommendations")
    bought = bought[bought["customer_id"].isin(lists["customer_id"])]
    lately = pairs[(day < start) & (day >= start - pd.Timedelta(days=28))].drop_duplicates()
    popular = lately["product_id"].value_counts()
    buyers = bought["customer_id"].nunique()
    hits = lists.merge(bought)["customer_id"].nunique()
    assert found.customer_count == buyers
    assert metrics["hit_rate_10"].value == pytest.approx(hits / buyers)
    assert 0.3 < metrics["hit_rate_10"].promised < 1
    # Of products equally popular either may be among the ten.
    sure = popular[popular > popular.iloc[10]].index
    least = bought[bought["product_id"].isin(sure)]["customer_id"].nunique()
    lead = metrics["lead_over_popular"].value
    assert 0 < lead <= (hits - least) / buyers + 1e-9


def test_forecasts_are_held_against_the_weeks_that_are_over(quiet, shop):
    found, metrics = of_task(quiet, "demand")
    workspace = Workspace(shop)
    said, sold = moved_back(workspace.frame("demand_forecast")), workspace.frame("weekly_demand")
    said = said[said["series_level"] == "product"].astype({"week_date": str})
    sold = sold[sold["series_level"] == "product"].astype({"week_date": str})
    both = said.merge(sold[["series_id", "week_date", "quantity"]], "inner")
    assert found.customer_count == both["series_id"].nunique() > 100
    assert found.matured_on == "2024-09-30"
    actual, expected = both["quantity"].astype(float), both["expected_quantity"].astype(float)
    wape = (expected - actual).abs().sum() / actual.sum()
    assert metrics["wape"].value == pytest.approx(wape)
    inside = (both["lower_quantity"] <= both["quantity"]) & (
        both["quantity"] <= both["upper_quantity"]
    )
    assert metrics["coverage"].value == pytest.approx(inside.mean())
    assert metrics["coverage"].promised == 0.8
    assert metrics["mase"].promised > 0


def test_a_past_month_is_told_and_never_taken_for_served(quiet, shop):
    told = [one for one in quiet.monitoring.history if one.is_backfilled]
    assert {(one.task, one.said_on) for one in told} == {
        ("churn", "2024-10-01"),
        ("lifetime_value_90_days", "2024-10-01"),
        ("lifetime_value_180_days", "2024-07-01"),
        ("lifetime_value_365_days", "2024-01-01"),
    }
    sentences = {s.subject: s.sentence for s in quiet.monitoring.signs if s.name == "performance"}
    # What was served speaks for itself; what was not says so.
    assert "not served" not in sentences["churn 1"]
    assert "not served" in sentences["lifetime_value_365_days 1"]
    steps = []
    with writing(Workspace(shop), tell=steps.append) as at_work:
        assert backfill_into(at_work, 1) == 0
    assert {step.outcome for step in steps} == {"unchanged"}


class Cut(Writing):
    """A run in which nothing that happened from a day on is known."""

    day = ""

    def table(self, name):
        table = super().table(name)
        days = [c for c in ("order_date", "refund_date", "event_date") if c in table.columns]
        return table.filter([table[c].cast("string") < self.day for c in days]) if days else table


def test_what_was_told_of_a_past_day_knew_nothing_later(quiet, shop):
    told = {one.task: one for one in quiet.monitoring.history if one.is_backfilled}
    with writing(Workspace(shop)) as at_work:
        cut = Cut(**{f.name: getattr(at_work, f.name) for f in fields(at_work)})
        for champion, _, say in past_models(cut):
            one = told[champion.name]
            cut.day = one.said_on
            said = say(date.fromisoformat(one.said_on)).dropna()
            assert (len(said), said.mean()) == (one.customer_count, pytest.approx(one.predicted))


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


def test_an_alarm_has_its_exit_code_until_somebody_was_told(shop, command):
    late = ("monitor", "-C", shop, "--on", "2025-02-20")
    hook = 'alerts.webhooks=["http://127.0.0.1:9/"]'
    done = command(*late, "--set", hook, "--json", "-q")
    assert done.returncode == 4, done.stderr
    found = json.loads(done.stdout)
    assert found["monitoring"]["signs"][0]["name"] == "freshness"
    assert "warning: http://127.0.0.1:9/***" in done.stderr
    assert not found["told"][0]["was_sent"]
    # What reached nobody is told again; then it stands, and the night is a good one.
    assert monitor(Workspace(shop), on=date(2025, 2, 20)).monitoring.is_news
    standing = command("monitor", "-C", shop, "--on", "2025-02-21", "-q")
    assert standing.returncode == 0, standing.stderr
    assert re.search("(?m)^still +freshness of the shop: .* Since 2025-02-20.$", standing.stdout)


def test_data_that_will_not_grow_may_be_old(shop):
    settings = ["monitoring.watches_freshness=false", "monitoring.performance_slack=0.5"]
    more = ["monitoring.calibration_slack=0.5", "monitoring.total_ratio=10"]
    # What was said for January stands for September here.
    more += ["monitoring.coverage_slack=0.5", "monitoring.forecast_ratio=10"]
    found = monitor(Workspace(shop, overrides=[*settings, *more]), on=date(2025, 2, 20))
    assert found.monitoring.status == "quiet"
    assert found.monitoring.freshness.is_late


def test_a_customer_is_forgotten_in_the_log_and_named_where_else_they_stand(shop):
    folder = shop / ".shopkeeper"
    customer = Workspace(shop).frame("churn_scores")["customer_id"].iloc[0]
    rows = [
        Prediction(datetime(2025, 1, 1, tzinfo=UTC), "q", "churn 1", "r", "2025-01-01", asked, {})
        for asked in ({"user_id": customer}, {"user_id": "somebody else"})
    ]
    PredictionLog(folder).write(rows)
    report = forget(Workspace(shop), customer)
    assert report.removed_count == 1
    assert [p.inputs["user_id"] for p in read_predictions(folder)] == ["somebody else"]
    named = {one.table: one.row_count for one in report.tables}
    assert named["churn_scores"] == named["customers"] == 1
    assert "data/orders.csv" in report.sources
    assert forget(Workspace(shop), "nobody").tables == ()


def test_nothing_is_looked_at_before_the_first_run(tmp_path, command):
    done = command("monitor", "-C", tmp_path)
    assert done.returncode == 1
    assert "shopkeeper run" in done.stderr
