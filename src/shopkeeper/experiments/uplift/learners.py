"""Learners: T-, S- and X-learner, which foretell for each unit what the treatment changes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.errors import ModelDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Each arm of the part that teaches needs so many units with either outcome.
LEAST_OUTCOMES = 10


class Learner(StrEnum):
    """How differences of one unit, which nobody can see, are learned from arms."""

    T = "t"
    S = "s"
    X = "x"


class Family(StrEnum):
    """What the learner is made of."""

    LOGISTIC = "logistic"
    BOOSTING = "boosting"


def foretold(
    taught: tuple[Array, Array, Array],
    features: Array,
    *,
    learner: Learner = Learner.T,
    family: Family = Family.LOGISTIC,
    seed: int = 0,
) -> Array:
    """Learns from one half of a test and foretells the change of each unit of the other.

    Args:
        taught: Features of shape (units, features); treated, 0 or 1; outcome, 0 or 1.
        features: Of the units to speak of; shape (other units, features).
        learner: T fits each arm apart; S one model with the treatment among, and times, the
            features; X goes on to learn the differences that both models impute.
        family: Kind of classifier.
        seed: Of what is drawn in fitting.

    Returns:
        Change of the chance of the outcome; shape (other units,).

    Raises:
        ModelDataError: An arm has too few units of one outcome to learn from.

    References:
        Künzel, Sekhon, Bickel, Yu (2019), Metalearners for estimating heterogeneous treatment
        effects using machine learning.
    """
    _, treated, outcome = taught
    for arm in (0, 1):
        yes = int(outcome[treated == arm].sum())
        no = int((treated == arm).sum()) - yes
        if min(yes, no) < LEAST_OUTCOMES:
            raise ModelDataError(
                f"Half of {'treatment' if arm else 'control'} has {yes} units with the outcome and "
                f"{no} without; a learner needs {LEAST_OUTCOMES} of each.",
                "use an outcome that happens more often, or a larger test",
            )
    learn = {Learner.T: _two_models, Learner.S: _one_model, Learner.X: _crossed}[learner]
    return learn(taught, features, family, seed)


def _two_models(
    taught: tuple[Array, Array, Array], features: Array, family: Family, seed: int
) -> Array:
    without, with_treatment = _of_arms(taught, family, seed)
    return _chance(with_treatment, features) - _chance(without, features)


def _one_model(
    taught: tuple[Array, Array, Array], features: Array, family: Family, seed: int
) -> Array:
    known, treated, outcome = taught
    model = _classifier(family, seed).fit(_crossed_features(known, treated), outcome)
    size = len(features)
    chances = [_chance(model, _crossed_features(features, np.full(size, t))) for t in (1.0, 0.0)]
    return chances[0] - chances[1]


def _crossed(
    taught: tuple[Array, Array, Array], features: Array, family: Family, seed: int
) -> Array:
    known, treated, outcome = taught
    without, with_treatment = _of_arms(taught, family, seed)
    arm = treated == 1
    gained = outcome[arm] - _chance(without, known[arm])
    missed = _chance(with_treatment, known[~arm]) - outcome[~arm]
    # Who was drawn by a coin has the same propensity everywhere: the share of the arm.
    share = float(arm.mean())
    of_treated = _regressor(family, seed).fit(known[arm], gained).predict(features)
    of_control = _regressor(family, seed).fit(known[~arm], missed).predict(features)
    return np.asarray(share * of_control + (1 - share) * of_treated)


def _of_arms(taught: tuple[Array, Array, Array], family: Family, seed: int) -> tuple[Any, Any]:
    known, treated, outcome = taught
    one, other = (
        _classifier(family, seed).fit(known[treated == arm], outcome[treated == arm])
        for arm in (0, 1)
    )
    return one, other


def _crossed_features(features: Array, treated: Array) -> Array:
    """Puts the treatment, and its product with each feature, beside the features."""
    return np.column_stack([features, treated, features * treated[:, None]])


def _chance(model: Any, features: Array) -> Array:
    return np.asarray(model.predict_proba(features)[:, 1])


def _classifier(family: Family, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if family is Family.BOOSTING:
        return HistGradientBoostingClassifier(max_leaf_nodes=7, max_iter=60, random_state=seed)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))


def _regressor(family: Family, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if family is Family.BOOSTING:
        return HistGradientBoostingRegressor(max_leaf_nodes=7, max_iter=60, random_state=seed)
    return make_pipeline(StandardScaler(), Ridge())
