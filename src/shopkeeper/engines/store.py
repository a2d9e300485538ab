"""Store: the protocol of a place where tables live: written aside, then published together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.engine import Engine, FileEngine

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One version of a table.

    Attributes:
        layer: Layer the table stands in.
        name: Name of the table.
        version: Number of the version, from 0.
        files: Names of its parts: Parquet files in the table's folder, or relations of a database.
        row_count: Rows in all parts together.
    """

    layer: str
    name: str
    version: int
    files: tuple[str, ...]
    row_count: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be written.

    Attributes:
        expression: The rows.
        order: Columns by which they are written; empty to write them as they come.
        engine: Where the expression runs, if not on the store's own engine.
        anew: Whether they are written even if rows of the same fingerprint are there: for rows
            that hold more than the fingerprint says, such as the moment at which they were read.
        unnumbered: The same rows without the column that numbers them, where the contract has
            one: for engines with `Capability.NUMBERS_ROWS`.
    """

    expression: ir.Table
    order: Sequence[str] = ()
    engine: FileEngine | None = None
    anew: bool = False
    unnumbered: ir.Table | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What lies written aside, unseen by readers.

    Attributes:
        parts: Part → rows. A part is a Parquet file, or a relation of a database.
        is_new: False where whole parts of the same fingerprint were there already.
    """

    parts: Mapping[str, int]
    is_new: bool = True

    @property
    def row_count(self) -> int:
        """Rows in all parts together."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Exchange:
    """Rows of a table that give way to others; what they have in common is in neither.

    Attributes:
        went: Rows that go.
        came: Rows that come.
        went_count: How many go.
        came_count: How many come.
        order: Columns by which new files are written.
    """

    went: ir.Table
    came: ir.Table
    went_count: int
    came_count: int
    order: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What lies written aside after an exchange.

    Attributes:
        parts: Part → rows: of the whole version, or of what joins it.
        mode: Whether the parts replace those of the last version or join them.
    """

    parts: Mapping[str, int]
    mode: Literal["overwrite", "append"]


@dataclass(frozen=True, slots=True)
class Publication:
    """A table that lies written aside, is checked, and is to be published.

    Attributes:
        contract: What it holds to.
        fingerprint: Hash of its inputs, code and settings.
        parts: Part → rows, new in this run.
        last: The version that stands published before, if any.
        mode: Whether the parts replace those of the last version or join them.
    """

    contract: Contract
    fingerprint: str
    parts: Mapping[str, int]
    last: TableVersion | None = None
    mode: Literal["overwrite", "append"] = "overwrite"

    @property
    def version(self) -> TableVersion:
        """The version that it will be."""
        kept = self.last if self.last is not None and self.mode == "append" else None
        return TableVersion(
            str(self.contract.layer),
            self.contract.name,
            self.last.version + 1 if self.last else 0,
            (*(kept.files if kept else ()), *self.parts),
            sum(self.parts.values()) + (kept.row_count if kept else 0),
        )


class Store(Protocol):
    """Where tables live and in what engine they are read."""

    @property
    def engine(self) -> Engine:
        """Runs expressions over the tables of this store."""
        ...

    @property
    def name(self) -> str:
        """Name under which a workspace remembers what stands here; empty for its own lake."""
        ...

    def hold(self) -> AbstractContextManager[None]:
        """Takes the store for one writer, and removes what killed writers left half-written.

        Raises:
            WorkspaceLockedError: Another job is writing.
        """
        ...

    def write(self, contract: Contract, fingerprint: str, rows: Rows) -> Written:
        """Writes rows aside under a fingerprint, cast to the types of their contract.

        Whole parts of that fingerprint, which a run that did not publish has left, are taken up.

        Raises:
            StorageError: They cannot be written; nothing is left behind.
        """
        ...

    def discard(self, contract: Contract, written: Written) -> None:
        """Removes what was written aside and will not be published."""
        ...

    def open(self, version: TableVersion, number: int | None = None) -> ir.Table:
        """Gives the rows of a version, published or staged, or of version `number` of its table.

        Raises:
            NotPublishedError: There is no such version, or it is no longer kept.
            StorageError: Its parts are gone.
        """
        ...

    def publish(self, tables: Sequence[Publication]) -> Mapping[str, TableVersion]:
        """Makes tables the ones that readers of the store see; gives the version of each by name.

        Raises:
            StorageError: They could not be published.
        """
        ...

    def history(self, layer: str, name: str) -> Sequence[Mapping[str, object]]:
        """Gives the published versions of a table, newest first.

        Raises:
            NotPublishedError: There is none.
        """
        ...


@runtime_checkable
class ExchangingStore(Protocol):
    """A store in which a few rows can give way without all being written again."""

    @property
    def can_exchange(self) -> bool:
        """Whether it can here and now: that may depend on the engine and on where tables lie."""
        ...

    def open_as(self, name: str, version: TableVersion) -> ir.Table:
        """Gives the rows of a version under a name of their own, beside others of its table."""
        ...

    def exchange(
        self, contract: Contract, fingerprint: str, last: TableVersion, rows: Exchange
    ) -> Exchanged:
        """Writes aside what makes a version with some rows exchanged.

        Raises:
            StorageError: It cannot be written; nothing is left behind.
        """
        ...


def arrow_schema(contract: Contract) -> pa.Schema:
    """Gives the Arrow schema of a contract, with its meanings kept out of the files."""
    import ibis

    schema: pa.Schema = ibis.schema(contract.types()).to_pyarrow()
    return schema
