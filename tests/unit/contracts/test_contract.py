"""A contract says names, types and checks in the order in which its columns stand."""

from __future__ import annotations

import pytest

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer

GOODS = Contract(
    name="goods",
    layer=Layer.SILVER,
    meaning="One row per thing in the shop.",
    grain=("code", "size"),
    columns=(
        Column("size", "int64", "Size"),
        Column("code", "string", "Code"),
        Column("price_amount", "decimal(18, 4)", "Price", unit="currency", nullable=True),
    ),
    checks=(at_least("price_amount", 0),),
)


def test_names_stand_in_the_order_of_the_columns():
    assert GOODS.column_names == ("size", "code", "price_amount")


def test_types_stand_in_the_order_of_the_columns():
    assert list(GOODS.types().items()) == [
        ("size", "int64"),
        ("code", "string"),
        ("price_amount", "decimal(18, 4)"),
    ]


def test_a_column_is_found_by_its_name():
    assert GOODS.column("code").meaning == "Code"


def test_an_unknown_column_is_a_key_error():
    with pytest.raises(KeyError, match="colour"):
        GOODS.column("colour")


def test_checks_follow_from_missing_values_and_grain_before_the_stated_ones():
    assert [check.name for check in GOODS.all_checks()] == [
        "not_null(size)",
        "not_null(code)",
        "unique(code, size)",
        "at_least(price_amount, 0)",
    ]


def test_a_table_without_grain_need_not_be_unique():
    facts = Contract("facts", Layer.GOLD, "Anything.", (), (Column("fact", "string", "A fact"),))
    assert [check.name for check in facts.all_checks()] == ["not_null(fact)"]
