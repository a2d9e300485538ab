"""Customer rhythms: the gaps between days of purchase, and the silence as of a date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from order_book import Row, build

AS_OF = date(2025, 6, 1)


def bought(*days: int, **given) -> list[Row]:
    """Gives one order on each of these days after the first of January."""
    start = date(2025, 1, 1)
    return [
        {"order": str(place), "at": f"{start + timedelta(days=day)} 10:00", **given}
        for place, day in enumerate(days)
    ]


def rhythm(*days: int, as_of: date = AS_OF) -> Row:
    return build(*bought(*days), as_of=as_of).one("customer_rhythms")


@pytest.mark.parametrize(
    ("days", "median", "long", "longest"),
    [
        ((0,), None, None, None),
        ((0, 10), 10, 10, 10),
        ((0, 10, 30), 15, 20, 20),
        ((0, 1, 3, 6), 2, 3, 3),
        ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 59), 1, 1, 50),
        ((0, 0, 7), 7, 7, 7),
    ],
)
def test_the_middle_the_long_and_the_longest_gap(days, median, long, longest):
    row = rhythm(*days)
    assert (row["median_gap_days"], row["long_gap_days"], row["longest_gap_days"]) == (
        median,
        long,
        longest,
    )
    assert row["gap_count"] == len(set(days)) - 1


def test_silence_runs_from_the_last_purchase_to_as_of():
    row = rhythm(0, 10, 40, as_of=date(2025, 2, 20))
    assert (row["silent_days"], row["longer_gap_count"]) == (10, 2)


def test_a_purchase_from_as_of_on_is_not_seen():
    assert rhythm(0, 10, as_of=date(2025, 1, 11))["gap_count"] == 0


def test_the_last_year_ends_with_the_last_purchase_and_knows_later_refunds():
    rows = [
        *bought(0, 400, price=10),
        {"order": "r", "at": "2026-03-01 10:00", "quantity": -1, "price": 4},
    ]
    row = build(*rows, as_of=date(2026, 6, 1)).one("customer_rhythms")
    assert row["year_amount"] == 6


def test_whoever_only_returned_has_no_rhythm():
    assert build({"quantity": -1}, as_of=AS_OF)["customer_rhythms"] == []
