"""A run that is published under load: no request fails, and no answer is of two runs."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import defaultdict

import pytest
from api_client import client_of

from shopkeeper import Workspace, score

PATHS = (
    "/customers/rfm-segments",
    "/customers/C1000000",
    "/customers?page_size=500&sort=-net_amount",
    "/what-if/rfm?days_since_last_order=80&order_count=3&order_amount=150",
)
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def folder(demo_folder, tmp_path_factory):
    copied = tmp_path_factory.mktemp("published") / "shop"
    shutil.copytree(demo_folder, copied)
    return copied


@pytest.mark.slow
def test_a_run_is_exchanged_whole_while_it_is_asked(folder):
    client = client_of(folder)
    first = client.get("/health").json()["run_id"]
    cursor = client.get("/customers?page_size=10").json()["next_cursor"]
    seen: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    failed, is_over = [], threading.Event()

    def ask(path: str) -> None:
        while not is_over.is_set():
            answer = client.get(path, headers={"Accept-Encoding": "identity"})
            if answer.status_code != 200:
                failed.append((path, answer.status_code, answer.text))
                return
            seen[answer.headers["x-shopkeeper-run"], path].add(answer.content)

    threads = [threading.Thread(target=ask, args=(path,)) for path in PATHS]
    for thread in threads:
        thread.start()
    # Other scores of the same customers: every answer above changes.
    report = score(Workspace(folder, overrides=["rfm.scoring=quartiles"]))
    assert report.is_new
    second = Workspace(folder).published.run_id
    runs: set[str] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not failed:
        runs = {run for run, path in list(seen)}
        if all((second, path) in seen for path in PATHS):
            break
        time.sleep(0.05)
    is_over.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert {first, second} == runs
    # One answer for each question and run; and those of the two runs differ.
    assert all(len(answers) == 1 for answers in seen.values())
    for path in PATHS:
        assert seen[first, path] != seen[second, path]
    # A list that was begun before goes on in its own run.
    page = client.get(f"/customers?page_size=10&cursor={cursor}")
    assert page.headers["x-shopkeeper-run"] == page.json()["run_id"] == first


def test_a_new_run_that_cannot_be_read_leaves_the_old_one_answering(folder):
    client = client_of(folder)
    current = folder / ".shopkeeper" / "current.json"
    kept, before = current.read_bytes(), client.get("/health").json()
    current.write_text('{"run_id": "gone"}')
    found = _once(client, lambda health: health["status"] != "ok")
    assert found == {**before, "status": "degraded", "age_seconds": found["age_seconds"]}
    assert client.get("/quality").status_code == 200
    current.write_bytes(kept)
    assert _once(client, lambda health: health["status"] == "ok")["run_id"] == before["run_id"]


def test_a_key_that_is_made_opens_without_a_restart(folder):
    from shopkeeper.jobs.new_key import new_key

    client = client_of(folder)
    assert client.get("/quality").status_code == 200
    made = new_key(folder, "dashboard", ["read"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while client.get("/quality").status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert client.get("/quality").status_code == 401
    asked = client.get("/quality", headers={"Authorization": f"Bearer {made.key}"})
    assert asked.status_code == 200
    assert made.key not in (folder / "shopkeeper.toml").read_text()


def _once(client, holds):
    deadline = time.monotonic() + PATIENCE_SECONDS
    found = client.get("/health").json()
    while not holds(found) and time.monotonic() < deadline:
        time.sleep(0.05)
        found = client.get("/health").json()
    return found


@pytest.mark.slow
def test_workers_answer_from_one_port_and_add_up_what_they_count(demo_folder):
    command = [
        *(sys.executable, "-m", "shopkeeper", "serve", "--folder", str(demo_folder)),
        *("--port", "0", "--workers", "2"),
    ]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr
        address = server.stderr.readline().split()[1]
        for _ in range(20):
            with urllib.request.urlopen(f"{address}/ping", timeout=PATIENCE_SECONDS) as answer:
                assert json.load(answer) == {"status": "ok"}
        with urllib.request.urlopen(f"{address}/metrics", timeout=PATIENCE_SECONDS) as answer:
            counts = answer.read().decode()
        assert 'shopkeeper_requests_total{method="GET",route="/ping",status="200"} 20.0' in counts
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=PATIENCE_SECONDS) in {0, 130}
