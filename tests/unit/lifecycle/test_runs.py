"""A training attempt is recorded with all that it takes to repeat it, and nothing is sent away."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lifecycle_examples import ROWS, contest, good, registration

from shopkeeper.errors import UsageError
from shopkeeper.lifecycle.runs import (
    TrainingRun,
    evidence_from_plain,
    evidence_to_plain,
    log_run,
    to_json,
)

TESTS = Path(__file__).parents[2]
slow = pytest.mark.slow


def test_evidence_survives_json():
    evidence = contest({"new": good}, alarms={"new": ("too good",)})
    plain = json.loads(to_json(evidence_to_plain(evidence)))
    assert evidence_from_plain(plain) == evidence


def test_plot_of_another_kind_is_refused(tmp_path):
    from shopkeeper.lifecycle.tracking import Tracking

    with pytest.raises(UsageError, match="plot"):
        log_run(Tracking(tmp_path), run_with(plots={"../plot.svg": b""}))


def run_with(**changed):
    from datetime import date

    from lifecycle_examples import NOW

    known = {
        "task": "lifetime_value",
        "model": "line",
        "started_at": NOW,
        "ended_at": NOW,
        "as_of": date(2024, 6, 1),
        "seed": 7,
        "data_fingerprint": "abc123",
        "code_version": "1.2.3",
    }
    return TrainingRun(**{**known, **changed})


@slow
def test_run_holds_all_it_takes_to_repeat_it(tracking):
    evidence = contest({"line": good}, folds=3)
    run_id = log_run(
        tracking,
        run_with(
            parameters={"slope": 2.0},
            evidence=evidence,
            plots={"calibration.png": b"\x89PNG"},
            tags={"reason": "test"},
        ),
    )
    found = tracking.client.get_run(run_id)
    assert found.info.status == "FINISHED"
    assert found.data.params == {"slope": "2.0", "seed": "7", "as_of": "2024-06-01"}
    assert found.data.tags["shopkeeper.data_fingerprint"] == "abc123"
    assert found.data.tags["shopkeeper.code_version"] == "1.2.3"
    assert found.data.tags["reason"] == "test"
    assert found.data.metrics["rmse"] == pytest.approx(evidence.mean("line", "rmse"))
    folds = tracking.client.get_metric_history(run_id, "same_spend/rmse")
    wanted = list(evidence.values("same_spend", "rmse").values())
    assert [metric.value for metric in sorted(folds, key=lambda m: m.step)] == wanted
    listed = {file.path for file in tracking.client.list_artifacts(run_id)}
    assert listed == {"evidence.json", "plots"}


@slow
def test_failed_attempt_is_a_run_too(tracking):
    found = tracking.client.get_run(log_run(tracking, run_with(failure="too few repeaters")))
    assert found.info.status == "FAILED"
    assert found.data.tags["shopkeeper.failure"] == "too few repeaters"


@pytest.fixture
def plug_in(tmp_path):
    """Environment of a process in which an installed package declares the model `line`."""
    folder = tmp_path / "installed"
    declared = folder / "line-1.dist-info"
    declared.mkdir(parents=True)
    (declared / "METADATA").write_text("Metadata-Version: 2.1\nName: line\nVersion: 1\n")
    (declared / "entry_points.txt").write_text(
        "[shopkeeper.models]\nline = lifecycle_examples:Line\n"
    )
    path = os.pathsep.join([str(folder), str(TESTS)])
    return {**os.environ, "PYTHONPATH": path, "MLFLOW_DISABLE_TELEMETRY": "true"}


@slow
def test_mlflow_loads_the_model_in_another_process(registry, tracking, plug_in):
    made = registry.register(registration(tracking, 2.5))
    program = f"""
import sys, mlflow
mlflow.set_tracking_uri("{tracking.store}")
for address in ("runs:/{made.run_id}/model", "models:/shopkeeper-lifetime_value@challenger"):
    model = mlflow.pyfunc.load_model(address)
    print(model.predict(model.input_example)["expected"].tolist())
print(model.metadata.signature.inputs.input_names(), model.metadata.signature.outputs)
print("cloudpickle" in (model.metadata.flavors["python_function"].get("python_model") or ""))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=plug_in, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    expected = str((ROWS["orders"] * 2.5).tolist())
    lines = done.stdout.splitlines()
    assert lines[:2] == [expected, expected]
    assert "['spent', 'orders']" in lines[2]
    assert "expected" in lines[2]
    assert lines[3] == "False"


@slow
def test_mlflow_refuses_a_model_whose_bytes_changed(registry, tracking, plug_in):
    made = registry.register(registration(tracking, 2.5))
    stored = next((tracking.folder / "mlartifacts").rglob("line.npz"))
    stored.chmod(0o644)
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")
    program = f"""
import mlflow
mlflow.set_tracking_uri("{tracking.store}")
mlflow.pyfunc.load_model("runs:/{made.run_id}/model")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=plug_in, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "has changed since it was saved" in done.stderr


@slow
def test_mlflow_serves_the_model(registry, tracking, plug_in):
    import time
    import urllib.error
    import urllib.request

    registry.register(registration(tracking, 2.5))
    stored = next((tracking.folder / "mlartifacts").rglob("MLmodel")).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # What `mlflow models serve --env-manager local` starts, without the shell in between.
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(port)),
            "mlflow.pyfunc.scoring_server.app:app",
        ],
        env={**plug_in, "__pyfunc_model_path__": str(stored)},
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/health")
                break
            except urllib.error.URLError:
                assert server.poll() is None
                time.sleep(0.5)
        question = json.dumps({"dataframe_split": ROWS.to_dict(orient="split", index=True)})
        request = urllib.request.Request(
            f"{address}/invocations",
            question.encode(),
            {"content-type": "application/json"},
        )
        answer = json.loads(urllib.request.urlopen(request).read())
    finally:
        server.terminate()
        server.wait()
    assert [row["expected"] for row in answer["predictions"]] == [2.5, 5.0, 7.5]


@slow
def test_nothing_is_sent_away(tmp_path):
    program = f"""
import socket, sys
def refuse(*a, **k): print("CONNECTS", a); raise OSError("no network")
socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse
sys.path.insert(0, {str(TESTS)!r})
from pathlib import Path
from lifecycle_examples import Line, registration
from shopkeeper.lifecycle.registry import Registry
from shopkeeper.lifecycle.tracking import Tracking
tracking = Tracking(Path({str(tmp_path)!r}))
Registry(tracking, [Line]).register(registration(tracking))
from mlflow.telemetry.client import get_telemetry_client
print(get_telemetry_client())
"""
    outside = ("PYTEST_", "CI", "GITHUB_", "MLFLOW_", "DO_NOT_TRACK")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(outside)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["None"]
    assert done.stderr == ""
