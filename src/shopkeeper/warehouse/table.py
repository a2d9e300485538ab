"""Table: a contract and the pure expression that builds it from other tables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.contract import Contract

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Table:
    """A table of the warehouse, or a mart.

    The graph is read from the signature of `build`: positional parameters name the tables that
    are needed, keyword-only parameters are the question (`as_of`, `time_zone`, …).

    Attributes:
        contract: What the table promises.
        build: Tables in, one expression out; runs nothing.
        is_stored: False for a view, which is built into each table that reads it.
        keeps_order: Whether rows are written as they come, instead of in order of the grain.
        needs: Names of the tables that are needed, where `build` takes `*tables`.
    """

    contract: Contract
    build: Callable[..., ir.Table]
    is_stored: bool = True
    keeps_order: bool = False
    needs: tuple[str, ...] = ()

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
    def questions(self) -> tuple[str, ...]:
        """Names of the keyword-only parameters of `build`."""
        parameters = inspect.signature(self.build).parameters.values()
        return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)

    def expression(self, tables: Mapping[str, ir.Table], questions: Mapping[str, Any]) -> ir.Table:
        """Gives the expression of the table, with exactly the columns of its contract, in order."""
        built = self.build(
            *(tables[name] for name in self.inputs),
            **{name: questions[name] for name in self.questions},
        )
        return built.select(*self.contract.column_names)
