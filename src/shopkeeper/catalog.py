"""Catalog: joins every shelf's plug-ins and checks that what each one reads exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.contract import Contract, Layer
from shopkeeper.errors import UnknownNameError
from shopkeeper.marts import ALL as MARTS
from shopkeeper.pipeline.graph import in_order
from shopkeeper.reports.drill import Roll
from shopkeeper.reports.rolls import ALL as ROLLS
from shopkeeper.tasks.churn.scores import CONTRACT as CHURN_SCORES
from shopkeeper.tasks.customer_scores import CONTRACT as CUSTOMER_SCORES
from shopkeeper.tasks.customer_segmentation.scores import CONTRACT as CUSTOMER_SEGMENTS
from shopkeeper.tasks.demand.day_forecasts import CONTRACT as DAILY_DEMAND_FORECAST
from shopkeeper.tasks.demand.forecasts import CONTRACT as DEMAND_FORECAST
from shopkeeper.tasks.demand.stock import CONTRACT as STOCK_ADVICE
from shopkeeper.tasks.lifetime_value.values import CONTRACT as LIFETIME_VALUES
from shopkeeper.tasks.recommendation.scores import CONTRACT as RECOMMENDATIONS
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS
from shopkeeper.tasks.second_purchase import CONTRACT as SECOND_PURCHASE_SCORES
from shopkeeper.warehouse.bronze import (
    BATCHES,
    RAW_TEXTS,
    SOURCE_LINES,
    raw_contract,
)
from shopkeeper.warehouse.bronze_events import SOURCE_EVENTS
from shopkeeper.warehouse.bronze_payments import SOURCE_PAYMENTS, SOURCE_STORES
from shopkeeper.warehouse.gold import ALL as GOLD
from shopkeeper.warehouse.identities import CONTRACT as IDENTITIES
from shopkeeper.warehouse.no_rows import no_rows
from shopkeeper.warehouse.refresh import FromBatches
from shopkeeper.warehouse.silver import ALL as SILVER
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tables = tuple[Table, ...]
WAREHOUSE: tuple[Table, ...] = (*SILVER, *GOLD, *MARTS)

LAYERS = tuple(str(layer) for layer in Layer)
RAW_MEANING = raw_contract("orders", {}).meaning

# Contracts of tables that are not built from expressions over other tables.
FROM_SOURCES: tuple[Contract, ...] = (
    SOURCE_LINES,
    SOURCE_EVENTS,
    SOURCE_PAYMENTS,
    SOURCE_STORES,
    RAW_TEXTS,
)
INGESTED: tuple[Contract, ...] = (BATCHES, IDENTITIES, *FROM_SOURCES)
# The last one is read from the others.
SCORED: tuple[Contract, ...] = (
    RFM_SEGMENTS,
    LIFETIME_VALUES,
    CUSTOMER_SEGMENTS,
    CHURN_SCORES,
    SECOND_PURCHASE_SCORES,
    RECOMMENDATIONS,
    DEMAND_FORECAST,
    STOCK_ADVICE,
    DAILY_DEMAND_FORECAST,
    CUSTOMER_SCORES,
)


def source_tables(
    builds: Mapping[str, tuple[Callable[..., ir.Table], tuple[str, ...], FromBatches | None]],
) -> Tables:
    """Gives the tables that say all sources' raw rows: by kind in the shop's terms, and as text.

    Args:
        builds: Name of a table of `FROM_SOURCES` → its build, the raw tables it reads, in order,
            and how it follows them; a table that is left out has no rows.
    """
    found = []
    for contract in FROM_SOURCES:
        empty: Callable[..., ir.Table] = partial(_nothing, contract)
        build, needs, refresh = builds.get(contract.name, (empty, (), None))
        is_stored = contract not in (RAW_TEXTS, SOURCE_STORES)
        table = Table(contract, build, keeps_order=True, is_stored=is_stored, needs=needs)
        found.append(replace(table, refresh=refresh if is_stored else None))
    return tuple(found)


def _nothing(contract: Contract, /) -> ir.Table:
    return no_rows(contract)


def tables(from_sources: Iterable[Table]) -> tuple[Table, ...]:
    """Gives all tables of the warehouse and all marts, each after those it reads."""
    first = tuple(from_sources)
    given = [BATCHES.name, IDENTITIES.name, *(name for table in first for name in table.inputs)]
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
