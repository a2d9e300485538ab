"""Order items: every kept line, numbered by what it says, with its money taken apart."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from order_book import LOADED_AT, Shop, build, line, lines

MONEY = ("gross_amount", "discount_amount", "refund_amount", "net_amount")


def money(**given) -> dict[str, int]:
    """Gives gross, discount, refund and net of one line."""
    row = build(given).one("order_items")
    return {name.removesuffix("_amount"): row[name] for name in MONEY}


def test_a_sale_has_gross_less_discount_as_net():
    found = money(quantity=3, price=10, discount=4)
    assert found == {"gross": 30, "discount": 4, "refund": 0, "net": 26}


def test_a_return_is_a_refund_and_no_gross():
    assert money(quantity=-3, price=10) == {"gross": 0, "discount": 0, "refund": 30, "net": -30}


def test_a_return_that_takes_a_discount_back_refunds_what_was_paid():
    found = money(quantity=-3, price=10, discount=-4)
    assert found == {"gross": 0, "discount": 0, "refund": 26, "net": -26}


def test_a_discount_line_is_a_discount_and_no_refund():
    found = money(line_type="discount", product="D", quantity=-1, price=5)
    assert found == {"gross": 0, "discount": 5, "refund": 0, "net": -5}


def test_a_discount_line_written_with_a_negative_price_is_the_same():
    found = money(line_type="discount", product="D", quantity=1, price=-5)
    assert found == {"gross": 0, "discount": 5, "refund": 0, "net": -5}


def test_a_discount_that_is_taken_back_counts_against_discounts():
    found = money(line_type="discount", product="D", quantity=1, price=5)
    assert found == {"gross": 0, "discount": -5, "refund": 0, "net": 5}


def test_a_negative_price_of_a_correction_is_negative_gross():
    found = money(line_type="adjustment", product="B", price="-53594.36")
    assert found["gross"] == found["net"] == Decimal("-53594.36")


def test_a_gift_of_a_free_product_is_a_sale_of_nothing():
    assert money(price=0) == {"gross": 0, "discount": 0, "refund": 0, "net": 0}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"quantity": -1}, True),
        ({"quantity": 1}, False),
        ({"quantity": 1, "is_cancellation": True}, False),
        ({"quantity": -1, "line_type": "discount"}, False),
        ({"quantity": -1, "line_type": "shipping"}, True),
    ],
)
def test_a_line_is_a_return_when_it_takes_something_back(given, expected):
    assert build(given).one("order_items")["is_return"] is expected


def line_type(**given) -> str:
    return build({"quantity": -5, "price": 0, "customer": None} | given).one("order_items")[
        "line_type"
    ]


def test_stock_taken_off_with_neither_customer_nor_price_is_a_write_off():
    assert line_type() == "stock_adjustment"


@pytest.mark.parametrize(
    "given",
    [{"quantity": 5}, {"price": 1}, {"customer": "ann"}, {"is_cancellation": True}],
    ids=lambda given: next(iter(given)),
)
def test_what_sells_or_names_someone_is_no_write_off(given):
    assert line_type(**given) == "merchandise"


def test_a_row_with_a_reason_is_not_kept():
    shop = build({"order": "1"}, {"order": "2", "reason": "implausible_date"})
    assert shop.column("order_items", "order_id") == ["1"]


def test_every_row_without_a_reason_is_kept():
    shop = build({"line_type": "test"}, {"customer": None}, {"quantity": 0}, {"product": None})
    assert len(shop["order_items"]) == 4


def test_lines_are_numbered_from_one_within_their_order():
    shop = build({"order": "1", "product": "cup"}, {"order": "1", "product": "tea"}, {"order": "2"})
    found = [(row["order_id"], row["line_number"]) for row in shop["order_items"]]
    assert found == [("1", 1), ("1", 2), ("2", 1)]


def test_lines_are_numbered_by_what_they_say():
    shop = build({"product": "tea"}, {"product": None}, {"product": "cup"})
    assert shop.column("order_items", "product_id") == [None, "cup", "tea"]


def test_the_same_order_number_in_two_sources_is_numbered_apart():
    shop = build({"source": "orders"}, {"source": "web"})
    assert shop.column("order_items", "line_number") == [1, 1]


@pytest.mark.parametrize(
    "difference",
    [
        {"product": "cup"},
        {"product_name": "Tea"},
        {"quantity": 2},
        {"price": 11},
        {"discount": 1},
        {"at": "2025-03-01 10:05"},
        {"customer": "bob"},
        {"email": "ann@example.org"},
        {"category": "drinks"},
        {"country": "France"},
        {"channel": "web"},
        {"payment_method": "card"},
        {"promotion": "SPRING"},
        {"line_type": "sample"},
        {"is_cancellation": True},
        {"refund_of": "0"},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_two_lines_of_an_order_keep_their_numbers_in_any_row_order(difference):
    rows = [line(), line(**difference)]
    assert Shop(lines(*rows))["order_items"] == Shop(lines(*rows[::-1]))["order_items"]


def test_a_repeat_from_a_second_file_keeps_its_number_in_any_row_order():
    later = {"batch": "b", "loaded_at": LOADED_AT + timedelta(days=1)}
    rows = lines(line(), line(**later), line(**later))
    assert Shop(rows)["order_items"] == Shop(rows[::-1])["order_items"]
