"""Candidates: the ways to predict, baselines among them; each learns from what was known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

import numpy as np
import pandas as pd

from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gradient_boosting import BoostingOptions, GradientBoosting
from shopkeeper.models.logistic_regression import LogisticRegression
from shopkeeper.models.random_forest import RandomForest
from shopkeeper.tasks.churn.features import RECENCY, features
from shopkeeper.tasks.churn.resampling import smote
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.histories import histories

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from shopkeeper.tasks.churn.known import Known

    Array = NDArray[np.float64]

TARGET, WEIGHT = "is_yes", "weight"
# What customers did half a year ago says half as much of those of today.
HALF_LIFE_DAYS = 180
SEPARATOR = "--"
# Nothing is certain: the least doubt that repeat buying is granted, as log-odds need some.
LEAST_DOUBT = 1e-4

# Name under which repeat buying stands among the features of a blend.
HABIT = "gaps_between_orders_habit"

Classifier = LogisticRegression | RandomForest | GradientBoosting


@dataclass(frozen=True, slots=True)
class Learning:
    """How candidates learn.

    Attributes:
        class_weights: Whether both classes weigh the same.
        resampling: Whether rows of the rarer class are made up.
        boosting: How trees of gradient boosting grow.
    """

    class_weights: bool = False
    resampling: Literal["none", "smote"] = "none"
    boosting: BoostingOptions = field(default_factory=BoostingOptions)


class Candidate(Protocol):
    """One way to predict; a baseline is one too."""

    def fit(self, known: Known, learning: Learning) -> Self:
        """Learns from what was known at a cut-off.

        Raises:
            ModelDataError: The data cannot carry it; the contest goes on without it.
        """
        ...

    def log_odds(self, customers: pd.DataFrame, cutoff: date) -> Array:
        """Gives the log-odds of yes for each customer, from a cut-off on."""
        ...

    def contributions(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Gives what each feature adds to the log-odds; all rows are as of one day."""
        ...

    def save(self) -> Mapping[str, bytes]:
        """Gives the fitted candidate as files."""
        ...

    def restore(self, files: Mapping[str, bytes]) -> Self:
        """Takes up what `save` gave."""
        ...


