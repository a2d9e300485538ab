"""Lake store: rows written aside under a fingerprint, as one file or as a folder of files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_store import LakeStore
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.errors import StorageError

GOODS = Contract(
    "goods", Layer.SILVER, "One row per thing.", ("code",), (Column("code", "string", "Code"),)
)


class ManyFiles(DuckDBEngine):
    """Writes a folder with one file for each row, as a distributed engine does."""

    def write(self, expression, file, types, order) -> int:
        codes = self.collect(expression).column("code").to_pylist()
        file.mkdir(parents=True)
        for place, code in enumerate(codes):
            pq.write_table(pa.table({"code": [code]}), file / f"part-{place}.parquet")
        return len(codes)


@pytest.fixture(params=[DuckDBEngine, ManyFiles])
def store(request, tmp_path: Path) -> LakeStore:
    return LakeStore(request.param(tmp_path / "spill", threads=1), Lake(tmp_path / "lake"))


def goods(store: LakeStore, *codes: str) -> Rows:
    table = pa.table({"code": pa.array(codes, pa.string())})
    return Rows(store.engine.register("new", table), ("code",))


def publish(store: LakeStore, fingerprint: str, *codes: str) -> None:
    written = store.write(GOODS, fingerprint, goods(store, *codes))
    store.publish([Publication(GOODS, fingerprint, written.parts)])


def codes(store: LakeStore, number: int | None = None) -> list[str]:
    table = store.open(store.lake.version("silver", "goods"), number)
    return sorted(store.engine.collect(table).column("code").to_pylist())


def test_what_is_written_is_counted(store):
    assert store.write(GOODS, "f1", goods(store, "tea", "cup")).row_count == 2


def test_what_is_written_can_be_read_before_it_is_published(store):
    written = store.write(GOODS, "f1", goods(store, "tea", "cup"))
    table = store.open(Publication(GOODS, "f1", written.parts).version)
    assert sorted(store.engine.collect(table)["code"].to_pylist()) == ["cup", "tea"]


def test_all_parts_are_published(store):
    publish(store, "f1", "tea", "cup")
    assert codes(store) == ["cup", "tea"]


def test_an_older_version_is_opened_by_its_number(store):
    publish(store, "f1", "tea", "cup")
    publish(store, "f2", "mat")
    assert (codes(store, 0), codes(store, 1), codes(store)) == (["cup", "tea"], ["mat"], ["mat"])


def test_the_same_fingerprint_is_written_once(store):
    first = store.write(GOODS, "f1", goods(store, "tea", "cup"))
    again = store.write(GOODS, "f1", goods(store, "mat"))
    assert (again.parts, again.is_new) == (first.parts, False)


def test_what_is_discarded_leaves_nothing(store):
    store.discard(GOODS, store.write(GOODS, "f1", goods(store, "tea", "cup")))
    assert list(store.lake.folder.rglob("*.parquet")) == []


def test_files_that_are_gone_are_said_to_be_gone(store):
    publish(store, "f1", "tea")
    for file in store.lake.paths(store.lake.version("silver", "goods")):
        file.unlink()
    with pytest.raises(StorageError) as caught:
        codes(store)
    assert caught.value.message == "Files of `goods` are gone from the lake."
