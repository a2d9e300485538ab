"""Targeting: learns uplift on one half of a test, judges it on the other, and says yes or no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import UsageError
from shopkeeper.experiments.sample_ratio import sample_ratio
from shopkeeper.experiments.uplift.curves import Curve, curve_of
from shopkeeper.experiments.uplift.learners import Family, Learner, foretold
from shopkeeper.experiments.uplift.policy import PolicyValue, policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Random orders leave a band of two standard deviations one time in forty on its upper side.
LEAST_SIGMA = 2.0
BROKEN = (
    "The arms do not have the sizes they were planned with, so nothing can be learned from them: "
    "read the test with `shopkeeper experiment analyze` first."
)
# Columns of text with more names are identifiers.
MOST_NAMES = 30


@dataclass(frozen=True, slots=True)
class Targeting:
    """Whether it can be told whom a treatment changes most.

    Attributes:
        treatment: The arm.
        control: What it is compared with.
        outcome: Column that is 1 where it worked.
        learner: Which learner.
        family: Of which classifiers.
        features: Columns it learned from.
        taught_count: Units it learned from.
        judged_count: Units it was judged on.
        curve: What its order brings, and what random orders bring.
        policies: Mean outcome by rule, on the judged units.
        is_allowed: Whether to target by it.
        reason: Why, or why not, in one sentence.
    """

    treatment: str
    control: str
    outcome: str
    learner: Learner
    family: Family
    features: tuple[str, ...]
    taught_count: int
    judged_count: int
    curve: Curve
    policies: tuple[PolicyValue, ...]
    is_allowed: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class UpliftQuestion:
    """What is asked of a test.

    Attributes:
        variant: Column that names the arm.
        control: Arm that is compared with.
        treatment: Arm whose effect is learned.
        outcome: Column that is 0 or 1.
        features: Columns known before the test.
        learner: Which learner.
        family: Of which classifiers.
        allocation: Arm → planned part; empty plans equal parts of all arms.
        seed: Of random orders and fitting.
    """

    variant: str
    control: str
    treatment: str
    outcome: str
    features: tuple[str, ...]
    learner: Learner = Learner.T
    family: Family = Family.LOGISTIC
    allocation: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0


def targeting(rows: pd.DataFrame, question: UpliftQuestion) -> Targeting:
    """Learns from the even rows of a test and judges on the odd ones.

    Args:
        rows: One row per unit of the whole test, in an order that says nothing of the outcome.
        question: What is asked.

    Raises:
        ModelDataError: There is too little to learn from.
        UsageError: The outcome is no yes or no, or no column is left to learn from.
    """
    even = np.arange(len(rows)) % 2 == 0
    arms = rows[question.variant].isin([question.control, question.treatment]).to_numpy()
    known = rows[question.outcome].notna().to_numpy() & arms
    treated = (rows[question.variant] == question.treatment).to_numpy().astype(float)[known]
    outcome = rows[question.outcome].to_numpy(dtype=float)[known]
    if not np.isin(outcome, (0.0, 1.0)).all():
        raise UsageError(
            f"Column `{question.outcome}` has other values than 0 and 1.",
            "learn uplift of an outcome that is yes or no",
        )
    features = feature_matrix(rows, question.features)[known]
    teach = even[known]
    scores = foretold(
        (features[teach], treated[teach], outcome[teach]),
        features[~teach],
        learner=question.learner,
        family=question.family,
        seed=question.seed,
    )
    counts = rows[question.variant].value_counts()
    ratio = sample_ratio(
        {str(name): int(count) for name, count in counts.items()}, question.allocation
    )
    curve = curve_of(scores, treated[~teach], outcome[~teach], seed=question.seed)
    return Targeting(
        treatment=question.treatment,
        control=question.control,
        outcome=question.outcome,
        learner=question.learner,
        family=question.family,
        features=question.features,
        taught_count=int(teach.sum()),
        judged_count=int((~teach).sum()),
        curve=curve,
        policies=policies(scores, treated[~teach], outcome[~teach]),
        is_allowed=curve.sigma >= LEAST_SIGMA and not ratio.is_broken,
        reason=BROKEN if ratio.is_broken else _reason(curve),
    )


def feature_matrix(rows: pd.DataFrame, features: tuple[str, ...]) -> Array:
    """Gives features as numbers: text as one column per name, unknown numbers as the median.

    Raises:
        UsageError: No column is left.
    """
    import pandas as pd

    columns = []
    for name in features:
        column = rows[name]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            numbers = column.astype(float)
            columns.append(numbers.fillna(numbers.median()).fillna(0.0).to_numpy())
            continue
        names = column.fillna("").astype(str)
        if names.nunique() <= MOST_NAMES:
            columns += [(names == each).to_numpy(dtype=float) for each in sorted(names.unique())]
    if not columns:
        raise UsageError(
            "No column is left to learn from.",
            "name columns that were known before the test with `--feature`",
        )
    return np.column_stack(columns)


def _reason(curve: Curve) -> str:
    where = f"{curve.sigma:+.1f} standard deviations of random orders".replace("-", "−")
    if curve.sigma >= LEAST_SIGMA:
        return f"The order found brings more than random ones: {where} above the random line."
    if curve.sigma <= -LEAST_SIGMA / 2:
        return f"The order found is worse than a random one: {where}. Do not target by it."
    return (
        f"The order found does not leave the band of random orders: {where}, and at least "
        f"{LEAST_SIGMA:g} are asked for. Treat all or nobody, as the test itself says."
    )
