"""Airflow runs a shop's night as assets: real Airflow, its own environment, real orders."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.initialise import ensure_source

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "integrations" / "airflow"
STEPS = ["bronze", "silver", "gold", "marts", "lifetime_value", "churn", "recommendation"]
STEPS += ["demand"]
STEPS += ["scores", "report"]
# Every so many customers of the real shop, up to some days after the night that is run.
SHARE, UNTIL = 24, "2010-12-10"
SETTINGS = """
[schedule]
at = "04:15"
days = ["mon", "tue", "wed", "thu", "fri"]
retries = 0

[lifetime_value]
horizons_days = [90]

[churn]
horizon_days = 60
tuning_trials = 0

[recommendation]
is_trained = false

[demand]
is_trained = false
"""
# What a shop's timetable does, asked of the class itself within Airflow.
TIMETABLE = """
import json, pendulum
from airflow.timetables.base import DataInterval, TimeRestriction
from shop_timetable import ShopTimetable
week = ShopTimetable("04:15", ["mon", "tue", "wed", "thu", "fri"], "Europe/London")
table = ShopTimetable.deserialize(json.loads(json.dumps(week.serialize())))
start, end = pendulum.datetime(2011, 3, 24), pendulum.datetime(2011, 4, 1)
found, last = [], None
while info := table.next_dagrun_info(
    last_automated_data_interval=last, restriction=TimeRestriction(start, end, True)
):
    last = info.data_interval
    found.append([str(last.start), str(last.end), str(info.run_after)])
due = table.next_dagrun_info(
    last_automated_data_interval=None, restriction=TimeRestriction(start, None, False)
)
print(json.dumps({"runs": found, "is_due": due.run_after <= pendulum.now()}))
"""
# How a step ends that no second try mends, and one that a second try may mend.
ENDINGS = """
import os
from pathlib import Path
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from shopkeeper_nightly import call
for command in ("build --layer nonsense", "score"):
    try:
        call(command, Path(os.environ["AIRFLOW_HOME"]) / "empty-shop")
    except AirflowFailException:
        print("final")
    except AirflowException:
        print("tried again")
