"""Money: exact products and sums, rounded half away from zero in one place."""

from __future__ import annotations

from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, amount, nothing, total


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)


def value(engine: DuckDBEngine, expression: ibis.Value) -> Decimal:
    return engine.collect(expression.name("x").as_table()).column("x")[0].as_py()


def product(engine: DuckDBEngine, quantity: str, price: str) -> Decimal:
    factors = ibis.literal(quantity).cast(QUANTITY), ibis.literal(price).cast(AMOUNT)
    return value(engine, amount(*factors))


def amounts(engine: DuckDBEngine, *values: str) -> ibis.Table:
    decimals = pa.array([Decimal(v) for v in values], pa.decimal128(18, 4))
    return engine.register("amounts", pa.table({"amount": decimals}))


@pytest.mark.parametrize(
    ("quantity", "price", "expected"),
    [
        ("3", "2.55", "7.65"),
        ("0.125", "0.1", "0.0125"),
        ("0.333", "0.1", "0.0333"),
        ("-74215", "1.04", "-77183.6"),
        ("80995", "2.08", "168469.6"),
        ("0", "5", "0"),
    ],
)
def test_an_amount_is_quantity_times_price(engine, quantity, price, expected):
    assert product(engine, quantity, price) == Decimal(expected)


@pytest.mark.parametrize(
    ("quantity", "price", "expected"),
    [
        ("0.5", "0.0001", "0.0001"),
        ("-0.5", "0.0001", "-0.0001"),
        ("0.5", "0.0003", "0.0002"),
        ("0.499", "0.0001", "0"),
        ("-0.499", "0.0001", "0"),
    ],
)
def test_half_of_the_last_digit_is_rounded_away_from_zero(engine, quantity, price, expected):
    assert product(engine, quantity, price) == Decimal(expected)


def test_the_largest_quantity_and_price_of_a_big_shop_do_not_overflow(engine):
    assert product(engine, "1000000", "99999.9999") == Decimal(99999999900)


def test_nothing_is_zero(engine):
    assert value(engine, nothing()) == Decimal(0)


def test_a_total_is_exact(engine):
    table = amounts(engine, *["0.1"] * 10)
    assert value(engine, total(table.amount)) == Decimal(1)


def test_the_total_of_no_rows_is_zero(engine):
    assert value(engine, total(amounts(engine).amount)) == Decimal(0)


def test_a_total_adds_only_the_rows_that_are_asked_for(engine):
    table = amounts(engine, "1", "-2", "4")
    assert value(engine, total(table.amount, table.amount > 0)) == Decimal(5)


def test_a_total_that_asks_for_no_row_is_zero(engine):
    table = amounts(engine, "1", "2")
    assert value(engine, total(table.amount, table.amount > 9)) == Decimal(0)


def test_a_missing_amount_adds_nothing(engine):
    decimals = pa.array([Decimal(1), None], pa.decimal128(18, 4))
    table = engine.register("amounts", pa.table({"amount": decimals}))
    assert value(engine, total(table.amount)) == Decimal(1)
