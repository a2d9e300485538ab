"""A lake in object storage: the same tables at an address, whatever is kept here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from object_storage import Storage, azure, install_azurite, install_moto, s3

from shopkeeper import Workspace, run
from shopkeeper.errors import NotPublishedError, StorageError
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.sources.simulation import SimulationOptions, simulate

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 1, 12)


@pytest.fixture(scope="module", params=["s3", "azure"])
def storage(request, once) -> Iterator[Storage]:
    if request.param == "s3":
        with s3(once("moto", install_moto)) as found:
            yield found
    else:
        with azure(once("azurite", install_azurite)) as found:
            yield found


@pytest.fixture(scope="module")
def orders(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, SimulationOptions(customer_count=200, events=False, seed=5))
    return folder / "orders.csv"


def shop(folder: Path, orders: Path, overrides: list[str] | None = None) -> Workspace:
    source = {"name": "orders", "kind": "simulation", "path": str(orders)}
    write_settings(folder, shop={"name": "Far"}, source=source)
    return Workspace(folder, overrides=overrides or [])


@pytest.fixture(scope="module")
def near(orders, tmp_path_factory) -> Workspace:
    """The shop with its lake on this machine."""
    workspace = shop(tmp_path_factory.mktemp("near"), orders)
    run(workspace, now=NOW)
    return workspace


@pytest.fixture(scope="module")
def far(storage, orders, tmp_path_factory) -> Workspace:
    """The shop with its lake in object storage; nothing of it is kept here after the run."""
    workspace = shop(tmp_path_factory.mktemp("far"), orders, storage.overrides("tea"))
    run(workspace, now=NOW)
    shutil.rmtree(workspace.lake.folder)
    return workspace


def test_every_table_is_read_back_from_the_address(near, far):
    for name in near.published.tables:
        columns = [c for c in near.table(name).columns if c not in ("file", "loaded_at")]
        rows, others = (
            shop.engine.collect(shop.table(name).select(*columns).order_by(*columns))
            for shop in (near, far)
        )
        assert rows.equals(others), name


def test_the_answers_are_the_same(near, far):
    assert far.overview() == near.overview()


def test_a_second_run_does_nothing(far):
    assert not run(far).is_new


def test_files_that_were_fetched_are_not_fetched_again(far):
    version = far.published.tables["orders"].version
    (file,) = far.lake.paths(version)
    before = file.stat().st_mtime_ns
    far.lake.paths(version)
    assert file.stat().st_mtime_ns == before


def test_others_read_the_tables_as_delta_lake(storage, far):
    from deltalake import DeltaTable

    table = DeltaTable(f"{storage.address}/tea/silver/orders", storage_options=storage.options)
    assert table.to_pyarrow_table().num_rows == far.published.tables["orders"].version.row_count


def test_what_was_never_published_is_not_there(far):
    with pytest.raises(NotPublishedError, match="`scarves` has not been built"):
        far.lake.version("silver", "scarves")


def test_a_place_that_is_not_there_is_said(storage, orders, tmp_path):
    missing = Storage(f"{storage.address}-of-others", storage.options)
    with pytest.raises(StorageError):
        ingest(shop(tmp_path, orders, missing.overrides("tea")))
