"""Compile: the SQL of each table for each engine, without running or connecting to anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper import catalog
from shopkeeper.engines.dialects import to_sql
from shopkeeper.errors import UnknownNameError
from shopkeeper.warehouse.bronze import BATCHES, RAW_TEXTS, SOURCE_LINES

if TYPE_CHECKING:
    import ibis.expr.types as ir

# The date and the time zone in compiled SQL where no workspace gives them.
EXAMPLE_AS_OF = date(2025, 1, 1)
EXAMPLE_TIME_ZONE = "UTC"


def expressions(
    as_of: date = EXAMPLE_AS_OF, time_zone: str = EXAMPLE_TIME_ZONE
) -> dict[str, ir.Table]:
    """Gives the expression of each table and mart over tables that exist only by contract.

    Args:
        as_of: Day before which data are seen.
        time_zone: The shop's.
    """
    import ibis

    given = {contract.name: contract for contract in (BATCHES, SOURCE_LINES, RAW_TEXTS)}
    tables: dict[str, Any] = {
        name: ibis.table(contract.types(), name=name) for name, contract in given.items()
    }
    found = {}
    from_sources = catalog.source_tables(
        [], lambda: tables[SOURCE_LINES.name], lambda: tables[RAW_TEXTS.name]
    )
    for table in catalog.tables(from_sources):
        if table.name in given:
            continue
        found[table.name] = table.expression(tables, {"as_of": as_of, "time_zone": time_zone})
        # A stored table is read by name; a view is built into whoever reads it.
        stored = ibis.table(table.contract.types(), name=table.name)
        tables[table.name] = stored if table.is_stored else found[table.name]
    return found


def compiled_sql(name: str, engine: str) -> str:
    """Gives the SQL that builds a table.

    Args:
        name: Name of a table or mart.
        engine: `duckdb`, `postgres` or `spark`.

    Raises:
        UnknownNameError: There is no such table or engine.
    """
    found = expressions()
    if name not in found:
        raise UnknownNameError.among("table", name, found)
    return to_sql(found[name], engine)
