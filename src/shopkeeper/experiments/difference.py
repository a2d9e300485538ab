"""Difference: two arms compared, in absolute and relative terms, by Welch's test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopkeeper.experiments.metrics import Estimate

# Below so many standard errors from zero, a control's value is no base for percentages.
FIRM_BASE = 3.0


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference with its interval.

    Attributes:
        value: Treatment less control; relative ones by the size of control.
        low: Lower end of the interval.
        high: Upper end.
        p_value: Chance of a difference at least as large where there is none.
    """

    value: float
    low: float
    high: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def has_firm_base(control: Estimate) -> bool:
    """Whether the control's value is far enough from zero to be divided by."""
    return abs(control.value) > FIRM_BASE * math.sqrt(control.squared_error)


def size_of(control: Estimate, treatment: Estimate, *, relative: bool) -> tuple[float, float]:
    """Gives the difference and its squared standard error, without any distribution.

    Relative is (B - A) / |A|, so that a negative control keeps the direction: from -10 to -5 is
    +50 %. Its error is that of B / A, by the delta method, as A is uncertain itself.
    """
    apart = treatment.value - control.value
    if not relative:
        return apart, control.squared_error + treatment.squared_error
    base = control.value
    error = treatment.squared_error / base**2
    error += control.squared_error * treatment.value**2 / base**4
    return apart / abs(base), error


def degrees_of_freedom(control: Estimate, treatment: Estimate) -> float:
    """Gives the degrees of freedom of the difference of two means.

    References:
        Welch (1947), The generalization of Student's problem, eq. 28; Satterthwaite (1946).
    """
    one, other = control.squared_error, treatment.squared_error
    below = one**2 / (control.count - 1) + other**2 / (treatment.count - 1)
    return (one + other) ** 2 / below


def welch(
    control: Estimate, treatment: Estimate, *, relative: bool = False, alpha: float = 0.05
) -> Difference:
    """Compares two arms that may differ in size and spread; at least one must vary.

    Args:
        control: Arm A.
        treatment: Arm B.
        relative: Whether the difference is divided by the size of A, which must not be 0.
        alpha: 1 less the level of the interval.
    """
    from scipy import stats

    value, squared_error = size_of(control, treatment, relative=relative)
    freedom = degrees_of_freedom(control, treatment)
    error = math.sqrt(squared_error)
    reach = float(stats.t.isf(alpha / 2, freedom)) * error
    p_value = 2 * float(stats.t.sf(abs(value) / error, freedom))
    return Difference(value, value - reach, value + reach, p_value)
