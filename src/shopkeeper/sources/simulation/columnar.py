"""Frozen dataclasses whose fields are equally long arrays: pick rows, join two, name the types."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """Rows kept as columns: every field of a subclass is an array, all of one length."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))


Table = TypeVar("Table", bound=Columns)


def pick(table: Table, rows: Integers | Flags) -> Table:
    """Gives the rows at the given positions (or where the mask is true), in that order."""
    return replace(table, **{f.name: getattr(table, f.name)[rows] for f in fields(table)})


def join(first: Table, second: Table) -> Table:
    """Gives the rows of both, the first above the second."""
    joined = {
        f.name: np.concatenate([getattr(first, f.name), getattr(second, f.name)])
        for f in fields(first)
    }
    return replace(first, **joined)


def starts(lengths: Integers) -> Integers:
    """Gives the position at which each of several consecutive groups starts."""
    return np.asarray(np.cumsum(lengths) - lengths)


def draw_label(shares: Floats, size: int, random: np.random.Generator) -> Integers:
    """Draws positions 0, 1, … with the given shares, which need not add up to one."""
    edges = np.cumsum(shares) / np.sum(shares)
    edges[-1] = 1.0
    return np.searchsorted(edges, random.random(size), side="right").astype(np.int64)
