"""Delta Lake: what either engine wrote, the other reads - by file list, and natively."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.engine import FileEngine
from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_store import LakeStore
from shopkeeper.engines.store import Publication, Rows, TableVersion, arrow_schema

pytestmark = [pytest.mark.slow, pytest.mark.spark]

SALES = Contract(
    name="sales",
    layer=Layer.SILVER,
    meaning="One row per sale.",
    grain=("sale_id",),
    columns=(
        Column("sale_id", "string", "Sale"),
        Column("sold_at", "timestamp", "When, UTC"),
        Column("amount", "decimal(18, 4)", "What it came to", nullable=True),
    ),
)
ROWS = [
    {"sale_id": "a", "sold_at": datetime(2025, 3, 30, 1, 30), "amount": Decimal("0.0001")},
    {"sale_id": "b", "sold_at": datetime(2025, 10, 26, 1, 30), "amount": None},
    {"sale_id": "ß", "sold_at": datetime(1999, 12, 31, 23, 59, 59, 999999), "amount": Decimal(-5)},
]
MORE = [{"sale_id": "d", "sold_at": datetime(2026, 1, 1), "amount": Decimal(7)}]


@pytest.fixture
def duckdb(tmp_path):
    return DuckDBEngine(tmp_path / "spill", threads=1)


@pytest.fixture
def native(spark, delta_jars):
    """Spark with Delta Lake's own archives; without them, skips, and fails in CI."""
    if not delta_jars:
        reason = "Delta Lake's archives for Spark could not be had: neither Maven nor its Central"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return spark


def publish(
    engine: FileEngine, lake: Lake, rows: list, last: TableVersion | None = None
) -> TableVersion:
    """Writes rows by an engine and publishes them; they join those of the last version."""
    table = engine.register("new", pa.Table.from_pylist(rows, schema=arrow_schema(SALES)))
    store = LakeStore(engine, lake)
    print_of_rows = f"{type(engine).__name__}-{len(rows)}"
    written = store.write(SALES, print_of_rows, Rows(table, SALES.grain))
    mode = "append" if last else "overwrite"
    told = Publication(SALES, print_of_rows, written.parts, last=last, mode=mode)
    return store.publish([told])["sales"]


def rows_of(engine: FileEngine, table: ibis.Table) -> list[dict]:
    return sorted(engine.collect(table).to_pylist(), key=lambda row: row["sale_id"])


def by_name(rows: list) -> list[dict]:
    return sorted(rows, key=lambda row: row["sale_id"])


def test_duckdb_reads_what_spark_wrote(spark, duckdb, tmp_path):
    lake = Lake(tmp_path)
    version = publish(spark, lake, ROWS)
    assert rows_of(duckdb, LakeStore(duckdb, lake).open(version)) == by_name(ROWS)


def test_spark_reads_what_duckdb_wrote(spark, duckdb, tmp_path):
    lake = Lake(tmp_path)
    version = publish(duckdb, lake, ROWS)
    assert rows_of(spark, LakeStore(spark, lake).open(version)) == by_name(ROWS)


def test_a_table_that_both_wrote_is_one_table_to_each(spark, duckdb, tmp_path):
    lake = Lake(tmp_path)
    first = publish(spark, lake, ROWS)
    both = publish(duckdb, lake, MORE, last=first)
    assert both.row_count == len(ROWS) + len(MORE)
    for engine in (spark, duckdb):
        assert rows_of(engine, LakeStore(engine, lake).open(both)) == by_name(ROWS + MORE)


def test_each_reads_older_versions_of_the_other(spark, duckdb, tmp_path):
    lake = Lake(tmp_path)
    first = publish(spark, lake, ROWS)
    last = publish(duckdb, lake, MORE, last=first)
    for engine in (spark, duckdb):
        older = LakeStore(engine, lake).open(last, number=0)
        assert rows_of(engine, older) == by_name(ROWS)


def read_natively(engine, folder: Path, version: int | None = None) -> list[dict]:
    reader = engine.session.read.format("delta")
    if version is not None:
        reader = reader.option("versionAsOf", version)
    return by_name(reader.load(str(folder)).toArrow().to_pylist())


def test_spark_reads_natively_what_both_wrote(native, duckdb, tmp_path):
    lake = Lake(tmp_path)
    first = publish(native, lake, ROWS)
    publish(duckdb, lake, MORE, last=first)
    folder = lake.table_folder(SALES.layer, SALES.name)
    assert read_natively(native, folder) == by_name(ROWS + MORE)
    assert read_natively(native, folder, version=0) == by_name(ROWS)


def test_both_read_what_spark_wrote_natively(native, duckdb, tmp_path):
    lake = Lake(tmp_path)
    folder = lake.table_folder(SALES.layer, SALES.name)
    rows = pa.Table.from_pylist(ROWS, schema=arrow_schema(SALES))
    native.session.createDataFrame(rows).write.format("delta").save(str(folder))
    version = lake.version(SALES.layer, SALES.name)
    assert version.row_count == len(ROWS)
    for engine in (native, duckdb):
        assert rows_of(engine, LakeStore(engine, lake).open(version)) == by_name(ROWS)
