"""Table: a contract and the pure expression that builds it from other tables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.contract import Contract, Numbering
from shopkeeper.warehouse.refresh import FromBatches, Refresh

if TYPE_CHECKING:
    import ibis.expr.types as ir


# Where the settings do not give `as_of`, it is the day after the last order.
ENDS_WITH = "order_items"


@dataclass(frozen=True)
class Table:
    """A table of the warehouse, or a mart.

    The graph is read from the signature of `build`: positional parameters name the tables that
    are needed, keyword-only parameters are the question (`as_of`, `time_zone`, …).

    Attributes:
        contract: What the table promises.
        build: Tables in, one expression out; runs nothing. The column that numbers rows is added
            to what it gives.
        is_stored: False for a view, which is built into each table that reads it.
        keeps_order: Whether rows are written as they come, instead of in order of the grain.
        needs: Names of the tables that are needed, where `build` takes `*tables`.
        refresh: How it follows changes of its inputs; None to build it from everything.
    """

    contract: Contract
    build: Callable[..., ir.Table]
    is_stored: bool = True
    keeps_order: bool = False
    needs: tuple[str, ...] = ()
    refresh: Refresh | FromBatches | None = None

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.contract.name

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the tables that `build` reads, in the order of its parameters."""
        if self.needs:
            return self.needs
        parameters = inspect.signature(self.build).parameters.values()
        return tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)

    @property
    def comes_after(self) -> tuple[str, ...]:
        """Names of the tables without which this one cannot be built."""
        if "as_of" in self.questions and ENDS_WITH not in self.inputs:
            return (*self.inputs, ENDS_WITH)
        return self.inputs

    @property
    def questions(self) -> tuple[str, ...]:
        """Names of the keyword-only parameters of `build`."""
        parameters = inspect.signature(self.build).parameters.values()
        return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)

    def expression(self, tables: Mapping[str, ir.Table], questions: Mapping[str, Any]) -> ir.Table:
        """Gives the expression of the table, with exactly the columns of its contract, in order."""
        rows = self.unnumbered(tables, questions)
        numbering = self.contract.numbering
        if numbering is None:
            return rows
        numbered = rows.mutate(**{numbering.column: _number(rows, numbering)})
        return numbered.select(*self.contract.column_names)

    def unnumbered(self, tables: Mapping[str, ir.Table], questions: Mapping[str, Any]) -> ir.Table:
        """Gives the rows of the table without the column that numbers them, if it has one."""
        built = self.build(
            *(tables[name] for name in self.inputs),
            **{name: questions[name] for name in self.questions},
        )
        numbering = self.contract.numbering
        number = numbering.column if numbering else None
        return built.select(*(name for name in self.contract.column_names if name != number))


def _number(rows: ir.Table, numbering: Numbering) -> ir.IntegerValue:
    import ibis

    in_order = ibis.window(
        group_by=list(numbering.within),
        order_by=[ibis.asc(rows[name], nulls_first=True) for name in numbering.by],
    )
    return ibis.row_number().over(in_order) + 1
