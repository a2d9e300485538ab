"""Draft: the tables of a run while they are written aside, over those of the last good run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.engine import Engine
from shopkeeper.engines.store import ExchangingStore, Publication, Store, TableVersion
from shopkeeper.engines.store import arrow_schema as arrow_schema  # noqa: PLC0414 - a draft's term
from shopkeeper.errors import NotPublishedError
from shopkeeper.pipeline.manifest import PublishedTable
from shopkeeper.warehouse.refresh import Delta

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A table that is written and checked, but not published.

    Attributes:
        contract: What it holds to.
        fingerprint: Hash of its inputs, code and settings.
        files: Part → rows, new in this run.
        mode: Whether the parts replace those of the last version or join them.
        broken: Check → rows that break it (warnings).
        check_count: Checks that were counted.
        code: Hash of its query and contract alone.
        inputs: Table that it reads → its fingerprint.
        batches: Batch → how it became rows, where rows stand each for a raw one.
    """

    contract: Contract
    fingerprint: str
    files: Mapping[str, int]
    mode: Literal["overwrite", "append"] = "overwrite"
    broken: Mapping[str, int] = field(default_factory=dict)
    check_count: int = 0
    code: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    batches: Mapping[str, str] = field(default_factory=dict)


class Draft:
    """Tables by name: what this run has staged, else what the last good run published.

    Readers of the workspace see nothing of it before `publish`.
    """

    def __init__(self, store: Store, published: Mapping[str, PublishedTable]) -> None:
        self.store = store
        self.published = dict(published)
        self.staged: dict[str, StagedTable] = {}
        self.views: dict[str, ir.Table] = {}
        # Of tables that this run has brought up to date by their changed rows alone.
        self.deltas: dict[str, Delta] = {}
        self.fingerprints: dict[str, str] = {
            name: table.fingerprint for name, table in published.items()
        }
        # As they were when the run began.
        self.before = dict(self.fingerprints)

    @property
    def engine(self) -> Engine:
        """Where expressions over these tables run."""
        return self.store.engine

    def table(self, name: str) -> ir.Table:
        """Gives the rows of a table as they stand in this run.

        Raises:
            NotPublishedError: It is neither staged nor published.
        """
        if not self.has(name):
            raise NotPublishedError(
                f"Table `{name}` has not been built yet.", "build it with `shopkeeper run`"
            )
        if name not in self.views:
            self.views[name] = self.store.open(self.published[name].version)
        return self.views[name]

    def table_before(self, name: str) -> ir.Table:
        """Gives the rows of a table as the last good run published them."""
        assert isinstance(self.store, ExchangingStore)
        return self.store.open_as(f"{name} (before)", self.published[name].version)

    def keep(self, name: str, state: PublishedTable) -> None:
        """Notes that a table is up to date with new inputs, which changed none of its rows."""
        self.published[name] = state
        self.fingerprints[name] = state.fingerprint

    def has(self, name: str) -> bool:
        """Whether the table is staged, published or a view of this run."""
        return name in self.views or name in self.published

    def stage(self, table: StagedTable) -> None:
        """Takes a table that is written and checked into the run."""
        name = table.contract.name
        self.staged[name] = table
        self.fingerprints[name] = table.fingerprint
        self.views[name] = self.store.open(self._publication(table).version)

    def standing(self) -> dict[str, PublishedTable]:
        """Gives the tables that will stand published: staged ones as the version they will be."""
        coming = {
            name: _published(staged, self._publication(staged).version)
            for name, staged in self.staged.items()
        }
        return {**self.published, **coming}

    def publish(self) -> dict[str, PublishedTable]:
        """Publishes all staged tables to the store together; gives all tables that now stand.

        Readers of the workspace follow the manifest, which the caller writes after this: until
        then they see the versions of the last good run.
        """
        versions = self.store.publish([self._publication(table) for table in self.staged.values()])
        for name, staged in self.staged.items():
            self.published[name] = _published(staged, versions[name])
        self.staged.clear()
        return self.published

    def _publication(self, table: StagedTable) -> Publication:
        last = self.published.get(table.contract.name)
        return Publication(
            table.contract,
            table.fingerprint,
            table.files,
            last=last.version if last else None,
            mode=table.mode,
        )


def _published(staged: StagedTable, version: TableVersion) -> PublishedTable:
    return PublishedTable(
        version=version,
        fingerprint=staged.fingerprint,
        columns=staged.contract.types(),
        broken=staged.broken,
        check_count=staged.check_count,
        code=staged.code,
        inputs=staged.inputs,
        batches=staged.batches,
    )
