"""Spark: the same rows as the embedded engine, in folders that appear whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.engine import FileEngine
from shopkeeper.engines.spark import OWN_FOLDER, SparkEngine
from shopkeeper.errors import SettingsError, StorageError

pytestmark = [pytest.mark.slow, pytest.mark.spark]

TYPES = {"code": "string", "pieces": "int64"}


@pytest.fixture
def engine(spark, tmp_path):
    """An engine of its own, in the Java that all tests share."""
    engine = SparkEngine(tmp_path)
    yield engine
    engine.close()


def goods(engine: FileEngine, *rows: tuple, name: str = "goods") -> ibis.Table:
    types = pa.schema([("code", pa.string()), ("pieces", pa.int64())])
    named = [dict(zip(types.names, row, strict=True)) for row in rows]
    return engine.register(name, pa.Table.from_pylist(named, schema=types))


def test_it_is_an_engine_of_files(engine):
    assert isinstance(engine, FileEngine)


def test_rows_in_memory_can_be_queried(engine):
    table = goods(engine, ("tea", 3), ("cup", 1))
    assert engine.collect(table.filter(table.pieces > 1)).to_pylist() == [
        {"code": "tea", "pieces": 3}
    ]


def test_rows_can_be_had_in_batches(engine):
    table = goods(engine, ("tea", 3), ("cup", 1))
    found = [row for batch in engine.batches(table) for row in batch.to_pylist()]
    assert sorted(row["code"] for row in found) == ["cup", "tea"]


def test_registering_again_replaces_the_rows(engine):
    goods(engine, ("tea", 3))
    assert engine.collect(goods(engine, ("cup", 1)))["code"].to_pylist() == ["cup"]


def test_any_name_can_be_registered(engine):
    one, other = (goods(engine, (code, 1), name=f"goods@{code} (new)") for code in ("tea", "cup"))
    assert [engine.collect(table)["code"].to_pylist() for table in (one, other)] == [
        ["tea"],
        ["cup"],
    ]


def test_engines_do_not_see_each_others_tables(engine, tmp_path):
    other = SparkEngine(tmp_path)
    goods(engine, ("tea", 3))
    goods(other, ("cup", 1))
    found = engine.collect(engine.backend.table("goods"))["code"].to_pylist()
    other.close()
    assert found == ["tea"]


def test_closing_one_engine_leaves_the_others_at_work(engine, tmp_path):
    SparkEngine(tmp_path).close()
    assert engine.collect(goods(engine, ("tea", 3))).num_rows == 1


def test_columns_of_several_files_are_joined_by_name(engine, tmp_path):
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    pq.write_table(pa.table({"code": ["tea"], "pieces": [3]}), one)
    pq.write_table(pa.table({"pieces": [1], "shelf": ["low"]}), two)
    found = engine.collect(engine.register("all", [one, two]).order_by("pieces")).to_pylist()
    assert found == [
        {"code": None, "pieces": 1, "shelf": "low"},
        {"code": "tea", "pieces": 3, "shelf": None},
    ]


def test_rows_stand_in_order_through_all_files(engine, tmp_path):
    count = 5_000
    rows = [(f"{n * 7_919 % count:05d}", n) for n in range(count)]
    table = goods(engine, *rows)
    # Many partitions of equal rows, so that several files are written.
    engine.session.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
    folder = tmp_path / "goods.parquet"
    assert engine.write(table, folder, TYPES, ["code"]) == count
    parts = sorted(folder.iterdir())
    assert len(parts) > 1
    assert [part.name for part in parts] == [f"part-{n:05d}.parquet" for n in range(len(parts))]
    codes = [code for part in parts for code in pq.read_table(part)["code"].to_pylist()]
    assert codes == sorted(codes)


def test_missing_values_stand_first(engine, tmp_path):
    engine.write(goods(engine, ("tea", 3), (None, 1)), tmp_path / "g", TYPES, ["code"])
    found = [c for p in sorted((tmp_path / "g").iterdir()) for c in pq.read_table(p)["code"]]
    assert [code.as_py() for code in found] == [None, "tea"]


def test_a_table_without_rows_is_written_with_its_columns(engine, tmp_path):
    table = goods(engine, ("tea", 3))
    assert engine.write(table.filter(table.pieces > 9), tmp_path / "g", TYPES, ["code"]) == 0
    assert engine.collect(engine.register("none", [tmp_path / "g"])).schema.names == list(TYPES)


def test_types_are_those_that_the_embedded_engine_writes(engine, tmp_path):
    row = {
        "at": datetime.fromisoformat("2025-03-30 01:30:00.123456"),
        "day": date(2025, 3, 30),
        "amount": Decimal("-0.0001"),
        "is_new": True,
        "share": 0.1,
        "name": "Tee für Käthe",
        "none": None,
    }
    types = {
        "at": "timestamp",
        "day": "date",
        "amount": "decimal(18, 4)",
        "is_new": "boolean",
        "share": "float64",
        "name": "string",
        "none": "string",
    }
    rows = pa.Table.from_pylist([row], schema=ibis.schema(types).to_pyarrow())
    embedded = DuckDBEngine(tmp_path / "spill", threads=1)
    embedded.write(embedded.register("rows", rows), tmp_path / "by-duckdb", types, [])
    engine.write(engine.register("rows", rows), tmp_path / "by-spark", types, [])
    one, other = (pq.read_table(tmp_path / name) for name in ("by-duckdb", "by-spark"))
    assert one.schema == other.schema
    assert one.to_pylist() == other.to_pylist() == [row]


def test_a_failed_write_leaves_nothing(engine, tmp_path):
    table = goods(engine, ("tea", 3))
    failing = table.mutate(pieces=table.code.cast("int64"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Exception, match="CAST_INVALID_INPUT"):
        engine.write(failing, tmp_path / "g", TYPES, [])
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_cannot_be_written_is_said(engine, tmp_path):
    (tmp_path / "silver").write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="`silver` could not be written"):
        engine.write(goods(engine, ("tea", 3)), tmp_path / "silver" / "g", TYPES, [])


def test_a_setting_that_would_change_tables_is_refused(spark, tmp_path):
    with pytest.raises(SettingsError, match=r"`spark\.sql\.session\.timeZone` is fixed to `UTC`"):
        SparkEngine(tmp_path, options={"spark.sql.session.timeZone": "Europe/London"})


def test_own_settings_of_spark_are_taken(spark, tmp_path):
    engine = SparkEngine(tmp_path, options={"spark.sql.shuffle.partitions": "3"})
    assert engine.session.conf.get("spark.sql.shuffle.partitions") == "3"
    engine.close()


def test_closing_leaves_no_folder_behind(spark, tmp_path):
    engine = SparkEngine(tmp_path)
    assert list(tmp_path.glob(f"{OWN_FOLDER}*"))
    engine.close()
    assert not list(tmp_path.iterdir())


def test_weeks_days_and_halves_are_as_in_the_embedded_engine(engine, tmp_path):
    """Where dialects like to differ: weekday of a week's start, rounding, division, text order."""
    rows = pa.table(
        {
            "at": [datetime.fromisoformat(t) for t in ("2024-12-29 23:59", "2024-12-30 00:00")],
            "amount": pa.array([Decimal("0.00005"), Decimal("-0.00005")], pa.decimal128(18, 5)),
            "code": ["a", "Z"],
        }
    )

    def measured(engine: FileEngine) -> list[dict]:
        table = engine.register("rows", rows)
        found = table.select(
            week=table["at"].truncate("W").cast("date"),
            cents=table.amount.round(4).cast("decimal(18, 4)"),
            third=table.amount.cast("float64") / 3,
            place=ibis.row_number().over(order_by=table.code),
        )
        return engine.collect(found.order_by("place")).to_pylist()

    assert measured(engine) == measured(DuckDBEngine(tmp_path / "spill", threads=1))


