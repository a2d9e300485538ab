"""Lists: the places of the highest scores of each row, and a matrix thinned out to its best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Places = NDArray[np.int64]
    Numbers = NDArray[np.float32]

# Stands in a list where no product is left to recommend.
NOTHING = -1
# Rows of a matrix that are looked at together: 512 rows of 4,000 products are 8 MB.
ROWS_AT_ONCE = 512


def top_places(scores: NDArray[np.float32], length: int) -> Places:
    """Gives the places of the highest scores of each row, best first; of equals the first.

    Args:
        scores: Array of shape (customers, products); minus infinity for what may not be shown.
        length: Length of the lists.

    Returns:
        Array of shape (customers, length); `NOTHING` where nothing is left.
    """
    row_count, column_count = scores.shape
    length_found = min(length, column_count)
    lists = np.full((row_count, length), NOTHING, dtype=np.int64)
    if not row_count or not length_found:
        return lists
    least = -np.partition(-scores, length_found - 1, axis=1)[:, length_found - 1 : length_found]
    above, equal = scores > least, scores == least
    room = length_found - above.sum(axis=1, keepdims=True)
    # Sums along all columns only where a tie stands at the end of a list.
    tied = np.flatnonzero(equal.sum(axis=1) > room[:, 0])
    equal[tied] &= np.cumsum(equal[tied], axis=1) <= room[tied]
    places = np.nonzero(above | equal)[1].reshape(row_count, length_found)
    values = np.take_along_axis(scores, places, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    found = np.take_along_axis(places, order, axis=1)
    shown = np.take_along_axis(values, order, axis=1) > -np.inf
    lists[:, :length_found] = np.where(shown, found, NOTHING)
    return lists


def thinned(matrix: Numbers | csr_matrix, kept: int) -> csr_matrix:
    """Gives a square matrix with the largest values above 0 of each row only, as a sparse one."""
    from scipy.sparse import csr_matrix

    count = matrix.shape[0]
    parts = []
    for start in range(0, count, ROWS_AT_ONCE):
        rows = matrix[start : start + ROWS_AT_ONCE]
        dense = rows if isinstance(rows, np.ndarray) else rows.toarray()
        held = np.where(dense > 0, dense, -np.inf).astype(np.float32)
        places = top_places(held, kept)
        row, column = np.nonzero(places != NOTHING)
        parts.append((row + start, places[row, column], held[row, places[row, column]]))
    rows_, columns, values = (
        (np.concatenate(part) for part in zip(*parts, strict=True))
        if parts
        else (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    )
    found = csr_matrix((values, (rows_, columns)), shape=(count, count), dtype=np.float32)
    found.sort_indices()
    return found
