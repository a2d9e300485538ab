"""Lake: versions of tables that anything that reads Delta Lake can read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from shopkeeper.engines.lake import Lake, TableVersion
from shopkeeper.errors import NotPublishedError, StorageError

CODES = pa.schema([("code", pa.string())])
PRICES = pa.schema([("code", pa.string()), ("price", pa.int64())])


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def commit(lake: Lake, file: str, *codes: str, schema: pa.Schema = CODES, **given) -> TableVersion:
    """Writes goods with these codes (and a price of 1) to a file and publishes it."""
    folder = lake.table_folder("silver", "goods")
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"code": code, "price": 1} for code in codes]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / file)
    return lake.commit("silver", "goods", {file: len(rows)}, schema=schema, **given)


def codes(lake: Lake, version: TableVersion) -> list[str]:
    return [c for path in lake.paths(version) for c in pq.read_table(path)["code"].to_pylist()]


def delta_table(lake: Lake) -> DeltaTable:
    """Gives the table as other software opens it."""
    return DeltaTable(str(lake.table_folder("silver", "goods")))


def column_names(lake: Lake) -> list[str]:
    return [field.name for field in delta_table(lake).schema().fields]


def test_the_first_commit_is_version_zero(lake):
    assert commit(lake, "a.parquet", "tea", "cup") == TableVersion(
        "silver", "goods", 0, ("a.parquet",), 2
    )


def test_each_commit_is_one_more_version(lake):
    found = [commit(lake, f"{name}.parquet", "tea").version for name in "abc"]
    assert found == [0, 1, 2]


def test_files_join_what_is_published_and_not_what_a_killed_run_left(lake):
    last = commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "lost", schema=PRICES, mode="append", last=last)
    found = commit(lake, "c.parquet", "cup", mode="append", last=last)
    assert codes(lake, found) == ["tea", "cup"]
    assert column_names(lake) == ["code"]
    # What stands published is the end of the log: it is not taken back.
    assert codes(lake, commit(lake, "d.parquet", "mat", mode="append", last=found))[2:] == ["mat"]


def test_an_overwrite_leaves_only_the_new_files(lake):
    commit(lake, "a.parquet", "tea")
    assert codes(lake, commit(lake, "b.parquet", "cup")) == ["cup"]


def test_an_older_version_can_be_read_back(lake):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup")
    assert codes(lake, lake.version("silver", "goods", 0)) == ["tea"]


def test_without_a_number_the_last_version_is_given(lake):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup")
    assert lake.version("silver", "goods").version == 1


def test_an_append_keeps_the_files_of_the_last_version(lake):
    commit(lake, "a.parquet", "tea")
    found = commit(lake, "b.parquet", "cup", "mat", mode="append")
    assert (found.files, found.row_count) == (("a.parquet", "b.parquet"), 3)


def test_an_overwrite_can_bring_other_columns(lake):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup", schema=PRICES)
    assert column_names(lake) == ["code", "price"]


def test_an_overwrite_can_leave_columns_out(lake):
    commit(lake, "a.parquet", "tea", schema=PRICES)
    commit(lake, "b.parquet", "cup")
    assert column_names(lake) == ["code"]


def test_a_column_that_an_append_brings_stands_in_the_schema_that_others_read(lake):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup", schema=PRICES, mode="append")
    assert column_names(lake) == ["code", "price"]


def test_an_older_version_has_the_columns_of_its_time(lake):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup", schema=PRICES)
    table = delta_table(lake)
    table.load_as_version(0)
    assert [field.name for field in table.schema().fields] == ["code"]


def test_other_software_reads_the_same_files(lake):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup", mode="append")
    names = sorted(Path(uri).name for uri in delta_table(lake).file_uris())
    assert names == ["a.parquet", "b.parquet"]


def test_a_table_without_rows_can_be_published(lake):
    assert commit(lake, "a.parquet").row_count == 0


def test_what_is_kept_with_a_commit_stands_in_the_history(lake):
    commit(lake, "a.parquet", "tea", metadata={"fingerprint": "f1"})
    commit(lake, "b.parquet", "cup", metadata={"fingerprint": "f2"})
    found = [commit["fingerprint"] for commit in lake.history("silver", "goods")]
    assert found == ["f2", "f1"]


def test_a_file_without_a_commit_is_not_seen(lake):
    commit(lake, "a.parquet", "tea")
    (lake.table_folder("silver", "goods") / "stray.parquet").write_bytes(b"")
    assert lake.version("silver", "goods").files == ("a.parquet",)


def test_tables_of_two_layers_do_not_meet(lake):
    commit(lake, "a.parquet", "tea")
    with pytest.raises(NotPublishedError):
        lake.version("gold", "goods")


@pytest.mark.parametrize("is_folder_there", [True, False])
def test_a_table_that_was_never_published_is_said_to_be_missing(lake, is_folder_there):
    if is_folder_there:
        lake.table_folder("silver", "goods").mkdir(parents=True)
    with pytest.raises(NotPublishedError) as caught:
        lake.version("silver", "goods")
    assert caught.value.message == "Table `goods` has not been built yet."


@pytest.mark.parametrize("number", [2, 99, -1])
def test_a_version_that_does_not_exist_is_said_to_be_missing(lake, number):
    commit(lake, "a.parquet", "tea")
    commit(lake, "b.parquet", "cup")
    with pytest.raises(NotPublishedError) as caught:
        lake.version("silver", "goods", number)
    assert (caught.value.message, caught.value.hint) == (
        f"Table `goods` has no version {number}.",
        "versions run from 0 to 1",
    )


def test_the_history_of_a_missing_table_is_said_to_be_missing(lake):
    with pytest.raises(NotPublishedError):
        lake.history("silver", "goods")


def test_a_file_that_is_not_there_cannot_be_published(lake):
    commit(lake, "a.parquet", "tea")
    with pytest.raises(StorageError):
        lake.commit("silver", "goods", {"gone.parquet": 1}, schema=CODES)
