"""What holds for sales reports of any order book: changes add up, counts open their lists."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from order_book import MIDDLE, Row, Shop, lines, order_books
from sales_questions import ask, counts, opened

from shopkeeper.reports.best_customers import best_customers
from shopkeeper.reports.change import change
from shopkeeper.reports.discounts import discount_impact
from shopkeeper.reports.payments import payment_methods
from shopkeeper.reports.products import product_report
from shopkeeper.reports.repeat_buyers import repeat_buyers
from shopkeeper.reports.returns import returns
from shopkeeper.reports.seasonality import seasonality
from shopkeeper.reports.stores import store_performance
from shopkeeper.reports.whales import whales

ANY_BOOK = settings(max_examples=10, deadline=None, database=None, derandomize=True)
A_FEW_BOOKS = settings(ANY_BOOK, max_examples=5)
pytestmark = pytest.mark.slow

REPORTS = (
    seasonality,
    store_performance,
    payment_methods,
    discount_impact,
    repeat_buyers,
    best_customers,
    product_report,
    returns,
    whales,
    change,
)
SPLIT = {change: {"before": "2025-01-01..2025-01-08", "after": "2025-01-09..2025-01-15"}}
# Orders of random books are booked on these days of January and the first of February.
SPLITS = st.integers(1, 28)


def span(start: date, end: date) -> str:
    return f"{start}..{end - timedelta(days=1)}"


def halves(split: int) -> tuple[str, str]:
    """Gives two periods that together hold all days of random books."""
    middle = date(2025, 1, 1) + timedelta(days=split)
    return span(date(2024, 12, 1), middle), span(middle, date(2025, 4, 1))


@ANY_BOOK
@given(rows=order_books(), split=SPLITS)
def test_the_parts_of_a_change_add_up_to_the_cent(rows, split):
    shop = Shop(rows, as_of=date(2025, 4, 1))
    booked = [day["order_date"] for day in shop["daily_sales"]]
    before, after = halves(split)
    if not booked or min(booked) >= date(2025, 1, 1) + timedelta(days=split):
        return
    (found,) = ask(shop, change, before=before, after=after).comparisons
    assert sum((part.amount for part in found.parts), Decimal(0)) == found.change_amount
    assert found.after.net_amount - found.before.net_amount == found.change_amount
    net = sum((day["net_amount"] for day in shop["daily_sales"]), Decimal(0))
    assert found.before.net_amount + found.after.net_amount == net


@A_FEW_BOOKS
@given(rows=order_books(), split=SPLITS)
def test_the_way_back_is_the_change_with_its_sign_turned(rows, split):
    shop = Shop(rows, as_of=date(2025, 4, 1))
    booked = [day["order_date"] for day in shop["daily_sales"]]
    before, after = halves(split)
    if not booked or min(booked) >= date(2025, 1, 1) + timedelta(days=split):
        return
    (there,) = ask(shop, change, before=before, after=after).comparisons
    (back,) = ask(shop, change, before=after, after=before).comparisons
    turned = {"new_products": "lost_products", "lost_products": "new_products"}
    of_back = {part.name: part.amount for part in back.parts}
    for part in there.parts:
        other = of_back[turned.get(part.name, part.name)]
        assert abs(part.amount + other) <= Decimal("0.001"), part.name


@pytest.fixture(scope="module")
def shop() -> Shop:
    """The shop of many random order books as one; lists are opened on a few large tables."""
    books: list[list[Row]] = []

    @settings(
        max_examples=25,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(order_books())
    def draw(rows: list[Row]) -> None:
        books.append(rows)

    draw()
    rows = [told_apart(row, place) for place, book in enumerate(books) for row in book]
    return Shop(lines(*rows), as_of=MIDDLE)


def told_apart(row: Row, place: int) -> Row:
    """Orders are told apart; customers and products of the books are the same ones."""
    named = {
        name: f"{row[name]}-{place}"
        for name in ("order_id", "refund_of", "batch_id")
        if row[name] is not None
    }
    paid = "card" if place % 2 else None
    return {**row, **named, "payment_method": paid, "row_number": None}


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_every_count_opens_as_many_as_it_counts(report, shop):
    listed = list(counts(ask(shop, report, **SPLIT.get(report, {}))))
    assert sum(count for _, count, _ in listed) > 0
    for place, count, selection in listed:
        found = opened(shop, selection).count
        assert (place, selection.address, found) == (place, selection.address, count)
