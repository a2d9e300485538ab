"""Catalog: joins every shelf's plug-ins and checks that what each one reads exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.contract import Contract, Layer
from shopkeeper.errors import UnknownNameError
from shopkeeper.marts import ALL as MARTS
from shopkeeper.pipeline.graph import in_order
from shopkeeper.reports import ROLLS
from shopkeeper.reports.drill import Roll
from shopkeeper.tasks.lifetime_value.values import CONTRACT as LIFETIME_VALUES
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS
from shopkeeper.warehouse.bronze import (
    BATCHES,
    RAW_TEXTS,
    SOURCE_LINES,
    raw_contract,
    raw_name,
)
from shopkeeper.warehouse.gold import ALL as GOLD
from shopkeeper.warehouse.silver import ALL as SILVER
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

WAREHOUSE: tuple[Table, ...] = (*SILVER, *GOLD, *MARTS)

LAYERS = tuple(str(layer) for layer in Layer)
RAW_MEANING = raw_contract("orders", {}).meaning

# Contracts of tables that are not built from expressions over other tables.
INGESTED: tuple[Contract, ...] = (BATCHES, SOURCE_LINES, RAW_TEXTS)
SCORED: tuple[Contract, ...] = (RFM_SEGMENTS, LIFETIME_VALUES)


def source_tables(
    sources: Iterable[str], lines: Callable[..., ir.Table], texts: Callable[..., ir.Table]
) -> tuple[Table, Table]:
    """Gives the two tables that say all sources' raw rows: in the shop's terms, and as text.

    Args:
        sources: Names of the sources in the settings.
        lines: Raw tables, in order of the sources, and keyword-only questions → `source_lines`.
        texts: The same → `raw_texts`.
    """
    needs = tuple(raw_name(source) for source in sources)
    return (
        Table(SOURCE_LINES, lines, keeps_order=True, needs=needs),
        Table(RAW_TEXTS, texts, is_stored=False, needs=needs),
    )


def tables(from_sources: Iterable[Table]) -> tuple[Table, ...]:
    """Gives all tables of the warehouse and all marts, each after those it reads."""
    first = tuple(from_sources)
    given = [BATCHES.name, *(name for table in first for name in table.inputs)]
    return in_order([*first, *WAREHOUSE], given=given)


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


def roll(name: str) -> Roll:
    """Gives a roll, the list behind counts; raises `UnknownNameError` where there is none."""
    known = {roll.name: roll for roll in ROLLS}
    if name not in known:
        raise UnknownNameError.among("roll", name, known)
    return known[name]


def questions_of(all_tables: Iterable[Table]) -> tuple[str, ...]:
    """Gives the names of all keyword-only parameters of builds, sorted."""
    found: set[Any] = set()
    for table in all_tables:
        found.update(table.questions)
    return tuple(sorted(found))
