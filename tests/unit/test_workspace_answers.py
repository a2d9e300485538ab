"""Answering: a table that the data may not carry is left out, any other must be there."""

from __future__ import annotations

from typing import Any

import ibis
import pytest

from shopkeeper.errors import NotPublishedError
from shopkeeper.workspace import answer

KNOWN = ibis.memtable({"value": [1]})


def _table(name: str) -> ibis.Table:
    if name != "orders":
        raise NotPublishedError(f"Table `{name}` has not been built yet.")
    return KNOWN


def test_a_table_with_a_default_may_be_missing() -> None:
    def report(orders: Any, lifetime_values: Any = None, *, currency: str) -> tuple[Any, ...]:
        return orders, lifetime_values, currency

    assert answer(report, _table, {"currency": "GBP"}) == (KNOWN, None, "GBP")


def test_a_table_without_a_default_may_not() -> None:
    def report(orders: Any, lifetime_values: Any) -> None: ...

    with pytest.raises(NotPublishedError, match="lifetime_values"):
        answer(report, _table, {})
