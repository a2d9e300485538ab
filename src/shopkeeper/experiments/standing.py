"""Standing: where each unit of a test stands - arm, outcomes, parts - as its read-out counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.experiments.experiment import Kind, Role
from shopkeeper.experiments.outcomes import columns_of, is_known

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.units import Units

    Mask = NDArray[np.bool_]

# Name of the column with the unit.
UNIT = "unit"


def standing_of(found: pa.Table, units: Units, experiment: Experiment) -> pa.Table:
    """Gives one row per unit, those in several arms included.

    Args:
        found: The rows of `unit_rows`, read.
        units: The units of those rows.
        experiment: The definition.

    Returns:
        `unit`, `arm` (missing for units in several), `arm_count`, `row_count`; for the metric in
        place N, from 1 on, `has_outcome_N`, `is_converted_N` where it is a proportion and
        `is_capped_N` where it is capped; for the segment in place N `part_N`; and for the
        treatment in place N `against_N`: whether the unit is in that arm or in control. What is
        only known of units in one arm is missing for the others.
    """
    import pyarrow as pa

    is_alone = found["arm_count"].to_numpy() == 1
    told: dict[str, Any] = {"arm": np.array(units.variants, dtype=object)[units.arm]}
    for place, metric in enumerate(experiment.metrics, 1):
        numbers, capping = columns_of(units, metric)
        known = is_known(numbers)
        told[f"has_outcome_{place}"] = known
        if metric.kind is Kind.PROPORTION:
            told[f"is_converted_{place}"] = known & (numbers[0] == 1)
        if capping is not None:
            told[f"is_capped_{place}"] = units.numbers[metric.column] > capping.cap
    for place, segment in enumerate(experiment.segments, 1):
        names, codes = units.segments[segment]
        told[f"part_{place}"] = np.array(names, dtype=object)[codes]
    for place, name in enumerate(treatments_of(units.variants, experiment), 1):
        told[f"against_{place}"] = np.isin(told["arm"], [name, experiment.control])
    columns = {name: _spread(values, is_alone) for name, values in told.items()}
    plain = {name: found[name] for name in (UNIT, "arm_count", "row_count")}
    return pa.table({**plain, **columns})


def treatments_of(variants: tuple[str, ...], experiment: Experiment) -> tuple[str, ...]:
    """Gives the arms beside control, in the order of the alphabet."""
    return tuple(sorted(name for name in variants if name != experiment.control))


def deciding_place(experiment: Experiment) -> int:
    """Gives the place of the first primary metric, from 1 on: segments are looked at by it."""
    roles = [metric.role for metric in experiment.metrics]
    return roles.index(Role.PRIMARY) + 1


def _spread(values: NDArray[Any], is_alone: Mask) -> pa.Array:
    """Gives values of units in one arm at their places among all; missing for the others."""
    import pyarrow as pa

    whole = np.full(len(is_alone), None, dtype=object)
    whole[is_alone] = values
    return pa.array(whole, pa.bool_() if values.dtype == bool else pa.string())
