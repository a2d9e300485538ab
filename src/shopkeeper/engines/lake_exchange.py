"""Lake exchange: some rows of a table give way to others; files that hold none of them stay."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.engine import FileEngine
from shopkeeper.engines.lake import Lake
from shopkeeper.engines.store import Exchange, Exchanged, TableVersion

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Each run may bring a small file. When there are as many as this, they become one.
MOST_SMALL_FILES = 8
ROWS_OF_A_SMALL_FILE = 500_000
DIGITS_OF_A_NAME = 12
# Stands between the name of a file and that of the version into which it was linked.
LINKED = "~"


@dataclass(frozen=True)
class LakeExchange:
    """Writes the files of a version that differs from the last one by a few rows.

    Rows that only come are written to a file of their own. Files that hold rows that go are
    written again without them; all others become part of the new version as they are, under a
    name of their own: Delta Lake cannot take a file away and keep it in one commit.

    Attributes:
        lake: The folders.
        engine: Reads and writes Parquet files.
    """

    lake: Lake
    engine: FileEngine

    def write(
        self, contract: Contract, fingerprint: str, last: TableVersion, rows: Exchange
    ) -> Exchanged:
        """Writes what is new aside, and says which files make up the version."""
        paths = dict(zip(last.files, self.lake.paths(last), strict=True))
        counts = {file: _row_count(path) for file, path in paths.items()}
        again = self._to_write_again(contract, paths, counts, rows)
        kept = [file for file in last.files if file not in again]
        mark = _digest(fingerprint, *last.files)
        parts = {}
        if again or rows.came_count:
            part = f"{fingerprint}-{mark}.parquet"
            query = self._rows(contract, [paths[file] for file in again], rows)
            parts[part] = self._write(contract, part, query, rows.order)
        if not again:
            return Exchanged(parts, "append")
        linked = {self._link(contract, file, paths[file], mark): counts[file] for file in kept}
        return Exchanged({**linked, **parts}, "overwrite")

    def _to_write_again(
        self,
        contract: Contract,
        paths: dict[str, Path],
        counts: dict[str, int],
        rows: Exchange,
    ) -> list[str]:
        """Gives the files with rows that go, and the small ones where they have become many."""
        small = [file for file, count in counts.items() if count < ROWS_OF_A_SMALL_FILE]
        found = set(small if len(small) >= MOST_SMALL_FILES else ())
        if rows.went_count:
            for file, path in paths.items():
                part = self.engine.register(f"{contract.name} (one file)", [path])
                going = part.semi_join(rows.went, list(contract.grain)).count()
                if file not in found and self.engine.collect(going.as_table())[0][0].as_py():
                    found.add(file)
        return [file for file in paths if file in found]

    def _rows(self, contract: Contract, again: Sequence[Path], rows: Exchange) -> ir.Table:
        if not again:
            return rows.came
        before = self.engine.register(f"{contract.name} (files written again)", list(again))
        names = contract.column_names
        staying = before.anti_join(rows.went, list(contract.grain))
        return staying.select(*names).union(rows.came.select(*names))

    def _write(self, contract: Contract, part: str, rows: ir.Table, order: Sequence[str]) -> int:
        place = self.lake.table_folder(contract.layer, contract.name) / part
        # A run that was killed may have left it, whole, under the same name.
        if not place.exists():
            self.engine.write(rows, place, contract.types(), order)
        return _row_count(place)

    def _link(self, contract: Contract, file: str, path: Path, mark: str) -> str:
        """Gives a file a second name for the new version; the first one may go some day."""
        stem = file.removesuffix(".parquet").replace("/", "-").split(LINKED)[0]
        name = f"{stem}{LINKED}{mark}.parquet"
        place = self.lake.table_folder(contract.layer, contract.name) / name
        if not place.exists():
            try:
                os.link(path, place)
            except OSError:
                # Not every file system has links.
                partial = place.with_name(f".{name}.partial")
                shutil.copyfile(path, partial)
                partial.replace(place)
        return name


def _row_count(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:DIGITS_OF_A_NAME]
