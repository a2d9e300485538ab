"""Daily demand: zeros within a life, days that may be cut, sums, and nothing of the future."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from order_book import Shop, build

ROWS = (
    {"order": "1", "at": "2025-03-05 10:00", "product": "tea", "quantity": 2, "category": "hot"},
    {"order": "2", "at": "2025-03-09 10:00", "product": "tea", "quantity": 3, "category": "hot"},
    {"order": "3", "at": "2025-03-07 10:00", "product": "mug", "quantity": 1, "price": 8,
     "category": "things"},
)  # fmt: skip
AS_OF = date(2025, 3, 11)


def days(shop: Shop, level: str, series: str) -> dict[str, tuple[float, float, bool]]:
    return {
        str(row["sales_date"]): (
            float(row["quantity"]),
            float(row["sales_amount"]),
            row["is_complete"],
        )
        for row in shop["daily_demand"]
        if (row["series_level"], row["series_id"]) == (level, series)
    }


def test_a_life_without_sales_is_zero_and_days_that_may_be_cut_are_marked():
    shop = build(*ROWS, as_of=AS_OF)
    assert days(shop, "category", "hot") == {
        # The day of the first booking, and that of the last: the export may have cut them.
        "2025-03-05": (2, 20, False),
        "2025-03-06": (0, 0, True),
        "2025-03-07": (0, 0, True),
        "2025-03-08": (0, 0, True),
        "2025-03-09": (3, 30, False),
        "2025-03-10": (0, 0, False),
    }
    assert next(iter(days(shop, "category", "things"))) == "2025-03-07"


def test_categories_add_up_to_the_total_and_days_to_weeks():
    shop = build(*ROWS, as_of=AS_OF)
    sums: dict[tuple[str, date], Decimal] = {}
    for row in shop["daily_demand"]:
        key = (row["series_level"], row["sales_date"])
        sums[key] = sums.get(key, Decimal(0)) + row["sales_amount"]
    for (level, day), amount in sums.items():
        assert amount == sums["total", day], (level, day)
    week = [
        row["sales_amount"]
        for row in shop["weekly_demand"]
        if row["series_level"] == "total" and row["week_date"] == date(2025, 3, 3)
    ]
    told = sum(amount for (level, _), amount in sums.items() if level == "total")
    assert week == [told]


def test_the_mart_never_sees_the_future():
    later = {"order": "9", "at": "2025-03-11 09:00", "product": "tea", "quantity": 7}
    assert (
        build(*ROWS, later, as_of=AS_OF)["daily_demand"]
        == build(*ROWS, as_of=AS_OF)["daily_demand"]
    )
