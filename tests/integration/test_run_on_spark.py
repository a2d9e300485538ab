"""The whole main job on Spark: the same report to the cent as with the embedded engine.

Real orders with models of every task run in the Spark of the tests; a small made-up shop is run
and trained by the command line and by Spark Connect, with what users have. That a second run does
nothing is held by the conformance of engines.
"""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from engine_cases import FEW_PARTITIONS

from shopkeeper import Workspace, run
from shopkeeper.engines.spark import OWN_FOLDER
from shopkeeper.engines.spark_session import launcher
from shopkeeper.jobs.initialise import ensure_source, write_settings
from shopkeeper.jobs.writing import writing
from shopkeeper.sources.simulation import SimulationOptions, simulate

pytestmark = [pytest.mark.slow, pytest.mark.spark]

NOW = datetime(2026, 1, 1, 12)
ON_SPARK = ("engine.kind=spark",)
CONNECT_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
SECONDS_TO_START = 180
# Of the customers of Online Retail II: enough for each kind of row, few enough for small queries.
ONE_IN = 8
# When a file was read, and where it lies as seen from the shop, is no part of what it says.
OF_THE_RUN = ("loaded_at", "file")


@pytest.fixture(scope="module")
def orders(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, SimulationOptions(customer_count=300, events=False, seed=11))
    return folder / "orders.csv"


def shop(folder: Path, orders: Path) -> Path:
    source = {"name": "orders", "kind": "simulation", "path": str(orders)}
    write_settings(folder, shop={"name": "Same"}, source=source)
    return folder


@pytest.fixture(scope="module")
def embedded(orders, tmp_path_factory) -> Workspace:
    """The shop as the embedded engine builds it."""
    workspace = Workspace(shop(tmp_path_factory.mktemp("embedded"), orders))
    run(workspace, now=NOW)
    return workspace


def differing(one: Workspace, other: Workspace) -> list[str]:
    """Gives the tables of which any row or type differs."""
    names = [name for name in one.published.tables if not name.startswith("raw_")]
    plain = {n: [c for c in one.table(n).columns if c not in OF_THE_RUN] for n in names}
    found = []
    for name in names:
        tables = [
            workspace.table(name).select(*plain[name]).order_by(*plain[name])
            for workspace in (one, other)
        ]
        rows, others = (w.engine.collect(t) for w, t in zip((one, other), tables, strict=True))
        if rows.schema != others.schema or not rows.equals(others):
            found.append(name)
    return found


def test_what_a_killed_run_left_half_written_is_removed(spark, orders, tmp_path):
    workspace = Workspace(shop(tmp_path, orders), overrides=ON_SPARK)
    half = workspace.lake.table_folder("silver", "orders") / ".0123.parquet.partial"
    half.mkdir(parents=True)
    (half / "part-00000.parquet").touch()
    with writing(workspace):
        assert not half.exists()


def hand_over_models(trained: Workspace, workspace: Workspace) -> None:
    """Gives a shop what another has learned, so that it scores with the very same models."""
    for kept in trained.state_folder.glob("mlflow.db"):
        workspace.state_folder.mkdir(exist_ok=True)
        shutil.copy(kept, workspace.state_folder)
    for folder in ("models", "mlartifacts"):
        if (trained.state_folder / folder).exists():
            shutil.copytree(trained.state_folder / folder, workspace.state_folder / folder)
    with writing(workspace) as at_work:
        at_work.facts.update(trained.published.facts)
        at_work.publish()


@pytest.fixture(scope="module")
def real_orders(plain_online_retail_ii, tmp_path_factory) -> Path:
    """All two years of some customers of Online Retail II, and as many of its guests' orders."""
    file = tmp_path_factory.mktemp("real") / "online_retail_ii.csv"
    with (
        plain_online_retail_ii.open(newline="", encoding="utf-8") as source,
        file.open("w", newline="", encoding="utf-8") as target,
    ):
        rows = csv.reader(source)
        header = next(rows)
        customer, invoice = header.index("Customer ID"), header.index("Invoice")
        writer = csv.writer(target)
        writer.writerow(header)
        writer.writerows(r for r in rows if _is_in_part(r[customer] or r[invoice]))
    return file


def _is_in_part(name: str) -> bool:
    # Customers are written as `13085.0`, cancelled orders as `C489449`.
    return int(name.removesuffix(".0").lstrip("CA")) % ONE_IN == 0


