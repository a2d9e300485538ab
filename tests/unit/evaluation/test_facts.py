from datetime import date

import pandas as pd
import pytest

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.facts import WindowFacts, facts_of

AS_OF = date(2025, 7, 1)


def book(*rows: tuple[object, str | None, float]) -> pd.DataFrame:
    columns = ["customer_id", "order_date", "amount"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(order_date=pd.to_datetime(frame["order_date"], format="ISO8601"))


ORDERS = book(
    ("ann", "2025-01-01 09:00", 10.0),
    ("ann", "2025-01-01 17:00", 10.0),
    ("bob", "2025-01-05", 20.0),
    (None, "2025-01-06", 30.0),
    ("bob", "2025-03-20", 0.0),
    ("ann", "2025-06-10", 30.0),
    ("cleo", None, 5.0),
    ("dan", "1970-01-01", 5.0),
    ("ann", "2025-07-01", 999.0),
)


def test_counts_by_hand():
    facts = facts_of(ORDERS, as_of=AS_OF)
    assert (facts.order_count, facts.undated_order_count) == (6, 2)
    # Two orders of one day are one visit, but ann came back in June.
    assert (facts.customer_count, facts.repeat_customer_count) == (2, 2)
    assert (facts.first_order_date, facts.last_order_date) == (
        date(2025, 1, 1),
        date(2025, 6, 10),
    )
    assert (facts.amount, facts.guest_amount, facts.paid_order_count) == (100.0, 30.0, 5)
    assert (facts.longest_silence_days, facts.silence_from) == (81, date(2025, 3, 21))


def test_windows_by_hand():
    # Ann had ordered on one day before she came back on the tenth of June.
    facts = facts_of(ORDERS, as_of=AS_OF, horizons_days=(30, 90))
    assert facts.windows == (
        WindowFacts(30, date(2025, 6, 1), 2, 1, 1),
        WindowFacts(30, date(2025, 5, 2), 2, 0),
        WindowFacts(90, date(2025, 4, 2), 2, 1, 1),
        WindowFacts(90, date(2025, 1, 2), 1, 0),
    )


def test_the_end_of_a_window_is_not_in_it():
    orders = book(("ann", "2025-01-01", 1.0), ("ann", "2025-06-01", 1.0))
    facts = facts_of(orders, as_of=AS_OF, horizons_days=(30,))
    # The first of June begins the last window, so it is not in the one before.
    assert [window.buyer_count for window in facts.windows] == [1, 0]


def test_two_orders_of_one_day_are_not_a_return():
    facts = facts_of(ORDERS.head(2), as_of=AS_OF)
    assert (facts.customer_count, facts.repeat_customer_count) == (1, 0)


def test_what_comes_at_or_after_as_of_changes_nothing():
    later = book(("eve", "2025-07-01", 7.0), ("ann", "2026-01-01", 7.0))
    expected = facts_of(ORDERS, as_of=AS_OF)
    assert facts_of(pd.concat([ORDERS, later]), as_of=AS_OF) == expected


def test_row_order_changes_nothing():
    assert facts_of(ORDERS[::-1], as_of=AS_OF) == facts_of(ORDERS, as_of=AS_OF)


def test_dates_and_texts_are_read_as_timestamps_are():
    as_dates = ORDERS.assign(order_date=ORDERS["order_date"].dt.date)
    assert facts_of(as_dates, as_of=AS_OF) == facts_of(ORDERS, as_of=AS_OF)
    as_texts = ORDERS.assign(
        order_date=["2025-01-01 09:00", *as_dates["order_date"].astype(str)[1:]]
    )
    assert facts_of(as_texts, as_of=AS_OF) == facts_of(ORDERS, as_of=AS_OF)


def test_no_orders_have_facts_too():
    facts = facts_of(ORDERS.head(0), as_of=AS_OF)
    assert (facts.order_count, facts.first_order_date, facts.windows) == (0, None, ())


def test_wrong_questions_are_errors():
    with pytest.raises(UsageError, match="amount"):
        facts_of(ORDERS.drop(columns="amount"), as_of=AS_OF)
    with pytest.raises(UsageError, match="-5"):
        facts_of(ORDERS, as_of=AS_OF, horizons_days=(-5,))
