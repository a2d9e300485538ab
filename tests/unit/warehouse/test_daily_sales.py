"""Daily sales: what was sold and taken back on each day, and what became of its orders."""

from __future__ import annotations

from datetime import date

from order_book import Row, build

FIRST = {"order": "1", "at": "2025-03-01 10:00", "quantity": 4}
SECOND = {"order": "2", "at": "2025-03-03 10:00", "quantity": 2}
RETURN = {"order": "9", "at": "2025-03-20 10:00", "quantity": -1}


def days(name: str, *rows: Row) -> dict[int, object]:
    """Gives one column by day of March."""
    return {row["order_date"].day: row[name] for row in build(*rows)["daily_sales"]}


def test_only_days_with_a_booking_have_a_row():
    assert build(SECOND, FIRST).column("daily_sales", "order_date") == [
        date(2025, 3, 1),
        date(2025, 3, 3),
    ]


def test_sales_are_counted_on_their_day():
    assert days("order_count", FIRST, SECOND, {**SECOND, "order": "3"}, RETURN) == {
        1: 1,
        3: 2,
        20: 0,
    }


def test_a_customer_who_buys_twice_on_a_day_is_counted_once():
    rows = [FIRST, {**FIRST, "order": "2"}, {**FIRST, "order": "3", "customer": "bob"}]
    assert days("customer_count", *rows) == {1: 2}


def test_a_customer_is_new_on_the_day_of_the_first_order():
    rows = [FIRST, SECOND, {**SECOND, "order": "3", "customer": "bob"}]
    assert days("new_customer_count", *rows) == {1: 1, 3: 1}


def test_who_only_returns_is_no_customer_of_the_day():
    assert days("customer_count", FIRST, RETURN) == {1: 1, 20: 0}


def test_guests_orders_are_counted():
    rows = [{**FIRST, "customer": None}, {**FIRST, "order": "3", "customer": None}, SECOND]
    assert days("guest_order_count", *rows) == {1: 2, 3: 0}


def test_a_refund_counts_on_its_own_day():
    assert days("refund_amount", FIRST, RETURN) == {1: 0, 20: 10}


def test_a_refund_also_counts_for_the_day_of_its_order():
    assert days("refunded_later_amount", FIRST, RETURN) == {1: 10, 20: 0}


def test_a_refund_counts_for_the_day_of_its_order_though_the_order_began_the_day_before():
    postage = {**FIRST, "at": "2025-02-28 23:59", "line_type": "shipping", "product": "POST"}
    assert days("refunded_later_amount", postage, FIRST, RETURN) == {28: 10, 20: 0}


def test_net_is_gross_less_discount_less_refund():
    rows = [{**FIRST, "discount": 3}, {**RETURN, "at": "2025-03-01 11:00"}]
    assert days("net_amount", *rows) == {1: 27}


def test_the_total_is_net_shipping_and_the_rest():
    post = {**FIRST, "line_type": "shipping", "quantity": 1, "price": 4}
    fee = {**FIRST, "line_type": "fee", "quantity": 1, "price": 2}
    (row,) = build(FIRST, post, fee)["daily_sales"]
    found = {name: row[f"{name}_amount"] for name in ("net", "shipping", "other", "total")}
    assert found == {"net": 40, "shipping": 4, "other": 2, "total": 46}


def test_pieces_sold_are_counted():
    assert days("quantity", FIRST, RETURN) == {1: 4, 20: 0}
