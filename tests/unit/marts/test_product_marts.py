"""Product performance and product pairs, on order books of a few lines."""

from __future__ import annotations

from datetime import date

from order_book import Row, build

from shopkeeper.marts.product_pairs import LEAST_ORDERS

AS_OF = date(2025, 6, 1)


def orders(count: int, *products: str, first: int = 0) -> list[Row]:
    """Gives so many orders of one piece of each product."""
    return [
        {"order": str(number), "customer": f"c{number}", "product": product}
        for number in range(first, first + count)
        for product in products
    ]


def test_what_a_product_brought():
    rows = [
        {"order": "1", "quantity": 3, "discount": 5},
        {"order": "2", "customer": None, "at": "2025-05-30 10:00"},
        {"order": "3", "at": "2025-05-31 10:00", "quantity": -1},
        {"order": "4", "is_cancellation": True, "quantity": -1},
        {"order": "5", "line_type": "shipping", "product": "post"},
    ]
    row = build(*rows, as_of=AS_OF).one("product_performance")
    assert (row["order_count"], row["customer_count"], row["quantity"]) == (2, 1, 4)
    assert (row["gross_amount"], row["discount_amount"], row["refund_amount"]) == (40, 5, 20)
    assert (row["net_amount"], row["returned_quantity"]) == (15, 2)


def test_recent_days_are_set_against_the_season_of_the_year_before():
    rows = [
        {"order": "1", "at": "2025-05-31 10:00", "price": 1},
        {"order": "2", "at": "2025-03-02 10:00", "price": 2},
        {"order": "3", "at": "2025-03-01 10:00", "price": 4},
        {"order": "4", "at": "2024-06-01 10:00", "price": 8},
        {"order": "5", "at": "2024-03-03 10:00", "price": 16},
        {"order": "6", "at": "2024-03-02 10:00", "price": 32},
    ]
    row = build(*rows, as_of=AS_OF).one("product_performance")
    assert (row["recent_amount"], row["previous_amount"], row["year_before_amount"]) == (3, 4, 24)


def test_a_pair_is_counted_once_for_each_order():
    rows = [*orders(LEAST_ORDERS, "cup", "tea"), *orders(5, "tea", first=50)]
    rows += [rows[0]]
    row = build(*rows, as_of=AS_OF).one("product_pairs")
    assert (row["first_product_id"], row["second_product_id"]) == ("cup", "tea")
    assert (row["pair_order_count"], row["first_order_count"]) == (LEAST_ORDERS, LEAST_ORDERS)
    assert (row["second_order_count"], row["order_count"]) == (LEAST_ORDERS + 5, LEAST_ORDERS + 5)


def test_a_pair_on_too_few_orders_is_left_out():
    assert build(*orders(LEAST_ORDERS - 1, "cup", "tea"), as_of=AS_OF)["product_pairs"] == []


def test_returns_and_cancellations_make_no_pair():
    rows = orders(LEAST_ORDERS, "cup", "tea")
    back = [{**row, "quantity": -1} for row in rows if row["product"] == "tea"]
    cancelled = [{**row, "is_cancellation": True} for row in rows]
    sold = [row for row in rows if row["product"] == "cup"]
    assert build(*sold, *back, as_of=AS_OF)["product_pairs"] == []
    assert build(*cancelled, as_of=AS_OF)["product_pairs"] == []
