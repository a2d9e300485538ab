"""Distinct rows: equal rows are found in linear time, so that each is worked on once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def distinct(
    columns: Sequence[NDArray[np.float64]],
) -> tuple[list[NDArray[np.float64]], NDArray[np.intp]]:
    """Gives the distinct rows of some columns, sorted, and the place of each row among them.

    Work grows linearly with rows: columns are coded by hashing, and only distinct rows are sorted.
    Sorting makes the result independent of the order of rows.

    Args:
        columns: Arrays of shape (rows,), finite.

    Returns:
        The columns of the distinct rows, each of shape (distinct,), and an array of shape (rows,)
        such that `distinct_column[place]` is the column.

    Examples:
        >>> (values,), place = distinct([np.array([2.0, 1.0, 2.0])])
        >>> values.tolist(), place.tolist()
        ([1.0, 2.0], [1, 0, 1])
    """
    import pandas as pd

    codes, _ = pd.factorize(columns[0])
    for column in columns[1:]:
        more, values = pd.factorize(column)
        # Pairs are coded anew at each column, so that the product never leaves 64 bits.
        codes, _ = pd.factorize(codes * max(len(values), 1) + more)
    count = int(codes.max()) + 1 if len(codes) else 0
    first = np.empty(count, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    found = [np.asarray(column)[first] for column in columns]
    order = np.lexsort(found[::-1])
    rank = np.empty(count, dtype=np.intp)
    rank[order] = np.arange(count)
    return [column[order] for column in found], rank[codes]
