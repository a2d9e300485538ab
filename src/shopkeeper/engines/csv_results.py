"""CSV results: rows that a server sends as text become Arrow batches, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# Bytes of text that are parsed at a time: large enough to be quick, small enough to be flat.
BYTES_OF_A_BLOCK = 16 * 1024 * 1024


def read_rows(pieces: Iterator[bytes], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Gives the rows of a `COPY … TO STDOUT (FORMAT csv, FORCE_QUOTE *)`.

    Missing values are empty there, and texts are in quotes even where they are empty.

    Args:
        pieces: What the server sends; each piece ends with a row.
        schema: Names and types of the columns.
    """
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= BYTES_OF_A_BLOCK:
            yield from _parsed(bytes(block), schema)
            block.clear()
    if block:
        yield from _parsed(bytes(block), schema)


def _parsed(block: bytes, schema: pa.Schema) -> list[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    # Whole blocks, not a stream: the reader of streams calls Python from a thread of its own, and
    # ends the process where it is still waiting when the interpreter goes.
    found = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(
            column_names=schema.names, use_threads=False, block_size=len(block)
        ),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    batches: list[pa.RecordBatch] = found.to_batches()
    return batches
