"""Spark: the engine for data that outgrow one machine, over the same files as the embedded one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

from shopkeeper.engines.engine import Capability
from shopkeeper.engines.lake_store import remove
from shopkeeper.engines.spark_failures import of_java
from shopkeeper.engines.spark_session import first_line, start
from shopkeeper.errors import StorageError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pyarrow as pa
    from ibis.backends.pyspark import Backend
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

# How Java says that the disk is full or not ours to write.
DISK_FAILURES = (
    "No space left on device",
    "Permission denied",
    "Read-only file system",
    "Mkdirs failed",
    "is not a directory",
)

LOCAL_SPARK = "local[*]"
OWN_FOLDER = "spark-"


class SparkEngine:
    """Runs expressions on Spark over the Parquet files of the lake.

    On a cluster and with Spark Connect, the lake must stand where all machines see it under the
    same path.

    Args:
        folder: Folder in which it makes one of its own, for its log and for what does not fit into
            memory; removed with the engine.
        address: `local[*]`, `sc://host:port`, or a cluster: `spark://…`, `yarn`, `k8s://…`.
        options: Spark's own settings, by their full names.
        memory_limit: Memory of Spark on this machine, such as `4GB`.
        threads: Threads of Spark on this machine; None takes one for each core.
    """

    capabilities = frozenset({Capability.WRITES_PARQUET, Capability.LEARNS_VECTORS})

    def __init__(
        self,
        folder: Path,
        *,
        address: str = LOCAL_SPARK,
        options: Mapping[str, str] | None = None,
        memory_limit: str | None = None,
        threads: int | None = None,
    ) -> None:
        import ibis

        folder.mkdir(parents=True, exist_ok=True)
        own = Path(mkdtemp(prefix=OWN_FOLDER, dir=folder))
        self._tidy = finalize(self, rmtree, own, ignore_errors=True)
        self.session, self._is_ours = start(
            own, address, options or {}, memory=memory_limit, threads=threads
        )
        self.backend: Backend = ibis.pyspark.connect(self.session)

    def register(self, name: str, rows: Sequence[Path] | pa.Table) -> ir.Table:
        """Makes the rows of Parquet files, or of an Arrow table, available as view `name`.

        Columns of several files are joined by name.
        """
        if isinstance(rows, Sequence):
            reader = self.session.read.option("mergeSchema", len(rows) > 1)
            frame = reader.parquet(*(str(file) for file in rows))
        else:
            frame = self.session.createDataFrame(rows)
        return self.view(name, frame)

    def learned_vectors(
        self, bought: ir.Table, options: Mapping[str, Any]
    ) -> tuple[NDArray[np.object_], NDArray[np.float32]]:
        """Gives ids of products, ascending, and a vector of each, by Spark's own ALS.

        Raises:
            ServerUnavailableError: Spark ended while it worked.
        """
        from shopkeeper.engines.spark_vectors import VectorOptions, learned_vectors

        return learned_vectors(self.frame(bought), VectorOptions(**options))

    def view(self, name: str, frame: DataFrame) -> ir.Table:
        """Gives one of Spark's own frames as view `name`; nothing runs yet."""
        # Spark takes no other signs in the name of a view, and its own tables none of ours.
        plain = re.sub(r"\W", lambda sign: f"_{ord(sign[0]):x}_", name)
        frame.createOrReplaceTempView(plain)
        return self.backend.table(plain)

    def collect(self, expression: ir.Expr) -> pa.Table:
        """Runs an expression and gives all its rows.

        Raises:
            ServerUnavailableError: Spark ended while it worked.
        """
        from py4j.protocol import Py4JError

        try:
            return self.frame(expression).toArrow()
        except (Py4JError, ConnectionError) as error:
            raise of_java(error) from error

    def batches(self, expression: ir.Table) -> pa.RecordBatchReader:
        """Runs an expression and gives its rows piece by piece."""
        return self.collect(expression).to_reader()

    def write(
        self, expression: ir.Table, file: Path, types: Mapping[str, str], order: Sequence[str]
    ) -> int:
        """Writes the rows of an expression to a folder of Parquet files, cast to `types`.

        Rows stand in `order` through all files together. The folder appears only when it is whole.

        Raises:
            StorageError: The disk is full or the folder cannot be written.
            ServerUnavailableError: Spark ended while it worked.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import functions

        partial = file.with_name(f".{file.name}.partial")
        try:
            frame = self._typed(expression, types)
            if order:
                frame = frame.orderBy(*(functions.col(_quoted(n)).asc_nulls_first() for n in order))
            frame.write.parquet(str(partial), mode="overwrite")
            count = _tidied(partial)
            # Rows of the same fingerprint may be there from a run that is written anew.
            remove(file)
            partial.replace(file)
        except (PySparkException, Py4JError, OSError) as error:
            rmtree(partial, ignore_errors=True)
            raise _write_error(file, error) from error
        except BaseException:
            rmtree(partial, ignore_errors=True)
            raise
        return count

    def compile(self, expression: ir.Expr) -> str:
        """Gives the SQL of an expression in this engine's dialect."""
        return str(self.backend.compile(expression))

    def close(self) -> None:
        """Ends the session; stops Spark if this engine started it."""
        if self._is_ours:
            self.session.stop()
        self._tidy()

    def frame(self, expression: ir.Expr) -> DataFrame:
        """Gives an expression as Spark's own frame; nothing runs yet."""
        return self.session.sql(self.compile(expression))

    def _typed(self, expression: ir.Table, types: Mapping[str, str]) -> DataFrame:
        from pyspark.sql import functions

        return self.frame(expression).select(
            *(functions.col(_quoted(n)).cast(self._type(t)).alias(n) for n, t in types.items())
        )

    def _type(self, type_: str) -> str:
        import ibis

        dialect = self.backend.compiler.dialect
        return self.backend.compiler.type_mapper.from_ibis(ibis.dtype(type_)).sql(dialect)


def _quoted(name: str) -> str:
    """Gives the name of a column quoted for Spark, in which a point would mean a field."""
    return "`" + name.replace("`", "``") + "`"


def _tidied(folder: Path) -> int:
    """Gives the files of a folder that Spark wrote plain names, in order; counts their rows."""
    import pyarrow.parquet as pq

    parts = sorted(folder.glob("part-*.parquet"))
    for other in set(folder.iterdir()).difference(parts):
        other.unlink()
    count = 0
    for place, part in enumerate(parts):
        count += pq.read_metadata(part).num_rows
        # Spark's own names are random; ours are the same in every run.
        part.rename(folder / f"part-{place:05d}.parquet")
    return count


def _write_error(file: Path, error: Exception) -> Exception:
    """Gives the error for a failed write: ours where the disk failed, else Spark's own."""
    text = str(error)
    is_of_disk = isinstance(error, OSError) and not isinstance(error, ConnectionError)
    if is_of_disk or any(sign in text for sign in DISK_FAILURES):
        return StorageError(
            f"`{file.parent.name}` could not be written: {first_line(error)}",
            "make room on the disk and run again; the last good tables are untouched",
        )
    return of_java(error)
