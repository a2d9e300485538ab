"""No rows: a table that keeps its contract and is empty, where a shop has no such source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.contracts.contract import Contract


def no_rows(contract: Contract) -> ir.Table:
    """Gives an expression without rows that reads no table, with the columns of a contract."""
    one = ibis.literal(1).name("nothing").as_table()
    columns = {name: ibis.null(type_) for name, type_ in contract.types().items()}
    return one.filter(one.nothing == 0).select(**columns)
