"""Losses: metrics of any kind on one scale, where lower is better, fold by fold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence


def loss(value: float, better: Better) -> float:
    """Gives a metric's value so that lower is better: itself, negated, or its distance from 1."""
    match better:
        case Better.LOWER:
            return value
        case Better.HIGHER:
            return -value
        case Better.NEAR_ONE:
            return abs(value - 1)


def fold_losses(evidence: Evidence, candidate: str, slice_: str = EVERYONE) -> dict[date, float]:
    """Gives the losses of the primary metric by cut-off; folds without a number are left out."""
    better = evidence.metrics[evidence.primary]
    values = evidence.values(candidate, evidence.primary, slice_)
    return {cutoff: loss(value, better) for cutoff, value in values.items() if math.isfinite(value)}


def mean_loss(losses: Mapping[date, float]) -> float:
    """Gives the mean over the folds; NaN where there is none."""
    return math.fsum(losses.values()) / len(losses) if losses else math.nan


def gain(ours: float, theirs: float) -> float:
    """Gives by which share of the other's loss ours is lower; below 0 where it is higher.

    Examples:
        >>> gain(ours=9.0, theirs=10.0)
        0.1
    """
    difference = theirs - ours
    if theirs == 0:
        return math.copysign(math.inf, difference) if difference else 0.0
    return difference / abs(theirs)
