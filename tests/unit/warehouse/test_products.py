"""Products: every code on a line, with its usual name, what it is and what it cost."""

from __future__ import annotations

from datetime import datetime

from order_book import build


def test_every_code_has_one_row():
    shop = build({"product": "tea"}, {"product": "cup"}, {"product": "tea"}, {"product": None})
    assert shop.column("products", "product_id") == ["cup", "tea"]


def test_the_most_frequent_name_counts():
    rows = [{"product_name": name} for name in ("Pot", "Tea", "Tea", None, None, None)]
    assert build(*rows).one("products")["product_name"] == "Tea"


def test_of_two_names_as_frequent_the_first_by_letter_counts():
    rows = [{"product_name": "Tea"}, {"product_name": "Pot"}]
    found = [build(*turned).one("products")["product_name"] for turned in (rows, rows[::-1])]
    assert found == ["Pot", "Pot"]


def test_the_names_of_a_product_are_counted():
    rows = [{"product_name": name} for name in ("Tea", "Pot", "Pot", None)]
    assert build(*rows).one("products")["name_count"] == 2


def test_a_product_without_a_name_has_none():
    assert build({"product_name": None}).one("products")["product_name"] is None


def test_a_product_is_what_most_of_its_lines_are():
    rows = [{"line_type": kind} for kind in ("sample", "merchandise", "sample")]
    assert build(*rows).one("products")["line_type"] == "sample"


def test_the_usual_category_counts():
    rows = [{"category": category} for category in ("food", "drinks", "food", None)]
    assert build(*rows).one("products")["category"] == "food"


def test_returns_are_no_sales():
    product = build(
        {"at": "2025-03-02 10:00"},
        {"at": "2025-03-03 10:00"},
        {"at": "2025-03-04 10:00", "quantity": -1},
    ).one("products")
    assert (product["sale_count"], product["last_sold_at"]) == (
        2,
        datetime.fromisoformat("2025-03-03 10:00"),
    )


def test_a_product_that_was_only_returned_was_never_sold():
    product = build({"quantity": -1}).one("products")
    assert (product["sale_count"], product["first_sold_at"]) == (0, None)


def test_prices_run_from_the_lowest_above_zero_to_the_highest():
    product = build({"price": 0}, {"price": 3}, {"price": "2.5"}).one("products")
    assert (float(product["lowest_price_amount"]), product["highest_price_amount"]) == (2.5, 3)


def test_a_product_that_was_only_given_away_has_no_price():
    product = build({"price": 0}).one("products")
    assert (product["lowest_price_amount"], product["highest_price_amount"]) == (None, None)
