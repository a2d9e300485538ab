"""Segments: the primary metric in parts of the units, corrected for how many were looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shopkeeper.experiments.comparison import differ
from shopkeeper.experiments.corrections import Correction, holm
from shopkeeper.experiments.difference import size_of
from shopkeeper.experiments.experiment import Role
from shopkeeper.experiments.outcomes import outcomes_of
from shopkeeper.experiments.readout import SegmentReadout, SegmentRow

if TYPE_CHECKING:
    from shopkeeper.experiments.experiment import Experiment
    from shopkeeper.experiments.metrics import Estimate
    from shopkeeper.experiments.units import Units

# Parts of fewer units are counted, but not tested.
LEAST_UNITS = 50
# A column with more parts is an identifier, not a segment; its largest parts are looked at.
MOST_PARTS = 20


def segments_of(units: Units, experiment: Experiment) -> SegmentReadout | None:
    """Compares arms inside each part of each segment; None where no segment is named.

    Args:
        units: Units of the test.
        experiment: Names the segments, which must be known before the test.
    """
    if not experiment.segments:
        return None
    metric = next(metric for metric in experiment.metrics if metric.role is Role.PRIMARY)
    rows: list[SegmentRow] = []
    unequal: list[tuple[str, str, float]] = []
    for segment in experiment.segments:
        pairs: dict[str, list[tuple[Estimate, Estimate]]] = {}
        for place, value in _parts(units, segment):
            within = units.segments[segment][1] == place
            found = outcomes_of(units, experiment, metric, within)
            one = found.arms[experiment.control]
            for variant, arm in found.arms.items():
                if variant == experiment.control:
                    continue
                row = SegmentRow(
                    segment, value, variant, one.moments.count + arm.moments.count, None, None
                )
                pair = _testable(one.estimate, arm.estimate)
                if pair is not None:
                    pairs.setdefault(variant, []).append(pair)
                    row = replace(row, absolute=differ(*pair, experiment, relative=False))
                rows.append(row)
        unequal += [
            (segment, variant, differ_p_value(several))
            for variant, several in pairs.items()
            if len(several) > 1
        ]
    corrected, count = _corrected(rows)
    scope = "segments × their parts × treatments"
    method = "Holm" if count > 1 else "none"
    return SegmentReadout(metric.label, corrected, tuple(unequal), Correction(method, scope, count))


def _parts(units: Units, segment: str) -> list[tuple[int, str]]:
    import numpy as np

    names, codes = units.segments[segment]
    sizes = np.bincount(codes, minlength=len(names))
    largest = sorted(range(len(names)), key=lambda place: (-sizes[place], names[place]))
    return [(place, names[place]) for place in sorted(largest[:MOST_PARTS])]


def _testable(one: Estimate | None, other: Estimate | None) -> tuple[Estimate, Estimate] | None:
    if one is None or other is None or min(one.count, other.count) < LEAST_UNITS / 2:
        return None
    return (one, other) if one.squared_error + other.squared_error > 0 else None


def differ_p_value(pairs: list[tuple[Estimate, Estimate]]) -> float:
    """Gives the p-value that the difference is the same in all parts.

    References:
        Cochran (1954), The combination of estimates from different experiments.
    """
    from scipy import stats

    sizes = [size_of(one, other, relative=False) for one, other in pairs]
    weights = [1 / squared_error for _, squared_error in sizes]
    middle = sum(w * v for w, (v, _) in zip(weights, sizes, strict=True)) / sum(weights)
    statistic = sum(w * (v - middle) ** 2 for w, (v, _) in zip(weights, sizes, strict=True))
    return float(stats.chi2.sf(statistic, len(pairs) - 1))


def _corrected(rows: list[SegmentRow]) -> tuple[tuple[SegmentRow, ...], int]:
    p_values = [row.absolute.p_value for row in rows if row.absolute is not None]
    steps = iter(holm(p_values))
    corrected = tuple(
        row if row.absolute is None else replace(row, corrected_p_value=next(steps)) for row in rows
    )
    return corrected, len(p_values)