class Learned:
    """A classifier of the shelf, taught on all lessons, late ones most.

    Args:
        make: Gives the classifier from its features and how it is to learn.
        only: Features that are looked at; all where empty.
    """

    model_: Classifier

    def __init__(
        self, make: Callable[[list[str], Learning, int], Classifier], only: tuple[str, ...] = ()
    ) -> None:
        self.make = make
        self.only = only

    def fit(self, known: Known, learning: Learning) -> Self:
        """Learns from the lessons."""
        rows = known.once(("rows", learning.class_weights, learning.resampling),
                          lambda: _rows(known, learning))  # fmt: skip
        names = [name for name in rows.columns if name not in (TARGET, WEIGHT)]
        self.model_ = self.make(list(self.only) or names, learning, known.seed).fit(rows)
        return self

    def log_odds(self, customers: pd.DataFrame, cutoff: date) -> Array:
        """Gives what the classifier says; the cut-off is in the features already."""
        del cutoff
        return self.model_.predict(features(customers))["log_odds"].to_numpy()

    def contributions(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Gives the exact Shapley values by feature, against the mean of the training rows."""
        found = self.model_.contributions(features(customers))[:, :-1]
        return pd.DataFrame(found, index=customers.index, columns=list(self.model_.features))

    def save(self) -> Mapping[str, bytes]:
        """Gives the files of the classifier."""
        return self.model_.save()

    def restore(self, files: Mapping[str, bytes]) -> Self:
        """Takes up what `save` gave."""
        kind = type(self.make([RECENCY], Learning(), 0))
        self.model_ = kind.load(files)
        return self


class HabitOnly:
    """Repeat buying: probability of a purchase by BG/NBD on the shop's clock; learns no labels."""

    STATE = "habit_only.json"

    habits_: RepeatBuying
    is_about_leaving: bool
    mean_: float

    def fit(self, known: Known, learning: Learning) -> Self:
        """Learns rates and leaving from the customers at the cut-off."""
        del learning
        self.habits_ = RepeatBuying(BgNbd, has_prior=True).fit(known.purchases)
        self.is_about_leaving = known.question.is_about_leaving
        self.mean_ = float(self.log_odds(known.customers, known.cutoff).mean())
        return self

    def log_odds(self, customers: pd.DataFrame, cutoff: date) -> Array:
        """Gives the log-odds of no purchase, or of one, within the horizon."""
        state = self.habits_.state
        weeks, _ = state.clock.ahead(cutoff, state.horizon_days)
        rows = histories(customers, state.clock, state.length(cutoff))
        buys = self.habits_.purchases_.probability_of_purchase(rows, weeks)
        buys = np.clip(buys, LEAST_DOUBT, 1 - LEAST_DOUBT)
        found: Array = np.log(buys / (1 - buys))
        return -found if self.is_about_leaving else found

    def contributions(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Gives one column, as it looks at a history as a whole: its log-odds less their mean."""
        days = pd.to_datetime(customers["as_of"]).dt.date
        found = self.log_odds(customers, days.iloc[0]) if len(customers) else np.empty(0)
        return pd.DataFrame({HABIT: found - self.mean_}, index=customers.index)

    def save(self) -> Mapping[str, bytes]:
        """Gives both models and what is asked."""
        state = {"is_about_leaving": self.is_about_leaving, "mean_": self.mean_}
        return {self.STATE: (json.dumps(state) + "\n").encode(), **self.habits_.save()}

    def restore(self, files: Mapping[str, bytes]) -> Self:
        """Takes up what `save` gave."""
        self.habits_ = RepeatBuying.load(files)
        state = json.loads(files[self.STATE])
        self.is_about_leaving, self.mean_ = bool(state["is_about_leaving"]), state["mean_"]
        return self


class Blend:
    """The mean of the log-odds of three models and of repeat buying; errors apart cancel.

    The classifiers learn from lessons, repeat buying knows the shop's clock: each knows what the
    others cannot.
    """

    def __init__(self) -> None:
        self.members: dict[str, Candidate] = {name: MAKERS[name]() for name in BLENDED}

    def fit(self, known: Known, learning: Learning) -> Self:
        """Takes the members as they are fitted for themselves."""
        self.members = {name: fitted(name, known, learning) for name in BLENDED}
        return self

    def log_odds(self, customers: pd.DataFrame, cutoff: date) -> Array:
        """Gives the mean."""
        found = [member.log_odds(customers, cutoff) for member in self.members.values()]
        return np.asarray(np.mean(found, axis=0))

    def contributions(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Gives the mean of the members' contributions: those of a mean of log-odds."""
        parts = pd.concat([m.contributions(customers) for m in self.members.values()], axis=1)
        names = list(dict.fromkeys(parts.columns))
        return parts.T.groupby(level=0).sum().T[names] / len(self.members)

    def save(self) -> Mapping[str, bytes]:
        """Gives the files of all members under their names."""
        return {
            f"{name}{SEPARATOR}{file}": content
            for name, member in self.members.items()
            for file, content in member.save().items()
        }

    def restore(self, files: Mapping[str, bytes]) -> Self:
        """Takes up what `save` gave."""
        for name, member in self.members.items():
            prefix = f"{name}{SEPARATOR}"
            own = {f.removeprefix(prefix): c for f, c in files.items() if f.startswith(prefix)}
            member.restore(own)
        return self


def _logistic(names: list[str], learning: Learning, seed: int) -> LogisticRegression:
    del learning, seed
    return LogisticRegression(names, TARGET)


def _forest(names: list[str], learning: Learning, seed: int) -> RandomForest:
    del learning
    return RandomForest(names, TARGET, seed=seed)


def _boosting(names: list[str], learning: Learning, seed: int) -> GradientBoosting:
    return GradientBoosting(names, TARGET, learning.boosting, seed=seed)


RECENCY_ONLY, REPEAT_BUYING, BLEND = "recency_only", "repeat_buying", "blend"
BASELINES = (RECENCY_ONLY, REPEAT_BUYING)
BLENDED = (LogisticRegression.name, RandomForest.name, GradientBoosting.name, REPEAT_BUYING)
MAKERS: Mapping[str, Callable[[], Any]] = {
    RECENCY_ONLY: lambda: Learned(_logistic, (RECENCY,)),
    REPEAT_BUYING: HabitOnly,
    LogisticRegression.name: lambda: Learned(_logistic),
    RandomForest.name: lambda: Learned(_forest),
    GradientBoosting.name: lambda: Learned(_boosting),
    BLEND: Blend,
}


def fitted(name: str, known: Known, learning: Learning) -> Candidate:
    """Gives a candidate that has learned from what was known; each learns only once.

    Raises:
        ModelDataError: The data cannot carry it.
    """
    candidate: Candidate = known.once((name, learning), lambda: MAKERS[name]().fit(known, learning))
    return candidate


def with_boosting(learning: Learning, options: BoostingOptions) -> Learning:
    """Gives the same way of learning with other trees."""
    return replace(learning, boosting=options)


def _rows(known: Known, learning: Learning) -> pd.DataFrame:
    """Gives the rows that classifiers are taught on, with target and weight."""
    taught = known.taught()
    last = taught.keys["cutoff"].max()
    age = (last - taught.keys["cutoff"]).dt.days.to_numpy()
    weight = 0.5 ** (age / HALF_LIFE_DAYS)
    if learning.class_weights:
        rate = float(np.average(taught.label, weights=weight))
        weight = weight * np.where(taught.label == 1, 1 - rate, rate)
    rows = taught.features.assign(**{TARGET: taught.label, WEIGHT: weight})
    return smote(rows, TARGET, known.seed) if learning.resampling == "smote" else rows
