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


def publish(folder: Path, orders: Path, **engine: object) -> None:
    write_settings(
        folder,
        shop={"name": "Same"},
        source={"name": "orders", "kind": "simulation", "path": str(orders)},
    )
    overrides = [f"engine.{name}={value}" for name, value in engine.items()]
    workspace = Workspace(folder, overrides=overrides)
    run(workspace, now=NOW)
    workspace.close()


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
    publish(tmp_path / "shop", copied, threads=1, memory_limit='"500MB"')
    one, two = hashes(published_folder), hashes(tmp_path / "shop")
    # The scores of every model are there to be compared.
    assert {"lifetime_values", "churn_scores", "customer_segments", "customer_scores"} <= set(one)
    # `batches` names the file; everything else is the same to the byte.
    differing = {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)}
    assert differing == {"batches"}


def test_row_order_changes_no_byte_after_bronze(published_folder, orders, tmp_path):
    publish(tmp_path / "shop", shuffled(orders, tmp_path / "shuffled.csv"))
    # These name raw rows by their place in the file.
    named = {"quarantine", "repeated_extracts"}
    one, two = (
        {name: found for name, found in hashes(folder, DERIVED).items() if name not in named}
        for folder in (published_folder, tmp_path / "shop")
    )
    assert {"order_items", "orders", "customers", "rfm_segments", "churn_scores"} <= set(one)
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
        run(workspace, now=NOW)
        marts = ("rfm", "rfm_segments", "purchase_history", "customer_features")
        found.append({n: workspace.frame(n) for n in marts})
    for name in found[0]:
        assert len(found[0][name])
        assert found[0][name].equals(found[1][name])