def test_a_missing_float_stays_missing(engine, tmp_path):
    """On the way through frames, a missing float would become one that is no number."""
    table = engine.register("rows", pa.table({"share": [1.0, None, 2.0]}))
    engine.write(table, tmp_path / "g", {"share": "float64"}, ["share"])
    read = engine.register("read", [tmp_path / "g"])
    found = engine.collect(read.agg(mean=read.share.mean(), known=read.share.count()))
    assert found.to_pylist() == [{"mean": 1.5, "known": 2}]


# In a process of its own: the Java that dies here is not the one of the other tests.
DYING = """
import os, signal, sys
from pathlib import Path
import ibis
from shopkeeper.engines.spark import SparkEngine
from shopkeeper.errors import ServerUnavailableError

folder = Path(sys.argv[1])
engine = SparkEngine(folder, memory_limit="1GB")
table = ibis.memtable({"pieces": [1, 2, 3]})
os.kill(engine.session.sparkContext._gateway.proc.pid, signal.SIGKILL)
for work in (
    lambda: engine.collect(table),
    lambda: engine.write(table, folder / "t" / "a.parquet", {"pieces": "int64"}, ["pieces"]),
):
    try:
        work()
    except ServerUnavailableError as error:
        assert "engine.memory_limit" in error.hint
        print(error.message)
os._exit(0)
"""


def test_spark_that_ends_while_it_works_is_said(tmp_path):
    (tmp_path / "t").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.count("Spark ended while it worked") == 2, done.stderr
    assert list((tmp_path / "t").iterdir()) == []
