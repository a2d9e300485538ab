"""Catalog: joins every shelf's plug-ins and checks that what each one reads exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.contract import Contract, Layer
from shopkeeper.errors import UnknownNameError
from shopkeeper.marts import ALL as MARTS
from shopkeeper.pipeline.graph import in_order
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS
from shopkeeper.warehouse.bronze import BATCHES, SOURCE_LINES, raw_contract, raw_name
from shopkeeper.warehouse.gold import ALL as GOLD
from shopkeeper.warehouse.silver import ALL as SILVER
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

WAREHOUSE: tuple[Table, ...] = (*SILVER, *GOLD, *MARTS)

LAYERS = tuple(str(layer) for layer in Layer)
RAW_MEANING = raw_contract("orders", {}).meaning

# Contracts of tables that are not built from expressions over other tables.
INGESTED: tuple[Contract, ...] = (BATCHES, SOURCE_LINES)
SCORED: tuple[Contract, ...] = (RFM_SEGMENTS,)


def source_lines(sources: Iterable[str], build: Callable[..., ir.Table]) -> Table:
    """Gives the view that says all sources' raw rows in the shop's terms.

    Args:
        sources: Names of the sources in the settings.
        build: Raw tables, in order of the sources, and keyword-only questions → order lines.
    """
    return Table(SOURCE_LINES, build, is_stored=False, needs=tuple(raw_name(s) for s in sources))


def tables(lines: Table) -> tuple[Table, ...]:
    """Gives all tables of the warehouse and all marts, each after those it reads."""
    return in_order([lines, *WAREHOUSE], given=[*lines.inputs, BATCHES.name])


def contracts() -> dict[str, Contract]:
    """Gives every contract by name, with the raw tables' as one example without own columns."""
    known = [raw_contract("orders", {}), *INGESTED, *(t.contract for t in WAREHOUSE), *SCORED]
    return {contract.name: contract for contract in known}


def contract(name: str) -> Contract:
    """Gives the contract of a table; raises `UnknownNameError` where there is none."""
    known = contracts()
    if name not in known:
        raise UnknownNameError.among("table", name, known)
    return known[name]


def questions_of(all_tables: Iterable[Table]) -> tuple[str, ...]:
    """Gives the names of all keyword-only parameters of builds, sorted."""
    found: set[Any] = set()
    for table in all_tables:
        found.update(table.questions)
    return tuple(sorted(found))
