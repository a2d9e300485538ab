"""Draft: the tables of a run while they are written aside, over those of the last good run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.engine import Engine
from shopkeeper.engines.lake import Lake, TableVersion
from shopkeeper.pipeline.manifest import PublishedTable

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A table that is written and checked, but not published.

    Attributes:
        contract: What it holds to.
        fingerprint: Hash of its inputs, code and settings.
        files: File name → rows, new in this run.
        mode: Whether the files replace those of the last version or join them.
        broken: Check → rows that break it (warnings).
        check_count: Checks that were counted.
    """

    contract: Contract
    fingerprint: str
    files: Mapping[str, int]
    mode: Literal["overwrite", "append"] = "overwrite"
    broken: Mapping[str, int] = field(default_factory=dict)
    check_count: int = 0


class Draft:
    """Tables by name: what this run has staged, else what the last good run published.

    Readers of the workspace see nothing of it before `publish`.
    """

    def __init__(self, engine: Engine, lake: Lake, published: Mapping[str, PublishedTable]) -> None:
        self.engine = engine
        self.lake = lake
        self.published = dict(published)
        self.staged: dict[str, StagedTable] = {}
        self.views: dict[str, ir.Table] = {}
        self.fingerprints: dict[str, str] = {
            name: table.fingerprint for name, table in published.items()
        }

    def table(self, name: str) -> ir.Table:
        """Gives the rows of a table as they stand in this run."""
        if name not in self.views:
            version = self.published[name].version
            self.views[name] = self.engine.register(name, self.lake.paths(version))
        return self.views[name]

    def has(self, name: str) -> bool:
        """Whether the table is staged, published or a view of this run."""
        return name in self.views or name in self.published

    def stage(self, table: StagedTable) -> None:
        """Takes a table that is written and checked into the run."""
        name = table.contract.name
        folder = self.lake.table_folder(table.contract.layer, name)
        files = [folder / file for file in table.files]
        if table.mode == "append" and name in self.published:
            files = [*self.lake.paths(self.published[name].version), *files]
        self.staged[name] = table
        self.fingerprints[name] = table.fingerprint
        self.views[name] = self.engine.register(name, files)

    def publish(self) -> dict[str, PublishedTable]:
        """Commits each staged table to the lake; gives all tables that now stand.

        Readers follow the manifest, which the caller writes after this: until then they see the
        versions of the last good run.
        """
        for name, staged in self.staged.items():
            version = self._commit(staged)
            self.published[name] = PublishedTable(
                version=version,
                fingerprint=staged.fingerprint,
                columns=staged.contract.types(),
                broken=staged.broken,
                check_count=staged.check_count,
            )
        self.staged.clear()
        return self.published

    def _commit(self, staged: StagedTable) -> TableVersion:
        return self.lake.commit(
            staged.contract.layer,
            staged.contract.name,
            staged.files,
            schema=arrow_schema(staged.contract),
            mode=staged.mode,
            metadata={"fingerprint": staged.fingerprint},
        )


def arrow_schema(contract: Contract) -> pa.Schema:
    """Gives the Arrow schema of a contract, with its meanings kept out of the files."""
    import ibis

    schema: pa.Schema = ibis.schema(contract.types()).to_pyarrow()
    return schema
