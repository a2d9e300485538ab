"""Adding up: forecasts of each level made to sum to the level before, in the end to the cent.

References:
    Athanasopoulos, G., Ahmed, R. A., Hyndman, R. J. (2009). Hierarchical forecasts for Australian
    domestic tourism. IJF 25(1): 146-166; top-down by forecast proportions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.models.forecaster.weeks import Numbers

    Places = NDArray[np.int64]


def scaled_to(parent: Numbers, children: Numbers, parent_of: Places, usual: Numbers) -> Numbers:
    """Gives children's forecasts in the same proportions, summing to their parents'.

    Args:
        parent: Array of shape (parents, steps).
        children: Array of shape (children, steps), at least 0.
        parent_of: Place of each child's parent.
        usual: Of each child what it brought lately: by it a parent is shared out where all its
            children are foretold to bring nothing; equally where they brought nothing either.
    """
    summed = _sums(children, parent_of, len(parent))
    share = _shares(usual[:, None], parent_of, len(parent))
    empty = (summed <= 0)[parent_of]
    factor = np.divide(parent, summed, out=np.zeros_like(parent), where=summed > 0)
    return np.where(empty, share * parent[parent_of], children * factor[parent_of])


def rounded_to(parent: Places, children: Numbers, parent_of: Places, unit: float) -> Places:
    """Gives children in whole units, summing to their parents' exactly.

    What is cut off goes to the children with the largest remainders.

    Args:
        parent: Array of whole units, shape (parents, steps).
        children: Array of shape (children, steps) that sums to the parents, but for rounding.
        parent_of: Place of each child's parent.
        unit: Size of a unit, such as 0.01.
    """
    exact = children / unit
    found = np.floor(exact + 1e-9).astype(np.int64)
    for place in range(len(parent)):
        own = np.flatnonzero(parent_of == place)
        if not len(own):
            continue
        for step in range(parent.shape[1]):
            left = int(parent[place, step] - found[own, step].sum())
            order = np.argsort(found[own, step] - exact[own, step], kind="stable")
            # Shared round and round; takes away where floors summed to too much.
            for turn in range(abs(left)):
                at = own[order[turn % len(own)]] if left > 0 else _largest(found, own, step)
                found[at, step] += 1 if left > 0 else -1
    return found


def rounded_to_both(rows: Places, columns: Places, cells: Numbers) -> Places:
    """Gives a table in whole units that sums to its rows and to its columns exactly.

    Args:
        rows: Array of shape (rows,), in whole units.
        columns: Array of shape (columns,), of the same sum.
        cells: Array of shape (rows, columns) in units, at least 0, that sums to both but for
            rounding.
    """
    found = np.floor(cells + 1e-9).astype(np.int64)
    left = columns - found.sum(axis=0)
    for column in np.flatnonzero(left < 0):
        for _ in range(-int(left[column])):
            found[int(np.argmax(found[:, column])), column] -= 1
        left[column] = 0
    missing = rows - found.sum(axis=1)
    for row in np.flatnonzero(missing < 0):
        # A row that was rounded down gives back where it has most.
        for _ in range(-int(missing[row])):
            at = int(np.argmax(found[row]))
            found[row, at] -= 1
            left[at] += 1
    for row in np.flatnonzero(missing > 0):
        rest = cells[row] - found[row]
        for _ in range(int(missing[row])):
            at = int(np.argmax(np.where(left > 0, rest, -np.inf)))
            found[row, at] += 1
            left[at] -= 1
            rest[at] -= 1
    return found


def _largest(found: Places, own: Places, step: int) -> int:
    return int(own[np.argmax(found[own, step])])


def _sums(children: Numbers, parent_of: Places, count: int) -> Numbers:
    found = np.zeros((count, children.shape[1]))
    np.add.at(found, parent_of, children)
    return found


def _shares(usual: Numbers, parent_of: Places, count: int) -> Numbers:
    """Gives each child's part of its parent's usual; equal parts where that is 0."""
    summed = _sums(usual, parent_of, count)[parent_of]
    members = np.bincount(parent_of, minlength=count)[parent_of][:, None]
    return np.where(summed > 0, usual / np.where(summed > 0, summed, 1.0), 1.0 / members)
