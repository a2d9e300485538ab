"""Drill: a selection opens the list of those a count counts, and reads back from its address."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.reports.drill import Condition, Roll, Selection, counted, members
from shopkeeper.reports.report import as_plain

KEY = ("source", "visit")
ROLL = Roll("visits", "visits", KEY, lambda: None)
ROWS = {
    "source": ["a", "a", "b", "b", "b"],
    "visit": ["1", "2", "1", "1", "2"],
    "depth": [1, 2, 3, 3, 1],
    "channel": ["Mail, post", None, "100%", "Ads", None],
    "day": [date(2025, 1, day) for day in (1, 2, 3, 3, 5)],
    "amount": [Decimal("1.10"), Decimal("2.20"), Decimal("3.30"), Decimal("3.30"), Decimal(0)],
    "is_done": [True, False, True, True, False],
}
TABLE = ibis.memtable(ROWS)


def opened(selection: Selection) -> list[tuple]:
    return list(members(TABLE, ROLL, selection).rows)


def test_a_member_on_several_rows_is_listed_once():
    assert opened(Selection("visits")) == [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        ("visits:depth>=2", [("a", "2"), ("b", "1")]),
        ("visits:depth<2,source=b", [("b", "2")]),
        ("visits:channel?", [("a", "2"), ("b", "2")]),
        ("visits:channel=Mail%2C post", [("a", "1")]),
        ("visits:channel=100%25", [("b", "1")]),
        ("visits:day>2025-01-02,day<=2025-01-03", [("b", "1")]),
        ("visits:amount=2.2", [("a", "2")]),
        ("visits:is_done=true", [("a", "1"), ("b", "1")]),
        ("visits:source=c", []),
    ],
)
def test_an_address_opens_its_list(address, listed):
    selection = Selection.read(address)
    assert opened(selection) == listed
    assert selection.address == address
    assert as_plain({"members": selection}) == {"members": address}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_an_address(text):
    selection = Selection("visits").where("channel", text)
    assert Selection.read(selection.address).conditions == (Condition("channel", text),)


@pytest.mark.parametrize("by", [("depth",), ("source", "day"), ("channel", "is_done")])
def test_each_count_opens_as_many_as_it_counts(by):
    rows = counted(TABLE, KEY, *by).to_pyarrow().to_pylist()
    assert rows
    for row in rows:
        selection = Selection("visits")
        for column in by:
            selection = selection.where(column, row[column])
        for way in (selection, Selection.read(selection.address)):
            assert members(TABLE, ROLL, way).count == len(opened(way)) == row["member_count"]


def test_an_unknown_column_offers_the_closest():
    with pytest.raises(UnknownNameError) as caught:
        opened(Selection.read("visits:dept>=2"))
    assert caught.value.hint == "did you mean `depth`?"


@pytest.mark.parametrize("address", ["visits:depth", "visits:>=2", "visits:depth=two"])
def test_what_cannot_be_read_is_said(address):
    with pytest.raises(UsageError):
        opened(Selection.read(address))
