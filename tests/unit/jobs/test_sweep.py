"""Sweeps: what is tried, how it is judged, and that nothing else changes."""

from __future__ import annotations

import json
import shlex
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from lifecycle_examples import contest, good
from typer.testing import CliRunner

from shopkeeper import Workspace
from shopkeeper.cli.main import app
from shopkeeper.errors import FileUnreadableError, SettingsError, UnknownNameError, UsageError
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.jobs.sweep import JUDGES, check_task, judged_of, sweep
from shopkeeper.jobs.sweep_space import read_sweep, space_of
from shopkeeper.jobs.train import TASKS
from shopkeeper.lifecycle.sweep_runs import BEST_TAG, PARENT_TAG

NOW = datetime(2025, 6, 1)
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "trying-settings.md"


def test_values_ranges_and_what_stays_are_told_apart():
    flags = ["tasks.churn.horizon_days=60, 90,60", "churn.saved_amount=1..4.5", "churn.seed=1"]
    flags += ['churn.calibration="season","none"']
    space = space_of("churn", flags)
    assert space.choices["churn.horizon_days"] == ("60", "90")
    assert space.choices["churn.calibration"] == ('"season"', '"none"')
    assert space.ranges == {"churn.saved_amount": (1.0, 4.5)}
    assert space.fixed == ("churn.seed=1",)
    assert space.size is None


def test_commas_within_a_list_do_not_separate_values():
    space = space_of("lifetime_value", ["lifetime_value.horizons_days=[30, 90],[180]"])
    assert space.choices == {"lifetime_value.horizons_days": ("[30, 90]", "[180]")}
    assert space.size == 2


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["churn.seed=1"], "Nothing varies"),
        (["shop.currency=EUR,GBP"], "cannot vary `shop.currency`"),
        (["recommendation.seed=1,2"], "cannot vary `recommendation.seed`"),
        (["churn.seed=9..1"], "which is none"),
        (["churn.seed"], "has no `=`"),
    ],
)
def test_what_cannot_be_tried_is_told(flags, told):
    with pytest.raises(UsageError) as caught:
        space_of("churn", flags)
    assert told in caught.value.message


def test_what_is_not_swept_is_said_before_its_settings_are_looked_at(tmp_path):
    done = CliRunner().invoke(app, ["sweep", "demand", "--set", "no.such=1,2", "-C", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert "are not swept" in done.exception.message
    with pytest.raises(UnknownNameError):
        check_task("demnd")


def test_a_file_says_what_flags_say(tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text('[set]\n"churn.horizon_days" = [60, 90]\nchurn.class_weights = [true, false]\n')
    assert read_sweep(file) == ("churn.horizon_days=60,90", "churn.class_weights=true,false")
    file.write_text("[sett]\n")
    with pytest.raises(SettingsError):
        read_sweep(file)
    with pytest.raises(FileUnreadableError):
        read_sweep(tmp_path / "none.toml")


def test_a_lead_is_over_the_best_baseline_whichever_way_is_better():
    found = judged_of(contest({"line": good}), "line")
    assert found.baseline == "same_spend"
    assert found.lead == pytest.approx(1 - found.value / found.baseline_value)
    assert found.lead > 0
    named = {"line": 0.6, "old": 0.5, "first": 0.4}
    scores = tuple(Score(n, date(2024, 1, 1), "auc", v, 9, EVERYONE) for n, v in named.items())
    rising = Evidence("t", 30, "auc", {"auc": Better.HIGHER}, None, ("old", "first"), scores)
    assert judged_of(rising, "line").baseline == "old"
    assert judged_of(rising, "line").lead == pytest.approx(0.2)


@pytest.fixture
def small(tmp_path):
    """A shop too small to learn from."""
    rows = "1,2025-03-01,ann,tea,2,10.00\n2,2025-03-05,bob,cup,1,4.50\n"
    header = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
    (tmp_path / "orders.csv").write_text(header + rows)
    ensure_source(tmp_path / "shop", tmp_path / "orders.csv")
    workspace = Workspace(tmp_path / "shop")
    ingest(workspace, now=NOW)
    build(workspace, now=NOW)
    return workspace


def test_what_the_data_cannot_carry_is_recorded_as_refused(small):
    before = small.published
    space = space_of("churn", ["churn.horizon_days=30,60"])
    found = sweep(small, "churn", space, now=NOW)
    assert found.best is None
    assert {trial.settings["churn.horizon_days"] for trial in found.trials} == {"30", "60"}
    assert all("customers" in trial.reason for trial in found.trials)
    client = small.registry.tracking.client
    runs = [client.get_run(trial.run_id) for trial in found.trials]
    assert {run.data.tags[PARENT_TAG] for run in runs} == {found.run_id}
    assert {run.info.status for run in runs} == {"FAILED"}
    assert client.get_run(found.run_id).data.tags[BEST_TAG] == "none could be judged"
    assert Workspace(small.folder).published == before
    assert small.registry.names() == ()


def test_wrong_settings_end_a_sweep_before_it_begins(small):
    with pytest.raises(SettingsError, match=r"`61`"):
        sweep(small, "churn", space_of("churn", ["churn.horizon_days=60,61"]), now=NOW)
    with pytest.raises(UnknownNameError) as caught:
        sweep(small, "chrun", space_of("chrun", ["chrun.seed=1,2"]), now=NOW)
    assert "did you mean `churn`?" in caught.value.hint
    assert not small.registry.tracking.exists


def test_every_task_that_is_trained_can_be_swept():
    # Demand is judged on all whole weeks, so nothing would be left for the gate.
    assert set(JUDGES) == set(TASKS) - {"demand"}


@pytest.mark.slow
def test_a_sweep_leaves_the_end_of_the_data_to_the_gate_and_changes_nothing(
    demo_folder, tmp_path, command
):
    """As the guide has it, on the demo shop."""
    shop = tmp_path / "demo-shop"
    shutil.copytree(demo_folder, shop)
    workspace = Workspace(shop)
    before, champion = workspace.published, workspace.registry.champion("churn")
    line = next(
        line for line in GUIDE.read_text().splitlines() if "shopkeeper sweep churn --set" in line
    )
    done = command(*shlex.split(line)[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nothing was changed" in done.stderr
    assert done.stdout.count("blend") + done.stdout.count("gradient") >= 2
    client = workspace.registry.tracking.client
    experiment = workspace.registry.tracking.experiment_id
    runs = client.search_runs([experiment], f"tags.`{PARENT_TAG}` LIKE '%'")
    children = [run for run in runs if "churn.calibration" in run.data.params]
    tried = {run.data.params["churn.calibration"] for run in children}
    assert tried == {"season", "none"}
    (parent,) = {run.data.tags[PARENT_TAG] for run in children}
    assert client.get_run(parent).data.tags[BEST_TAG] in {f"churn.calibration={t}" for t in tried}
    for run in children:
        path = client.download_artifacts(run.info.run_id, "evidence.json", str(tmp_path))
        evidence = json.loads(Path(path).read_text())
        horizon = evidence["horizon_days"]
        judged_before = before.as_of - timedelta(days=horizon)
        assert f"before {judged_before}" in done.stdout
        cutoffs = {date.fromisoformat(score["cutoff"]) for score in evidence["scores"]}
        assert max(cutoffs) + timedelta(days=horizon) <= judged_before
    after = Workspace(shop)
    assert after.published == before
    assert after.registry.champion("churn") == champion
