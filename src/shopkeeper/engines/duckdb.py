"""DuckDB: the embedded engine, the default; needs no server and spills to disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.compiled_sql import CompiledSql
from shopkeeper.engines.engine import Capability
from shopkeeper.errors import StorageError

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pyarrow as pa
    import sqlglot
    from ibis.backends.duckdb import Backend

# Rows of one Parquet row group: DuckDB's own size, named so that files do not change with it.
ROWS_OF_A_ROW_GROUP = 122_880
# One for all engines of this process: the text is the same in each.
COMPILED = CompiledSql()


class DuckDBEngine:
    """Runs expressions on an in-memory DuckDB that reads the Parquet files of the lake.

    Args:
        spill: Folder for what does not fit into memory.
        memory_limit: Memory for queries, such as `4GB`; None leaves DuckDB's own (80 %).
        threads: Threads for queries; None takes one for each core.
    """

    capabilities = frozenset(
        {
            Capability.READS_RAW_FILES,
            Capability.WRITES_PARQUET,
            Capability.SHARES_ARROW,
            Capability.NUMBERS_ROWS,
            Capability.ANSWERS_THREADS,
        }
    )

    def __init__(
        self, spill: Path, *, memory_limit: str | None = None, threads: int | None = None
    ) -> None:
        options: dict[str, object] = {"temp_directory": str(spill)}
        if memory_limit:
            options["memory_limit"] = memory_limit
        if threads:
            options["threads"] = threads
        self.backend: Backend = _backend_class()().connect(**options)
        self._own = threading.local()
        self._own.connection = _prepared(self.backend.con)
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._lock = threading.RLock()
        self._in_memory = _InMemory()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The driver's connection: one for each thread, all to the same database in memory."""
        if not hasattr(self._own, "connection"):
            with self._lock:
                cursor = _prepared(self.backend.con.cursor())
                self._cursors.append(cursor)
            self._own.connection = cursor
        connection: duckdb.DuckDBPyConnection = self._own.connection
        self._in_memory.show(connection)
        return connection

    def register(self, name: str, rows: Sequence[Path] | pa.Table) -> ir.Table:
        """Makes the rows of Parquet files, or of an Arrow table, available as view `name`.

        Columns of several files are joined by name.
        """
        # Two threads may want the same table at once.
        with self._lock:
            if isinstance(rows, Sequence):
                self._in_memory.forget(name)
                listed = ", ".join(quote_text(str(file)) for file in rows)
                query = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
                self.connection.execute(f"CREATE OR REPLACE VIEW {quote_name(name)} AS {query}")
            else:
                self._in_memory.keep(name, rows)
            # Ibis asks its own connection what the columns are.
            self._in_memory.show(self.backend.con)
            return self.backend.table(name)

    def collect(self, expression: ir.Expr) -> pa.Table:
        """Runs an expression and gives all its rows.

        Raises:
            StorageError: The memory limit is too low.
        """
        with _memory_errors():
            return self.connection.execute(self.compile(expression)).to_arrow_table()

    def batches(self, expression: ir.Table) -> pa.RecordBatchReader:
        """Runs an expression and gives its rows piece by piece."""
        return self.connection.execute(self.compile(expression)).to_arrow_reader()

    def write(
        self, expression: ir.Table, file: Path, types: Mapping[str, str], order: Sequence[str]
    ) -> int:
        """Writes the rows of an expression to a Parquet file, cast to `types`, in `order`.

        The file appears under its name only when it is whole.

        Raises:
            StorageError: The disk is full or the folder cannot be written.
        """
        return self.copy(self._typed(expression, types, order), file)

    def write_numbered(self, rows: ir.Table, file: Path, contract: Contract) -> int:
        """Writes rows as the contract numbers and orders them, to a file that appears whole.

        A window costs DuckDB three times what sorting does. So groups are counted first, which
        gives the place at which each begins; then rows are sorted once, into a table that spills
        to disk and knows their places. Nothing is joined after sorting: joins keep no order.

        Raises:
            StorageError: The disk is full or the folder cannot be written.
        """
        numbering, types = contract.numbering, contract.types()
        assert numbering is not None
        kept = {name: type_ for name, type_ in types.items() if name != numbering.column}
        typed = self._typed(rows, kept, ())
        within = ", ".join(map(quote_name, numbering.within))
        groups = ", ".join(f"{quote_name(name)} NULLS FIRST" for name in numbering.within)
        order = ", ".join(f"{quote_name(name)} NULLS FIRST" for name in numbering.by)
        same = " AND ".join(
            f"line.{quote_name(n)} IS NOT DISTINCT FROM begin.{quote_name(n)}"
            for n in numbering.within
        )
        numbered = ", ".join(
            f"rowid - _begin + 1 AS {quote_name(name)}"
            if name == numbering.column
            else quote_name(name)
            for name in types
        )
        try:
            with _storage_errors(file):
                self.connection.execute(
                    f"CREATE OR REPLACE TEMP TABLE _begins AS SELECT {within}, CAST("
                    f"sum(count(*)) OVER (ORDER BY {groups} ROWS UNBOUNDED PRECEDING) - count(*) "
                    f"AS BIGINT) AS _begin FROM ({typed}) GROUP BY {within}"
                )
                self.connection.execute(
                    f"CREATE OR REPLACE TEMP TABLE _placed AS SELECT line.*, begin._begin "
                    f"FROM ({typed}) AS line JOIN _begins AS begin ON {same} "
                    f"ORDER BY _begin, {order}"
                )
            return self.copy(f"SELECT {numbered} FROM _placed", file)
        finally:
            self.connection.execute("DROP TABLE IF EXISTS _placed; DROP TABLE IF EXISTS _begins")

    def _typed(self, rows: ir.Table, types: Mapping[str, str], order: Sequence[str]) -> str:
        columns = ", ".join(
            f"CAST({quote_name(name)} AS {self._type(type_)}) AS {quote_name(name)}"
            for name, type_ in types.items()
        )
        query = f"SELECT {columns} FROM ({self.compile(rows)})"
        if order:
            # NULLS FIRST is explicit because engines disagree on where missing values stand.
            query += " ORDER BY " + ", ".join(f"{quote_name(n)} NULLS FIRST" for n in order)
        return query

    def copy(self, query: str, file: Path) -> int:
        """Writes the rows of a query to a Parquet file that appears only when it is whole."""
        partial = file.with_name(f".{file.name}.partial")
        with _storage_errors(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            row = self.connection.execute(
                f"COPY ({query}) TO {quote_text(str(partial))} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_OF_A_ROW_GROUP}, "
                # Nothing looks up single keys in so few row groups, and filters cost a tenth.
                "WRITE_BLOOM_FILTER false)"
            ).fetchone()
            partial.replace(file)
        assert row is not None
        return int(row[0])

    def compile(self, expression: ir.Expr) -> str:
        """Gives the SQL of an expression in this engine's dialect."""
        return str(self.backend.compile(expression))

    def close(self) -> None:
        """Closes the connections."""
        for cursor in self._cursors:
            cursor.close()
        self.backend.disconnect()

    def _type(self, type_: str) -> str:
        import ibis

        return str(self.backend.compiler.type_mapper.to_string(ibis.dtype(type_)))


class _InMemory:
    """Arrow tables that every connection must be shown: their views belong to one each.

    A temporary view hides a lasting one of its name, so it is dropped where that takes its place.
    """

    def __init__(self) -> None:
        self._changes = 0
        self._tables: dict[str, tuple[int, pa.Table | None]] = {}
        self._seen: dict[int, int] = {}
        self._lock = threading.RLock()

    def keep(self, name: str, rows: pa.Table) -> None:
        self._change(name, rows)

    def forget(self, name: str) -> None:
        if name in self._tables:
            self._change(name, None)

    def _change(self, name: str, rows: pa.Table | None) -> None:
        with self._lock:
            self._changes += 1
            self._tables[name] = (self._changes, rows)

    def show(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Brings the views of a connection up to date."""
        seen = self._seen.get(id(connection), 0)
        if seen == self._changes:
            return
        with self._lock:
            for name, (change, rows) in list(self._tables.items()):
                if change > seen:
                    _show(connection, name, rows)
            self._seen[id(connection)] = self._changes


def _show(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table | None) -> None:
    handle = f"{name} (in memory)"
    if rows is None:
        connection.execute(f"DROP VIEW IF EXISTS temp.{quote_name(name)}")
        connection.unregister(handle)
        return
    connection.register(handle, rows)
    query = f"SELECT * FROM {quote_name(handle)}"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS {query}")


def _prepared(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection


@lru_cache
def _backend_class() -> type[Backend]:
    """Gives Ibis' own backend, but one that remembers the SQL of expressions."""
    from ibis.backends.duckdb import Backend as IbisBackend

    class Remembering(IbisBackend):  # type: ignore[misc]  # Ibis brings no types
        def compile(self, expr: ir.Expr, /, **options: Any) -> str:
            if any(option is not None for option in options.values()):
                return str(super().compile(expr, **options))
            return COMPILED.of(expr, self._sql)

        def _sql(self, expr: ir.Expr) -> str:
            import sqlglot

            query = self.compiler.to_sqlglot(expr)
            for part in query.find_all(sqlglot.exp.CTE):
                # DuckDB would keep all columns of a part that is read twice in memory. Where a
                # part only filters a file, it is cheaper to read from it twice just what is needed.
                if not _is_costly(part):
                    part.set("materialized", False)
            return str(query.sql(dialect=self.dialect))

    return Remembering


def _is_costly(part: sqlglot.exp.Expression) -> bool:
    from sqlglot import exp as kinds

    costly = (
        kinds.Group,
        kinds.Join,
        kinds.Window,
        kinds.AggFunc,
        kinds.Distinct,
        kinds.SetOperation,
    )
    return part.find(*costly) is not None


def quote_name(name: str) -> str:
    """Gives a name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Gives a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _storage_errors(file: Path) -> Iterator[None]:
    """Says what the disk refused; removes what a failed write left half-written."""
    import duckdb

    try:
        with _memory_errors():
            yield
    except (duckdb.IOException, OSError) as error:
        _remove(file.with_name(f".{file.name}.partial"))
        raise StorageError(
            f"`{file.parent.name}` could not be written: {_first_line(error)}",
            "make room on the disk and run again; the last good tables are untouched",
        ) from error
    except BaseException:
        _remove(file.with_name(f".{file.name}.partial"))
        raise


@contextmanager
def _memory_errors() -> Iterator[None]:
    """Says that the memory limit is too low."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StorageError(
            f"The memory limit is too low for this shop: {_first_line(error)}",
            "raise `memory_limit` in `[engine]`, such as to `2GB`; the last good tables are "
            "untouched",
        ) from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]


def _remove(file: Path) -> None:
    """Removes what a failed write left, if it left anything."""
    with suppress(OSError):
        file.unlink()
