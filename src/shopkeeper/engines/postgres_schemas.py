"""PostgreSQL schemas: one for each layer and one for parts, held by one writer of one shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Layer
from shopkeeper.engines.duckdb import quote_name, quote_text
from shopkeeper.engines.postgres_views import grant
from shopkeeper.errors import StorageError, WorkspaceLockedError

if TYPE_CHECKING:
    from shopkeeper.engines.postgres import PostgresEngine

PARTS_SCHEMA = "shopkeeper"
VERSIONS, OWNER = "table_versions", "owner"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a database the tables of a shop stand.

    Attributes:
        prefix: Put before the name of each schema.
        reader_role: Role that may read everything; None grants nothing.
        kept_versions: Versions of each table that are kept.
    """

    prefix: str = ""
    reader_role: str | None = None
    kept_versions: int = 3

    def schema(self, layer: str) -> str:
        """Gives the schema of a layer."""
        return f"{self.prefix}{layer}"

    @property
    def parts(self) -> str:
        """Schema of the relations that people need not look at."""
        return self.schema(PARTS_SCHEMA)

    def named(self, relation: str) -> str:
        """Gives the quoted name of a relation beside the parts."""
        return f"{quote_name(self.parts)}.{quote_name(relation)}"


@contextmanager
def held(engine: PostgresEngine, place: Place) -> Iterator[None]:
    """Takes the schemas for one writer, on whatever machine.

    Raises:
        WorkspaceLockedError: Another job is writing.
    """
    key = f"pg_catalog.hashtextextended({quote_text(f'shopkeeper {place.parts}')}, 0)"
    # The lock is the session's: it goes with the connection, however that ends.
    taken = engine.run(f"SELECT pg_catalog.pg_try_advisory_lock({key})").fetchone()
    if taken != (True,):
        raise WorkspaceLockedError(
            f"Another job is writing to schema `{place.parts}` of `{engine.shown}`.",
            "wait for it to end and run again; reading is always possible",
        )
    try:
        yield
    finally:
        engine.try_to(
            f"SELECT pg_catalog.pg_advisory_unlock({key})",
            but=("OperationalError", "InterfaceError"),
        )


def prepare(engine: PostgresEngine, place: Place, note: Path) -> None:
    """Makes the schemas and the table of versions where they are not there yet.

    Args:
        engine: The server.
        place: The schemas.
        note: File of the workspace that keeps the mark of its schemas.

    Raises:
        StorageError: The schemas are another shop's.
    """
    for schema in (place.parts, *(place.schema(str(layer)) for layer in Layer)):
        found = engine.run("SELECT pg_catalog.to_regnamespace(%s)", [quote_name(schema)])
        if found.fetchone() == (None,):
            engine.run(f"CREATE SCHEMA {quote_name(schema)}")
        grant(engine, place.reader_role, f"SCHEMA {quote_name(schema)}", "USAGE")
    _own(engine, place, note)
    versions = place.named(VERSIONS)
    engine.run(
        f"CREATE TABLE IF NOT EXISTS {versions} (layer text, name text, version bigint, "
        "parts text[] NOT NULL, row_count bigint NOT NULL, fingerprint text NOT NULL, "
        "published_at timestamptz NOT NULL DEFAULT pg_catalog.now(), "
        "PRIMARY KEY (layer, name, version))"
    )
    grant(engine, place.reader_role, versions)


def _own(engine: PostgresEngine, place: Place, note: Path) -> None:
    """Marks the schemas as this shop's; two shops would replace each other's views."""
    owner = place.named(OWNER)
    with engine.transaction():
        engine.run(f"CREATE TABLE IF NOT EXISTS {owner} (mark text NOT NULL)")
        row = engine.run(f"SELECT mark FROM {owner}").fetchone()
        known = note.read_text().strip() if note.exists() else None
        if row is not None and row[0] != known:
            raise StorageError(
                f"Schema `{place.parts}` of `{engine.shown}` holds the tables of another shop.",
                'give this one schemas of its own, as in `engine.schema_prefix = "north_"`; or, '
                "if nobody needs what is there, drop the schemas",
            )
        if row is None:
            made = engine.run(
                f"INSERT INTO {owner} VALUES (pg_catalog.gen_random_uuid()::text) RETURNING mark"
            ).fetchone()
            assert made is not None
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(f"{made[0]}\n")
