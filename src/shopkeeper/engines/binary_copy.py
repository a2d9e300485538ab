"""Binary COPY: Arrow batches in the binary form that PostgreSQL reads and writes in bulk."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Bytes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

# Signature, flags and length of the header's extension, as the server's manual lays them down.
HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TRAILER = struct.pack("!h", -1)
# Rows that are encoded at a time: their buffers stay in the processor's cache and memory is flat.
ROWS_OF_A_PIECE = 20_000
# The server counts days and microseconds from 2000-01-01, Arrow from 1970-01-01.
DAYS_TO_2000 = 10_957
MICROSECONDS_TO_2000 = DAYS_TO_2000 * 86_400_000_000
# A text in PostgreSQL holds every character but this one.
NUL, REPLACEMENT = "\0", "\ufffd"


def encode(batch: pa.RecordBatch, dump: Callable[[Any], bytes]) -> bytes:
    """Gives the rows of a batch as tuples of binary COPY, without header and trailer.

    Args:
        batch: Rows in the columns of the table, of the same widths.
        dump: Gives one value in binary form, for types that are not laid out here.
    """
    import numpy as np

    count, width = batch.num_rows, batch.num_columns
    if not count:
        return b""
    fields = [_field(column, dump) for column in batch.columns]
    lengths = np.stack([np.where(field.is_there, field.lengths, 0) for field in fields])
    # Each row: the number of fields, then for each its length and its bytes.
    sizes = lengths.sum(axis=0) + 2 + 4 * width
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    out = np.zeros(int(sizes.sum()), np.uint8)
    _place(out, starts, np.frombuffer(struct.pack("!h", width), np.uint8)[np.newaxis, :])
    places = starts + 2
    for field, own in zip(fields, lengths, strict=True):
        announced = np.where(field.is_there, own, -1).astype(">i4")
        _place(out, places, announced.view(np.uint8).reshape(count, 4))
        field.write(out, places + 4)
        places = places + 4 + own
    return out.tobytes()


class _Fixed:
    """A column whose values all have the same width."""

    def __init__(self, values: npt.NDArray[Any], is_there: npt.NDArray[np.bool_]) -> None:
        import numpy as np

        width = values.dtype.itemsize
        self.bytes: Bytes = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), width)
        self.is_there = is_there
        self.lengths = np.full(len(values), width, np.int64)

    def write(self, out: Bytes, places: Places) -> None:
        """Puts each value at its place."""
        _place(out, places[self.is_there], self.bytes[self.is_there])


class _Varying:
    """A column whose values have lengths of their own: texts."""

    def __init__(self, column: pa.Array, is_there: npt.NDArray[np.bool_]) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        # Missing values may have bytes below them; after this they have none.
        filled = pc.fill_null(column, b"" if pa.types.is_large_binary(column.type) else "")
        _, offsets, data = filled.buffers()
        ends = np.frombuffer(offsets, np.int64)[filled.offset :][: len(filled) + 1]
        self.is_there = is_there
        self.lengths = np.diff(ends)
        self.starts = ends[:-1]
        self.bytes: Bytes = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]

    def write(self, out: Bytes, places: Places) -> None:
        """Puts the bytes of each value at its place."""
        import numpy as np

        shift = np.repeat(places - (self.starts - self.starts[0]), self.lengths)
        out[shift + np.arange(len(self.bytes))] = self.bytes


def _field(column: pa.Array, dump: Callable[[Any], bytes]) -> _Fixed | _Varying:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    is_there = column.is_valid().to_numpy(zero_copy_only=False)
    types = pa.types
    if types.is_string(column.type) or types.is_large_string(column.type):
        return _Varying(_without_nul(column.cast(pa.large_string())), is_there)
    layout = _layout(column.type)
    if layout is None:
        dumped = [None if value is None else dump(value) for value in column.to_pylist()]
        return _Varying(pa.array(dumped, pa.large_binary()), is_there)
    plain, dtype, shift = layout
    values = pc.fill_null(column.cast(plain), 0).to_numpy(zero_copy_only=False)
    return _Fixed((values - shift if shift else values).astype(np.dtype(dtype)), is_there)


def _layout(type_: pa.DataType) -> tuple[pa.DataType, str, int] | None:
    """Gives a plain type to cast to, its form on the wire and what to take off; or None."""
    import pyarrow as pa

    plain = {
        pa.bool_(): (pa.uint8(), "u1", 0),
        pa.int8(): (pa.int16(), ">i2", 0),
        pa.int16(): (pa.int16(), ">i2", 0),
        pa.int32(): (pa.int32(), ">i4", 0),
        pa.int64(): (pa.int64(), ">i8", 0),
        pa.float32(): (pa.float32(), ">f4", 0),
        pa.float64(): (pa.float64(), ">f8", 0),
        pa.date32(): (pa.int32(), ">i4", DAYS_TO_2000),
        pa.timestamp("us"): (pa.int64(), ">i8", MICROSECONDS_TO_2000),
    }
    return plain.get(type_)


def _without_nul(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    data = texts.buffers()[2]
    if data is None or NUL.encode() not in data.to_pybytes():
        return texts
    return pc.replace_substring(texts, NUL, REPLACEMENT)


def _place(out: Bytes, places: Places, values: Bytes) -> None:
    """Puts rows of bytes, all of one width, at their places; one row stands for all."""
    import numpy as np

    out[places[:, np.newaxis] + np.arange(values.shape[1])] = values


def in_pieces(batch: pa.RecordBatch) -> Sequence[pa.RecordBatch]:
    """Gives a batch in pieces of a size that is encoded at a time."""
    return [
        batch.slice(start, ROWS_OF_A_PIECE) for start in range(0, batch.num_rows, ROWS_OF_A_PIECE)
    ]
