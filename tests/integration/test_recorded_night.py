"""A recorded month of nights: quiet, then prices rise; it is found, and models are trained."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from night_orders import SOURCE, Nights

from shopkeeper import Workspace, run
from shopkeeper.jobs.monitor import MonitorReport, monitor

pytestmark = pytest.mark.slow

FIRST_DAY = date(2025, 1, 1)
PLANTED_ON = FIRST_DAY + timedelta(days=9)
LAST_DAY = FIRST_DAY + timedelta(days=23)
# What the nights do not ask of is not trained: they are about who leaves and what is spent.
WITHOUT = """
[recommendation]
is_trained = false

[demand]
is_trained = false
"""
# What is trained anew is kept small: one horizon, one way to grow trees.
SMALL = ("lifetime_value.horizons_days=[90]", "churn.tuning_trials=0")


def signs(report: MonitorReport, model: str = "churn 1") -> dict[str, str]:
    """What is said of the shop and of one model."""
    subjects = ("the shop", model)
    found = [sign for sign in report.monitoring.signs if sign.subject in subjects]
    return {sign.name: str(sign.status) for sign in found}


@pytest.fixture(scope="module")
def nights(demo_folder, tmp_path_factory) -> tuple[Path, MonitorReport, list[int], MonitorReport]:
    """Day 1 is the demo shop, day 2 brings a file; from day 10 on prices are four times as high."""
    folder = tmp_path_factory.mktemp("nights") / "shop"
    shutil.copytree(demo_folder, folder)
    settings = folder / "shopkeeper.toml"
    settings.write_text(settings.read_text() + SOURCE + WITHOUT)
    made = Nights(folder / "data")

    made.write(folder / "data" / "night-02.csv", made.of(FIRST_DAY))
    run(Workspace(folder))
    second = monitor(Workspace(folder), on=FIRST_DAY + timedelta(days=1), retrain=True)
    versions = [len(Workspace(folder).registry.versions(name)) for name in ("churn",)]

    lines = []
    for past in range(1, (LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=past)
        lines += made.of(day, price_factor=4 if day >= PLANTED_ON else 1)
    made.write(folder / "data" / "night-24.csv", lines)
    run(Workspace(folder))
    last = monitor(
        Workspace(folder, overrides=SMALL), on=LAST_DAY + timedelta(days=1), retrain=True
    )
    return folder, second, versions, last


def test_the_second_day_is_quiet_and_nothing_is_trained(nights):
    _, second, versions, _ = nights
    assert second.monitoring.as_of == FIRST_DAY + timedelta(days=1)
    assert second.monitoring.status == "quiet", second.monitoring.signs
    assert signs(second)["features"] == signs(second)["scores"] == "quiet"
    assert not second.monitoring.retraining.was_done
    assert versions == [1]


def test_the_planted_drift_is_found_and_named(nights):
    last = nights[-1].monitoring
    assert last.as_of == LAST_DAY + timedelta(days=1)
    assert signs(nights[-1])["features"] == "alarm"
    drift = {found.model.rpartition(" ")[0]: found for found in last.drift}
    assert set(drift) == {"churn", "lifetime_value_90_days", "customer_segments"}
    drifted = {row.column for row in drift["churn"].features if row.has_drifted}
    assert {"last_30_days_amount", "largest_order_amount"} <= drifted
    # The made-up clicks end on day 1, and that is found too; nothing else is.
    seen = ("amount", "session", "view", "cart")
    assert all(any(word in name for word in seen) for name in drifted)
    # What is bought lately is an input of lifetime value; how often they come is as it was.
    inputs = {row.column: row for row in drift["lifetime_value_90_days"].features}
    moved = {name for name, row in inputs.items() if row.has_drifted}
    assert "last_30_days_amount" in moved
    assert all(name.endswith("_amount") for name in moved)
    assert signs(nights[-1])["volume"] == "quiet"


def test_challengers_were_trained_and_judged_with_reasons(nights):
    folder, _, _, last = nights
    retraining = last.monitoring.retraining
    assert retraining.was_done
    assert "drifted" in retraining.reasons[0]
    registry = Workspace(folder).registry
    newest = registry.versions("churn")[-1]
    assert newest.version == 2
    assert newest.as_of == LAST_DAY + timedelta(days=1)
    assert newest.verdict is not None
    champion = registry.champion("churn")
    assert champion.version == (2 if newest.passed else 1)
    (told,) = [text for text in retraining.outcomes if "`churn`" in text]
    assert ("passed the gate" if newest.passed else "was refused") in told
    if not newest.passed:
        assert newest.verdict.refusals[0] in told


def test_what_was_found_is_asked_of_the_shop(nights, command):
    folder, _, _, last = nights
    done = command("show", "monitoring", "-C", folder)
    assert done.returncode == 0
    assert "training done" in done.stdout
    assert last.monitoring.retraining.outcomes[0] in done.stdout
    assert re.search("(?m)^alarm +features of churn 1: .* are unlike those of all", done.stdout)
    assert re.search(r"(?m)^last_30_days_amount \*", done.stdout)


def test_mlflow_shows_the_same_runs_versions_and_verdicts(nights):
    from mlflow import MlflowClient

    folder, _, _, last = nights
    registry = Workspace(folder).registry
    # MLflow's own client, which knows nothing of what is kept beside its store.
    client = MlflowClient(f"sqlite:///{folder}/.shopkeeper/mlflow.db")
    seen = client.search_model_versions("name = 'shopkeeper-churn'")
    assert len(seen) == len(registry.versions("churn")) == 2
    champion = client.get_model_version_by_alias("shopkeeper-churn", "champion")
    assert str(champion.version) == registry.champion("churn").store_number
    newest = max(seen, key=lambda version: int(version.version))
    run = client.get_run(newest.run_id)
    assert run.info.status == "FINISHED"
    assert any(name.startswith("roc_auc") for name in run.data.metrics)
    assert run.data.params["as_of"] == str(LAST_DAY + timedelta(days=1))

    told = " ".join(last.monitoring.retraining.outcomes)
    judged = [v for name in registry.names() for v in registry.versions(name)[1:]]
    assert judged
    for version in judged:
        name = f"shopkeeper-{version.name}"
        kept = client.get_model_version(name, version.store_number)
        aliases = client.get_registered_model(name).aliases
        holder = aliases["champion" if version.passed else "challenger"]
        assert str(holder) == version.store_number
        verdict = json.loads(kept.tags["shopkeeper.verdict"])
        why = [each["sentence"] for each in verdict["criteria"] if not each["passed"]]
        assert (not why) is version.passed
        assert all(sentence in told for sentence in why)
