"""PostgreSQL views: what people see of a published table - columns, comments, keys, rights."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Column, Contract
from shopkeeper.engines.duckdb import quote_name, quote_text
from shopkeeper.errors import StorageError

if TYPE_CHECKING:
    from shopkeeper.engines.postgres import PostgresEngine

# Columns by which faces look rows up, beside the key of a table.
SOUGHT = ("customer_id", "order_id", "order_date")
# A view is replaced when nobody is reading it at that moment. New readers wait behind the run that
# waits, so it waits briefly and tries again.
SECONDS_FOR_A_TRY = 2
TRIES = 30
SECONDS_BETWEEN_TRIES = 1.0

View = tuple[Contract, str, Sequence[str]]


def finish(engine: PostgresEngine, schema: str, part: str, contract: Contract) -> None:
    """Gives a part its key, indexes and comments; doing it twice changes nothing."""
    relation = f"{quote_name(schema)}.{quote_name(part)}"
    comment(engine, "TABLE", relation, contract)
    found = engine.run(
        "SELECT count(*) FROM pg_catalog.pg_index WHERE indrelid = pg_catalog.to_regclass(%s)",
        [relation],
    ).fetchone()
    if found != (0,):
        return
    with engine.transaction():
        required = [column.name for column in contract.columns if not column.nullable]
        for name in required:
            engine.run(f"ALTER TABLE {relation} ALTER COLUMN {quote_name(name)} SET NOT NULL")
        if contract.grain:
            key = ", ".join(map(quote_name, contract.grain))
            kind = "PRIMARY KEY" if set(contract.grain) <= set(required) else "UNIQUE"
            engine.run(f"ALTER TABLE {relation} ADD {kind} ({key})")
        for name in SOUGHT:
            if name in contract.column_names and contract.grain[:1] != (name,):
                engine.run(f"CREATE INDEX ON {relation} ({quote_name(name)})")


def comment(engine: PostgresEngine, kind: str, relation: str, contract: Contract) -> None:
    """Says on a relation and its columns what the contract says of them."""
    statements = [f"COMMENT ON {kind} {relation} IS {quote_text(contract.meaning)}"]
    statements += [
        f"COMMENT ON COLUMN {relation}.{quote_name(column.name)} IS {quote_text(_said(column))}"
        for column in contract.columns
    ]
    engine.run("; ".join(statements))


def grant(engine: PostgresEngine, role: str | None, what: str, right: str = "SELECT") -> None:
    """Grants a right to a role, if one is set."""
    if role is not None:
        engine.run(f"GRANT {right} ON {what} TO {quote_name(role)}")


@contextmanager
def swing(
    engine: PostgresEngine, parts: str, views: Sequence[View], also: Sequence[str] = ()
) -> Iterator[None]:
    """Points views at their new parts; what is done inside belongs to the same transaction.

    Args:
        engine: The server.
        parts: Schema of the parts.
        views: Contract, quoted schema of the view, and names of the parts.
        also: Statements on other views that belong to the same moment.

    Raises:
        StorageError: Readers never let go of a view, or a view of somebody else stands on a
            column that is no longer there.
    """
    with engine.transaction():
        _replace_patiently(engine, parts, views, also)
        yield


def _replace_patiently(
    engine: PostgresEngine, parts: str, views: Sequence[View], also: Sequence[str]
) -> None:
    engine.run(f"SET LOCAL lock_timeout = '{SECONDS_FOR_A_TRY}s'")
    for _ in range(TRIES):
        # A savepoint: locks that were taken before one could not be had are given back.
        if engine.try_to(*(_replacing(engine, parts, view) for view in views), *also):
            return
        time.sleep(SECONDS_BETWEEN_TRIES)
    raise StorageError(
        f"Readers hold the tables of `{engine.shown}` and do not let go.",
        "end their transactions and run again; the last good tables are untouched",
    )


def _replacing(engine: PostgresEngine, parts: str, view: View) -> str:
    contract, schema, names = view
    relation = f"{schema}.{quote_name(contract.name)}"
    columns = contract.types()
    selects = [_selected(engine, f"{quote_name(parts)}.{quote_name(n)}", columns) for n in names]
    query = f"CREATE OR REPLACE VIEW {relation} AS " + " UNION ALL ".join(selects)
    before = list(engine.columns(relation).items())
    known: dict[str, str] = {}
    for name in names:
        known |= engine.columns(f"{quote_name(parts)}.{quote_name(name)}")
    after = [(name, known[name]) for name in columns]
    # A view can be replaced by one with more columns at its end, but by no other.
    if before != after[: len(before)]:
        return f"DROP VIEW {relation}; {query}"
    return query


def _selected(engine: PostgresEngine, relation: str, columns: dict[str, str]) -> str:
    """Gives the query of one part; a part that is older than a column lacks it."""
    there = engine.columns(relation)
    listed = ", ".join(
        quote_name(name)
        if name in there
        else f"{engine.cast_to('NULL', type_)} AS {quote_name(name)}"
        for name, type_ in columns.items()
    )
    return f"SELECT {listed} FROM {relation}"


def _said(column: Column) -> str:
    parts = [column.meaning]
    if column.unit:
        parts.append(f"unit: {column.unit}")
    if column.personal:
        parts.append("personal data")
    return "; ".join(parts)
