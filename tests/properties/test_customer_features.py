"""What holds for the mart `customer_features` on any order book: each number, and no look ahead."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from features_by_hand import features_by_hand
from hypothesis import given, settings
from hypothesis import strategies as st
from order_book import FIRST_DAY, LOADED_AT, TIME_ZONE, Row, Shop, lines, order_books, to_arrow

from shopkeeper.marts.customer_features.wide import CONTRACT, at_cutoffs, reduced
from shopkeeper.warehouse.bronze_events import SOURCE_EVENTS
from shopkeeper.warehouse.gold.purchases import CONTRACT as PURCHASES
from shopkeeper.warehouse.silver.events import CONTRACT as EVENTS
from shopkeeper.warehouse.silver.order_items import CONTRACT as ORDER_ITEMS

ANY_BOOK = settings(max_examples=25, deadline=None, database=None, derandomize=True)
A_FEW_BOOKS = settings(ANY_BOOK, max_examples=8)
# Random books span a month; told a month apart for each day, they span years.
AS_OF = date(2026, 5, 1)
# In the middle of the big books.
MIDNIGHT = datetime.fromisoformat("2025-01-10 00:00")
# Nothing that a float says of such sums is off by more.
TOLERANCE = 1e-12


def stretched(rows: Sequence[Row], days: int, hour: int) -> list[Row]:
    """Gives the rows with each day that lies between them made so many days long."""
    found = []
    for place, row in enumerate(rows):
        at = row["ordered_at"]
        moved: Row = {"category": ("drinks", "tableware", None)[place % 3]}
        if at is not None:
            later = (days - 1) * timedelta(days=(at - FIRST_DAY).days) + timedelta(hours=hour)
            moved |= {"ordered_at": at + later, "order_date": (at + later).date()}
        found.append(row | moved)
    return lines(*found)


@st.composite
def long_books(draw: st.DrawFn) -> list[Row]:
    """Gives random books of a month, half a year or two years; some with days but no hours."""
    rows = draw(order_books())
    return stretched(rows, draw(st.sampled_from([1, 6, 17])), draw(st.sampled_from([0, 9, 14])))


def big_book(seed: int) -> list[Row]:
    """Gives a book of 250 orders by nine customers over three years, by seed."""
    draw = random.Random(seed)
    start = datetime.fromisoformat("2023-06-01 00:00")
    found: list[dict[str, Any]] = []
    for number in range(250):
        at = start + timedelta(minutes=draw.randrange(3 * 365 * 24 * 60))
        backwards = draw.random() < 0.15
        head = {
            "order": str(number),
            "customer": draw.choice([*"abcdefgh", None]),
            "country": draw.choice(["France", "Spain", "Italy", None]),
            "channel": draw.choice(["web", "shop", None]),
            # Now and then a cancellation sells something too.
            "is_cancellation": draw.random() < (0.7 if backwards else 0.05),
        }
        for _ in range(draw.randint(1, 4)):
            quantity = draw.randint(1, 9)
            found.append(
                head
                | {
                    # Now and then an order is booked on two days.
                    "at": at + timedelta(days=draw.choice([0, 0, 0, 0, 1])),
                    "product": draw.choice(["tea", "cup", "mat", "jam", "pot", None]),
                    "category": draw.choice(["drinks", "food", None]),
                    "quantity": -quantity if backwards else quantity,
                    "price": Decimal(draw.randrange(5_000)) / 100,
                    "discount": draw.choice([0, 0, 0, Decimal("0.35")]) if not backwards else 0,
                    "line_type": draw.choice(["merchandise"] * 5 + ["shipping"]),
                }
            )
    return lines(*found)


def event_log(seed: int) -> list[Row]:
    """Gives 150 sessions of named customers and guests from 2024-12 on, some past midnight."""
    draw = random.Random(seed)
    found: list[Row] = []
    for session in range(150):
        at = datetime(2024, 12, 1, 23, 30) + timedelta(days=draw.randrange(510))
        customer = draw.choice([*"abcdefgh", None])
        for _ in range(draw.randint(1, 6)):
            at += timedelta(minutes=draw.randrange(25))
            found.append(
                dict.fromkeys(SOURCE_EVENTS.column_names)
                | {
                    "source": "log",
                    "batch_id": "e",
                    "row_number": len(found) + 1,
                    "loaded_at": LOADED_AT,
                    "event_at": at,
                    "event_date": at.date(),
                    "event_name": draw.choice(["view", "view", "cart", "search"]),
                    "session_id": str(session),
                    "customer_id": customer,
                    "is_simulated": False,
                }
            )
    return found


def shop_of(rows: Sequence[Row], as_of: date, events: Sequence[Row]) -> Shop:
    return Shop(rows, as_of, beside={SOURCE_EVENTS.name: events})


def features(
    rows: Sequence[Row], as_of: date = AS_OF, events: Sequence[Row] = ()
) -> dict[str, Row]:
    """Gives the mart as rows by customer."""
    found = shop_of(rows, as_of, events)["customer_features"]
    return {row.pop("customer_id"): row for row in found if row.pop("as_of") == as_of}


def assert_by_hand(rows: Sequence[Row], as_of: date = AS_OF, events: Sequence[Row] = ()) -> None:
    """Holds every feature of every customer to what is counted by hand; all of them are."""
    shop = shop_of(rows, as_of, events)
    by_hand = features_by_hand(shop["order_items"], shop["events"], as_of, TIME_ZONE)
    found = features(rows, as_of, events)
    assert list(found) == list(by_hand)
    for customer, expected in by_hand.items():
        assert set(expected) == set(CONTRACT.column_names) - {"customer_id", "as_of"}
        for name, value in expected.items():
            own = found[customer][name]
            if isinstance(value, float) and own is not None:
                assert own == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE), (customer, name)
            else:
                assert own == value, (customer, name)


@ANY_BOOK
@given(long_books())
def test_features_are_what_counting_by_hand_gives(rows):
    assert_by_hand(rows)


@pytest.mark.parametrize("seed", range(3))
def test_features_of_big_books_are_what_counting_by_hand_gives(seed):
    assert_by_hand(big_book(seed), events=event_log(seed))


def test_before_the_event_log_begins_visits_are_unknown_and_not_0():
    rows, log = big_book(0), event_log(0)
    begins = min(event["event_date"] for event in log)
    early, later = (features(rows, day, log) for day in (begins, MIDNIGHT.date()))
    assert {row["last_90_days_session_count"] for row in early.values()} == {None}
    assert 0 in {row["last_30_days_session_count"] for row in later.values()}
    assert_by_hand(rows, begins, log)


@A_FEW_BOOKS
@given(long_books(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_feature(rows, draw):
    shuffled = list(rows)
    draw.shuffle(shuffled)
    assert features(shuffled) == features(rows)


def only_before(rows: Sequence[Row], as_of: date) -> list[Row]:
    return [row for row in rows if row["order_date"] is None or row["order_date"] < as_of]


@pytest.mark.parametrize("seed", range(2))
def test_lines_and_events_at_or_after_as_of_change_no_feature(seed):
    rows = big_book(seed)
    edge = [row | {"ordered_at": MIDNIGHT, "order_date": MIDNIGHT.date()} for row in rows[:40]]
    book = lines(*({**row, "row_number": None} for row in [*rows, *edge]))
    known = only_before(rows, MIDNIGHT.date())
    assert 100 < len(known) < len(rows)
    log = event_log(seed)
    done = [event for event in log if event["event_date"] < MIDNIGHT.date()]
    assert 0 < len(done) < len(log)
    assert features(book, MIDNIGHT.date(), log) == features(known, MIDNIGHT.date(), done)


@pytest.mark.parametrize("seed", range(2))
def test_refunds_and_bookings_after_as_of_change_no_feature(seed):
    """What is added takes back, cancels and repeats what is known, on the very day and later."""
    known = only_before(big_book(seed), AS_OF)
    added = []
    for place, row in enumerate(known[::2]):
        at = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 1) + timedelta(days=place % 50)
        later = row | {"ordered_at": at, "order_date": at.date(), "row_number": None}
        if place % 3:
            later |= {"quantity": -row["quantity"], "amount": -row["amount"]}
        added.append(later | {"is_cancellation": place % 3 == 1})
    book = lines(*known, *added)
    assert features(book) == features(known)


@pytest.fixture(scope="module")
def at_many_dates(tmp_path_factory):
    """Gives the mart of a book at many dates in one query."""
    from shopkeeper.engines.duckdb import DuckDBEngine

    engine = DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)

    def at(
        rows: Sequence[Row], cutoffs: Sequence[date], events: Sequence[Row]
    ) -> dict[date, dict[str, Row]]:
        shop = shop_of(rows, AS_OF, events)
        tables = (
            engine.register(contract.name, to_arrow(contract, shop[contract.name]))
            for contract in (PURCHASES, ORDER_ITEMS, EVENTS)
        )
        table = at_cutoffs(reduced(*tables, time_zone=TIME_ZONE), cutoffs)
        found: dict[date, dict[str, Row]] = {day: {} for day in cutoffs}
        typed = engine.collect(table).cast(to_arrow(CONTRACT, []).schema)
        for row in typed.sort_by("customer_id").to_pylist():
            found[row.pop("as_of")][row.pop("customer_id")] = row
        return found

    yield at
    engine.close()


@pytest.mark.parametrize("seed", range(2))
def test_many_dates_at_once_are_each_date_alone(seed, at_many_dates):
    rows, log = big_book(seed), event_log(seed)
    cutoffs = [date(2024, 2, 1), MIDNIGHT.date(), AS_OF]
    together = at_many_dates(rows, cutoffs, log)
    assert {day: features(rows, day, log) for day in cutoffs} == together
