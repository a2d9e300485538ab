"""PostgreSQL source: the rows of a table or query of any database, brought in as a text file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from shopkeeper.engines.duckdb import quote_name
from shopkeeper.engines.postgres import PostgresEngine
from shopkeeper.errors import SettingsError, StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMES = ("postgres", "postgresql")
EXAMPLE = "postgresql://user@host/database?table=schema.table"
# An offset is always written out, so that an instant is not taken for the shop's own time.
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')"


def is_database(path: str) -> bool:
    """Whether the path of a source is the address of a database."""
    return urlsplit(path).scheme in SCHEMES


def fetch_rows(path: str, file: Path) -> str:
    """Writes the rows that an address names to a delimited file, in an order of their own content.

    Args:
        path: Address with `table=` (with or without its schema) or `query=` behind the `?`.
        file: What to write.

    Returns:
        The address as it may be shown.

    Raises:
        SettingsError: The address names no table and no query, or both.
        ServerUnavailableError: The server cannot be reached or refuses.
        StorageError: There is no such table, or the query fails.
    """
    address, asked = _split(path)
    with closing(PostgresEngine(address)) as engine:
        engine.run("SET default_transaction_read_only = on; RESET search_path")
        rows = asked.get("query") or f"SELECT * FROM {_table(asked['table'])}"
        # A query as it stands may end in a semicolon.
        rows = rows.rstrip().rstrip(";")
        columns = _columns(engine, rows)
        listed = ", ".join(
            f"{INSTANT.format(quote_name(n)) if t == 'timestamp with time zone' else quote_name(n)}"
            f" AS {quote_name(n)}"
            for n, t in columns.items()
        )
        # Without an order of its own, the same table would come as other bytes, and be read again.
        query = f'SELECT {listed} FROM ({rows}) AS t ORDER BY t::text COLLATE pg_catalog."C"'
        with file.open("wb") as target:
            for piece in engine.out(
                f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)"
            ):
                target.write(piece)
        shown = {name: value for name, value in asked.items() if name in ("table", "query")}
        return f"postgresql://{engine.database}?{urlencode(shown, quote_via=quote, safe='.')}"


def _split(path: str) -> tuple[str, Mapping[str, str]]:
    """Gives the address alone, and what is asked of it."""
    parts = urlsplit(path)
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    asked: dict[str, str] = {n: given.pop(n) for n in ("table", "query") if n in given}
    if len(asked) != 1:
        raise SettingsError(
            "The `path` of a source in a database names one `table` or one `query`.",
            f"write it as `{EXAMPLE}`",
        )
    return urlunsplit(parts._replace(query=urlencode(given))), asked


def _table(name: str) -> str:
    return ".".join(quote_name(part) for part in name.split("."))


def _columns(engine: PostgresEngine, rows: str) -> dict[str, str]:
    """Gives the columns of a query with the server's names of their types."""
    # The braces keep a text from ending the query and beginning another.
    found = engine.run(f"SELECT * FROM ({rows}) AS t LIMIT 0")
    described = {column.name: column.type_code for column in found.description or ()}
    names = engine.run(
        "SELECT oid::bigint, pg_catalog.format_type(oid, NULL) FROM pg_catalog.pg_type "
        "WHERE oid = ANY(%s)",
        [list(described.values())],
    ).fetchall()
    types = dict(names)
    if not described:
        raise StorageError("The query of a source gives no columns.", f"write it as `{EXAMPLE}`")
    return {name: types.get(code, "") for name, code in described.items()}
