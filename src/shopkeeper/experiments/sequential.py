"""Sequential: intervals and p-values that stay valid however often a running test is looked at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shopkeeper.experiments.difference import Difference, size_of

if TYPE_CHECKING:
    from shopkeeper.experiments.metrics import Estimate

TUNING_COUNT = 5_000


def always_valid(
    control: Estimate,
    treatment: Estimate,
    *,
    relative: bool = False,
    alpha: float = 0.05,
    tuning_count: int = TUNING_COUNT,
) -> Difference:
    """Compares two arms at any moment; the chance of a false alarm at any look is `alpha`.

    It is a mixture of likelihood ratios over normal effects, so it asks for means that are near
    normal when first looked at.

    Args:
        control: Arm A.
        treatment: Arm B.
        relative: Whether the difference is divided by the size of A, which must not be 0.
        alpha: 1 less the level of the interval.
        tuning_count: Units at which the interval is tightest.

    References:
        Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2024), Time-uniform central limit theory
        and asymptotic confidence sequences, eq. 2.3 (interval) and app. B.2 (tuning).
    """
    value, squared_error = size_of(control, treatment, relative=relative)
    count = control.count + treatment.count
    spread = count * mixing_variance(tuning_count, alpha)
    evidence = math.log((spread + 1) / alpha**2)
    reach = math.sqrt(squared_error * evidence * (spread + 1) / spread)
    odds = 0.5 * math.log(spread + 1)
    odds -= value**2 / squared_error * spread / (2 * (spread + 1))
    return Difference(value, value - reach, value + reach, min(1.0, math.exp(min(0.0, odds))))


def mixing_variance(tuning_count: int, alpha: float) -> float:
    """Gives the variance of the mixed effects that makes the interval tightest at a count."""
    doubled = -2 * math.log(alpha)
    return (doubled + math.log(doubled + 1)) / tuning_count
