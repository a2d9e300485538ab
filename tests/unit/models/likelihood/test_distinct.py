"""Distinct rows are found whatever their order, and each row finds its own."""

import numpy as np

from shopkeeper.models.likelihood import distinct

COLUMNS = [np.array([2.0, 1.0, 2.0, 1.0, 2.0]), np.array([0.5, 3.0, 0.5, 2.0, 0.0])]


def test_each_row_is_found_again():
    found, place = distinct(COLUMNS)
    for column, values in zip(COLUMNS, found, strict=True):
        assert values[place].tolist() == column.tolist()


def test_distinct_rows_are_sorted_by_the_first_column_then_the_next():
    found, _ = distinct(COLUMNS)
    assert list(zip(*(values.tolist() for values in found), strict=True)) == [
        (1.0, 2.0),
        (1.0, 3.0),
        (2.0, 0.0),
        (2.0, 0.5),
    ]


def test_no_rows_have_no_distinct_ones():
    found, place = distinct([np.empty(0), np.empty(0)])
    assert [len(values) for values in found] == [0, 0]
    assert len(place) == 0
