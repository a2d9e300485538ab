"""DuckDB: files that appear whole or not at all, typed, ordered, the same bytes every time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from order_book import source_lines

from shopkeeper.engines.duckdb import ROWS_OF_A_ROW_GROUP, DuckDBEngine
from shopkeeper.engines.engine import Engine
from shopkeeper.errors import StorageError

TYPES = {"code": "string", "pieces": "int64"}


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBEngine:
    return DuckDBEngine(tmp_path / "spill", threads=1)


def goods(engine: DuckDBEngine, *rows: tuple, name: str = "goods") -> ibis.Table:
    types = pa.schema([("code", pa.string()), ("pieces", pa.int64())])
    named = [dict(zip(types.names, row, strict=True)) for row in rows]
    return engine.register(name, pa.Table.from_pylist(named, schema=types))


def failing(table: ibis.Table) -> ibis.Table:
    """Gives a query that fails on a row while it runs."""
    return table.mutate(pieces=table.code.cast("int64"))


def test_it_is_an_engine(engine):
    assert isinstance(engine, Engine)


def test_rows_in_memory_can_be_queried(engine):
    table = goods(engine, ("tea", 3), ("cup", 1))
    assert engine.collect(table.filter(table.pieces > 1)).to_pylist() == [
        {"code": "tea", "pieces": 3}
    ]


def test_registering_again_replaces_the_rows(engine):
    goods(engine, ("tea", 3))
    assert engine.collect(goods(engine, ("cup", 1)))["code"].to_pylist() == ["cup"]


def test_written_files_can_be_queried_together(engine, tmp_path):
    files = [tmp_path / f"{code}.parquet" for code in ("tea", "cup")]
    for file in files:
        engine.write(goods(engine, (file.stem, 1)), file, TYPES, ["code"])
    found = engine.collect(engine.register("all", files))["code"].to_pylist()
    assert sorted(found) == ["cup", "tea"]


def test_columns_of_several_files_are_joined_by_name(engine, tmp_path):
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    pq.write_table(pa.table({"code": ["tea"], "pieces": [3]}), one)
    pq.write_table(pa.table({"pieces": [1], "shelf": ["low"]}), two)
    found = engine.collect(engine.register("all", [one, two]).order_by("pieces")).to_pylist()
    assert found == [
        {"code": None, "pieces": 1, "shelf": "low"},
        {"code": "tea", "pieces": 3, "shelf": None},
    ]


def test_a_path_with_a_quote_can_be_read(engine, tmp_path):
    file = tmp_path / "Ann's shop" / "goods.parquet"
    engine.write(goods(engine, ("tea", 3)), file, TYPES, [])
    assert engine.collect(engine.register("read", [file])).num_rows == 1


def test_a_name_with_a_quote_can_be_registered(engine):
    table = goods(engine, ("tea", 3), name='the "best" goods')
    assert engine.collect(table).num_rows == 1


def test_writing_says_how_many_rows_there_are(engine, tmp_path):
    table = goods(engine, ("tea", 3), ("cup", 1))
    assert engine.write(table, tmp_path / "goods.parquet", TYPES, ["code"]) == 2


def test_a_table_without_rows_is_a_file_with_columns(engine, tmp_path):
    engine.write(goods(engine), tmp_path / "goods.parquet", TYPES, ["code"])
    assert pq.read_schema(tmp_path / "goods.parquet").names == ["code", "pieces"]


def test_folders_are_made_where_they_are_missing(engine, tmp_path):
    engine.write(goods(engine), tmp_path / "lake" / "silver" / "goods.parquet", TYPES, [])
    assert (tmp_path / "lake" / "silver" / "goods.parquet").exists()


def test_columns_are_cast_to_the_types_of_the_contract(engine, tmp_path):
    types = {"code": "string", "pieces": "decimal(18, 4)", "day": "date", "at": "timestamp"}
    instant = datetime.fromisoformat("2025-07-01 10:11:12")
    rows = pa.table({"code": [7], "pieces": [3], "day": [instant], "at": [instant]})
    engine.write(engine.register("rows", rows), tmp_path / "typed.parquet", types, [])
    assert pq.read_table(tmp_path / "typed.parquet").to_pylist() == [
        {"code": "7", "pieces": Decimal("3.0000"), "day": instant.date(), "at": instant}
    ]


def test_columns_stand_in_the_order_of_the_contract(engine, tmp_path):
    types = {"pieces": "int64", "code": "string"}
    engine.write(goods(engine, ("tea", 3)), tmp_path / "goods.parquet", types, [])
    assert pq.read_schema(tmp_path / "goods.parquet").names == ["pieces", "code"]


def test_columns_outside_of_the_contract_are_left_out(engine, tmp_path):
    engine.write(goods(engine, ("tea", 3)), tmp_path / "goods.parquet", {"code": "string"}, [])
    assert pq.read_schema(tmp_path / "goods.parquet").names == ["code"]


def test_rows_stand_in_the_order_of_the_grain_missing_ones_first(engine, tmp_path):
    table = goods(engine, ("tea", 2), ("tea", 1), (None, 9), ("cup", 5))
    engine.write(table, tmp_path / "goods.parquet", TYPES, ["code", "pieces"])
    found = pq.read_table(tmp_path / "goods.parquet").to_pylist()
    assert [tuple(row.values()) for row in found] == [
        (None, 9),
        ("cup", 5),
        ("tea", 1),
        ("tea", 2),
    ]


def test_a_failing_query_leaves_no_file(engine, tmp_path):
    table = failing(goods(engine, ("tea", 3)))
    with pytest.raises(Exception, match="Could not convert"):
        engine.write(table, tmp_path / "out" / "goods.parquet", TYPES, [])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_failing_query_leaves_the_file_of_before(engine, tmp_path):
    file = tmp_path / "goods.parquet"
    engine.write(goods(engine, ("tea", 3)), file, TYPES, [])
    with pytest.raises(Exception, match="Could not convert"):
        engine.write(failing(goods(engine, ("cup", 3))), file, TYPES, [])
    assert pq.read_table(file)["code"].to_pylist() == ["tea"]


def test_a_folder_that_cannot_be_written_is_a_storage_error(engine, tmp_path):
    (tmp_path / "lake").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        engine.write(goods(engine), tmp_path / "lake" / "goods.parquet", TYPES, [])
    assert caught.value.message.startswith("`lake` could not be written: ")


def test_a_file_that_is_a_folder_is_a_storage_error(engine, tmp_path):
    (tmp_path / "goods.parquet").mkdir()
    with pytest.raises(StorageError):
        engine.write(goods(engine), tmp_path / "goods.parquet", TYPES, [])
    assert [path.name for path in tmp_path.glob(".*")] == []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory):
    """Gives a function that writes many rows, turned and by some threads, as bytes."""
    folder = tmp_path_factory.mktemp("bytes")
    numbers = np.arange(2 * ROWS_OF_A_ROW_GROUP + 10)
    table = pa.table({"code": numbers, "pieces": numbers % 7})

    def write(numbers: np.ndarray, threads: int, order: tuple[str, ...] = ("code",)) -> bytes:
        engine = DuckDBEngine(folder / "spill", threads=threads)
        rows = engine.register("rows", table.take(pa.array(numbers)))
        file = folder / "rows.parquet"
        engine.write(rows, file, {"code": "int64", "pieces": "int64"}, order)
        engine.close()
        return file.read_bytes()

    return numbers, write


def test_the_order_of_rows_changes_no_byte(written):
    numbers, write = written
    shuffled = np.random.default_rng(7).permutation(numbers)
    assert write(shuffled, 1) == write(numbers, 1)


def test_the_number_of_threads_changes_no_byte(written):
    numbers, write = written
    assert write(numbers, 4) == write(numbers, 1)


def test_rows_that_are_written_as_they_come_are_the_same_bytes_on_any_number_of_threads(written):
    numbers, write = written
    shuffled = np.random.default_rng(7).permutation(numbers)
    assert write(shuffled, 4, ()) == write(shuffled, 1, ())


def test_sessions_run_in_utc(engine):
    found = engine.connection.execute("SELECT current_setting('TimeZone')").fetchone()
    assert found == ("UTC",)


def test_settings_of_memory_and_threads_are_taken(tmp_path):
    engine = DuckDBEngine(tmp_path, memory_limit="512MiB", threads=2)
    query = "SELECT current_setting('memory_limit'), current_setting('threads')"
    assert engine.connection.execute(query).fetchone() == ("512.0 MiB", 2)


def test_compiling_names_the_same_query_by_the_same_text(engine):
    table = source_lines(engine, {}, {"product": "cup"})
    texts = {engine.compile(table.group_by("order_id").agg(n=table.count())) for _ in range(3)}
    assert len(texts) == 1


def test_threads_see_the_same_tables(tmp_path):
    engine = DuckDBEngine(tmp_path)
    file = tmp_path / "cups.parquet"
    pq.write_table(pa.table({"pieces": [7]}), file)

    def in_a_thread(work):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()

    def pieces(table):
        return engine.collect(table)["pieces"].to_pylist()

    teas = in_a_thread(lambda: engine.register("goods", pa.table({"pieces": [1]})))
    assert pieces(teas) == [1] == in_a_thread(lambda: pieces(teas))
    cups = engine.register("goods", [file])
    assert pieces(cups) == [7] == in_a_thread(lambda: pieces(cups))
    again = in_a_thread(lambda: engine.register("goods", pa.table({"pieces": [2]})))
    assert pieces(again) == [2] == in_a_thread(lambda: pieces(again))


def test_too_little_memory_is_said_with_the_setting_that_gives_more(tmp_path):
    engine = DuckDBEngine(tmp_path, memory_limit="1MiB", threads=1)
    rows = engine.register("rows", pa.table({"n": list(range(1_000_000))}))
    with pytest.raises(StorageError, match="memory limit is too low") as caught:
        engine.collect(rows.select(rows.n, place=ibis.row_number().over(order_by=rows.n.desc())))
    assert "`memory_limit`" in caught.value.hint
