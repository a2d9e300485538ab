"""Aggregates: counts, means and co-moments of each arm; they merge, and one pass gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import ibis.expr.types as ir
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """What is left of an arm's rows once they are counted; enough for means, ratios and CUPED.

    Sums of squares are kept about the mean: raw ones lose all digits where the mean is large.

    Attributes:
        count: Units.
        means: Mean of each column; shape (columns,).
        comoments: Sums of products of deviations from the means; shape (columns, columns).
    """

    count: int
    means: Array
    comoments: Array

    def covariance(self, one: int = 0, other: int | None = None) -> float:
        """Sample covariance of two columns; the variance where they are the same."""
        if self.count < 2:
            return 0.0
        return float(self.comoments[one, one if other is None else other]) / (self.count - 1)


def moments_of(*columns: ArrayLike) -> Moments:
    """Counts the rows of one arm.

    Args:
        columns: Arrays of shape (units,), without NaN.
    """
    values = np.stack([np.asarray(column, dtype=np.float64) for column in columns])
    size = values.shape[1]
    if not size:
        return Moments(0, np.zeros(len(values)), np.zeros((len(values), len(values))))
    means = values.mean(axis=1)
    apart = values - means[:, None]
    return Moments(size, means, apart @ apart.T)


def moments_from_sums(count: int, total: float, squares: float) -> Moments:
    """Gives the moments of one column from its sum and sum of squares."""
    mean = total / count
    return Moments(count, np.array([mean]), np.array([[squares - total * mean]]))


def merged(one: Moments, other: Moments) -> Moments:
    """Gives the moments of both sets of rows together.

    References:
        Chan, Golub, LeVeque (1979), Updating formulae and a pairwise algorithm for computing
        sample variances, eq. 2.1.
    """
    count = one.count + other.count
    if not count:
        return one
    apart = other.means - one.means
    means = one.means + apart * (other.count / count)
    between = np.outer(apart, apart) * (one.count * other.count / count)
    return Moments(count, means, one.comoments + other.comoments + between)


def moment_rows(rows: ir.Table, columns: Sequence[str], by: str | None = None) -> ir.Table:
    """Gives the expression that counts a table on its engine in one pass, one row per arm.

    Args:
        rows: One row per unit; rows in which a column is missing are left out.
        columns: Columns with numbers.
        by: Column that names the arm; None counts all rows under the name "".
    """
    import ibis

    known = rows.select(
        arm=rows[by].cast("string") if by else ibis.literal(""),
        **{f"x{place}": rows[name].cast("float64") for place, name in enumerate(columns)},
    ).drop_null([f"x{place}" for place in range(len(columns))])
    width = range(len(columns))
    return known.group_by("arm").agg(
        size=known.count(),
        **{f"m{i}": known[f"x{i}"].mean() for i in width},
        **{
            f"c{i}_{j}": known[f"x{i}"].cov(known[f"x{j}"], how="pop")
            for i in width
            for j in width
            if i <= j
        },
    )


def moments_by_arm(counted: Iterable[Mapping[str, Any]]) -> dict[str, Moments]:
    """Gives the moments of each arm from the rows of `moment_rows`."""
    found = {}
    for row in counted:
        width = range(sum(name.startswith("m") for name in row))
        apart = [[row[f"c{min(i, j)}_{max(i, j)}"] for j in width] for i in width]
        size = int(row["size"])
        means = np.array([float(row[f"m{i}"]) for i in width])
        found[str(row["arm"])] = Moments(size, means, np.array(apart, dtype=float) * size)
    return found
