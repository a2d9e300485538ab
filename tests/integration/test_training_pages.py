"""Training runs and models in MLflow's own pages, and on a server of one's own that asks who."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from lifecycle_examples import NOW, Line, registration

from shopkeeper.errors import MissingExtraError, TrackingError
from shopkeeper.jobs.training_pages import show_training
from shopkeeper.lifecycle.registry import Registry
from shopkeeper.lifecycle.tracking import Tracking

pytestmark = pytest.mark.slow
USER, PASSWORD = "ann", "s3cret"
WHO = {"MLFLOW_TRACKING_USERNAME": USER, "MLFLOW_TRACKING_PASSWORD": PASSWORD}


@contextmanager
def showing(folder: Path):
    """The command `shopkeeper mlflow`, until the test is over; gives its address."""
    words = [sys.executable, "-m", "shopkeeper", "mlflow", "--port", "0", "-C", str(folder)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + process.stderr.read()
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def pages(demo_folder, tmp_path_factory):
    """The pages over the runs of the demo shop, which itself is left alone."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / ".shopkeeper").mkdir()
    shutil.copy(demo_folder / "shopkeeper.toml", folder)
    shutil.copy(demo_folder / ".shopkeeper" / "mlflow.db", folder / ".shopkeeper")
    with showing(folder) as address:
        yield address
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def candidate_of(run: dict) -> str:
    return next(t["value"] for t in run["data"]["tags"] if t["key"] == "shopkeeper.model")


def test_runs_models_and_plots_of_the_shop_are_there(pages, demo):
    asked = {"max_results": 50}
    found = httpx.post(f"{pages}/api/2.0/mlflow/experiments/search", json=asked).json()
    ours = next(e for e in found["experiments"] if e["name"] == "shopkeeper")
    asked = {"experiment_ids": [ours["experiment_id"]], "max_results": 200}
    runs = httpx.post(f"{pages}/api/2.0/mlflow/runs/search", json=asked).json()["runs"]
    champion = demo.registry.champion("churn")
    run = next(run for run in runs if run["info"]["run_id"] == champion.run_id)
    metrics = {metric["key"]: metric["value"] for metric in run["data"]["metrics"]}
    assert metrics["brier_score"] == metrics[f"{candidate_of(run)}/brier_score/mean"]
    models = httpx.get(f"{pages}/api/2.0/mlflow/registered-models/search").json()
    names = {model["name"] for model in models["registered_models"]}
    assert names == {f"shopkeeper-{name}" for name in demo.registry.names()}
    for name in ("contest", "calibration", "gains"):
        asked = {"path": f"plots/{name}.svg", "run_uuid": champion.run_id}
        plot = httpx.get(f"{pages}/get-artifact", params=asked)
        # Without a size of its own the pages show nothing of it.
        assert re.match(r'<svg [^>]*width="\d+" height="\d+', plot.text), plot.text[:200]


def test_each_metric_has_a_step_for_each_fold(pages, demo):
    champion = demo.registry.champion("churn")
    asked = {"run_id": champion.run_id}
    run = httpx.get(f"{pages}/api/2.0/mlflow/runs/get", params=asked).json()["run"]
    asked["metric_key"] = f"{candidate_of(run)}/brier_score"
    found = httpx.get(f"{pages}/api/2.0/mlflow/metrics/get-history", params=asked).json()
    steps = [int(metric["step"]) for metric in found["metrics"]]
    assert steps == list(range(len(steps)))
    assert len(steps) >= 3


def test_pages_of_elsewhere_cannot_ask(pages):
    for host in ("evil.example", "192.168.1.4:5000"):
        answer = httpx.get(
            f"{pages}/api/2.0/mlflow/registered-models/search", headers={"Host": host}
        )
        assert answer.status_code == 403


def test_without_training_it_says_so(command, tmp_path):
    done = command("mlflow", "-C", tmp_path)
    assert done.returncode == 1
    assert "No training was recorded yet" in done.stderr


def test_where_runs_are_on_a_server_its_address_is_named(command, tmp_path):
    done = command("mlflow", "-C", tmp_path, "--set", "tracking.address=https://mlflow.example")
    assert done.returncode == 2
    assert "open that address" in done.stderr


