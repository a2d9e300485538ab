"""Policy: what treating only the highest scores would have brought, by how arms were drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """Mean outcome of a unit, were a rule followed.

    Attributes:
        name: The rule.
        treated_share: Share of units that it treats.
        value: Mean outcome of a unit.
        low: Lower end of the 95 % interval.
        high: Upper end.
    """

    name: str
    treated_share: float
    value: float
    low: float
    high: float


def policy_value(
    name: str, chosen: NDArray[np.bool_], treated: Array, outcome: Array, propensity: float
) -> PolicyValue:
    """Weighs the units whose arm is what the rule would have given by how likely that was.

    Args:
        name: The rule.
        chosen: Whether the rule treats a unit.
        treated: Whether the test did, 0 or 1.
        outcome: What came of it.
        propensity: Chance of treatment in the test, in 0-1, exclusive.

    References:
        Horvitz, Thompson (1952); self-normalised: Swaminathan, Joachims (2015), eq. 5.
    """
    followed = (treated == 1) == chosen
    weights = followed / np.where(chosen, propensity, 1 - propensity)
    value = float((weights * outcome).sum() / weights.sum())
    apart = weights * (outcome - value) / weights.mean()
    reach = 1.96 * float(apart.std(ddof=1)) / math.sqrt(len(outcome))
    return PolicyValue(name, float(chosen.mean()), value, value - reach, value + reach)


def policies(
    scores: Array, treated: Array, outcome: Array, shares: tuple[float, ...] = (0.3, 0.5)
) -> tuple[PolicyValue, ...]:
    """Values treating nobody, those with the highest scores, and everybody."""
    propensity = float((treated == 1).mean())
    place = np.empty(len(scores), dtype=np.int64)
    place[np.argsort(-scores, kind="stable")] = np.arange(len(scores))

    def value(name: str, share: float) -> PolicyValue:
        chosen = place < round(share * len(scores))
        return policy_value(name, chosen, treated, outcome, propensity)

    return (
        value("nobody", 0.0),
        *(value(f"best {share:.0%}", share) for share in shares),
        value("everybody", 1.0),
    )
