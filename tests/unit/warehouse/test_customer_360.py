"""Customer 360: everything known of a customer in one row, as of a date."""

from __future__ import annotations

from datetime import date

import pytest
from order_book import Row, build

FIRST = {"order": "1", "at": "2025-03-01 10:00", "quantity": 4}
SECOND = {"order": "2", "at": "2025-03-11 10:00", "quantity": 2, "product": "cup"}
RETURN = {"order": "9", "at": "2025-03-20 10:00", "quantity": -1}
DISCOUNT = {"order": "2", "at": SECOND["at"], "line_type": "discount", "product": "D"}
DISCOUNT |= {"quantity": -1, "price": 5}


def ann(*rows: Row, as_of: str = "2025-03-31") -> Row:
    """Gives the row of the only customer."""
    return build(*rows, as_of=date.fromisoformat(as_of)).one("customer_360")


def test_money_is_taken_apart():
    row = ann(FIRST, {**SECOND, "discount": 3}, DISCOUNT, RETURN)
    found = {name: row[f"{name}_amount"] for name in ("gross", "discount", "refund", "net")}
    assert found == {"gross": 60, "discount": 8, "refund": 10, "net": 42}


def test_postage_and_fees_are_not_the_customers_merchandise():
    row = ann(FIRST, {**FIRST, "line_type": "shipping"}, {**FIRST, "line_type": "fee"})
    assert row["net_amount"] == 40


def test_orders_are_counted_and_dated():
    row = ann(FIRST, SECOND, RETURN)
    assert (row["order_count"], row["first_order_date"], row["last_order_date"]) == (
        2,
        date(2025, 3, 1),
        date(2025, 3, 11),
    )


def test_days_are_counted_to_as_of():
    row = ann(FIRST, SECOND, as_of="2025-03-12")
    assert (row["days_since_last_order"], row["tenure_days"]) == (1, 11)


def test_as_of_stands_on_each_row():
    assert ann(FIRST, as_of="2025-03-12")["as_of"] == date(2025, 3, 12)


def test_the_gap_between_orders_is_the_span_over_the_orders_after_the_first():
    row = ann(FIRST, SECOND, {**SECOND, "order": "3", "at": "2025-03-16 10:00"})
    assert row["average_days_between_orders"] == 7.5


def test_one_order_has_no_gap():
    row = ann(FIRST)
    assert (row["average_days_between_orders"], row["is_repeat"]) == (None, False)


def test_two_orders_are_a_repeat():
    assert ann(FIRST, SECOND)["is_repeat"] is True


def test_the_average_order_is_gross_less_discount_over_sales():
    exchange = {**RETURN, "order": "2", "at": SECOND["at"]}
    assert ann(FIRST, {**SECOND, "discount": 3}, exchange)["average_order_amount"] == 28.5


def test_the_refund_share_is_refund_over_gross():
    assert ann(FIRST, RETURN)["refund_share"] == 0.25


def test_a_customer_of_gifts_has_no_refund_share():
    assert ann({**FIRST, "price": 0})["refund_share"] is None


def test_who_only_returned_something_is_there_without_sales():
    row = ann(RETURN)
    found = (row["order_count"], row["net_amount"], row["last_order_date"], row["is_repeat"])
    assert found == (0, -10, None, False)


def test_pieces_and_products_are_those_bought():
    row = ann(FIRST, SECOND, RETURN)
    assert (row["quantity"], row["product_count"]) == (6, 2)


def test_a_discount_line_is_no_piece_bought():
    assert ann(FIRST, SECOND, DISCOUNT)["quantity"] == 6


def test_a_discount_line_is_no_product_bought():
    assert ann(FIRST, SECOND, DISCOUNT)["product_count"] == 2


def test_the_favourite_is_the_product_on_most_lines():
    rows = [{**SECOND, "order": number, "quantity": 1} for number in "34"]
    assert ann(FIRST, *rows)["favourite_product_id"] == "cup"


def test_a_discount_line_is_no_favourite():
    rows = [{**DISCOUNT, "order": number} for number in "345"]
    assert ann(FIRST, SECOND, *rows)["favourite_product_id"] == "cup"


def test_what_was_returned_is_no_favourite():
    assert ann(SECOND, RETURN, {**RETURN, "order": "10"})["favourite_product_id"] == "cup"


def test_who_bought_no_product_has_no_favourite():
    assert ann(RETURN)["favourite_product_id"] is None


def test_guests_are_not_in_it():
    assert build({**FIRST, "customer": None})["customer_360"] == []


def test_who_was_first_booked_at_as_of_is_not_in_it():
    assert build(FIRST, as_of=date(2025, 3, 1))["customer_360"] == []


@pytest.mark.parametrize("later", [SECOND, RETURN, DISCOUNT], ids=["sale", "return", "discount"])
def test_nothing_from_as_of_on_is_looked_at(later):
    assert ann(FIRST, later, as_of="2025-03-11") == ann(FIRST, as_of="2025-03-11")


@pytest.mark.parametrize(
    "later",
    [
        {**FIRST, "at": "2025-03-11 10:00", "product": "cup"},
        {**FIRST, "at": "2025-03-11 10:00", "is_cancellation": True},
        {**FIRST, "at": "2025-03-11 10:00", "customer": "aaron"},
    ],
    ids=["sale", "cancellation", "customer"],
)
def test_a_later_line_of_an_earlier_order_is_not_looked_at(later):
    assert ann(FIRST, later, as_of="2025-03-11") == ann(FIRST, as_of="2025-03-11")


def test_a_later_line_does_not_turn_an_earlier_fee_into_a_sale():
    fee = {**FIRST, "line_type": "fee"}
    later = {**FIRST, "at": "2025-03-11 10:00"}
    assert ann(fee, later, as_of="2025-03-11")["order_count"] == 0


def test_the_latest_country_and_email_are_shown():
    row = ann(
        {**FIRST, "country": "France"}, {**SECOND, "country": "Spain", "email": "a@b.example"}
    )
    assert (row["country"], row["email"]) == ("Spain", "a@b.example")