def test_without_the_extra_it_is_named(demo, monkeypatch):
    from importlib.metadata import PackageNotFoundError

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("shopkeeper.jobs.training_pages.version", missing)
    with pytest.raises(MissingExtraError) as caught:
        show_training(demo, port=0)
    assert "shopkeeper[tracking]" in caught.value.hint


PICKLED = """
import sys
from shopkeeper.lifecycle.tracking import quiet_mlflow
mlflow = quiet_mlflow()
import mlflow.pyfunc

class Foreign(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input):
        return model_input

mlflow.pyfunc.save_model(sys.argv[1], python_model=Foreign(), pip_requirements=["numpy"])
try:
    mlflow.pyfunc.load_model(sys.argv[1])
except mlflow.exceptions.MlflowException as refused:
    print("refused", refused)
"""


def test_what_others_pickled_is_not_loaded_where_shopkeeper_started_mlflow(tmp_path):
    place = str(tmp_path / "foreign")
    done = subprocess.run(
        [sys.executable, "-c", PICKLED, place], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("refused"), done.stdout + done.stderr
    assert "MLFLOW_ALLOW_PICKLE_DESERIALIZATION" in done.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """MLflow's own server behind a gate that asks for a name and a password, as proxies do."""
    place = tmp_path_factory.mktemp("server")
    port = _free_port()
    words = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    words += ["--backend-store-uri", f"sqlite:///{place}/server.db"]
    words += ["--artifacts-destination", str(place / "artifacts")]
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    process = subprocess.Popen(
        words,
        env={**os.environ, **quiet},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    behind = f"http://127.0.0.1:{port}"
    try:
        _wait(process, f"{behind}/health")
        with gate(behind) as address:
            yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


@contextmanager
def gate(behind: str):
    """Passes requests on whose `Authorization` is right, and answers 401 to all others."""
    right = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Gate(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != right:
                self.send_error(401)
                return
            kept = {k: v for k, v in self.headers.items() if k in ("Content-Type", "Range")}
            request = urllib.request.Request(
                behind + self.path, content or None, kept, method=self.command
            )
            try:
                with urllib.request.urlopen(request) as answer:
                    self._answer(answer.status, answer.read())
            except urllib.error.HTTPError as error:
                self._answer(error.code, error.read())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815 - as it is called

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Gate) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()


def test_a_server_keeps_runs_and_models_for_those_it_knows(server, tmp_path, monkeypatch):
    for name, text in WHO.items():
        monkeypatch.setenv(name, text)
    tracking = Tracking(tmp_path / ".shopkeeper", server, "tea-shop")
    registry = Registry(tracking, [Line])
    version = registry.register(registration(tracking, 2.0))
    registry.promote("lifetime_value", now=NOW)
    again = Registry(Tracking(tmp_path / ".shopkeeper", server, "tea-shop"), [Line])
    assert again.champion("lifetime_value").version == version.version
    assert again.load("lifetime_value").slope_ == 2.0
    kept = tracking.client.list_artifacts(version.run_id, "plots")
    assert [file.path for file in kept] == ["plots/calibration.svg"]
    assert PASSWORD not in "".join(
        file.read_text(errors="replace") for file in tmp_path.rglob("*") if file.is_file()
    )


@pytest.mark.parametrize("who", [{}, {**WHO, "MLFLOW_TRACKING_PASSWORD": "wrong"}])
def test_a_server_refuses_others_and_the_error_says_what_to_do(server, tmp_path, monkeypatch, who):
    for name in WHO:
        monkeypatch.delenv(name, raising=False)
    for name, text in who.items():
        monkeypatch.setenv(name, text)
    with pytest.raises(TrackingError) as caught:
        Registry(Tracking(tmp_path, server, "tea-shop")).names()
    assert "MLFLOW_TRACKING_PASSWORD" in caught.value.hint


def test_a_server_that_is_down_is_told_soon(tmp_path):
    began = time.monotonic()
    with pytest.raises(TrackingError) as caught:
        Registry(Tracking(tmp_path, f"http://127.0.0.1:{_free_port()}")).names()
    assert "tracking.address" in caught.value.hint
    # MLflow by itself would try for more than a minute; this is a promise, not a measure.
    assert time.monotonic() - began < 60


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def _wait(process: subprocess.Popen, address: str) -> None:
    for _ in range(240):
        assert process.poll() is None
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise AssertionError("the server did not come up")
