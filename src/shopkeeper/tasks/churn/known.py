"""Known: what was known at a cut-off, with what earlier cut-offs teach; nothing later."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.labelled_rows import LabelledRows, labelled_rows
from shopkeeper.tasks.churn.features import features
from shopkeeper.tasks.churn.label import came_back
from shopkeeper.tasks.churn.question import CHURN, Question

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.contest import World as Purchases
    from shopkeeper.tasks.lifetime_value.known import Known as KnownPurchases

Learned = TypeVar("Learned")

YEAR_DAYS = 365
# The lesson of a year ago lies within half a step of the day it stands for.
LESSON_STEP_DAYS = 30
# A shop this young has hardly any customers who left: what is amiss then is its age, not the
# season.
LEAST_SEASON_HISTORY_DAYS = 180
# Trees are grown from at most this many rows; lessons a month apart repeat most of what they say.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Lesson:
    """An earlier cut-off with what followed.

    Attributes:
        cutoff: Day before which the rows were known.
        customers: One row per customer who is asked about.
        label: 1 for yes; shape (customers,).
    """

    cutoff: date
    customers: pd.DataFrame
    label: NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """All that a candidate may learn from.

    Attributes:
        cutoff: Day before which everything was known (exclusive).
        horizon_days: Length of what is predicted.
        question: What is asked.
        customers: One row per customer who is asked about, at the cut-off.
        lessons: Earlier cut-offs whose horizon had ended by this one, ascending.
        purchases: The same in the words of the models of repeat buying.
        seed: Seed of all that is drawn.
    """

    cutoff: date
    horizon_days: int
    question: Question
    customers: pd.DataFrame
    lessons: tuple[Lesson, ...]
    purchases: KnownPurchases
    seed: int = 0
    _memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def taught(self) -> LabelledRows:
        """Gives the rows of all lessons, at most `MOST_ROWS`, drawn by seed.

        Raises:
            ModelDataError: No horizon had ended by the cut-off.
        """
        return self.once("rows", self._taught)

    def _taught(self) -> LabelledRows:
        if not self.lessons:
            raise ModelDataError(
                f"No {self.horizon_days} days had passed after any earlier day with enough data.",
                "give a longer history or a shorter horizon",
            )
        rows = LabelledRows.of([self.rows_of(lesson) for lesson in self.lessons])
        if len(rows.label) <= MOST_ROWS:
            return rows
        drawn = np.random.default_rng(self.seed).choice(len(rows.label), MOST_ROWS, replace=False)
        return rows.take(np.sort(drawn))

    def rows_of(self, lesson: Lesson) -> LabelledRows:
        """Gives the features and labels of one lesson."""
        return labelled_rows(
            features(lesson.customers),
            lesson.label,
            cutoff=lesson.cutoff,
            horizon_days=self.horizon_days,
        )

    def season_lesson(self) -> Lesson | None:
        """Gives the lesson of the same season of the year before; None where the shop is younger.

        It is the lesson nearest to the day one year before the cut-off.
        """
        day = self.cutoff - timedelta(days=YEAR_DAYS)
        near = min(self.lessons, key=lambda lesson: abs(lesson.cutoff - day), default=None)
        if near is None or abs((near.cutoff - day).days) > LESSON_STEP_DAYS / 2:
            return None
        history = (near.cutoff - self.purchases.first_date).days
        return near if history >= LEAST_SEASON_HISTORY_DAYS else None

    def before_last_lesson(self) -> tuple[Known, Lesson]:
        """Gives what was known when the last lesson began, and that lesson, to try things on.

        Raises:
            ModelDataError: No other horizon had ended by then.
        """
        whole = timedelta(days=self.horizon_days)
        last = self.lessons[-1] if self.lessons else None
        ended = tuple(
            lesson for lesson in self.lessons if last and lesson.cutoff + whole <= last.cutoff
        )
        if last is None or not ended:
            raise ModelDataError("There is no lesson to learn from with a later one to try it on.")
        earlier = Known(
            last.cutoff,
            self.horizon_days,
            self.question,
            last.customers,
            ended,
            self.purchases,
            self.seed,
        )
        return earlier, last

    def once(self, name: Hashable, learn: Callable[[], Learned]) -> Learned:
        """Learns something only once, for all candidates that need it."""
        if name not in self._memory:
            self._memory[name] = learn()
        learned: Learned = self._memory[name]
        return learned


@dataclass(frozen=True)
class World:
    """What contests ask of the warehouse.

    Attributes:
        purchases: Purchases, and what the marts of buying knew at each cut-off.
        question: What is asked.
        features_at: Cut-off → one row per customer with all that models look at; None takes what
            the marts of buying know.
    """

    purchases: Purchases
    question: Question = CHURN
    features_at: Callable[[date], pd.DataFrame] | None = None

    @property
    def as_of(self) -> date:
        """Day before which anything is known."""
        return self.purchases.as_of

    def customers_at(self, cutoff: date) -> pd.DataFrame:
        """Gives what was known of each customer who is asked about."""
        known = (self.features_at or self.purchases.customers_at)(cutoff)
        return self.question.population(known)

    def known(self, cutoff: date, horizon_days: int) -> Known:
        """Gives what was known at a cut-off, with the lessons that had ended by then."""
        past = self.purchases.known(cutoff, horizon_days)
        lessons = (self.lesson(lesson.cutoff, horizon_days) for lesson in past.lessons)
        return Known(
            cutoff,
            horizon_days,
            self.question,
            self.customers_at(cutoff),
            tuple(lesson for lesson in lessons if len(lesson.label)),
            past,
            self.purchases.seed,
        )

    def lesson(self, cutoff: date, horizon_days: int) -> Lesson:
        """Gives what was known at a cut-off with what followed; the horizon must have ended."""
        customers = self.customers_at(cutoff)
        back = came_back(self.purchases.purchases, customers.index, cutoff, horizon_days)
        return Lesson(cutoff, customers, self.question.label(back))
