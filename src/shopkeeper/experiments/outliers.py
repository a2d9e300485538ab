"""Outliers: the highest outcomes count as a declared cap, the same for all arms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.experiments.experiment import Metric

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Capping:
    """What was capped.

    Attributes:
        cap: Outcomes above count as this.
        unit_count: Units above.
        share_removed: Part of the sum of all outcomes that lay above, in 0-1.
    """

    cap: float
    unit_count: int
    share_removed: float


def capped(values: Array, metric: Metric) -> tuple[Array, Capping | None]:
    """Gives outcomes as the metric wants them, and what was capped; NaN stays.

    Args:
        values: Outcomes of all arms together, so that no arm gets a cap of its own.
        metric: Says the cap, by value or quantile, or none.
    """
    cap = metric.cap_value
    if metric.cap_quantile is not None and not np.isnan(values).all():
        cap = float(np.nanquantile(values, metric.cap_quantile))
    if cap is None:
        return values, None
    held = np.minimum(values, cap)
    total = float(np.nansum(np.abs(values)))
    removed = float(np.nansum(values - held)) / total if total else 0.0
    return held, Capping(cap, int((values > cap).sum()), removed)
