"""Validation: holds a table to its contract and counts the rows that break each promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import Check, Severity
from shopkeeper.contracts.contract import Contract
from shopkeeper.errors import SAMPLE_ROWS, ContractError, shorten

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Collect = Callable[["ir.Expr"], "pa.Table"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How many rows break one check."""

    check: Check
    broken_count: int

    @property
    def is_fatal(self) -> bool:
        """Whether the table must not be published."""
        return self.broken_count > 0 and self.check.severity is Severity.FAIL


@dataclass(frozen=True, slots=True)
class Validation:
    """All checks of one table with their results."""

    contract: Contract
    results: tuple[CheckResult, ...]

    @property
    def broken(self) -> tuple[CheckResult, ...]:
        """Results with at least one breaking row."""
        return tuple(result for result in self.results if result.broken_count)

    @property
    def is_fatal(self) -> bool:
        """Whether the table must not be published."""
        return any(result.is_fatal for result in self.results)


def validate(
    table: ir.Table, contract: Contract, tables: Mapping[str, ir.Table], collect: Collect
) -> Validation:
    """Counts the rows of `table` that break each check of its contract.

    Checks that look at one row alone are counted together in one pass.

    Args:
        table: The rows, written aside and not yet published.
        contract: What they must hold to.
        tables: Other tables by name, for checks that need them.
        collect: Runs an expression.
    """
    checks = contract.all_checks()
    counts = _count_in_one_pass(table, [c for c in checks if c.breaks is not None], collect)
    for check in checks:
        if check.breaks is None and all(name in tables for name in check.needs):
            counted = collect(check.breaking_rows(table, tables).agg(n=lambda t: t.count()))
            counts[check.name] = int(counted.column("n")[0].as_py())
    results = tuple(CheckResult(c, counts[c.name]) for c in checks if c.name in counts)
    return Validation(contract, results)


def _count_in_one_pass(table: ir.Table, checks: list[Check], collect: Collect) -> dict[str, int]:
    measures = {}
    for place, check in enumerate(checks):
        assert check.breaks is not None
        measures[f"c{place}"] = check.breaks(table).ifelse(1, 0).sum()
    if not measures:
        return {}
    row = collect(table.agg(**measures)).to_pylist()[0]
    return {check.name: int(row[f"c{place}"] or 0) for place, check in enumerate(checks)}


def broken_contract(
    result: CheckResult, contract: Contract, sample: list[dict[str, object]]
) -> ContractError:
    """Gives the error for a broken check, with a few of the breaking rows."""
    shown = [
        {name: shorten(value) for name, value in row.items() if _names_row(name, row, contract)}
        for row in sample[:SAMPLE_ROWS]
    ]
    first = ", ".join(f"{name} `{value}`" for name, value in shown[0].items()) if shown else ""
    rows = "row breaks" if result.broken_count == 1 else "rows break"
    return ContractError(
        f"{result.broken_count:,} {rows} `{result.check.name}` of table `{contract.name}`"
        + (f"; first: {first}." if first else "."),
        f"{result.check.meaning}; the last good version stays published, "
        "see the rows with `shopkeeper check --rows`",
        {
            "table": contract.name,
            "check": result.check.name,
            "count": result.broken_count,
            "rows": shown,
        },
    )


def _names_row(name: str, row: Mapping[str, object], contract: Contract) -> bool:
    """Whether a column helps to find a row: its key, or all it has where there is no key."""
    return name in contract.grain or not set(contract.grain).intersection(row)
