"""Graph: the order of tables follows from what their builds read."""

from __future__ import annotations

import pytest

from shopkeeper.contracts.checks import Check, references
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.pipeline.graph import downstream, in_order
from shopkeeper.warehouse.table import Table


def table(name: str, *needs: str, checks: tuple[Check, ...] = ()) -> Table:
    """Gives a table that reads others; it is never built here."""
    columns = (Column("code", "string", "Code"),)
    contract = Contract(name, Layer.SILVER, "One row per thing.", ("code",), columns, checks)
    return Table(contract, lambda *_: None, needs=needs)


def names(tables: tuple[Table, ...]) -> list[str]:
    return [one.name for one in tables]


def test_each_table_comes_after_those_it_reads():
    tables = [table("a", "b", "c"), table("b", "c"), table("c", "raw")]
    assert names(in_order(tables, given=["raw"])) == ["c", "b", "a"]


def test_what_a_build_reads_is_read_from_its_signature():
    def build(orders, refunds, *, as_of):
        return orders

    contract = Contract("sales", Layer.GOLD, "One row per sale.", (), ())
    assert Table(contract, build).inputs == ("orders", "refunds")
    assert Table(contract, build).questions == ("as_of",)


def test_tables_that_do_not_need_each_other_come_in_order_of_their_names():
    assert names(in_order([table("c"), table("a"), table("b")])) == ["a", "b", "c"]


def test_tables_that_are_ready_come_in_order_of_their_names():
    tables = [table("a", "z"), table("b"), table("z")]
    assert names(in_order(tables)) == ["b", "z", "a"]


def test_the_order_does_not_depend_on_the_order_given():
    tables = [table("a", "d"), table("b", "c"), table("c"), table("d", "c")]
    assert names(in_order(tables)) == names(in_order(tables[::-1]))


def test_a_table_comes_after_those_its_checks_look_at():
    tables = [table("a", checks=(references("code", "z"),)), table("z")]
    assert names(in_order(tables)) == ["z", "a"]


def test_given_tables_are_not_built():
    assert names(in_order([table("a", "raw")], given=["raw"])) == ["a"]


def test_a_table_that_nobody_builds_offers_the_closest():
    with pytest.raises(UnknownNameError) as caught:
        in_order([table("a", "oders"), table("orders")])
    assert caught.value.hint == "did you mean `orders`?"


def test_a_circle_is_refused_and_shown():
    with pytest.raises(UsageError) as caught:
        in_order([table("a", "b"), table("b", "a")])
    assert caught.value.message.startswith("Tables need each other in a circle: ")
    assert {"`a`", "`b`"} <= set(caught.value.message.rstrip(".").split())


def test_downstream_gives_direct_and_indirect_readers():
    tables = [table("a"), table("b", "a"), table("c", "b"), table("d")]
    assert downstream({one.name: one for one in tables}, "a") == ("b", "c")


def test_nothing_is_downstream_of_a_table_that_nobody_reads():
    assert downstream({"a": table("a")}, "a") == ()