@pytest.fixture(scope="module")
def real_shop(real_orders, online_retail_ii, tmp_path_factory) -> Callable[..., Workspace]:
    """Gives the shop of these customers as an engine runs it with the models of the whole."""
    as_of = online_retail_ii.published.as_of

    def shop(*overrides: str) -> Workspace:
        folder = tmp_path_factory.mktemp("real") / "shop"
        ensure_source(folder, real_orders)
        settings = folder / "shopkeeper.toml"
        settings.write_text(settings.read_text().replace("[shop]", f"[shop]\nas_of = {as_of}"))
        workspace = Workspace(folder, overrides=overrides)
        hand_over_models(online_retail_ii, workspace)
        run(workspace, now=NOW)
        return workspace

    return shop


@pytest.fixture(scope="module")
def real(real_shop) -> Workspace:
    return real_shop()


@pytest.fixture(scope="module")
def real_on_spark(spark, real_shop) -> Workspace:
    return real_shop(*ON_SPARK, FEW_PARTITIONS)


def champions(workspace: Workspace) -> dict[str, str]:
    """Gives the seal of each model in use."""
    registry = workspace.registry
    return {name: registry.champion(name).seal for name in registry.names()}


def test_every_row_of_real_orders_and_their_scores_is_the_same(
    real, real_on_spark, online_retail_ii
):
    assert real.published.tables.keys() == online_retail_ii.published.tables.keys()
    assert real_on_spark.published.tables.keys() == real.published.tables.keys()
    assert differing(real, real_on_spark) == []
    # What the part was cut for is in it.
    assert "repeated_extract" in {row.reason for row in real.quality().quarantine}
    assert real.frame("order_items")["customer_id"].isna().any()
    assert all(len(real.frame(name)) for name in ("refunds", "churn_scores", "recommendations"))
    # Both say what the models of the whole say: nothing was trained anew.
    for shop in (real, real_on_spark):
        assert champions(shop) == champions(online_retail_ii)


def test_the_report_is_the_same(real, real_on_spark):
    one, other = (w.folder / "report.html" for w in (real, real_on_spark))
    assert one.read_text() == other.read_text()


def test_reading_does_without_spark(real, real_on_spark):
    reader = Workspace(real_on_spark.folder, overrides=ON_SPARK)
    for report in ("overview", "segments", "quality"):
        assert getattr(reader, report)() == getattr(real, report)()
    assert "building" not in reader.__dict__


def test_the_embedded_engine_takes_a_shop_over(real, real_on_spark):
    folder = real_on_spark.folder.with_name("taken-over")
    shutil.copytree(real_on_spark.folder, folder)
    taken_over = Workspace(folder)
    run(taken_over, now=NOW)
    assert differing(real, taken_over) == []


@pytest.fixture
def path_without_java(tmp_path) -> str:
    """Programs of this machine, all but Java."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for place in ("/usr/local/bin", "/usr/bin", "/bin"):
        for program in Path(place).iterdir():
            if not program.name.startswith("java") and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def test_the_command_line_runs_without_java(orders, embedded, path_without_java, tmp_path):
    folder = shop(tmp_path / "shop", orders)
    environment = {k: v for k, v in os.environ.items() if k != "JAVA_HOME"}
    done = subprocess.run(
        [sys.executable, "-m", "shopkeeper", "run", "--engine", "spark", "--folder", str(folder)],
        env={**environment, "PATH": path_without_java},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Java" not in done.stderr
    assert differing(embedded, Workspace(folder)) == []
    assert not list((folder / ".shopkeeper").glob(f"{OWN_FOLDER}*"))


@pytest.fixture
def connect_address(tmp_path) -> Iterator[str]:
    """A Spark Connect server of our own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2",
        # Compiling the small queries would cost more than it gains.
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"),
        "spark.ui.enabled": "false",
    }
    given = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command = [str(launcher(tmp_path / "server")), "--class", CONNECT_CLASS, *given]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, "spark-internal"], stdout=log, stderr=log)
    try:
        _wait_for(port, server, tmp_path / "server.log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"Spark Connect did not start: {log.read_text()[-2_000:]}")


def test_spark_connect_gives_the_same_tables(connect_address, orders, embedded, process, tmp_path):
    # In a process of its own: one process speaks to Spark in one way only.
    folder = shop(tmp_path / "shop", orders)
    done = process(
        *("run", "--engine", "spark", "--folder", folder),
        *("--set", f"engine.address={connect_address}"),
    )
    assert done.returncode == 0, done.stderr
    assert differing(embedded, Workspace(folder)) == []


def test_a_server_that_does_not_answer_is_said(orders, process, tmp_path):
    folder = shop(tmp_path / "shop", orders)
    done = process(
        *("run", "--engine", "spark", "--folder", folder),
        *("--set", "engine.address=sc://127.0.0.1:1"),
    )
    assert done.returncode == 1
    assert "Spark at `sc://127.0.0.1:1` cannot be reached" in done.stderr
