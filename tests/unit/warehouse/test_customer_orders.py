"""Customer orders: the sales of each named customer in sequence, less their refunds."""

from __future__ import annotations

import pytest
from order_book import Row, build

FIRST = {"order": "1", "at": "2025-03-01 10:00", "quantity": 4}
SECOND = {"order": "2", "at": "2025-03-08 09:00", "product": "cup"}
RETURN = {"order": "9", "at": "2025-03-20 10:00", "quantity": -1}


def sequence(*rows: Row) -> list[tuple[str, int, str]]:
    found = build(*rows)["customer_orders"]
    return [(row["customer_id"], row["order_number"], row["order_id"]) for row in found]


def test_the_orders_of_a_customer_are_numbered_in_time():
    third = {**SECOND, "order": "0", "at": "2025-03-09 10:00"}
    assert sequence(third, SECOND, FIRST) == [("ann", 1, "1"), ("ann", 2, "2"), ("ann", 3, "0")]


def test_each_customer_starts_at_one():
    assert sequence(FIRST, {**SECOND, "customer": "bob"}) == [("ann", 1, "1"), ("bob", 1, "2")]


def test_orders_at_the_same_instant_stand_in_order_of_their_numbers():
    same = {**SECOND, "at": FIRST["at"]}
    assert sequence(same, FIRST) == [("ann", 1, "1"), ("ann", 2, "2")]


@pytest.mark.parametrize(
    "given",
    [
        {"customer": None},
        {"is_cancellation": True},
        {"quantity": -1},
        {"line_type": "fee"},
        {"reason": "implausible_date"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_only_sales_of_named_customers_are_in_it(given):
    assert sequence({**SECOND, **given}) == []


def test_days_are_counted_from_the_order_before_by_calendar():
    shop = build(FIRST, SECOND, {**SECOND, "order": "3", "at": "2025-03-08 23:00"})
    assert shop.column("customer_orders", "days_since_previous_order") == [None, 7, 0]


def amounts(*rows: Row) -> dict[str, tuple]:
    """Gives gross, discount, refund and net of each order."""
    names = ("gross_amount", "discount_amount", "refund_amount", "net_amount")
    found = build(*rows)["customer_orders"]
    return {row["order_id"]: tuple(row[name] for name in names) for row in found}


def test_a_refund_stands_with_the_order_that_it_takes_back():
    assert amounts(FIRST, SECOND, RETURN) == {"1": (40, 0, 10, 30), "2": (10, 0, 0, 10)}


def test_all_refunds_of_an_order_are_taken_off():
    assert amounts(FIRST, RETURN, {**RETURN, "order": "10"})["1"] == (40, 0, 20, 20)


def test_a_discount_is_taken_off():
    assert amounts({**FIRST, "discount": 3})["1"] == (40, 3, 0, 37)


def test_a_refund_without_a_known_order_is_taken_off_none():
    assert amounts(FIRST, {**RETURN, "product": "jam"})["1"] == (40, 0, 0, 40)


def test_what_a_sale_takes_back_of_an_earlier_order_is_taken_off_that_one():
    exchange = {**RETURN, "order": "2", "at": SECOND["at"]}
    assert amounts(FIRST, SECOND, exchange) == {"1": (40, 0, 10, 30), "2": (10, 0, 0, 10)}


def test_the_same_order_number_in_another_source_is_not_touched_by_a_refund():
    twin = {**FIRST, "source": "web", "customer": "bob"}
    found = {
        row["source"]: row["refund_amount"] for row in build(FIRST, twin, RETURN)["customer_orders"]
    }
    assert found == {"orders": 10, "web": 0}


def test_shipping_stands_beside_the_net_amount():
    post = {**FIRST, "line_type": "shipping", "product": "POST", "quantity": 1, "price": 4}
    row = build(FIRST, post).one("customer_orders")
    assert (row["net_amount"], row["shipping_amount"]) == (40, 4)
