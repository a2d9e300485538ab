"""Orders: one row per order number; merchandise, shipping and the rest apart."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from order_book import build


def test_the_lines_of_an_order_become_one_row():
    assert build({"product": "tea"}, {"product": "cup"}).one("orders")["line_count"] == 2


def test_the_same_number_in_two_sources_is_two_orders():
    assert build({"source": "orders"}, {"source": "web"}).column("orders", "source") == [
        "orders",
        "web",
    ]


def test_merchandise_shipping_and_the_rest_stand_apart():
    order = build(
        {"price": 10},
        {"line_type": "shipping", "product": "POST", "price": 4},
        {"line_type": "fee", "product": "BANK", "price": 2},
        {"line_type": "gift_card", "product": "GIFT", "price": 25},
    ).one("orders")
    found = {name: order[f"{name}_amount"] for name in ("net", "shipping", "other", "total")}
    assert found == {"net": 10, "shipping": 4, "other": 27, "total": 41}


def test_discounts_on_lines_and_on_lines_of_their_own_are_together():
    order = build(
        {"price": 20, "discount": 3},
        {"line_type": "discount", "product": "D", "quantity": -1, "price": 5},
    ).one("orders")
    assert (order["gross_amount"], order["discount_amount"], order["net_amount"]) == (20, 8, 12)


def test_a_refund_in_an_order_is_taken_off_its_net():
    order = build({"quantity": 3}, {"quantity": -1}).one("orders")
    assert (order["gross_amount"], order["refund_amount"], order["net_amount"]) == (30, 10, 20)


def test_shipping_paid_back_is_taken_off_shipping():
    post = {"line_type": "shipping", "product": "POST", "price": 4}
    order = build({**post, "quantity": 3}, {**post, "quantity": -1}).one("orders")
    assert order["shipping_amount"] == 8


def test_pieces_and_products_count_only_merchandise_that_was_sold():
    order = build(
        {"product": "tea", "quantity": 2},
        {"product": "tea", "quantity": 1},
        {"product": "cup", "quantity": -5},
        {"product": "POST", "line_type": "shipping", "quantity": 7},
        {"product": "D", "line_type": "discount", "quantity": -1},
    ).one("orders")
    assert (order["quantity"], order["product_count"]) == (3, 1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"price": 0}, True),
        ({"quantity": -1}, False),
        ({"is_cancellation": True}, False),
        ({"line_type": "shipping"}, False),
        ({"line_type": "discount", "quantity": -1}, False),
        ({"customer": None, "price": 0, "quantity": -1}, False),
    ],
)
def test_a_sale_sells_merchandise_and_cancels_nothing(given, expected):
    assert build(given).one("orders")["is_sale"] is expected


def test_one_cancelling_line_makes_the_order_a_cancellation():
    order = build({}, {"product": "cup", "is_cancellation": True}).one("orders")
    assert (order["is_cancellation"], order["is_sale"]) == (True, False)


def test_an_order_is_dated_by_its_first_line():
    order = build({"at": "2025-03-02 00:01"}, {"at": "2025-03-01 23:59"}).one("orders")
    assert (order["ordered_at"], order["order_date"]) == (
        datetime.fromisoformat("2025-03-01 23:59"),
        date(2025, 3, 1),
    )


def test_an_order_without_a_customer_is_a_guest():
    shop = build({"order": "1", "customer": None}, {"order": "2"})
    assert shop.column("orders", "is_guest") == [True, False]


def test_one_line_that_names_the_customer_names_them_for_the_order():
    order = build({"customer": None}, {"product": "cup", "customer": "ann"}).one("orders")
    assert (order["customer_id"], order["is_guest"]) == ("ann", False)


def test_an_order_of_which_nothing_was_kept_is_no_order():
    assert build({}, {"order": "2", "reason": "implausible_date"}).column("orders", "order_id") == [
        "1"
    ]


def test_an_order_without_merchandise_has_no_missing_amounts():
    order = build({"line_type": "fee"}).one("orders")
    assert None not in [value for name, value in order.items() if name.endswith("_amount")]
