"""Events and sessions: who it was, where a visit ends, and what is kept apart."""

from datetime import datetime, timedelta

import pytest
from order_book import AS_OF, LOADED_AT, Shop, lines

from shopkeeper.warehouse.bronze_events import SOURCE_EVENTS

NOON = datetime.fromisoformat("2025-03-01 12:00")


def event(number, minutes=0, **given):
    """Gives one row of `source_events`: a look at tea at noon, where nothing is given."""
    at = NOON + timedelta(minutes=minutes)
    return dict.fromkeys(SOURCE_EVENTS.column_names) | {
        "source": "clicks",
        "batch_id": "log",
        "row_number": number,
        "loaded_at": LOADED_AT,
        "event_id": str(number),
        "event_at": at,
        "event_date": at.date(),
        "event_name": "view",
        "is_simulated": False,
        **given,
    }


def shop(*events):
    return Shop(lines({}), AS_OF, beside={"source_events": events})


def test_half_an_hour_of_silence_is_one_visit_and_a_minute_more_is_two():
    rows = [event(1, 0), event(2, 30), event(3, 61)]
    found = shop(*({**row, "visitor_id": "v"} for row in rows))
    assert found.column("events", "session_id") == ["visitor:v#1", "visitor:v#1", "visitor:v#2"]
    assert found.column("sessions", "event_count") == [2, 1]


def test_silence_of_one_visitor_is_not_filled_by_another():
    rows = [event(1, 0, visitor_id="a"), event(2, 20, visitor_id="b"), event(3, 40, visitor_id="a")]
    assert len(shop(*rows)["sessions"]) == 3


def test_a_session_of_the_source_is_left_as_it_is():
    found = shop(event(1, 0, session_id="s"), event(2, 600, session_id="s"))
    assert found.one("sessions")["ended_at"] == NOON + timedelta(minutes=600)


def test_whoever_signs_in_did_what_came_before_in_the_session_too():
    found = shop(
        event(1, 0, visitor_id="v", session_id="s"),
        event(2, 1, visitor_id="v", session_id="s", customer_id="ann"),
    )
    assert found.column("events", "person_id") == ["ann", "ann"]
    assert found.one("sessions")["customer_id"] == "ann"


def test_a_session_of_two_customers_is_given_to_neither_where_it_names_none():
    found = shop(
        event(1, 0, visitor_id="v", session_id="s"),
        event(2, 1, visitor_id="v", session_id="s", customer_id="ann"),
        event(3, 2, visitor_id="v", session_id="s", customer_id="bob"),
    )
    assert found.column("events", "person_id") == ["visitor:v", "ann", "bob"]
    assert found.one("sessions")["person_id"] == "ann"


@pytest.mark.parametrize(
    ("given", "person"),
    [
        ({"customer_id": "ann", "visitor_id": "v", "session_id": "s"}, "ann"),
        ({"visitor_id": "v", "session_id": "s"}, "visitor:v"),
        ({"session_id": "s"}, "session:s"),
        ({}, "session:event:1#1"),
    ],
)
def test_a_person_is_the_customer_else_the_browser_else_the_session(given, person):
    assert shop(event(1, **given)).column("events", "person_id") == [person]


def test_an_event_that_comes_in_two_files_is_kept_once_and_the_other_put_aside():
    again = event(1, session_id="s", batch_id="later", loaded_at=LOADED_AT + timedelta(days=1))
    found = shop(event(1, session_id="s"), again)
    assert len(found["events"]) == 1
    assert [(r["batch_id"], r["row_number"]) for r in found["repeated_extracts"]] == [("later", 1)]


def test_events_without_a_name_of_their_own_are_all_kept():
    rows = [event(n, session_id="s", event_id=None) for n in (1, 2)]
    assert shop(*rows).column("events", "event_id") == ["log-1", "log-2"]


def test_a_session_counts_what_happened_in_it():
    names = ("view", "view", "cart", "checkout", "purchase", "search")
    rows = [event(n, n, event_name=name, session_id="s") for n, name in enumerate(names)]
    one = shop(*rows).one("sessions")
    counts = [one[f"{name}_count"] for name in ("event", "view", "cart", "purchase")]
    assert counts == [6, 2, 1, 1]


def test_one_simulated_event_marks_the_whole_session():
    rows = [event(1, session_id="s"), event(2, session_id="s", is_simulated=True)]
    assert shop(*rows).one("sessions")["is_simulated"] is True


def test_a_shop_without_events_has_empty_tables():
    empty = shop()
    assert (empty["events"], empty["sessions"], empty["payments"], empty["stores"]) == ([],) * 4
