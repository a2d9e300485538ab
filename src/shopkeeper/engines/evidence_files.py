"""Evidence files: rows of any engine written as one Parquet file, batch by batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.errors import StorageError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.engines.engine import Engine


def keep_rows(engine: Engine, rows: ir.Table, file: Path) -> int:
    """Writes the rows of an expression to a Parquet file that appears only when it is whole.

    Returns:
        Number of rows written.

    Raises:
        StorageError: The file cannot be written.
    """
    import pyarrow.parquet as pq

    partial = file.with_name(f".{file.name}.partial")
    count = 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        batches = engine.batches(rows)
        with pq.ParquetWriter(partial, batches.schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
                count += batch.num_rows
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"`{file.name}` could not be written: {error.strerror}.",
            "make room on the disk and run again; the last good tables are untouched",
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return count
