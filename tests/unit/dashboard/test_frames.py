"""Frames: what is taken away as CSV is no formula, and every column says what it means."""

from __future__ import annotations

import csv
import io

import pandas as pd

from shopkeeper.dashboard.asking import LISTED, SCORES
from shopkeeper.dashboard.frames import csv_of, meaning_of


def test_no_cell_of_a_file_is_a_formula():
    hostile = ["=1+1", "+1", "-2", "@x", "\t=1", "plain", None]
    frame = pd.DataFrame({"name": hostile, "net_amount": [-1.5] * len(hostile)})
    rows = list(csv.reader(io.StringIO(csv_of(frame).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+1", "'-2", "'@x", "'\t=1", "plain", ""]
    assert {row[1] for row in rows[1:]} == {"-1.5"}
    assert list(frame["name"]) == hostile


def test_every_column_of_a_list_of_customers_is_explained():
    for name in (*LISTED, "rfm_segment", *SCORES):
        assert meaning_of(name), name