"""


@pytest.fixture(scope="session")
def airflow_programs(once) -> Path:
    """Airflow in an environment of its own, as those who use it have it."""

    def maker(folder: Path) -> None:
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        python = str(folder / "bin" / "python")
        install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
        lock = ROOT / "requirements" / "airflow.lock"
        subprocess.run([*install, "-r", str(lock)], check=True)

    return once("airflow-environment", maker) / "bin"


@pytest.fixture(scope="module")
def shop(real_data, tmp_path_factory) -> Path:
    """A part of the customers of Online Retail II."""
    folder = tmp_path_factory.mktemp("shops") / "tea-shop"
    folder.mkdir()
    packed = real_data("online_retail_ii/online_retail_II.csv.gz")
    with (
        gzip.open(packed, "rt", encoding="utf-8") as source,
        (folder / "orders.csv").open("w", newline="", encoding="utf-8") as target,
    ):
        reader, writer = csv.reader(source), csv.writer(target)
        writer.writerow(next(reader))
        for row in reader:
            if row[4] < UNTIL and row[6] and int(float(row[6])) % SHARE == 0:
                writer.writerow(row)
    ensure_source(folder, folder / "orders.csv")
    with (folder / "shopkeeper.toml").open("a") as file:
        file.write(SETTINGS)
    return folder


@pytest.fixture(scope="module")
def told():
    """What was told to the address for alerts."""
    received: list[dict] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", received
        server.shutdown()


@pytest.fixture(scope="module")
def airflow(airflow_programs, shop, told, tmp_path_factory):
    """Runs a program of Airflow over a fresh database."""
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("PYTHON")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PARTS / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PARTS / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SHOP_FOLDERS": str(shop),
        "SHOP_COMMAND": f"env PYTHONPATH={ROOT / 'src'} {sys.executable} -m shopkeeper",
        "SHOP_ALERT_ADDRESS": told[0],
    }

    def call(program: str, *words: str, code: int = 0, **more: str) -> str:
        done = subprocess.run(
            [str(airflow_programs / program), *words],
            env={**environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"[-6_000:]
        return done.stdout

    call("airflow", "db", "migrate")
    call("airflow", "dags", "reserialize")
    call.database = home / "airflow.db"
    return call


def asked(airflow, query: str) -> list[tuple]:
    with closing(sqlite3.connect(airflow.database)) as database:
        return database.execute(query).fetchall()


def test_the_night_runs_as_assets_and_wakes_what_comes_after(airflow, shop):
    assert "No data found" in airflow("airflow", "dags", "list-import-errors")
    airflow("airflow", "dags", "unpause", "shopkeeper_tea_shop_afterwards")
    airflow("airflow", "dags", "test", "shopkeeper_tea_shop", "2010-12-06")
    states = asked(airflow, "SELECT task_id, state FROM task_instance ORDER BY end_date")
    assert states == [(step, "success") for step in STEPS]
    events = asked(
        airflow,
        "SELECT asset.name, event.extra, event.partition_key FROM asset_event event "
        "JOIN asset ON asset.id = event.asset_id ORDER BY event.id",
    )
    assert [name for name, _, _ in events] == [f"tea_shop_{step}" for step in STEPS]
    # Each asset says which day of it was made.
    assert {day for _, _, day in events} == {"2010-12-06"}
    said = {name: extra for name, extra, _ in events}
    workspace = Workspace(shop)
    scored = json.loads(said["tea_shop_scores"])["customer_count"]
    rows = workspace.table("rfm_segments").count()
    assert workspace.engine.collect(rows.as_table()).to_pylist() == [{rows.get_name(): scored}]
    assert str(workspace.published.as_of) == "2010-12-06"
    assert workspace.quality().is_reconciled
    assert "2010" in (shop / "report.html").read_text()
    woken = asked(airflow, "SELECT target_dag_id, partition_key FROM asset_partition_dag_run")
    assert woken == [("shopkeeper_tea_shop_afterwards", "2010-12-06")]
    airflow("airflow", "dags", "test", "shopkeeper_tea_shop_afterwards")


def test_days_that_were_missed_are_made_up_for(airflow):
    days = ["--from-date", "2010-11-25", "--to-date", "2010-11-30", "--dry-run"]
    listed = airflow("airflow", "backfill", "create", "--dag-id", "shopkeeper_tea_shop", *days)
    found = [day for day in range(25, 31) if f"2010-11-{day}" in listed]
    # Thursday, Friday with the weekend, Monday, Tuesday: each by the day on which it begins.
    assert found == [25, 26, 29, 30]


def test_the_timetable_follows_the_clock_of_the_shop(airflow):
    found = json.loads(
        airflow("python", "-c", TIMETABLE, PYTHONPATH=str(PARTS / "plugins")).splitlines()[-1]
    )
    # The clocks went forward on Sunday, 27 March 2011: midnight moved to 23:00 UTC.
    assert found["runs"][:3] == [
        ["2011-03-24 00:00:00+00:00", "2011-03-25 00:00:00+00:00", "2011-03-25 04:15:00+00:00"],
        ["2011-03-25 00:00:00+00:00", "2011-03-27 23:00:00+00:00", "2011-03-28 03:15:00+00:00"],
        ["2011-03-27 23:00:00+00:00", "2011-03-28 23:00:00+00:00", "2011-03-29 03:15:00+00:00"],
    ]
    assert found["is_due"] is True


def test_what_no_second_try_mends_is_not_tried_again(airflow):
    places = f"{PARTS / 'plugins'}:{PARTS / 'dags'}"
    told = airflow("python", "-c", ENDINGS, PYTHONPATH=places, SHOP_FOLDERS="")
    assert [line for line in told.splitlines() if line in ("final", "tried again")] == [
        "final",
        "tried again",
    ]


def test_a_night_that_fails_is_told_and_leaves_the_last_one(airflow, shop, told):
    before = Workspace(shop).published.run_id
    orders = shop / "orders.csv"
    orders.rename(shop / "elsewhere.csv")
    try:
        airflow("airflow", "dags", "test", "shopkeeper_tea_shop", "2010-12-07", code=1)
    finally:
        (shop / "elsewhere.csv").rename(orders)
    assert [alert["task"] for alert in told[1]] == ["bronze"]
    assert "ended with 1" in told[1][0]["error"]
    assert Workspace(shop).published.run_id == before
