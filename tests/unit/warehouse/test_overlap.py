"""Rows that stand in two extracts are kept once; genuine repeated lines stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from order_book import LOADED_AT, Row, Shop, build, line, lines

LATER = LOADED_AT + timedelta(days=1)


def a_day(date: str = "2025-03-01", orders: int = 10, **given) -> list[Row]:
    """Gives one line for each of some orders of a day: ten distinct rows are a full day."""
    return [
        line(order=f"{date[-2:]}-{place}", at=f"{date} 10:{place:02}", **given)
        for place in range(orders)
    ]


def kept(rows: list[Row]) -> list[str]:
    """Gives the order of each kept line."""
    return Shop(lines(*rows)).column("order_items", "order_id")


def surplus(rows: list[Row]) -> list[tuple[str, int]]:
    """Gives file and place of the rows that go to quarantine as surplus copies."""
    quarantine = Shop(lines(*rows))["quarantine"]
    assert {row["reason"] for row in quarantine} <= {"repeated_extract"}
    return [(row["batch_id"], row["row_number"]) for row in quarantine]


def test_a_day_that_stands_twice_in_one_file_is_kept_once():
    assert len(kept(a_day() + a_day())) == 10


def test_the_second_copy_of_a_doubled_day_goes_to_quarantine():
    assert surplus(a_day() + a_day()) == [("a", place) for place in range(11, 21)]


def test_of_a_doubled_day_each_order_is_kept():
    assert len(set(kept(a_day() + a_day()))) == 10


def test_a_genuine_repeat_on_a_doubled_day_keeps_both_its_lines():
    extract = [*a_day(), a_day()[0]]
    assert len(kept(extract + extract)) == 11


def test_a_genuine_repeat_on_a_doubled_day_keeps_what_tells_its_lines_apart():
    extract = [*a_day(), a_day()[0] | {"promotion": "SPRING"}]
    promotions = build(*extract, *extract).column("order_items", "promotion")
    assert promotions.count("SPRING") == 1


def test_a_genuine_repeat_on_another_day_is_kept():
    assert surplus([line(), line()]) == []


def test_one_row_without_its_twin_shows_that_the_day_is_not_doubled():
    assert surplus(a_day() + a_day() + [line(order="more")]) == []


def test_a_third_copy_of_one_row_shows_that_the_day_is_not_doubled():
    assert surplus(a_day() + a_day() + a_day()[:1]) == []


def test_a_day_with_few_rows_is_not_taken_for_doubled():
    assert surplus(a_day(orders=9) * 2) == []


def test_a_doubled_day_leaves_other_days_alone():
    other_day = a_day("2025-03-02")[:5]
    assert len(kept(a_day() * 2 + other_day * 2)) == 20


def test_a_genuine_repeat_on_the_day_before_a_doubled_day_is_kept_though_the_order_goes_on():
    over_midnight = [
        line(order="01-0", at="2025-02-28 23:59"),
        line(order="01-0", at="2025-02-28 23:59"),
    ]
    assert len(kept(over_midnight + a_day() * 2)) == 12


def test_a_doubled_day_of_one_source_leaves_the_other_source_alone():
    assert len(kept(a_day() * 2 + a_day(source="web")[:3] * 2)) == 16


def test_an_order_that_stands_in_two_files_is_kept_once():
    assert surplus([line(), line(batch="b", loaded_at=LATER)]) == [("b", 1)]


def test_of_two_files_the_one_read_first_keeps_its_row():
    assert surplus([line(loaded_at=LATER), line(batch="b")]) == [("a", 1)]


def test_of_two_files_the_larger_number_of_copies_is_kept():
    rows = [line(), line(batch="b", loaded_at=LATER), line(batch="b", loaded_at=LATER)]
    assert len(kept(rows)) == 2


def test_a_smaller_number_of_copies_in_a_later_file_takes_nothing_away():
    rows = [line(), line(), line(batch="b", loaded_at=LATER)]
    assert surplus(rows) == [("b", 1)]


def test_a_line_that_only_the_later_file_has_is_added_to_a_shared_order():
    later = {"batch": "b", "loaded_at": LATER}
    assert len(kept([line(), line(**later), line(product="cup", **later)])) == 2


def test_three_files_are_kept_once():
    third = {"batch": "c", "loaded_at": LATER + timedelta(days=1)}
    assert surplus([line(), line(batch="b", loaded_at=LATER), line(**third)]) == [
        ("b", 1),
        ("c", 1),
    ]


def test_a_doubled_day_in_one_file_takes_no_genuine_repeat_from_another():
    repeated = a_day()[0] | {"batch_id": "b", "loaded_at": LATER}
    assert len(kept(a_day() * 2 + [repeated, repeated])) == 11


def test_an_order_of_the_same_number_in_another_source_is_another_order():
    assert surplus([line(), line(source="web", batch="b")]) == []


@pytest.mark.parametrize(
    "difference",
    [
        {"at": "2025-03-01 10:01"},
        {"customer": "bob"},
        {"product": "cup"},
        {"product_name": "Tea"},
        {"quantity": 2},
        {"price": 11},
        {"discount": 1},
        {"customer": None},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_rows_that_differ_are_not_copies(difference):
    assert surplus([line(), line(batch="b", **difference)]) == []


def test_guests_rows_without_a_product_are_compared_too():
    row = {"customer": None, "product": None, "product_name": None}
    assert surplus([line(**row), line(batch="b", loaded_at=LATER, **row)]) == [("b", 1)]


def test_a_row_with_a_reason_keeps_it():
    rows = [line(reason="unreadable_date", at=None), line(batch="b")]
    assert Shop(lines(*rows)).column("quarantine", "reason") == ["unreadable_date"]


def test_a_row_with_a_reason_is_no_copy_of_a_kept_one():
    rows = [line(reason="implausible_date"), line(batch="b", loaded_at=LATER)]
    assert kept(rows) == ["1"]


def test_a_row_with_a_reason_does_not_hide_a_doubled_day():
    assert len(kept([*a_day(), *a_day(), line(reason="implausible_date")])) == 10


def test_every_row_is_kept_or_in_quarantine():
    shared = {"order": "x", "at": "2025-03-09 10:00"}
    shop = build(*a_day(), *a_day(), line(**shared), line(batch="b", **shared))
    assert (len(shop["order_items"]), len(shop["quarantine"])) == (11, 11)


def test_a_surplus_copy_goes_to_quarantine_with_its_text_and_amount():
    row = build(line(), line(batch="b", loaded_at=LATER, raw_text="1|tea")).one("quarantine")
    assert (row["raw_text"], row["amount"]) == ("1|tea", 10)


@pytest.mark.parametrize("turn", [lambda rows: rows[::-1], lambda rows: rows[7:] + rows[:7]])
def test_the_order_of_rows_does_not_change_what_is_marked(turn):
    numbered = lines(*a_day(), *a_day(), *a_day("2025-03-02"), line(order="02-1", batch="b"))
    assert Shop(turn(numbered))["quarantine"] == Shop(numbered)["quarantine"]


@pytest.mark.parametrize("turned", [False, True])
def test_which_of_two_copies_stays_does_not_depend_on_the_order_of_rows(turned):
    later = {"batch": "b", "loaded_at": LATER}
    copies = [line(**later), line(promotion="SPRING", **later)]
    shop = build(line(), *(copies[::-1] if turned else copies))
    assert sorted(shop.column("order_items", "promotion"), key=str) == [None, "SPRING"]
