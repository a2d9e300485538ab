"""PostgreSQL store: relations written aside; views per layer swing to them in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.duckdb import quote_name
from shopkeeper.engines.postgres import PostgresEngine
from shopkeeper.engines.postgres_boards import Boards
from shopkeeper.engines.postgres_schemas import OWNER, VERSIONS, Place, held, prepare
from shopkeeper.engines.postgres_views import comment, finish, grant, swing
from shopkeeper.engines.store import Publication, Rows, TableVersion, Written
from shopkeeper.errors import NotPublishedError, StorageError

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Enough to tell the databases of one workspace apart.
DIGITS_OF_A_NAME = 8
# Names of relations are cut after this many bytes by the server, without an error.
LONGEST_NAME = 63
# How long the end of a run waits for readers of relations that nobody needs any more.
SECONDS_FOR_OLD_RELATIONS = 2


class PostgresStore:
    """Tables in a database.

    A part is a relation in one schema that people need not look at, named by table and
    fingerprint. What people read are views in a schema for each layer. Publishing points all
    views of a run at their new parts in one transaction and notes the versions beside them.

    Args:
        engine: The server.
        place: Schemas and rights.
        folder: Where the workspace keeps what it knows of its stores.
    """

    def __init__(self, engine: PostgresEngine, place: Place, folder: Path) -> None:
        self.engine = engine
        self.place = place
        self._folder = folder
        self._versions = place.named(VERSIONS)

    @property
    def name(self) -> str:
        """Name of server, database and prefix; whoever connects, the tables are the same."""
        told = f"{self.engine.database} {self.place.prefix}"
        return f"postgres-{hashlib.sha256(told.encode()).hexdigest()[:DIGITS_OF_A_NAME]}"

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Takes the schemas for one writer; drops what no kept version needs when all went well."""
        with held(self.engine, self.place):
            prepare(self.engine, self.place, self._folder / f"{self.name}.mark")
            yield
            self._drop_old()

    def write(self, contract: Contract, fingerprint: str, rows: Rows) -> Written:
        """Writes rows to a relation, server-side where they are here already."""
        part = _part_name(contract, fingerprint)
        is_there = self._exists(part)
        if is_there and not rows.anew:
            return Written({part: self._count(part)}, is_new=False)
        if is_there:
            part = self._free_name(part)
        types = contract.types()
        if rows.engine is None:
            query = self.engine.cast(rows.expression, types, rows.order)
            count = self.engine.run(f"CREATE TABLE {self.place.named(part)} AS {query}").rowcount
        else:
            count = self._load(part, types, rows)
        self.engine.run(f"ANALYZE {self.place.named(part)}")
        return Written({part: count})

    def discard(self, contract: Contract, written: Written) -> None:
        """Drops relations that no version names."""
        del contract
        for part in written.parts:
            self.engine.run(f"DROP TABLE IF EXISTS {self.place.named(part)}")

    def open(self, version: TableVersion, number: int | None = None) -> ir.Table:
        """Gives the rows of a version as they stand in its relations."""
        import ibis

        parts = version.files if number is None else self._parts_of(version, number)
        tables = [self._relation(version.name, part) for part in parts]
        types = reduce(lambda one, other: {**one, **other}, (dict(t.schema()) for t in tables))
        return (
            ibis.union(
                *(
                    table.select(
                        **{
                            name: table[name] if name in table.columns else ibis.null(type_)
                            for name, type_ in types.items()
                        }
                    )
                    for table in tables
                )
            )
            if len(tables) > 1
            else tables[0]
        )

    def publish(
        self, tables: Sequence[Publication], boards: Boards | None = None
    ) -> Mapping[str, TableVersion]:
        """Points the views of all tables, and boards, at their parts in one transaction."""
        if not tables:
            return {}
        numbered = {table.contract.name: self._numbered(table) for table in tables}
        for table in tables:
            for part in table.parts:
                finish(self.engine, self.place.parts, part, table.contract)
                grant(self.engine, self.place.reader_role, self.place.named(part))
        views = [
            (table.contract, self._layer(table), numbered[table.contract.name].files)
            for table in tables
        ]
        also = boards.statements({n: v.files for n, v in numbered.items()}) if boards else ()
        with swing(self.engine, self.place.parts, views, also):
            for table in tables:
                relation = f"{self._layer(table)}.{quote_name(table.contract.name)}"
                comment(self.engine, "VIEW", relation, table.contract)
                grant(self.engine, self.place.reader_role, relation)
                self._note(table, numbered[table.contract.name])
            if boards:
                boards.finish()
        return numbered

    def history(self, layer: str, name: str) -> Sequence[Mapping[str, object]]:
        """Gives the published versions of a table, newest first."""
        found = self.engine.run(
            "SELECT version, published_at, row_count, fingerprint, parts "
            f"FROM {self._versions} WHERE layer = %s AND name = %s ORDER BY version DESC",
            [layer, name],
        ).fetchall()
        if not found:
            raise NotPublishedError(
                f"Table `{name}` has not been built yet.", "build it with `shopkeeper run`"
            )
        names = ("version", "published_at", "row_count", "fingerprint", "parts")
        return tuple(dict(zip(names, row, strict=True)) for row in found)

    def _load(self, part: str, types: Mapping[str, str], rows: Rows) -> int:
        """Copies the rows of another engine into a new relation."""
        import ibis

        assert rows.engine is not None
        typed = rows.expression.select(*types).cast(ibis.schema(types))
        if rows.order:
            typed = typed.order_by([ibis.asc(typed[n], nulls_first=True) for n in rows.order])
        columns = ", ".join(self.engine.column(name, type_) for name, type_ in types.items())
        with self.engine.transaction():
            self.engine.run(f"CREATE TABLE {self.place.named(part)} ({columns})")
            return self.engine.load(self.place.named(part), rows.engine.batches(typed))

    def _relation(self, table: str, part: str) -> ir.Table:
        """Gives one part with the types of contracts."""
        import ibis.expr.datatypes as dt
        import ibis.expr.operations as ops
        from ibis.common.exceptions import TableNotFound

        backend = self.engine.backend
        try:
            with self.engine.errors():
                found = backend.get_schema(part, database=self.place.parts)
        except TableNotFound:
            raise StorageError(
                f"A part of `{table}` is gone from the database `{self.engine.shown}`.",
                "restore the database; or, to read all files anew, remove "
                f"`{self._folder.name}/current-{self.name}.json` and run",
            ) from None
        types = {
            n: dt.timestamp if t.is_timestamp() else t.copy(nullable=True) for n, t in found.items()
        }
        namespace = ops.Namespace(database=self.place.parts)
        return ops.DatabaseTable(part, types, backend, namespace).to_expr()

    def _numbered(self, table: Publication) -> TableVersion:
        """Gives the version that a table will be, which a run that was killed may have counted."""
        wanted = table.version
        row = self.engine.run(
            f"SELECT max(version) FROM {self._versions} WHERE layer = %s AND name = %s",
            [wanted.layer, wanted.name],
        ).fetchone()
        number = row[0] + 1 if row and row[0] is not None else 0
        return TableVersion(wanted.layer, wanted.name, number, wanted.files, wanted.row_count)

    def _note(self, table: Publication, version: TableVersion) -> None:
        self.engine.run(
            f"INSERT INTO {self._versions} "
            "(layer, name, version, parts, row_count, fingerprint) VALUES (%s, %s, %s, %s, %s, %s)",
            [
                version.layer,
                version.name,
                version.version,
                list(version.files),
                version.row_count,
                table.fingerprint,
            ],
        )

    def _parts_of(self, version: TableVersion, number: int) -> Sequence[str]:
        history = self.history(version.layer, version.name)
        parts = next((row["parts"] for row in history if row["version"] == number), None)
        if parts is None:
            raise NotPublishedError(
                f"Table `{version.name}` has no version {number}.",
                f"versions run from 0 to {history[0]['version']}",
            )
        assert isinstance(parts, list)
        if not all(self._exists(part) for part in parts):
            raise NotPublishedError(
                f"Version {number} of `{version.name}` is no longer kept.",
                f"the last {self.place.kept_versions} are kept; see `engine.kept_versions`",
            )
        return parts

    def _drop_old(self) -> None:
        """Drops relations that no kept version names, unless somebody is still reading them."""
        old = self.engine.run(
            "SELECT relname FROM pg_catalog.pg_class WHERE relkind = 'r' AND relname <> ALL(%s) "
            "AND relnamespace = pg_catalog.to_regnamespace(%s) AND relname <> ALL("
            f"SELECT unnest(parts) FROM (SELECT parts, row_number() OVER (PARTITION BY layer, name "
            f"ORDER BY version DESC) AS place FROM {self._versions}) AS v WHERE place <= %s)",
            [[VERSIONS, OWNER], quote_name(self.place.parts), self.place.kept_versions],
        ).fetchall()
        self.engine.run(f"SET lock_timeout = '{SECONDS_FOR_OLD_RELATIONS}s'")
        for (part,) in old:
            self.engine.try_to(
                f"DROP TABLE {self.place.named(part)}",
                but=("LockNotAvailable", "DependentObjectsStillExist"),
            )

    def _exists(self, relation: str) -> bool:
        found = self.engine.run("SELECT pg_catalog.to_regclass(%s)", [self.place.named(relation)])
        return found.fetchone() != (None,)

    def _count(self, part: str) -> int:
        row = self.engine.run(f"SELECT count(*) FROM {self.place.named(part)}").fetchone()
        assert row is not None
        return int(row[0])

    def _free_name(self, part: str) -> str:
        place = 2
        while self._exists(f"{part[: LONGEST_NAME - 4]}_{place}"):
            place += 1
        return f"{part[: LONGEST_NAME - 4]}_{place}"

    def _layer(self, table: Publication) -> str:
        return quote_name(self.place.schema(str(table.contract.layer)))


def _part_name(contract: Contract, fingerprint: str) -> str:
    name = f"{contract.name}_{fingerprint}"
    if len(name.encode()) > LONGEST_NAME:
        raise StorageError(
            f"The name of table `{contract.name}` is too long for a database.",
            f"give it at most {LONGEST_NAME - len(fingerprint) - 1} letters",
        )
    return name
