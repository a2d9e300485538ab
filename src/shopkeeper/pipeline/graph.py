"""Graph: the order in which tables are built, read from the signatures of their builds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.warehouse.table import Table


def in_order(tables: Iterable[Table], given: Iterable[str] = ()) -> tuple[Table, ...]:
    """Gives the tables so that each comes after those it reads; equals in order of their names.

    Args:
        tables: All tables to build.
        given: Names that exist without being built here, such as raw tables.

    Raises:
        UnknownNameError: A build names a table that nobody builds.
        UsageError: Tables need each other in a circle.
    """
    by_name = {table.name: table for table in sorted(tables, key=lambda table: table.name)}
    known = set(by_name) | set(given)
    for table in by_name.values():
        for name in table.inputs:
            if name not in known:
                raise UnknownNameError.among("table", name, known)
    sorter = TopologicalSorter(_edges(by_name))
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(f"`{name}`" for name in error.args[1])
        raise UsageError(f"Tables need each other in a circle: {circle}.") from error
    ordered, waiting = [], list(sorter.get_ready())
    while waiting:
        waiting.sort(reverse=True)
        ordered.append(by_name[waiting.pop()])
        sorter.done(ordered[-1].name)
        waiting += sorter.get_ready()
    return tuple(ordered)


def downstream(tables: Mapping[str, Table], name: str) -> tuple[str, ...]:
    """Gives the names of all tables that read `name`, directly or through others, sorted."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        readers = {t.name for t in tables.values() if current in t.inputs} - found
        found |= readers
        waiting += readers
    return tuple(sorted(found))


def _edges(by_name: Mapping[str, Table]) -> dict[str, list[str]]:
    """Gives what must come before each table: what it reads, and what its checks look at."""
    edges = {}
    for name, table in by_name.items():
        looked_at = [need for check in table.contract.checks for need in check.needs]
        edges[name] = [need for need in (*table.comes_after, *looked_at) if need in by_name]
    return edges
