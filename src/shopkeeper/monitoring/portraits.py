"""Portraits: how customers of one day are spread, column by column, as counts between edges."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# Tenths: fine enough to see a change of shape, and each still holds a tenth of the customers.
PARTS = 10
# Values of a text that are counted by themselves; the rest is counted together.
MOST_LABELS = 12
# What lies this part above the only value of a column lies in another bin.
A_LITTLE_MORE = 1e-6


@dataclass(frozen=True, slots=True)
class Bins:
    """What the values of a column are sorted into.

    Attributes:
        edges: Of a number, ascending; a value that is an edge lies above it.
        labels: Of a text, the commonest values, ascending; every other value is one more bin.
    """

    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether the column is a text."""
        return bool(self.labels)

    @property
    def count(self) -> int:
        """How many bins there are, that of missing values left out."""
        return len(self.labels or self.edges) + 1


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of one column are spread.

    Attributes:
        counts: Rows in each bin; of a text the last one holds all values without a bin.
        missing: Rows without a value.
        mean: Of a number; None where there is none.
        deviation: Standard deviation of a number; None below two values.
    """

    counts: tuple[int, ...]
    missing: int
    mean: float | None = None
    deviation: float | None = None

    @property
    def row_count(self) -> int:
        """All rows, those without a value too."""
        return sum(self.counts) + self.missing


@dataclass(frozen=True)
class Portrait:
    """How the customers of one day are spread.

    Attributes:
        day: Day before which data were seen.
        row_count: Customers.
        spreads: Column → how its values are spread.
    """

    day: date
    row_count: int
    spreads: Mapping[str, Spread]

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        rows = {
            name: [list(spread.counts), spread.missing, spread.mean, spread.deviation]
            for name, spread in self.spreads.items()
        }
        return {"day": self.day.isoformat(), "row_count": self.row_count, "spreads": rows}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Portrait:
        """Gives the portrait that `to_plain` gave."""
        spreads = {
            name: Spread(tuple(counts), missing, mean, deviation)
            for name, (counts, missing, mean, deviation) in plain["spreads"].items()
        }
        return cls(date.fromisoformat(plain["day"]), plain["row_count"], spreads)


def bins_of(frame: pd.DataFrame, columns: Iterable[str]) -> dict[str, Bins]:
    """Gives bins of about equally many rows for each column.

    Args:
        frame: Rows from which edges are taken.
        columns: Which; a column without any value is left out.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    found = {}
    for name in columns:
        values = frame[name]
        if is_numeric_dtype(values) or is_bool_dtype(values):
            bins = Bins(edges=_edges(values.dropna().to_numpy(dtype=float)))
        else:
            counted = values.dropna().astype(str).value_counts()
            ordered = sorted((-count, str(text)) for text, count in counted.items())
            bins = Bins(labels=tuple(sorted(text for _, text in ordered[:MOST_LABELS])))
        if bins.edges or bins.labels:
            found[name] = bins
    return found


def portrait_of(frame: pd.DataFrame, bins: Mapping[str, Bins], day: date) -> Portrait:
    """Gives the portrait of rows of a frame; a column that it lacks is left out."""
    spreads = {
        name: _of_texts(frame[name], each) if each.is_text else _of_numbers(frame[name], each)
        for name, each in bins.items()
        if name in frame
    }
    return Portrait(day, len(frame), spreads)


def _edges(values: NDArray[Any]) -> tuple[float, ...]:
    """Gives inner edges; the only value of all rows has a bin, so that others are seen."""
    import numpy as np

    if not len(values):
        return ()
    places = [part / PARTS for part in range(1, PARTS)]
    lowest = values.min()
    found = np.unique(np.quantile(values, places, method="higher"))
    if lowest == values.max():
        return (float(lowest), float(lowest + max(1.0, abs(lowest)) * A_LITTLE_MORE))
    if found[-1] == lowest:
        found = np.append(found, values[values > lowest].min())
    return tuple(float(edge) for edge in found if edge > lowest)


def _of_numbers(values: pd.Series[Any], bins: Bins) -> Spread:
    import numpy as np

    known = values.dropna().to_numpy(dtype=float)
    places = np.searchsorted(np.array(bins.edges), known, side="right")
    counts = np.bincount(places, minlength=bins.count)
    return Spread(
        tuple(int(count) for count in counts),
        len(values) - len(known),
        known.mean().item() if len(known) else None,
        known.std(ddof=1).item() if len(known) > 1 else None,
    )


def _of_texts(values: pd.Series[Any], bins: Bins) -> Spread:
    known = values.dropna().astype(str)
    counted = known.value_counts()
    counts = [int(counted.get(label, 0)) for label in bins.labels]
    return Spread((*counts, len(known) - sum(counts)), len(values) - len(known))


def known_number(value: object) -> float | None:
    """Gives a number as a finite float; None where it is none."""
    number = float(value) if isinstance(value, int | float) else math.nan
    return number if math.isfinite(number) else None
