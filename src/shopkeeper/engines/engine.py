"""Engine: the protocol of a place where expressions run, and its capability flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from shopkeeper.contracts.contract import Contract

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Capability(StrEnum):
    """What an engine can do beyond running expressions; ask for these, never for its name."""

    READS_RAW_FILES = "reads_raw_files"
    WRITES_PARQUET = "writes_parquet"
    SHARES_ARROW = "shares_arrow"
    NUMBERS_ROWS = "numbers_rows"
    ANSWERS_THREADS = "answers_threads"
    LEARNS_VECTORS = "learns_vectors"


@runtime_checkable
class Engine(Protocol):
    """Runs expressions over the tables of a store."""

    capabilities: frozenset[Capability]

    def collect(self, expression: ir.Expr) -> pa.Table:
        """Runs an expression and gives all its rows."""
        ...

    def batches(self, expression: ir.Table) -> pa.RecordBatchReader:
        """Runs an expression and gives its rows piece by piece; read them before the next query."""
        ...

    def compile(self, expression: ir.Expr) -> str:
        """Gives the SQL of an expression in this engine's dialect."""
        ...

    def close(self) -> None:
        """Gives back memory, threads and temporary files."""
        ...


@runtime_checkable
class FileEngine(Engine, Protocol):
    """An engine that reads and writes Parquet files: `Capability.WRITES_PARQUET`."""

    def register(self, name: str, rows: Sequence[Path] | pa.Table) -> ir.Table:
        """Makes the rows of Parquet files, or of an Arrow table, available as table `name`.

        Columns of several files are joined by name.
        """
        ...

    def write(
        self, expression: ir.Table, file: Path, types: Mapping[str, str], order: Sequence[str]
    ) -> int:
        """Writes the rows of an expression to a path, cast to `types`, in `order`.

        The path becomes a Parquet file, or a folder of such files where the engine is distributed;
        it appears only when it is whole.

        Returns:
            Number of rows written.
        """
        ...


@runtime_checkable
class NumberingEngine(Protocol):
    """An engine that numbers rows faster than by a window: `Capability.NUMBERS_ROWS`."""

    def write_numbered(self, rows: ir.Table, file: Path, contract: Contract) -> int:
        """Writes rows as the contract numbers and orders them, to a file that appears whole.

        Returns:
            Number of rows written.
        """
        ...


@runtime_checkable
class VectorEngine(Protocol):
    """An engine that learns vectors of products where the rows are: `Capability.LEARNS_VECTORS`."""

    def learned_vectors(
        self, bought: ir.Table, options: Mapping[str, Any]
    ) -> tuple[NDArray[np.object_], NDArray[np.float32]]:
        """Gives ids of products, ascending, and a vector of each; shape (products, factors).

        Args:
            bought: One row per customer and product that was bought and kept: `customer_id`,
                `product_id`.
            options: Those of `ImplicitAls`.
        """
        ...
