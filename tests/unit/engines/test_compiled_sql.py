"""Compiled SQL: remembered by what an expression is, and never mistaken for another's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pytest

from shopkeeper.engines.compiled_sql import CompiledSql, described
from shopkeeper.engines.duckdb import DuckDBEngine


def orders(**types: str):
    columns = {"order_id": "string", "amount": "decimal(18, 2)", "day": "date", **types}
    return ibis.table(columns, name="orders")


def spent(table, *, since: date = date(2026, 1, 1), least: object = 1, name: str = "spent"):
    late = table.filter(table.day >= since, table.amount > ibis.literal(least))
    return late.group_by("order_id").agg(**{name: late.amount.sum()})


def test_what_is_built_twice_is_the_same():
    assert described(spent(orders())) == described(spent(orders()))


@pytest.mark.parametrize(
    "other",
    [
        spent(orders(), since=date(2026, 1, 2)),
        spent(orders(), least=2),
        spent(orders(), least=1.0),
        spent(orders(), least=Decimal(1)),
        spent(orders(), name="paid"),
        spent(orders(amount="decimal(18, 3)")),
        spent(ibis.table(orders().schema(), name="old_orders")),
        spent(ibis.table(orders().schema(), name="orders", database="silver")),
        spent(orders()).order_by("order_id"),
        spent(orders()).order_by(ibis.desc("order_id")),
        spent(orders()).limit(1),
        spent(orders().filter(orders().order_id.isin(["a"]))),
        spent(orders().filter(orders().order_id.isin(["a", "b"]))),
        spent(orders().filter(orders().order_id.isin(["a, b"]))),
    ],
)
def test_what_differs_anywhere_is_another(other):
    assert described(other) != described(spent(orders()))


def test_two_tables_joined_either_way_are_told_apart():
    one, two = orders(), ibis.table(orders().schema(), name="returns")
    assert described(one.anti_join(two, "order_id")) != described(two.anti_join(one, "order_id"))


def test_a_text_is_compiled_once_and_the_longest_unused_is_forgotten():
    compiled = []

    def compile_it(expression):
        compiled.append(expression)
        return str(len(compiled))

    known = CompiledSql(most=2)
    wanted = [spent(orders(), least=n) for n in (1, 2, 1, 3, 1, 2)]
    assert [known.of(expression, compile_it) for expression in wanted] == list("121314")


def test_an_expression_too_deep_to_describe_is_compiled_all_the_same():
    amount = orders().amount
    for _ in range(2_000):
        amount = amount + 1
    assert CompiledSql().of(amount, lambda _: "SELECT") == "SELECT"


def test_engines_that_follow_each_other_share_texts_and_not_rows(tmp_path):
    answers = []
    for n in (1, 2):
        engine = DuckDBEngine(tmp_path)
        rows = engine.register("orders", ibis.memtable({"n": [n]}).to_pyarrow())
        answers.append(engine.collect(rows.agg(n=rows.n.sum()))["n"].to_pylist())
        answers.append(rows.agg(n=rows.n.sum()).to_pyarrow()["n"].to_pylist())
        engine.close()
    assert answers == [[1], [1], [2], [2]]
