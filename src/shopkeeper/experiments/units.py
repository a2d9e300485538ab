"""Units: rows of a test become one row per unit drawn; those seen in several arms are set apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.engines.raw_layout import ROW_NUMBER
from shopkeeper.errors import UnknownNameError, UsageError, shorten
from shopkeeper.experiments.experiment import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    import pyarrow as pa
    from numpy.typing import NDArray

    from shopkeeper.experiments.experiment import Experiment

    Array = NDArray[np.float64]

# A column with more values than this names no arms.
MOST_ARMS = 10
NO_SEGMENT = "(none)"


@dataclass(frozen=True, slots=True)
class Units:
    """One entry per unit that is in one arm only, in arrays of shape (units,).

    Attributes:
        variants: Names of the arms, in the order of the alphabet.
        arm: Position of each unit's arm in `variants`.
        numbers: Column → values; NaN where none is known.
        segments: Column → its names, and the position of each unit's name in them.
        several_arms_count: Units that were seen in several arms, and are left out.
        repeated_count: Units with several rows, which were put together.
        no_arm_count: Rows without an arm or without a unit, left out.
    """

    variants: tuple[str, ...]
    arm: NDArray[np.int64]
    numbers: Mapping[str, Array]
    segments: Mapping[str, tuple[tuple[str, ...], NDArray[np.int64]]]
    several_arms_count: int
    repeated_count: int
    no_arm_count: int


def _check_columns(rows: ir.Table, experiment: Experiment) -> None:
    named = (experiment.variant, experiment.unit, *experiment.segments)
    for name in (*(name for name in named if name), *experiment.number_columns):
        if name not in rows.columns:
            raise UnknownNameError.among("column", name, rows.columns)
    for name in experiment.number_columns:
        kind = rows[name].type()
        if not (kind.is_numeric() or kind.is_boolean()):
            raise UsageError(
                f"Column `{shorten(name)}` holds no numbers, so it cannot be compared.",
                "name a column with numbers, or with yes and no",
            )


def unit_rows(rows: ir.Table, experiment: Experiment) -> ir.Table:
    """Gives one row per unit: in how many arms and rows it was seen, and its outcomes.

    Outcomes of several rows are added up; of a proportion, one yes is a yes; a covariate is
    averaged. A unit has no outcome only if none of its rows has one.

    Args:
        rows: Rows of a test; those without arm or unit are left out. Where a row is a unit, it is
            called by its place in the file, if the rows tell it.
        experiment: Names the columns.

    Raises:
        UnknownNameError: A column is missing.
        UsageError: A column holds no numbers.
    """
    import ibis

    _check_columns(rows, experiment)

    given = {
        "variant": rows[experiment.variant].cast("string"),
        **{f"number_{i}": _number(rows[c]) for i, c in enumerate(experiment.number_columns)},
        **{f"segment_{i}": rows[c].cast("string") for i, c in enumerate(experiment.segments)},
    }
    if experiment.unit is None:
        number = rows[ROW_NUMBER] if ROW_NUMBER in rows.columns else ibis.null("int64")
        known = rows.select(unit=number, **given).filter(lambda t: t.variant.notnull())
        return known.mutate(arm_count=ibis.literal(1), row_count=ibis.literal(1))
    known = rows.select(unit=rows[experiment.unit].cast("string"), **given)
    known = known.filter(known.variant.notnull() & known.unit.notnull())
    how = _ways(experiment)
    units = known.group_by("unit").agg(
        variant=known.variant.min(),
        arm_count=known.variant.nunique(),
        row_count=known.count(),
        **{
            f"number_{i}": getattr(known[f"number_{i}"], how[c])()
            for i, c in enumerate(experiment.number_columns)
        },
        **{f"segment_{i}": known[f"segment_{i}"].min() for i in range(len(experiment.segments))},
    )
    # Sums of floats follow the order of rows, and a grouping gives none.
    return units.order_by("unit")


def _number(column: ir.Value) -> ir.Value:
    whole = column.ifelse(1, 0) if column.type().is_boolean() else column
    known = whole.cast("float64")
    return known.nullif(float("nan")) if column.type().is_floating() else known


def _ways(experiment: Experiment) -> dict[str, str]:
    """Gives how values of one unit are put together, by column."""
    ways = dict.fromkeys(experiment.number_columns, "sum")
    for metric in experiment.metrics:
        if metric.kind is Kind.PROPORTION:
            ways[metric.column] = "max"
        if metric.covariate:
            ways[metric.covariate] = "mean"
    return ways


def lost_rows(rows: ir.Table, experiment: Experiment) -> ir.Table:
    """Gives the rows that name no arm, or no unit."""
    lost = rows[experiment.variant].isnull()
    return rows.filter(lost | rows[experiment.unit].isnull() if experiment.unit else lost)


def units_of(found: pa.Table, no_arm_count: int, experiment: Experiment) -> Units:
    """Gives the units of a test from its unit rows.

    Args:
        found: The rows of `unit_rows`, read.
        no_arm_count: How many rows `lost_rows` has.
        experiment: Names the columns.

    Raises:
        UsageError: The arms are not between 2 and 10.
    """
    several = found["arm_count"].to_numpy() > 1
    repeated = int((found["row_count"].to_numpy() > 1).sum())
    kept = found.filter(~several)
    variants, arm = _codes(kept["variant"])
    _check_arms(variants, experiment)
    return Units(
        variants=variants,
        arm=arm,
        numbers={
            c: np.asarray(kept[f"number_{i}"].to_numpy(), dtype=float)
            for i, c in enumerate(experiment.number_columns)
        },
        segments={c: _codes(kept[f"segment_{i}"]) for i, c in enumerate(experiment.segments)},
        several_arms_count=int(several.sum()),
        repeated_count=repeated,
        no_arm_count=no_arm_count,
    )


def _codes(column: pa.ChunkedArray) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Gives the names in a column, and the position of each row's name."""
    import pandas as pd

    codes, names = pd.factorize(column.fill_null(NO_SEGMENT).to_pandas(), sort=True)
    return tuple(str(name) for name in names), codes.astype(np.int64)


def _check_arms(variants: tuple[str, ...], experiment: Experiment) -> None:
    if len(variants) < 2:
        only = f"only `{shorten(variants[0])}`" if variants else "no arm"
        raise UsageError(
            f"Column `{shorten(experiment.variant)}` names {only}; a test compares two.",
            "name the column that tells the arms apart with `--variant`",
        )
    if len(variants) > MOST_ARMS:
        raise UsageError(
            f"Column `{shorten(experiment.variant)}` has {len(variants):,} values, "
            f"more than {MOST_ARMS}: it does not name arms.",
            "name the column that tells the arms apart with `--variant`",
        )
