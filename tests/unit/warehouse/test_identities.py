"""Identities: lines, events and customers count under the person that links name."""

from datetime import date, datetime

import ibis
import pyarrow as pa
import pytest
from order_book import Shop, build, lines

from shopkeeper.warehouse.identities import KINDS, own_key, party, without_tag

LINKS = [
    {"source_customer_id": "ann", "customer_id": "ann"},
    {"source_customer_id": "ann-2", "customer_id": "ann"},
    {"source_customer_id": "email:ann@example.org", "customer_id": "ann"},
    {"source_customer_id": "email:guest@example.org", "customer_id": "email:guest@example.org"},
]
BOOK = lines(
    {"order": "1"},
    {"order": "2", "customer": "ann-2"},
    {"order": "3", "customer": None, "email": " ANN@Example.org"},
    {"order": "4", "customer": None, "email": "guest@example.org"},
    {"order": "5", "customer": None},
    {"order": "6", "customer": "bob", "email": "ann@example.org"},
)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop(BOOK, beside={"identities": LINKS})


def test_lines_count_under_the_person_and_keep_the_id_of_the_shop(shop):
    found = [(row["customer_id"], row["source_customer_id"]) for row in shop["order_items"]]
    assert found == [
        ("ann", "ann"),
        ("ann", "ann-2"),
        ("ann", None),
        ("email:guest@example.org", None),
        (None, None),
        # An account is who it says, whatever address stands on its order: only links merge.
        ("bob", "bob"),
    ]


def test_customers_say_of_how_many_ids_they_are(shop):
    found = {row["customer_id"]: row["source_customer_count"] for row in shop["customers"]}
    assert found == {"ann": 3, "bob": 1, "email:guest@example.org": 1}


def test_merged_books_reconcile(shop):
    for row in shop["reconciliation"]:
        assert row["expected_amount"] in (None, row["amount"])
        assert row["expected_count"] in (None, row["row_count"])


def test_without_links_nobody_is_anybody_else():
    book = build(*BOOK)
    ids = [(row["customer_id"], row["source_customer_id"]) for row in book["order_items"]]
    assert all(one == other for one, other in ids)


def test_events_count_under_the_person_in_sessions_too():
    event = {
        "source": "web",
        "batch_id": "e",
        "loaded_at": datetime(2025, 8, 1),
        "event_at": datetime(2025, 3, 1, 9),
        "event_date": date(2025, 3, 1),
        "event_name": "view",
        "session_id": "s",
        "is_simulated": False,
    }
    rows = [
        {**event, "row_number": 1, "event_id": "1", "customer_id": "ann"},
        {**event, "row_number": 2, "event_id": "2", "customer_id": "ann-2"},
        {**event, "row_number": 3, "event_id": "3"},
    ]
    shop = Shop(BOOK, beside={"identities": LINKS, "source_events": rows})
    found = [(row["person_id"], row["source_customer_id"]) for row in shop["events"]]
    # Two accounts of one person in one session are one customer: what has no name is theirs.
    assert found == [("ann", "ann"), ("ann", "ann-2"), ("ann", None)]


KEYS = [
    ("email", " Ann.Lee@Example.ORG ", "ann.lee@example.org"),
    ("email", "ÄNNE@example.org", "Änne@example.org"),
    ("email", "n/a", None),
    ("email", "@example.org", None),
    ("email", None, None),
    ("phone", "+44 20 7123-4567", "442071234567"),
    ("phone", "0044 (20) 71234567", "442071234567"),
    ("phone", "123-45", None),
    ("person_key", " 77 ", "77"),
    ("person_key", "", None),
]


@pytest.mark.parametrize(("kind", "given", "written"), KEYS)
def test_keys_are_written_in_one_way(kind, given, written):
    schema = pa.schema([(name, pa.string()) for name in ("source_customer_id", *KINDS)])
    row = dict.fromkeys(schema.names) | {kind: given}
    rows = ibis.memtable(pa.Table.from_pylist([row], schema=schema))
    found = rows.select(key=own_key(rows, kind), party=party(rows)).to_pyarrow().to_pylist()[0]
    guest = None if written is None else f"{kind}:{written}"
    assert found == {"key": written, "party": guest}


@pytest.mark.parametrize(
    ("given", "bare"),
    [("a+shop@b.org", "a@b.org"), ("a@b.org", "a@b.org"), ("+x@b.org", "+x@b.org")],
)
def test_a_tag_is_no_part_of_a_mail_box(given, bare):
    rows = ibis.memtable({"email": [given]})
    assert without_tag(rows.email).to_pyarrow().to_pylist() == [bare]
