"""Stages: a boundary inside an expression, so that what is computed once is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

BOUNDARY = "_stage"


def settled(table: ir.Table) -> ir.Table:
    """Gives the same rows as a subquery of its own.

    Ibis merges a select into the select above it and writes each column out wherever it is used:
    a parsed date that is compared ninety times is then parsed ninety times. It does not merge
    past a random number, so one stands in the subquery and is dropped right above it.
    """
    columns = table.columns
    return table.mutate(**{BOUNDARY: ibis.random()}).select(*columns)
