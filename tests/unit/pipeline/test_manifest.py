"""Manifest: what a run published, read back as it was written, moved to by one pointer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from shopkeeper.engines.lake import TableVersion
from shopkeeper.errors import NotPublishedError, StorageError
from shopkeeper.pipeline.manifest import Manifest, PublishedTable, read_manifest, write_manifest

ORDERS = PublishedTable(
    version=TableVersion("silver", "orders", 3, ("a.parquet", "b.parquet"), 12),
    fingerprint="f00",
    columns={"order_id": "string", "net_amount": "decimal(18, 4)"},
    broken={"at_least(net_amount, 0)": 2},
    check_count=5,
)
FIRST = Manifest(
    run_id="run-1",
    created_at=datetime.fromisoformat("2025-07-01 10:11:12.000345"),
    package_version="1.2.3",
    as_of=date(2025, 7, 1),
    tables={"orders": ORDERS},
    refused={"products": "reads `orders`, which was not built"},
    facts={"note": "tea & cake – 5 £", "seconds": 1.5, "steps": [{"name": "build"}]},
)
SECOND = replace(FIRST, run_id="run-2", as_of=None, tables={}, refused={}, facts={})


def test_before_the_first_run_there_is_none(tmp_path):
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize("manifest", [FIRST, SECOND], ids=["full", "empty"])
def test_a_manifest_is_read_back_as_it_was_written(tmp_path, manifest):
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_the_last_written_run_is_the_current_one(tmp_path):
    for manifest in (FIRST, SECOND):
        write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == SECOND


def test_an_older_run_can_be_read_by_its_name(tmp_path):
    for manifest in (FIRST, SECOND):
        write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path, "run-1") == FIRST


def test_the_same_manifest_is_written_as_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        write_manifest(tmp_path / folder, FIRST)
    one, two = (tmp_path / f / "runs" / "run-1" / "manifest.json" for f in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_no_half_written_file_is_left(tmp_path):
    write_manifest(tmp_path, FIRST)
    found = sorted(
        str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()
    )
    assert found == ["current.json", "runs/run-1/manifest.json"]


def test_a_run_that_cannot_be_written_leaves_the_last_one_current(tmp_path):
    write_manifest(tmp_path, FIRST)
    (tmp_path / "runs" / "run-2").write_text("in the way")
    with pytest.raises(StorageError, match="could not be published"):
        write_manifest(tmp_path, SECOND)
    assert read_manifest(tmp_path) == FIRST


def test_an_unknown_run_is_a_storage_error(tmp_path):
    write_manifest(tmp_path, FIRST)
    with pytest.raises(StorageError, match="`run-9` cannot be read"):
        read_manifest(tmp_path, "run-9")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run_id": "run-1"}', "null"])
def test_a_damaged_manifest_is_a_storage_error(tmp_path, text):
    write_manifest(tmp_path, FIRST)
    (tmp_path / "runs" / "run-1" / "manifest.json").write_text(text)
    with pytest.raises(StorageError, match="`run-1` cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null"])
def test_a_damaged_pointer_is_a_storage_error(tmp_path, text):
    write_manifest(tmp_path, FIRST)
    (tmp_path / "current.json").write_text(text)
    with pytest.raises(StorageError):
        read_manifest(tmp_path)


def test_a_pointer_to_a_run_that_is_gone_is_a_storage_error(tmp_path):
    write_manifest(tmp_path, FIRST)
    _remove(tmp_path / "runs" / "run-1")
    with pytest.raises(StorageError, match="`run-1` cannot be read"):
        read_manifest(tmp_path)


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


ELSEWHERE = replace(SECOND, run_id="run-3", store="postgres-12ab")


def test_each_store_has_a_current_run_of_its_own(tmp_path):
    for manifest in (FIRST, ELSEWHERE):
        write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == FIRST
    assert read_manifest(tmp_path, store="postgres-12ab") == ELSEWHERE


def test_a_run_that_stands_in_another_store_is_not_looked_for_in_this_one(tmp_path):
    for manifest in (FIRST, ELSEWHERE):
        write_manifest(tmp_path, manifest)
    with pytest.raises(NotPublishedError) as caught:
        read_manifest(tmp_path, "run-3")
    assert caught.value.message == "Run `run-3` stands in another place: postgres-12ab."


def test_a_manifest_from_before_there_were_stores_stands_in_the_lake(tmp_path):
    write_manifest(tmp_path, FIRST)
    file = tmp_path / "runs" / "run-1" / "manifest.json"
    file.write_text(file.read_text().replace('"store": "",', ""))
    assert read_manifest(tmp_path) == FIRST
