"""Arrow columns for the files: labels, money and local times, written the same in every block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.plan import ShopPlan

MONEY = pa.decimal128(18, 2)


def labels(values: Sequence[str | None] | pa.StringArray, positions: Integers) -> pa.StringArray:
    """Gives the value at each position; a position below 0 is empty."""
    column = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return column.take(pa.array(positions, mask=positions < 0))


def money(cents: Integers) -> pa.Decimal128Array:
    """Gives amounts with two decimals from whole cents, exactly."""
    words = np.empty((len(cents), 2), dtype="<i8")
    words[:, 0] = cents
    # The upper half of a 128-bit number repeats the sign of the lower.
    words[:, 1] = cents >> 63
    return pa.Array.from_buffers(MONEY, len(cents), [None, pa.py_buffer(words)])


def local_times(plan: ShopPlan, seconds: Integers) -> pa.TimestampArray:
    """Gives local times without a zone from seconds since the start of the window."""
    return pa.array(seconds + plan.time.first_day * SECONDS_PER_DAY).cast(pa.timestamp("s"))


def damaged(column: pa.StringArray, rows: Integers, texts: Sequence[str | None]) -> pa.StringArray:
    """Gives the column with the texts, in turn, in the given rows."""
    if len(rows) == 0:
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    written = pa.array([texts[i % len(texts)] for i in range(len(rows))], pa.string())
    return pc.replace_with_mask(column, mask, written)
