"""Purchase history: repeat purchases of each customer who had bought before `as_of`."""

from __future__ import annotations

from datetime import date

import pytest
from order_book import Row, build

FIRST = {"order": "1", "at": "2025-03-01 10:00", "quantity": 4}
SECOND = {"order": "2", "at": "2025-03-11 10:00", "quantity": 2}
THIRD = {"order": "3", "at": "2025-03-21 10:00", "quantity": 1}
RETURN = {"order": "9", "at": "2025-03-20 10:00", "quantity": -1}


def histories(*rows: Row, as_of: str = "2025-03-31") -> list[Row]:
    return build(*rows, as_of=date.fromisoformat(as_of))["purchase_history"]


def ann(*rows: Row, as_of: str = "2025-03-31") -> tuple[int, int, int]:
    """Gives frequency, recency and age of the only customer."""
    (row,) = histories(*rows, as_of=as_of)
    return row["frequency"], row["recency_days"], row["age_days"]


def amounts(*rows: Row) -> tuple[int, int, float | None]:
    """Gives first, repeat and average repeat amount of the only customer."""
    (row,) = histories(*rows)
    return row["first_amount"], row["repeat_amount"], row["average_repeat_amount"]


def test_repeats_count_from_the_first_purchase():
    assert ann(FIRST, SECOND, THIRD) == (2, 20, 29)


def test_who_bought_once_has_no_repeat_and_no_average():
    assert ann(FIRST) == (0, 0, 29)
    assert amounts(FIRST) == (40, 0, None)


def test_amounts_of_the_first_day_and_of_repeats_are_apart():
    assert amounts(FIRST, SECOND, THIRD) == (40, 30, 15.0)


def test_all_that_is_bought_on_a_day_is_one_purchase():
    same_day = {**SECOND, "order": "4", "at": "2025-03-11 18:00"}
    assert ann(FIRST, SECOND, same_day) == ann(FIRST, SECOND)
    assert amounts(FIRST, SECOND, same_day) == (40, 40, 40.0)


def test_a_purchase_on_the_day_before_as_of_has_age_zero():
    assert ann(FIRST, as_of="2025-03-02") == (0, 0, 0)


def test_a_purchase_on_the_last_day_seen_is_as_recent_as_the_customer_is_old():
    assert ann(FIRST, SECOND, as_of="2025-03-12") == (1, 10, 10)


@pytest.mark.parametrize("later", [SECOND, RETURN, {**FIRST, "at": "2025-03-11 10:00"}])
def test_the_mart_never_sees_the_future(later):
    assert histories(FIRST, later, as_of="2025-03-11") == histories(FIRST, as_of="2025-03-11")


def test_who_buys_first_on_as_of_is_not_in_it():
    assert histories(FIRST, as_of="2025-03-01") == []


@pytest.mark.parametrize("other", [RETURN, {**SECOND, "is_cancellation": True}])
def test_a_return_or_cancellation_changes_nothing(other):
    assert histories(FIRST, other) == histories(FIRST)


def test_discounts_are_taken_off_on_the_line_and_on_lines_of_their_own():
    discount = {**SECOND, "line_type": "discount", "quantity": -1, "price": 5}
    assert amounts(FIRST, {**SECOND, "discount": 3}, discount) == (40, 12, 12.0)


def test_a_discount_on_a_day_without_merchandise_is_no_purchase():
    assert histories(FIRST, {**SECOND, "line_type": "discount", "quantity": -1}) == histories(FIRST)


def test_an_average_is_not_below_nothing():
    discount = {**SECOND, "line_type": "discount", "quantity": -1, "price": 50}
    assert amounts(FIRST, SECOND, discount) == (40, -30, 0.0)


@pytest.mark.parametrize("line_type", ["shipping", "fee", "gift_card", "adjustment", "test"])
def test_what_is_no_merchandise_counts_for_nothing(line_type):
    assert histories(FIRST, {**SECOND, "line_type": line_type}) == histories(FIRST)


def test_a_free_order_is_a_purchase():
    assert ann(FIRST, {**SECOND, "price": 0}) == (1, 10, 29)


def test_guests_are_not_in_it():
    assert histories({**FIRST, "customer": None}) == []


def test_customers_of_rfm_and_of_purchase_history_are_the_same():
    shop = build(FIRST, SECOND, {**RETURN, "customer": "bob"}, {**THIRD, "customer": "cid"})
    assert shop.column("purchase_history", "customer_id") == shop.column("rfm", "customer_id")
