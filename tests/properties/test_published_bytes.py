"""What is published depends on the rows of the files, and on nothing else."""

import csv
import hashlib
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.jobs.score import score
from shopkeeper.sources.simulation import SimulationOptions, simulate

NOW = datetime(2026, 1, 1, 12, 0, 0)
# Bronze keeps rows in the order of the file on purpose; everything after it must not.
DERIVED = ("silver", "gold", "mart", "scores")
# An engine with little of everything, so that it works in another order and spills.
SPARING = {"threads": 1, "memory_limit": '"500MB"'}

pytestmark = pytest.mark.slow


def simulated(folder: Path, customer_count: int) -> Path:
    simulate(folder, SimulationOptions(customer_count=customer_count, events=False, seed=11))
    return folder / "orders.csv"


@pytest.fixture(scope="session")
def orders(once) -> Path:
    """Orders of enough customers for every model to be trained."""
    return once("bytes-orders", lambda folder: simulated(folder, 2_000)) / "orders.csv"


@pytest.fixture(scope="module")
def few_orders(tmp_path_factory) -> Path:
    """Orders of too few customers to learn from: quickly built."""
    return simulated(tmp_path_factory.mktemp("few"), 300)


@pytest.fixture(scope="session")
def published_folder(once, orders) -> Path:
    """The shop as it is published without any setting."""
    return once("bytes-shop", lambda folder: publish(folder, orders))


@contextmanager
def opened(folder: Path, orders: Path, **engine: object) -> Iterator[Workspace]:
    write_settings(
        folder,
        shop={"name": "Same"},
        source={"name": "orders", "kind": "simulation", "path": str(orders)},
    )
    workspace = Workspace(folder, overrides=[f"engine.{n}={value}" for n, value in engine.items()])
    yield workspace
    workspace.close()


def publish(folder: Path, orders: Path, **engine: object) -> None:
    with opened(folder, orders, **engine) as workspace:
        run(workspace, now=NOW)


def hashes(folder: Path, layers: tuple[str, ...] = ("bronze", *DERIVED)) -> dict[str, str]:
    """Gives the hash of each published table's bytes."""
    workspace = Workspace(folder)
    return {
        name: hashlib.sha256(
            b"".join(path.read_bytes() for path in workspace.lake.paths(table.version))
        ).hexdigest()
        for name, table in workspace.published.tables.items()
        if table.version.layer in layers
    }


def shuffled(orders: Path, to: Path) -> Path:
    with orders.open(newline="") as source:
        header, *rows = csv.reader(source)
    random.Random(5).shuffle(rows)
    with to.open("w", newline="") as target:
        csv.writer(target).writerows([header, *rows])
    return to


def test_threads_memory_and_the_place_of_the_file_change_no_byte(
    published_folder, orders, tmp_path
):
    copied = Path(shutil.copy(orders, tmp_path / "orders.csv"))
    with opened(tmp_path / "shop", copied, **SPARING) as workspace:
        ingest(workspace, now=NOW)
        assert not build(workspace, now=NOW).errors
    one, two = hashes(published_folder), hashes(tmp_path / "shop")
    # Models and scores are held to the same by the test below.
    assert {"raw_orders", "order_items", "customer_360", "customer_features"} <= set(two)
    # `batches` names the file; everything else is the same to the byte.
    assert {name for name, found in two.items() if one[name] != found} == {"batches"}


def test_row_order_threads_and_memory_change_no_byte_after_bronze(
    published_folder, orders, tmp_path
):
    publish(tmp_path / "shop", shuffled(orders, tmp_path / "shuffled.csv"), **SPARING)
    # These name raw rows by their place in the file.
    named = {"quarantine", "repeated_extracts"}
    one, two = (
        {name: found for name, found in hashes(folder, DERIVED).items() if name not in named}
        for folder in (published_folder, tmp_path / "shop")
    )
    assert {"order_items", "orders", "customers", "rfm_segments"} <= set(one)
    # The scores of every model are there to be compared.
    assert {"lifetime_values", "churn_scores", "customer_segments", "customer_scores"} <= set(one)
    assert {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)} == set()


def test_a_run_without_news_writes_nothing(published_folder):
    # Beside it, so that the place of the orders as seen from the shop is the same.
    shop = published_folder.with_name("bytes-shop-again")
    shutil.copytree(published_folder, shop)
    before = {p: p.stat().st_mtime_ns for p in shop.rglob("*.parquet")}
    current = (shop / ".shopkeeper" / "current.json").read_bytes()
    assert before
    done = run(Workspace(shop))
    assert not done.is_new
    assert {p: p.stat().st_mtime_ns for p in shop.rglob("*.parquet")} == before
    assert (shop / ".shopkeeper" / "current.json").read_bytes() == current


def test_rows_from_as_of_on_change_no_mart(few_orders, tmp_path):
    """The same shop, with and without the rows from 2024-07-01 on, asked as of that day."""
    with few_orders.open(newline="") as source:
        header, *rows = csv.reader(source)
    place = header.index("ordered_at")
    early = [row for row in rows if row[place] < "2024-07-01" or not row[place][:1].isdigit()]
    assert len(early) < len(rows)
    cut = tmp_path / "early.csv"
    with cut.open("w", newline="") as target:
        csv.writer(target).writerows([header, *early])
    found = []
    for name, file in (("all", few_orders), ("cut", cut)):
        folder = tmp_path / name
        write_settings(
            folder,
            shop={"name": "Same", "as_of": "2024-07-01"},
            source={"name": "orders", "kind": "simulation", "path": str(file)},
        )
        workspace = Workspace(folder, overrides=["shop.as_of=2024-07-01"])
        for job in (ingest, build, score):
            job(workspace, now=NOW)
        marts = ("rfm", "rfm_segments", "purchase_history", "customer_features")
        found.append({n: workspace.frame(n) for n in marts})
    for name in found[0]:
        assert len(found[0][name])
        assert found[0][name].equals(found[1][name])
