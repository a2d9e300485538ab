"""Content: a checksum of rows that is the same in whatever order and kind of file they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.engines.duckdb import DuckDBEngine, quote_name

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Stands between two cells, so that moving a letter from one to the next changes the row.
CELL_END = 31
HALF = 1 << 64


@dataclass(frozen=True, slots=True)
class Content:
    """What rows hold, apart from their order.

    Attributes:
        row_count: Number of rows.
        checksum: 32 hexadecimal digits: both halves of the rows' MD5, each added up modulo 2^64.
    """

    row_count: int
    checksum: str


def content_of(engine: DuckDBEngine, rows: ir.Table, columns: Sequence[str]) -> Content:
    """Gives the content of some columns of an expression; a missing cell is an empty one."""
    cells = (f"coalesce(CAST({quote_name(name)} AS VARCHAR), '')" for name in columns)
    text = f" || chr({CELL_END}) || ".join(cells)
    count, upper, lower = engine.connection.execute(
        "SELECT count(*), sum(CAST(md5_number_upper(row) AS HUGEINT)), "
        "sum(CAST(md5_number_lower(row) AS HUGEINT)) "
        f"FROM (SELECT {text} AS row FROM ({engine.compile(rows)}))"
    ).fetchone() or (0, 0, 0)
    return Content(count, f"{int(upper or 0) % HALF:016x}{int(lower or 0) % HALF:016x}")
