"""Exports: nothing runs in a spreadsheet, and nobody held out is mailed by accident."""

from __future__ import annotations

import csv
import io

import pytest
from decision_customers import stored
from hypothesis import given
from hypothesis import strategies as st

from shopkeeper.decisions.export import changed_ids, csv_of, neutral

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "\n=1", "\x00=1", "－1"]


def _rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_those_held_out_are_left_out():
    rows = _rows(csv_of(stored("TTHTH")))
    assert [row["customer_id"] for row in rows] == ["C0", "C1", "C3"]
    assert {row["contact"] for row in rows} == {"yes"}


def test_those_held_out_are_flagged_where_they_are_asked_for():
    rows = _rows(csv_of(stored("TTHTH"), with_holdout=True))
    assert [row["contact"] for row in rows] == ["yes", "yes", "yes", "no", "no"]
    assert {row["customer_id"] for row in rows if row["contact"] == "no"} == {"C2", "C4"}


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_becomes_a_text(text):
    rows = _rows(csv_of(stored("TTTH", ids=[text, "C1", "C2", "C3"])))
    assert rows[0]["customer_id"] == f"'{text}"
    assert changed_ids(stored("TTTH", ids=[text, "C1", "C2", "C3"])) == 1


@given(st.text(max_size=12))
def test_no_text_whatever_starts_a_formula(text):
    told = neutral(text).lstrip("\x00 \t\r\n")
    assert not told.startswith(("=", "+", "-", "@"))


def test_ordinary_ids_stay_as_they_are():
    rows = _rows(csv_of(stored("TTTH", ids=["C-1", "12346", "a=b", "Grün, Öl"])))
    assert [row["customer_id"] for row in rows] == ["C-1", "12346", "a=b"]
    assert changed_ids(stored()) == 0
