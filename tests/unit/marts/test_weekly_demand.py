"""Weekly demand: zeros within a life, unfinished weeks, sums, and nothing of the future."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from order_book import Shop, build, lines

# Mondays: 3, 10, 17 and 24 March 2025.
ROWS = (
    {"order": "1", "at": "2025-03-05 10:00", "product": "tea", "quantity": 2, "category": "hot"},
    {"order": "2", "at": "2025-03-24 10:00", "product": "tea", "quantity": 3, "category": "hot"},
    {"order": "3", "at": "2025-03-12 10:00", "product": "mug", "quantity": 1, "price": 8,
     "category": "things"},
)  # fmt: skip
AS_OF = date(2025, 3, 27)


def weeks(shop: Shop, level: str, series: str) -> dict[str, tuple[float, float, bool]]:
    return {
        str(row["week_date"]): (
            float(row["quantity"]),
            float(row["sales_amount"]),
            row["is_complete"],
        )
        for row in shop["weekly_demand"]
        if (row["series_level"], row["series_id"]) == (level, series)
    }


def test_a_life_without_sales_is_zero_and_unfinished_weeks_are_marked():
    shop = build(*ROWS, as_of=AS_OF)
    assert weeks(shop, "product", "tea") == {
        # The shop opened on a Wednesday.
        "2025-03-03": (2, 20, False),
        "2025-03-10": (0, 0, True),
        "2025-03-17": (0, 0, True),
        "2025-03-24": (3, 30, False),
    }
    assert list(weeks(shop, "product", "mug")) == ["2025-03-10", "2025-03-17", "2025-03-24"]


def test_levels_add_up():
    shop = build(*ROWS, as_of=AS_OF)
    sums: dict[tuple[str, date], Decimal] = {}
    for row in shop["weekly_demand"]:
        key = (row["series_level"], row["week_date"])
        sums[key] = sums.get(key, Decimal(0)) + row["sales_amount"]
    for (level, week), amount in sums.items():
        assert amount == sums["total", week], (level, week)
    assert weeks(shop, "category", "hot") == weeks(shop, "product", "tea")


def test_the_first_week_is_whole_where_the_shop_opened_on_a_monday():
    shop = build({"at": "2025-03-03 10:00"}, as_of=date(2025, 3, 17))
    assert [row["is_complete"] for row in shop["weekly_demand"] if row["series_id"] == "all"] == [
        True,
        True,
    ]


def test_what_comes_later_changes_nothing():
    later = {"order": "9", "at": "2025-03-27 00:00", "product": "pot", "quantity": 900}
    assert (
        build(*ROWS, later, as_of=AS_OF)["weekly_demand"]
        == build(*ROWS, as_of=AS_OF)["weekly_demand"]
    )


def test_row_order_changes_nothing():
    assert (
        Shop(lines(*reversed(ROWS)), AS_OF)["weekly_demand"]
        == build(*ROWS, as_of=AS_OF)["weekly_demand"]
    )


def test_what_is_taken_back_on_the_same_day_was_no_demand():
    sold = {"order": "1", "at": "2025-03-05 10:00", "quantity": 900}
    back = {"order": "C1", "quantity": -900, "is_cancellation": True, "refund_of": "1"}
    same_day = build(sold, {**back, "at": "2025-03-05 10:12"}, as_of=AS_OF)
    later = build(sold, {**back, "at": "2025-03-06 10:12"}, as_of=AS_OF)
    assert weeks(same_day, "total", "all")["2025-03-03"] == (0, 0, False)
    assert weeks(later, "total", "all")["2025-03-03"] == (900, 9000, False)


def test_discounts_count_and_what_nobody_pays_for_does_not():
    shop = build(
        {"order": "1", "at": "2025-03-05 10:00", "quantity": 2, "discount": 5},
        {"order": "2", "at": "2025-03-05 11:00", "quantity": 7, "price": 0},
        {"order": "3", "at": "2025-03-05 12:00", "line_type": "shipping", "product": "POST"},
        as_of=AS_OF,
    )
    assert weeks(shop, "total", "all")["2025-03-03"] == (2, 15, False)


def test_products_without_a_category_have_one_name():
    shop = build({"at": "2025-03-05 10:00"}, as_of=AS_OF)
    assert weeks(shop, "category", "(no category)")


def test_a_shop_that_sold_nothing_has_no_weeks():
    assert build({"line_type": "shipping"}, as_of=AS_OF)["weekly_demand"] == []
