"""Refunds: each line that takes merchandise back, linked to the order that it takes back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from order_book import Row, build

SALE = {"order": "1", "at": "2025-03-01 10:00", "quantity": 2}
RETURN = {"order": "9", "at": "2025-03-09 10:00", "quantity": -1}


def refund(*rows: Row) -> Row:
    return build(*rows).one("refunds")


def linked(*rows: Row) -> tuple[str | None, str]:
    """Gives the order that the only refund is linked to, and how."""
    row = refund(*rows)
    return row["returned_order_id"], row["link"]


def test_a_return_is_linked_to_the_order_its_source_names():
    stated = {**RETURN, "refund_of": "1"}
    assert linked(SALE, {**SALE, "order": "2", "at": "2025-03-02 10:00"}, stated) == ("1", "stated")


def test_a_stated_order_counts_though_it_sold_another_product():
    assert linked(SALE, {**RETURN, "refund_of": "1", "product": "cup"}) == ("1", "stated")


def test_a_stated_order_is_looked_for_in_the_same_source():
    other = {**SALE, "order": "2", "source": "web"}
    assert linked(SALE, other, {**RETURN, "refund_of": "2", "product": "cup"}) == (None, "none")


def test_a_return_that_names_no_order_is_matched_by_customer_and_product():
    assert linked(SALE, RETURN) == ("1", "matched")


def test_a_return_is_matched_to_the_latest_earlier_order():
    rows = [{**SALE, "order": str(day), "at": f"2025-03-0{day} 10:00"} for day in (2, 3, 1)]
    later = {**SALE, "order": "4", "at": "2025-03-10 10:00"}
    assert linked(*rows, later, RETURN) == ("3", "matched")


def test_a_return_in_the_order_itself_is_matched_to_it():
    assert linked(SALE, {**RETURN, "order": "1", "at": SALE["at"]}) == ("1", "matched")


def test_a_return_of_a_stated_order_outside_of_the_data_is_not_guessed():
    assert linked(SALE, {**RETURN, "refund_of": "777"}) == (None, "none")


@pytest.mark.parametrize(
    "difference",
    [
        {"customer": "bob"},
        {"product": "cup"},
        {"source": "web"},
        {"at": "2025-02-01 10:00"},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_a_return_of_what_was_not_bought_before_is_linked_to_nothing(difference):
    assert linked(SALE, {**RETURN, **difference}) == (None, "none")


def test_a_guests_return_is_not_matched_to_another_guest():
    assert linked({**SALE, "customer": None}, {**RETURN, "customer": None}) == (None, "none")


def test_a_return_is_not_matched_to_a_cancellation():
    assert linked({**SALE, "is_cancellation": True}, RETURN) == (None, "none")


def test_a_stated_order_that_came_later_is_not_linked():
    later = {**SALE, "at": "2025-03-10 10:00"}
    assert linked(later, {**RETURN, "refund_of": "1"}) == (None, "none")


def test_each_return_is_linked_for_itself():
    second = {**SALE, "order": "2", "at": "2025-03-15 10:00"}
    later = {**RETURN, "order": "99", "at": "2025-03-20 10:00"}
    shop = build(SALE, RETURN, second, later)
    assert shop.column("refunds", "returned_order_id") == ["1", "2"]


def test_a_refund_says_what_was_taken_back_in_positive_numbers():
    found = refund(SALE, {**RETURN, "quantity": -2, "price": 7})
    assert (found["quantity"], found["refund_amount"]) == (2, 14)


def test_a_refund_knows_its_own_date_and_the_orders():
    found = refund(SALE, RETURN)
    assert (found["refund_date"], found["returned_order_date"], found["returned_at"]) == (
        date(2025, 3, 9),
        date(2025, 3, 1),
        datetime.fromisoformat("2025-03-01 10:00"),
    )


def test_the_order_taken_back_is_dated_by_its_first_line():
    earlier = {**SALE, "at": "2025-02-28 23:59", "product": "cup"}
    found = refund(earlier, {**SALE, "at": "2025-03-01 00:01"}, RETURN)
    assert found["returned_order_date"] == date(2025, 2, 28)


@pytest.mark.parametrize("line_type", ["shipping", "discount", "fee", "adjustment"])
def test_only_merchandise_can_be_refunded(line_type):
    assert build(SALE, {**RETURN, "line_type": line_type})["refunds"] == []


def test_the_lines_of_a_return_stay_apart():
    shop = build(SALE, RETURN, {**RETURN, "quantity": -2})
    assert sorted(shop.column("refunds", "line_number")) == [1, 2]
