"""PostgreSQL boards: documented views over the published relations, made anew with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.duckdb import quote_name
from shopkeeper.engines.postgres_views import comment, grant
from shopkeeper.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    from shopkeeper.engines.postgres import PostgresEngine
    from shopkeeper.engines.postgres_schemas import Place

BOARDS_SCHEMA = "boards"
# Lives as long as the session; tells the columns of a view before anybody's view is touched.
TRIAL = "pg_temp.shopkeeper_trial"

Built = tuple[Contract, "Callable[[Mapping[str, ir.Table]], ir.Table]"]


class Boards:
    """The views that dashboards read, in a schema of their own.

    Each is the SQL of one expression over the relations of this publication, so that views and
    tables always tell of the same run.

    Args:
        engine: The server.
        place: Schemas and rights.
        tables: Contracts of the published tables.
        built: Contract of each board, and its expression over tables by name.
        gone: Tables and boards that this publication does not have; their views are dropped.
    """

    def __init__(
        self,
        engine: PostgresEngine,
        place: Place,
        tables: Iterable[Contract],
        built: Sequence[Built],
        gone: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.engine = engine
        self.place = place
        self.schema = place.schema(BOARDS_SCHEMA)
        self._tables = {contract.name: contract for contract in tables}
        self._built = built
        self._gone = gone

    def prepare(self) -> None:
        """Makes the schema where it is not there yet."""
        found = self.engine.run("SELECT pg_catalog.to_regnamespace(%s)", [quote_name(self.schema)])
        if found.fetchone() == (None,):
            self.engine.run(f"CREATE SCHEMA {quote_name(self.schema)}")
        grant(self.engine, self.place.reader_role, f"SCHEMA {quote_name(self.schema)}", "USAGE")

    def statements(self, parts: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """Gives what makes the boards over these relations.

        Args:
            parts: Name of a table → its relations; what is published here has one.

        Raises:
            StorageError: A board does not compile on this server.
        """
        import ibis

        tables = {
            name: ibis.table(self._tables[name].types(), name=part, database=self.place.parts)
            for name, (part,) in parts.items()
        }
        made = [self._statement(contract, build(tables)) for contract, build in self._built]
        dropped = [
            f"DROP VIEW IF EXISTS {quote_name(self.place.schema(schema))}.{quote_name(name)}"
            for schema, name in self._gone
        ]
        return [*dropped, *made]

    def finish(self) -> None:
        """Says on each board what its contract says, and who may read it."""
        for contract, _ in self._built:
            comment(self.engine, "VIEW", self._named(contract), contract)
            grant(self.engine, self.place.reader_role, self._named(contract))

    def _statement(self, contract: Contract, rows: ir.Table) -> str:
        query = self.engine.cast(rows, contract.types())
        relation = self._named(contract)
        self.engine.run(f"CREATE OR REPLACE TEMP VIEW {TRIAL.split('.')[1]} AS {query}")
        after = list(self.engine.columns(TRIAL).items())
        self.engine.run(f"DROP VIEW {TRIAL}")
        if [name for name, _ in after] != list(contract.column_names):
            raise StorageError(f"Board `{contract.name}` has other columns than its contract.")
        before = list(self.engine.columns(relation).items())
        replace = f"CREATE OR REPLACE VIEW {relation} AS {query}"
        # A view can be replaced by one with more columns at its end, but by no other.
        return replace if before == after[: len(before)] else f"DROP VIEW {relation}; {replace}"

    def _named(self, contract: Contract) -> str:
        return f"{quote_name(self.schema)}.{quote_name(contract.name)}"
