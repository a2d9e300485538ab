"""Scoring in batches: a fitted model says its word on rows where Spark holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa
    from pyspark.sql.types import StructType

    from shopkeeper.engines.spark import SparkEngine


class Predicts(Protocol):
    """A fitted model that can be saved, sent and loaded: what `models.model.Model` has of this."""

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives one row per row of `rows`, with its index."""
        ...

    def save(self) -> Any:
        """Gives the fitted model as text or files."""
        ...

    @classmethod
    def load(cls, files: Any) -> Self:
        """Gives the model that `save` wrote."""
        ...


def score_in_batches(
    engine: SparkEngine, rows: ir.Table, model: Predicts, types: Mapping[str, str], name: str
) -> ir.Table:
    """Gives the rows with what a model says of them, as view `name`; nothing runs yet.

    The model travels to the workers as the files that it saves, and is loaded once for each
    partition; the package must be installed there. A prediction may only depend on its own row,
    as rows come in batches of any size.

    Args:
        engine: Where the rows are.
        rows: One row per thing to be scored; amounts as floating point, as the model expects.
        model: Fitted.
        types: Columns of the result → type: columns of `rows` to keep, and columns of the
            predictions.
        name: Name of the view.
    """
    import ibis

    schema: pa.Schema = ibis.schema(types).to_pyarrow()
    kind, saved = type(model), model.save()

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        fitted = kind.load(saved)
        for batch in batches:
            yield scored(batch, fitted, schema)

    frame = engine.frame(rows).mapInArrow(score, _spark_schema(schema))
    return engine.view(name, frame)


def scored(batch: pa.RecordBatch, model: Predicts, schema: pa.Schema) -> pa.RecordBatch:
    """Gives the columns of `schema`: those of a batch, and those that a model says of it."""
    import pyarrow as pa

    # Arrow's own columns are kept as they are: on the way through pandas, types get lost.
    said = pa.RecordBatch.from_pandas(model.predict(batch.to_pandas()), preserve_index=False)
    found = {field.name: said.column(field.name) for field in said.schema}
    columns = [found[name] if name in found else batch.column(name) for name in schema.names]
    return pa.RecordBatch.from_arrays(
        [column.cast(type_) for column, type_ in zip(columns, schema.types, strict=True)],
        schema=schema,
    )


def _spark_schema(schema: pa.Schema) -> StructType:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema, prefer_timestamp_ntz=True)
