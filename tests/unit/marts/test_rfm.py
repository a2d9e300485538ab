"""RFM: three measures of each customer who had bought before `as_of`."""

from __future__ import annotations

from datetime import date

import pytest
from order_book import Row, build

FIRST = {"order": "1", "at": "2025-03-01 10:00", "quantity": 4}
SECOND = {"order": "2", "at": "2025-03-11 10:00", "quantity": 2}
RETURN = {"order": "9", "at": "2025-03-20 10:00", "quantity": -1}


def rfm(*rows: Row, as_of: str = "2025-03-31") -> list[Row]:
    return build(*rows, as_of=date.fromisoformat(as_of))["rfm"]


def ann(*rows: Row, as_of: str = "2025-03-31") -> tuple[int, int, int]:
    """Gives days since the last order, order count and amount of the only customer."""
    (row,) = rfm(*rows, as_of=as_of)
    return row["days_since_last_order"], row["order_count"], row["order_amount"]


def test_the_three_measures_of_a_customer():
    assert ann(FIRST, SECOND) == (20, 2, 60)


def test_a_sale_on_the_day_before_as_of_is_one_day_ago():
    assert ann(FIRST, as_of="2025-03-02") == (1, 1, 40)


def test_a_sale_on_the_day_of_as_of_is_not_seen():
    assert rfm(FIRST, as_of="2025-03-01") == []


@pytest.mark.parametrize("later", [SECOND, RETURN, {**FIRST, "at": "2025-03-11 10:00"}])
def test_the_mart_never_sees_the_future(later):
    assert rfm(FIRST, later, as_of="2025-03-11") == rfm(FIRST, as_of="2025-03-11")


def test_a_refund_is_taken_off_from_the_day_it_was_booked():
    before, after = (ann(FIRST, RETURN, as_of=day)[2] for day in ("2025-03-20", "2025-03-21"))
    assert (before, after) == (40, 30)


def test_a_refund_is_no_order_and_no_sign_of_life():
    assert ann(FIRST, RETURN)[:2] == ann(FIRST)[:2]


def test_a_cancellation_is_no_order():
    assert ann(FIRST, {**SECOND, "is_cancellation": True})[:2] == (30, 1)


def test_a_discount_is_taken_off():
    rows = [
        {**FIRST, "discount": 3},
        {**FIRST, "line_type": "discount", "quantity": -1, "price": 5},
    ]
    assert ann(*rows) == (30, 1, 32)


@pytest.mark.parametrize("line_type", ["shipping", "fee", "gift_card", "adjustment", "test"])
def test_what_is_no_merchandise_counts_for_nothing(line_type):
    assert ann(FIRST, {**SECOND, "line_type": line_type}) == ann(FIRST)


def test_several_lines_of_an_order_are_one_order():
    assert ann(FIRST, {**FIRST, "product": "cup"}) == (30, 1, 80)


def test_the_same_order_number_in_two_sources_is_two_orders():
    assert ann(FIRST, {**FIRST, "source": "web"})[1] == 2


def test_a_free_order_is_an_order():
    assert ann({**FIRST, "price": 0}) == (30, 1, 0)


def test_guests_are_not_in_it():
    assert rfm({**FIRST, "customer": None}) == []


def test_who_only_returned_something_is_not_in_it():
    assert rfm(RETURN) == []


def test_first_and_last_order_are_dated():
    (row,) = rfm(SECOND, FIRST, RETURN)
    assert (row["first_order_date"], row["last_order_date"]) == (
        date(2025, 3, 1),
        date(2025, 3, 11),
    )


def test_as_of_stands_on_each_row():
    assert {row["as_of"] for row in rfm(FIRST, {**SECOND, "customer": "bob"})} == {
        date(2025, 3, 31)
    }
