"""The dbt package is built by dbt itself, on each engine; its tests find what is broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs.dbt import write_dbt_package
from shopkeeper.jobs.initialise import ensure_source

pytestmark = pytest.mark.slow

LOCK = Path(__file__).resolve().parents[2] / "requirements" / "dbt.lock"
HEADER = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
ORDERS = "1,2025-03-01,ann,tea,2,10.00\n2,2025-03-05,bob,cup,1,4.50\n3,2025-04-01,ann,cup,3,4.50\n"


@pytest.fixture(scope="session")
def dbt(once):
    """dbt in an environment of its own, as those who use it have it."""

    def maker(folder: Path) -> None:
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        python = str(folder / "bin" / "python")
        install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
        subprocess.run([*install, "-r", str(LOCK)], check=True)

    program = once("dbt-environment", maker) / "bin" / "dbt"

    def call(*words: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
        quiet = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
        return subprocess.run(
            [str(program), *map(str, words)],
            cwd=cwd,
            env={**os.environ, **quiet, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def package(demo, tmp_path) -> Path:
    """The package over the demo shop."""
    folder = tmp_path / "dbt-shop"
    write_dbt_package(demo, folder)
    return folder


def build(dbt, package: Path, *words: object, **environment: str) -> subprocess.CompletedProcess:
    return dbt("build", "--profiles-dir", package, *words, cwd=package, **environment)


def test_every_view_and_test_passes_on_duckdb(dbt, package, demo):
    done = build(dbt, package)
    assert done.returncode == 0, done.stdout[-3_000:]
    assert "ERROR=0" in done.stdout
    with duckdb.connect(str(package / "dbt.duckdb")) as found:
        query = "SELECT count(*), sum(net_amount) FROM analytics.stg_orders"
        row_count, amount = found.execute(query).fetchone()
    orders = demo.table("orders")
    ours = demo.engine.collect(orders.agg(rows=orders.count(), amount=orders.net_amount.sum()))
    assert [{"rows": row_count, "amount": amount}] == ours.to_pylist()


def test_rows_that_break_a_contract_are_found(dbt, package):
    file = package / "models" / "staging" / "silver" / "stg_orders.sql"
    file.write_text(f"{file.read_text()}union all\n{file.read_text()}")
    done = build(dbt, package, "--select", "stg_orders")
    assert done.returncode == 1
    assert "FAIL" in done.stdout
    assert "orders__unique_source_order_id" in done.stdout


def test_a_project_of_ones_own_builds_on_it(dbt, package, tmp_path):
    project = tmp_path / "ours"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: ours\nprofile: shopkeeper\n")
    (project / "packages.yml").write_text("packages:\n  - local: ../dbt-shop\n")
    model = "select sum(net_amount) as amount from {{ ref('shopkeeper', 'stg_orders') }}\n"
    (project / "models" / "revenue.sql").write_text(model)
    assert dbt("deps", "--profiles-dir", package, cwd=project).returncode == 0
    chosen = ["--select", "+revenue", "--indirect-selection", "buildable"]
    done = dbt("build", "--profiles-dir", package, *chosen, cwd=project)
    assert done.returncode == 0, done.stdout[-3_000:]


@pytest.mark.spark
def test_spark_reads_the_same_tables(dbt, package):
    done = build(dbt, package, "--target", "spark", "--select", "stg_orders", "stg_rfm")
    assert done.returncode == 0, done.stdout[-3_000:]
    assert "ERROR=0" in done.stdout


@pytest.mark.postgres
def test_every_view_and_test_passes_on_postgresql(dbt, postgres, tmp_path):
    shop, orders = tmp_path / "shop", tmp_path / "orders.csv"
    orders.write_text(HEADER + ORDERS)
    ensure_source(shop, orders)
    address = postgres.database()
    where = ["engine.kind=postgres", f"engine.address={address}", "engine.schema_prefix=tea_"]
    workspace = Workspace(shop, overrides=where)
    run(workspace)
    write_dbt_package(workspace, tmp_path / "package")
    parts = urlsplit(address)
    server = {
        "PGHOST": str(postgres.folder),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.path.strip("/"),
    }
    done = build(dbt, tmp_path / "package", "--target", "postgres", **server)
    assert done.returncode == 0, done.stdout[-3_000:]
    found = postgres.run("SELECT sum(net_amount)::float FROM analytics.stg_orders", address)
    assert found == [(38.0,)]


def test_the_command_says_what_it_wrote_and_replaces_it_whole(command, demo_folder, tmp_path):
    folder = tmp_path / "dbt-shop"
    for _ in range(2):
        done = command("dbt", folder, "--folder", demo_folder)
        assert done.returncode == 0, done.stderr
        assert not (folder / "models" / "stale.sql").exists()
        (folder / "models" / "stale.sql").write_text("select 1")
    assert "tables" in done.stdout
    shutil.rmtree(folder)


def test_a_folder_of_somebody_elses_is_left_alone(command, demo_folder, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = command("dbt", tmp_path, "--folder", demo_folder)
    assert done.returncode == 2
    assert "not a package" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
