"""Compile: the SQL of each table for each engine, without running or connecting to anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper import catalog
from shopkeeper.engines.dialects import to_sql
from shopkeeper.errors import UnknownNameError
from shopkeeper.marts.interactions import InteractionWeights

if TYPE_CHECKING:
    import ibis.expr.types as ir

# The date and the time zone in compiled SQL where no workspace gives them.
EXAMPLE_AS_OF = date(2025, 1, 1)
EXAMPLE_TIME_ZONE = "UTC"
EXAMPLE_SESSION_MINUTES = 30


def expressions(
    as_of: date = EXAMPLE_AS_OF, time_zone: str = EXAMPLE_TIME_ZONE
) -> dict[str, ir.Table]:
    """Gives the expression of each table and mart over tables that exist only by contract.

    Args:
        as_of: Day before which data are seen.
        time_zone: The shop's.
    """
    import ibis

    given = {contract.name: contract for contract in catalog.INGESTED}
    tables: dict[str, Any] = {
        name: ibis.table(contract.types(), name=name) for name, contract in given.items()
    }
    known = {
        "as_of": as_of,
        "time_zone": time_zone,
        "session_minutes": EXAMPLE_SESSION_MINUTES,
        "interaction_weights": InteractionWeights(),
    }
    found = {}
    for table in catalog.tables(catalog.source_tables({})):
        if table.name in given:
            continue
        found[table.name] = table.expression(tables, known)
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
