"""Numbering while sorting gives what the portable window gives, on any number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopkeeper.contracts.contract import Column, Contract, Layer, Numbering
from shopkeeper.engines.duckdb import ROWS_OF_A_ROW_GROUP, DuckDBEngine
from shopkeeper.errors import StorageError
from shopkeeper.warehouse.table import Table

LINES = Contract(
    name="lines",
    layer=Layer.SILVER,
    meaning="One row per line of an order.",
    grain=("order", "number"),
    columns=(
        Column("order", "string", "Order", nullable=True),
        Column("number", "int64", "Place of the line in its order, from 1"),
        Column("code", "string", "Product", nullable=True),
        Column("price", "decimal(18, 4)", "Price"),
    ),
    numbering=Numbering("number", within=("order",), by=("code", "price")),
)
TABLE = Table(LINES, lambda lines: lines)
# More than two row groups, so that threads share them.
ROW_COUNT = 2 * ROWS_OF_A_ROW_GROUP + 10


def lines() -> pa.Table:
    """Lines of 5,000 orders, some without a name, with repeated and missing codes."""
    random = np.random.default_rng(7)
    orders, codes = random.integers(0, 5_000, ROW_COUNT), random.integers(0, 60, ROW_COUNT)
    return pa.table(
        {
            "order": [f"o{n}" if n else None for n in orders],
            "code": [f"c{n}" if n else None for n in codes],
            "price": random.integers(1, 9, ROW_COUNT),
        }
    )


def written(folder: Path, rows: pa.Table, threads: int, *, by_window: bool) -> bytes:
    engine = DuckDBEngine(folder / "spill", threads=threads)
    tables = {"lines": engine.register("lines", rows)}
    file = folder / "lines.parquet"
    if by_window:
        count = engine.write(TABLE.expression(tables, {}), file, LINES.types(), LINES.grain)
    else:
        count = engine.write_numbered(TABLE.unnumbered(tables, {}), file, LINES)
    assert count == rows.num_rows
    engine.close()
    return file.read_bytes()


@pytest.fixture(scope="module")
def by_window(tmp_path_factory) -> bytes:
    return written(tmp_path_factory.mktemp("window"), lines(), 1, by_window=True)


@pytest.mark.parametrize("threads", [1, 4])
def test_numbers_are_those_of_the_portable_window(threads, by_window, tmp_path):
    assert written(tmp_path, lines(), threads, by_window=False) == by_window


def test_row_order_changes_no_byte(by_window, tmp_path):
    shuffled = lines().take(pa.array(np.random.default_rng(1).permutation(ROW_COUNT)))
    assert written(tmp_path, shuffled, 2, by_window=False) == by_window


def test_a_table_without_rows_is_a_file_with_columns(tmp_path):
    written(tmp_path, lines().slice(0, 0), 1, by_window=False)
    assert pq.read_schema(tmp_path / "lines.parquet").names == list(LINES.column_names)


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path):
    engine = DuckDBEngine(tmp_path / "spill", threads=1)
    (tmp_path / "lake").write_text("in the way")
    rows = TABLE.unnumbered({"lines": engine.register("lines", lines().slice(0, 9))}, {})
    with pytest.raises(StorageError):
        engine.write_numbered(rows, tmp_path / "lake" / "lines.parquet", LINES)
    assert not engine.connection.execute("SELECT * FROM duckdb_tables() WHERE temporary").fetchall()
