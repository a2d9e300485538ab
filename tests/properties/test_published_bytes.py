"""What is published depends on the rows of the files, and on nothing else."""

import csv
import hashlib
import random
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.sources.simulation import SimulationOptions, simulate

NOW = datetime(2026, 1, 1, 12, 0, 0)
# Bronze keeps rows in the order of the file on purpose; everything after it must not.
DERIVED = ("silver", "gold", "mart", "scores")


@pytest.fixture(scope="module")
def orders(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, SimulationOptions(customer_count=2_000, events=False, seed=11))
    return folder / "orders.csv"


def published(folder: Path, orders: Path, **engine: object) -> dict[str, str]:
    """Runs a shop and gives the hash of each published table's bytes."""
    write_settings(
        folder,
        shop={"name": "Same"},
        source={"name": "orders", "kind": "simulation", "path": str(orders)},
    )
    overrides = [f"engine.{name}={value}" for name, value in engine.items()]
    workspace = Workspace(folder, overrides=overrides)
    run(workspace, now=NOW)
    workspace.close()
    return {
        name: hashlib.sha256(
            b"".join(path.read_bytes() for path in workspace.lake.paths(table.version))
        ).hexdigest()
        for name, table in workspace.published.tables.items()
    }


def shuffled(orders: Path, to: Path) -> Path:
    with orders.open(newline="") as source:
        header, *rows = csv.reader(source)
    random.Random(5).shuffle(rows)
    with to.open("w", newline="") as target:
        csv.writer(target).writerows([header, *rows])
    return to


@pytest.mark.slow
def test_same_input_gives_the_same_bytes(orders, tmp_path):
    first = published(tmp_path / "one", orders)
    copied = shutil.copy(orders, tmp_path / "orders.csv")
    second = published(tmp_path / "two", Path(copied))
    # `batches` names the file; everything else is the same to the byte.
    assert {k: v for k, v in first.items() if k != "batches"} == {
        k: v for k, v in second.items() if k != "batches"
    }


@pytest.mark.slow
def test_thread_count_and_memory_change_no_byte(orders, tmp_path):
    one = published(tmp_path / "one", orders, threads=1)
    two = published(tmp_path / "two", orders, threads=2, memory_limit='"300MB"')
    assert one == two


@pytest.mark.slow
def test_row_order_changes_no_byte_after_bronze(orders, tmp_path):
    straight = Workspace(tmp_path / "one")
    one = published(tmp_path / "one", orders)
    mixed = shuffled(orders, tmp_path / "shuffled.csv")
    two = published(tmp_path / "two", mixed)
    workspace = Workspace(straight.folder)
    derived = {
        name
        for name, table in workspace.published.tables.items()
        if table.version.layer in DERIVED
        # These name raw rows by their place in the file.
        and name not in ("quarantine", "repeated_extracts")
    }
    assert {"order_items", "orders", "customers", "rfm_segments"} <= derived
    assert {name: one[name] for name in derived} == {name: two[name] for name in derived}


@pytest.mark.slow
def test_a_run_without_news_writes_nothing(orders, tmp_path):
    published(tmp_path / "shop", orders)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "shop").rglob("*.parquet")}
    current = (tmp_path / "shop" / ".shopkeeper" / "current.json").read_bytes()
    done = run(Workspace(tmp_path / "shop"))
    assert not done.is_new
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "shop").rglob("*.parquet")} == before
    assert (tmp_path / "shop" / ".shopkeeper" / "current.json").read_bytes() == current


@pytest.mark.slow
def test_rows_from_as_of_on_change_no_mart(orders, tmp_path):
    """The same shop, with and without the rows from 2024-07-01 on, asked as of that day."""
    with orders.open(newline="") as source:
        header, *rows = csv.reader(source)
    place = header.index("ordered_at")
    early = [row for row in rows if row[place] < "2024-07-01" or not row[place][:1].isdigit()]
    cut = tmp_path / "early.csv"
    with cut.open("w", newline="") as target:
        csv.writer(target).writerows([header, *early])
    hashes = []
    for name, file in (("all", orders), ("cut", cut)):
        folder = tmp_path / name
        write_settings(
            folder,
            shop={"name": "Same", "as_of": "2024-07-01"},
            source={"name": "orders", "kind": "simulation", "path": str(file)},
        )
        workspace = Workspace(folder, overrides=["shop.as_of=2024-07-01"])
        run(workspace, now=NOW)
        hashes.append({n: workspace.frame(n) for n in ("rfm", "rfm_segments")})
    for name in hashes[0]:
        assert hashes[0][name].equals(hashes[1][name])
