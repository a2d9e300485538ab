"""Lake store: tables as Parquet files of the lake, written and read by an engine that can."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.engine import Capability, FileEngine, NumberingEngine
from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_exchange import LakeExchange
from shopkeeper.engines.store import (
    Exchange,
    Exchanged,
    Publication,
    Rows,
    TableVersion,
    Written,
    arrow_schema,
)
from shopkeeper.errors import NotPublishedError, StorageError

if TYPE_CHECKING:
    import ibis.expr.types as ir

PART_PATTERN = "*.parquet"


class LakeStore:
    """Tables in a lake; a part is a Parquet file, named relative to the folder of its table.

    An engine writes the rows of one fingerprint to one path: a file, or a folder of files that
    appears whole.

    Args:
        engine: Reads and writes Parquet files.
        lake: The folders and their Delta logs.
    """

    name = ""

    def __init__(self, engine: FileEngine, lake: Lake) -> None:
        self.engine = engine
        self.lake = lake

    def hold(self) -> AbstractContextManager[None]:
        """Takes nothing: the lake lies in its workspace, which has a lock and is swept by jobs."""
        return nullcontext()

    def write(self, contract: Contract, fingerprint: str, rows: Rows) -> Written:
        """Writes rows to the folder of their table, as `<fingerprint>.parquet`."""
        place = self._folder(contract) / f"{fingerprint}.parquet"
        is_there = place.exists() and not rows.anew
        if not is_there:
            engine = rows.engine or self.engine
            numbers = contract.numbering and Capability.NUMBERS_ROWS in engine.capabilities
            if numbers and rows.unnumbered is not None and isinstance(engine, NumberingEngine):
                engine.write_numbered(rows.unnumbered, place, contract)
            else:
                engine.write(rows.expression, place, contract.types(), rows.order)
        return Written(self._parts(contract, place), is_new=not is_there)

    @property
    def can_exchange(self) -> bool:
        """Whether the engine shares memory with us, and the files lie on a disk of ours."""
        return Capability.SHARES_ARROW in self.engine.capabilities and self.lake.is_local

    def exchange(
        self, contract: Contract, fingerprint: str, last: TableVersion, rows: Exchange
    ) -> Exchanged:
        """Writes the files that differ from those of the last version."""
        return LakeExchange(self.lake, self.engine).write(contract, fingerprint, last, rows)

    def discard(self, contract: Contract, written: Written) -> None:
        """Removes files that no version names."""
        for part in written.parts:
            # Of a folder of files, the folder goes with them.
            remove(self._folder(contract) / Path(part).parts[0])

    def open(self, version: TableVersion, number: int | None = None) -> ir.Table:
        """Gives the rows of a version as a view of the engine, over exactly its files."""
        name = version.name
        if number is not None:
            version = self.lake.version(version.layer, name, number)
            name = f"{name}@{number}"
        return self.open_as(name, version)

    def open_as(self, name: str, version: TableVersion) -> ir.Table:
        """Gives the rows of a version as a view of any name."""
        files = self.lake.paths(version)
        if not all(file.exists() for file in files):
            if name != version.name:
                raise NotPublishedError(
                    f"Table `{name}` is no longer kept.",
                    "`lake.keep_days` says how long old versions are kept",
                )
            raise StorageError(
                f"Files of `{version.name}` are gone from the lake.",
                "run again with `shopkeeper run`",
            )
        return self.engine.register(name, files)

    def publish(self, tables: Sequence[Publication]) -> Mapping[str, TableVersion]:
        """Commits each table to its Delta log; readers of a workspace follow its manifest."""
        return {
            table.contract.name: self.lake.commit(
                table.contract.layer,
                table.contract.name,
                table.parts,
                schema=arrow_schema(table.contract),
                mode=table.mode,
                metadata={"fingerprint": table.fingerprint},
                last=table.last,
            )
            for table in tables
        }

    def history(self, layer: str, name: str) -> Sequence[Mapping[str, object]]:
        """Gives the commits of a table, newest first."""
        return self.lake.history(layer, name)

    def _folder(self, contract: Contract) -> Path:
        return self.lake.table_folder(contract.layer, contract.name)

    def _parts(self, contract: Contract, place: Path) -> dict[str, int]:
        """Gives each file written to a path with its rows, as its footer says them."""
        import pyarrow.parquet as pq

        files = sorted(place.glob(PART_PATTERN)) if place.is_dir() else [place]
        folder = self._folder(contract)
        return {
            file.relative_to(folder).as_posix(): pq.read_metadata(file).num_rows for file in files
        }


def remove(path: Path) -> None:
    """Removes a file, or a folder with all in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
