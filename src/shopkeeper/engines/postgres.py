"""PostgreSQL: a server as engine; results come as text by COPY, rows go in as binary COPY."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shopkeeper.engines.binary_copy import HEADER, TRAILER, encode, in_pieces
from shopkeeper.engines.csv_results import read_rows
from shopkeeper.engines.dialects import to_sql
from shopkeeper.engines.duckdb import quote_name
from shopkeeper.engines.engine import Capability
from shopkeeper.errors import (
    MissingExtraError,
    ServerUnavailableError,
    SettingsError,
    StorageError,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import psycopg
    import pyarrow as pa
    from ibis.backends.postgres import Backend

# Of each session. Queries of a build may take as long as they need; names are always whole;
# compiled code costs seconds on expressions as wide as ours and gains nothing. The server cannot
# know how many rows come out of a join of what it has just computed, guesses one, and then
# compares all with all: minutes instead of seconds for the refunds of a million lines. The 4 MB
# that it gives a sort are meant for many small queries at once; here are few and large ones.
SESSION = """
SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET client_encoding = 'UTF8'; SET search_path = '';
SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 0;
SET jit = off; SET enable_nestloop = off; SET work_mem = '64MB'; SET extra_float_digits = 1;
SET client_min_messages = 'warning'
"""
EXAMPLE = "postgresql://user@host:5432/database"
CONNECT_SECONDS = 10
# Collations that order texts by code point and know letters beyond ASCII, best first. The plain one
# always exists, but changes the case of ASCII letters only.
COLLATIONS = ("pg_c_utf8", "C.utf8", "C.UTF-8", "C")


class PostgresEngine:
    """Runs expressions on a PostgreSQL server; connects when it is first asked.

    Args:
        address: Connection string or URL; what it leaves out comes from the usual variables,
            service and password files of the database.
        setting: Name of the setting or option that the address came from, for messages.
    """

    capabilities: frozenset[Capability] = frozenset()

    def __init__(self, address: str, setting: str = "engine.address") -> None:
        self._address = address
        self._setting = setting

    @property
    def shown(self) -> str:
        """User, host and database, as they may be shown."""
        user = self.parameters.get("user")
        return f"{user}@{self.database}" if user else self.database

    @cached_property
    def database(self) -> str:
        """Host and database.

        Raises:
            SettingsError: The address names none.
        """
        given = self.parameters
        database = given.get("dbname") or given.get("service")
        if not database:
            raise SettingsError(
                f"Setting `{self._setting}` names no database.", f"write it as `{EXAMPLE}`"
            )
        host = given.get("host") or given.get("hostaddr") or "localhost"
        port = given.get("port")
        return f"{host}:{port}/{database}" if port else f"{host}/{database}"

    @cached_property
    def connection(self) -> psycopg.Connection[Any]:
        """The driver's own connection; each statement is a transaction of its own.

        Raises:
            MissingExtraError: The driver is not installed.
            ServerUnavailableError: The server cannot be reached or refuses.
        """
        psycopg = _driver()
        given = {"connect_timeout": CONNECT_SECONDS, **self.parameters}
        try:
            connection = psycopg.connect(**given, application_name="shopkeeper", autocommit=True)
            connection.execute(SESSION)
        except psycopg.OperationalError as error:
            raise ServerUnavailableError(
                f"No connection to the database `{self.shown}`: {_first_line(error)}.",
                f"is the server running, and are `{self._setting}`, user and password right? "
                "The password may stand in PGPASSWORD or `~/.pgpass`",
            ) from error
        return connection

    @cached_property
    def backend(self) -> Backend:
        """What binds expressions to this server."""
        import ibis

        return ibis.postgres.from_connection(self.connection)

    @cached_property
    def collation(self) -> str:
        """Collation of all texts: by code point, whatever the database itself prefers."""
        found = self.connection.execute(
            "SELECT collname FROM pg_catalog.pg_collation WHERE collname = ANY(%s) "
            "AND collencoding IN (-1, pg_catalog.pg_char_to_encoding('UTF8'))",
            [list(COLLATIONS)],
        ).fetchall()
        known = {name for (name,) in found}
        return next(name for name in COLLATIONS if name in known)

    def collect(self, expression: ir.Expr) -> pa.Table:
        """Runs an expression and gives all its rows."""
        return self.batches(expression.as_table()).read_all()

    def batches(self, expression: ir.Table) -> pa.RecordBatchReader:
        """Runs an expression and gives its rows piece by piece."""
        import pyarrow as pa

        schema = expression.schema()
        types = {name: str(type_) for name, type_ in schema.items()}
        arrow: pa.Schema = schema.to_pyarrow()
        query = f"COPY ({self.cast(expression, types)}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        return pa.RecordBatchReader.from_batches(arrow, read_rows(self.out(query), arrow))

    def compile(self, expression: ir.Expr) -> str:
        """Gives the SQL of an expression in this engine's dialect."""
        return to_sql(expression, "postgres")

    def cast(
        self, expression: ir.Table, types: Mapping[str, str], order: Sequence[str] = ()
    ) -> str:
        """Gives the query of an expression cast to types, texts in the order of code points."""
        columns = ", ".join(
            f"{self.cast_to(quote_name(name), type_)} AS {quote_name(name)}"
            for name, type_ in types.items()
        )
        query = f"SELECT {columns} FROM ({self.compile(expression)}) AS t"
        if order:
            # NULLS FIRST is explicit because engines disagree on where missing values stand.
            query += " ORDER BY " + ", ".join(f"{quote_name(n)} NULLS FIRST" for n in order)
        return query

    def cast_to(self, value: str, type_: str) -> str:
        """Gives a value cast to an Ibis type."""
        return f"CAST({value} AS {self.column_type(type_)}){self._collate(type_)}"

    def column_type(self, type_: str) -> str:
        """Gives the server's name of an Ibis type."""
        import ibis

        # Compilers come before types: they complete the dialect, and what writes SQL in it keeps
        # the dialect as it was when it was first used.
        from ibis.backends.sql.compilers import postgres  # noqa: F401
        from ibis.backends.sql.datatypes import PostgresType

        return str(PostgresType.to_string(ibis.dtype(type_)))

    def column(self, name: str, type_: str) -> str:
        """Gives the definition of a column."""
        return f"{quote_name(name)} {self.column_type(type_)}{self._collate(type_)}"

    def run(self, statement: str, values: Sequence[object] | None = None) -> psycopg.Cursor[Any]:
        """Runs a statement; errors of the driver become ours."""
        with self.errors():
            return self.connection.execute(statement, values)

    def try_to(self, *statements: str, but: Sequence[str] = ("LockNotAvailable",)) -> bool:
        """Runs statements whole or not at all; gives False where an expected error stops them.

        Args:
            statements: What to run.
            but: The driver's names of expected errors.
        """
        errors = _driver().errors
        expected = tuple(getattr(errors, name) for name in but)
        with self.errors():
            try:
                with self.connection.transaction():
                    for statement in statements:
                        self.connection.execute(statement)
            except expected:
                return False
        return True

    def columns(self, relation: str) -> dict[str, str]:
        """Gives the columns of a relation, if it is there, with the server's types."""
        found = self.run(
            "SELECT attname, pg_catalog.format_type(atttypid, atttypmod) || ' ' || attcollation "
            "FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(%s) "
            "AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [relation],
        )
        return dict(found.fetchall())

    def load(self, relation: str, batches: pa.RecordBatchReader) -> int:
        """Appends rows to a relation that has their columns; gives their number."""
        from psycopg.adapt import PyFormat

        def dump(value: object) -> bytes:
            dumper = self.connection.adapters.get_dumper(type(value), PyFormat.BINARY)
            return bytes(dumper(type(value), self.connection).dump(value) or b"")

        count = 0
        query = f"COPY {relation} FROM STDIN (FORMAT binary)"
        with self.errors(), self.connection.cursor() as cursor, cursor.copy(query) as copy:
            copy.write(HEADER)
            for batch in batches:
                for piece in in_pieces(batch):
                    copy.write(encode(piece, dump))
                count += batch.num_rows
            copy.write(TRAILER)
        return count

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes what is run inside happen whole or not at all."""
        with self.errors(), self.connection.transaction():
            yield

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turns errors of the driver into ours."""
        psycopg = _driver()
        try:
            yield
        except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) as error:
            raise StorageError(
                f"The database `{self.shown}` has no room left: {_first_line(error)}.",
                "make room on the server and run again; the last good tables are untouched",
            ) from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise ServerUnavailableError(
                f"The database `{self.shown}` refuses: {_first_line(error)}.",
                "schemas are created: GRANT CREATE ON DATABASE … TO the role in "
                f"`{self._setting}`, or let the role own the schemas",
            ) from error
        except psycopg.errors.DependentObjectsStillExist as error:
            raise StorageError(
                f"A view of the database `{self.shown}` stands on a column that changes: "
                f"{_first_line(error)}.",
                "drop that view, run again, and make it anew; the last good tables are untouched",
            ) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise ServerUnavailableError(
                f"The database `{self.shown}` went away: {_first_line(error)}.",
                "run again when it is back; the last good tables are untouched",
            ) from error
        except psycopg.Error as error:
            raise StorageError(
                f"The database `{self.shown}` could not do it: {_first_line(error)}."
            ) from error

    def close(self) -> None:
        """Closes the connection."""
        if "connection" in self.__dict__:
            with suppress(_driver().Error):
                self.connection.close()
            for name in ("connection", "backend", "collation"):
                self.__dict__.pop(name, None)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the address says, by the driver's names."""
        psycopg = _driver()
        from psycopg.conninfo import conninfo_to_dict

        try:
            return dict(conninfo_to_dict(self._address))
        except psycopg.ProgrammingError:
            # The driver's own message repeats the address with its password.
            raise SettingsError(
                f"Setting `{self._setting}` is no address of a database.",
                f"write it as `{EXAMPLE}`",
            ) from None

    def _collate(self, type_: str) -> str:
        is_text = type_.lstrip("!") == "string"
        return f" COLLATE pg_catalog.{quote_name(self.collation)}" if is_text else ""

    def out(self, query: str) -> Iterator[bytes]:
        """Gives what a `COPY … TO STDOUT` sends, piece by piece."""
        with self.errors(), self.connection.cursor() as cursor, cursor.copy(query) as copy:
            for data in copy:
                yield bytes(data)


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise MissingExtraError(
            "The driver of PostgreSQL is not installed.", "pip install 'shopkeeper[postgres]'"
        ) from error
    return psycopg


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
