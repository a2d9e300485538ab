"""Contest: all candidates on rolling folds, the winner, its ranges, and how they held later."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.evidence import EVERYONE, Evidence, Score
from shopkeeper.evaluation.lifetime_value import (
    CALIBRATION,
    MEAN_METRICS,
    PRIMARY,
    coverage,
    mean_absolute_error,
    mean_metrics,
    scaled_rmse,
    size_of,
    slices_of,
)
from shopkeeper.evaluation.side_by_side import side_by_side
from shopkeeper.evaluation.splits import label_cutoffs
from shopkeeper.tasks.lifetime_value.candidates import BASELINES, MAKERS, WITHOUT_PROOF
from shopkeeper.tasks.lifetime_value.known import LEAST_HISTORY_DAYS, Known, Lesson
from shopkeeper.tasks.lifetime_value.label import future_amounts
from shopkeeper.tasks.lifetime_value.ranges import Ranges, drawn_ranges, learn_ranges

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate
    from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying

    Array = NDArray[np.float64]

TASK = "lifetime_value"
# A quarter apart, so that four folds see each season once; closer where the past is short.
FOLD_STEPS_DAYS = (90, 45, 30)
MOST_FOLDS, LEAST_FOLDS = 4, 3
# A year shows each season once and a quarter more shows that it comes back. On folds that had seen
# less, candidates are judged only where too few others are left: today's model knows more.
SEASONED_DAYS = 455
LESSON_STEP_DAYS = 30
MOST_LESSONS = 12
# A slice with fewer customers says more about chance than about the model.
LEAST_IN_SLICE = 50


@dataclass(frozen=True)
class World:
    """What contests ask of the warehouse.

    Attributes:
        purchases: Rows of the table `purchases` before `as_of`: `customer_id`, `order_date`
            (datetime64), `purchase_amount` (float).
        customers_at: Cut-off → rows of the mart `customer_features` by `customer_id`, amounts as
            floats, in order of customer.
        as_of: Day before which anything is known.
        seed: Seed of all that is drawn.
    """

    purchases: pd.DataFrame
    customers_at: Callable[[date], pd.DataFrame]
    as_of: date
    seed: int = 0
    _memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def first_date(self) -> date:
        """Day of the first purchase of all."""
        first: date = self.purchases["order_date"].min().date()
        return first

    def known(self, cutoff: date, horizon_days: int) -> Known:
        """Gives what was known at a cut-off, with the lessons that had ended by then."""
        days = self.purchases["order_date"]
        cutoffs = _lesson_cutoffs(self.first_date, cutoff, horizon_days)
        past = self.purchases[days < np.datetime64(cutoff)]
        return Known(
            cutoff,
            horizon_days,
            past,
            self.customers_at(cutoff),
            tuple(self.lesson(past, day, horizon_days) for day in cutoffs),
            self.seed,
            self._memory,
        )

    def lesson(self, purchases: pd.DataFrame, cutoff: date, horizon_days: int) -> Lesson:
        """Gives the features at a cut-off with what followed, as `purchases` tell it."""
        customers = self.customers_at(cutoff)
        return Lesson(
            cutoff, customers, future_amounts(purchases, customers.index, cutoff, horizon_days)
        )


@dataclass(frozen=True)
class FoldResult:
    """Predictions of all candidates at one cut-off, and what was then spent.

    Attributes:
        cutoff: The cut-off.
        horizon_days: Length of what is predicted.
        customers: Features then.
        actual: What was spent within the horizon; shape (customers,).
        expected: Candidate → predicted means.
        left_out: Candidate → why the data could not carry it.
    """

    cutoff: date
    horizon_days: int
    customers: pd.DataFrame
    actual: Array
    expected: Mapping[str, Array]
    left_out: Mapping[str, str]

    def ended_by(self, day: date) -> bool:
        """Whether what was spent was known on a day."""
        return self.cutoff + timedelta(days=self.horizon_days) <= day


@dataclass(frozen=True, slots=True)
class RangeCheck:
    """How ranges learned from earlier folds held on a later one.

    Attributes:
        cutoff: Cut-off of the later fold.
        coverage: Share of customers within their interval, in 0-1.
        typical_error: MAE of the median.
        baseline_error: MAE of the last period's amount.
    """

    cutoff: date
    coverage: float
    typical_error: float
    baseline_error: float


@dataclass(frozen=True)
class Contest:
    """What a contest over one horizon found.

    Attributes:
        horizon_days: Length of what is predicted.
        evidence: Scores of all candidates on all folds and slices.
        folds: Predictions and actual amounts, ascending.
        winner: Name of the best candidate that is no baseline; the blend where nothing could be
            judged.
        is_proved: Whether there was a whole past horizon to judge on.
        range_checks: How the winner's ranges held.
    """

    horizon_days: int
    evidence: Evidence
    folds: tuple[FoldResult, ...]
    winner: str
    is_proved: bool
    range_checks: tuple[RangeCheck, ...]

    def pooled(self) -> tuple[Array, Array]:
        """Gives the winner's predictions on all folds and what was spent, one after the other."""
        expected = [fold.expected[self.winner] for fold in self.folds]
        return np.concatenate(expected), np.concatenate([fold.actual for fold in self.folds])


def hold(world: World, horizon_days: int) -> Contest:
    """Holds the contest over one horizon on everything known before `as_of`."""
    cutoffs = judging_cutoffs(world.first_date, world.as_of, horizon_days)
    folds = tuple(side_by_side(lambda day: _fold(world, day, horizon_days), cutoffs))
    scores = tuple(score for fold in folds for score in _scores(fold))
    evidence = Evidence(TASK, horizon_days, PRIMARY, MEAN_METRICS, CALIBRATION, BASELINES, scores)
    winner = _winner(evidence, folds)
    return Contest(
        horizon_days,
        evidence,
        folds,
        winner or WITHOUT_PROOF,
        is_proved=winner is not None,
        range_checks=_range_checks(folds, winner) if winner else (),
    )


def judging_cutoffs(first_date: date, as_of: date, horizon_days: int) -> tuple[date, ...]:
    """Gives the cut-offs at which candidates are judged, ascending, at most `MOST_FOLDS`.

    Examples:
        >>> [str(day) for day in judging_cutoffs(date(2023, 1, 1), date(2025, 1, 1), 90)]
        ['2024-04-06', '2024-07-05', '2024-10-03']
    """

    def cutoffs(step_days: int, history_days: int) -> tuple[date, ...]:
        return label_cutoffs(
            first_date,
            as_of,
            horizon_days=horizon_days,
            step_days=step_days,
            least_history_days=history_days,
        )[-MOST_FOLDS:]

    for step in FOLD_STEPS_DAYS:
        if len(seasoned := cutoffs(step, SEASONED_DAYS)) >= LEAST_FOLDS:
            return seasoned
    return cutoffs(FOLD_STEPS_DAYS[0], LEAST_HISTORY_DAYS)


def cutoffs_of(first_date: date, as_of: date, horizon_days: int) -> tuple[date, ...]:
    """Gives all cut-offs that a contest and the fits after it look at, ascending."""
    ends = (*judging_cutoffs(first_date, as_of, horizon_days), as_of)
    lessons = (day for end in ends for day in _lesson_cutoffs(first_date, end, horizon_days))
    return tuple(sorted({*ends, *lessons}))


def fit_candidate(world: World, name: str, horizon_days: int) -> Candidate:
    """Fits a candidate on everything known before `as_of`.

    Raises:
        ModelDataError: The data cannot carry it.
    """
    return MAKERS[name]().fit(world.known(world.as_of, horizon_days))


def ranges_of(contest: Contest, candidate: Candidate, habits: RepeatBuying, world: World) -> Ranges:
    """Gives the ranges learned from all folds; drawn ones where nothing could be judged."""
    if contest.folds:
        return learn_ranges(*contest.pooled())
    return drawn_ranges(candidate, habits, world.customers_at(world.as_of), world.as_of, world.seed)


def _lesson_cutoffs(first_date: date, cutoff: date, horizon_days: int) -> tuple[date, ...]:
    return label_cutoffs(
        first_date,
        cutoff,
        horizon_days=horizon_days,
        step_days=LESSON_STEP_DAYS,
        least_history_days=LEAST_HISTORY_DAYS,
    )[-MOST_LESSONS:]


def _fold(world: World, cutoff: date, horizon_days: int) -> FoldResult:
    known = world.known(cutoff, horizon_days)
    expected, left_out = {}, {}
    for name, make in MAKERS.items():
        try:
            expected[name] = make().fit(known).predict(known.customers, cutoff)
        except ModelDataError as error:
            left_out[name] = error.message
    actual = future_amounts(world.purchases, known.customers.index, cutoff, horizon_days)
    return FoldResult(cutoff, horizon_days, known.customers, actual, expected, left_out)


def _scores(fold: FoldResult) -> list[Score]:
    size = size_of(fold.customers["purchase_amount"].to_numpy())
    parts = slices_of(fold.customers)
    scores = []
    for name, expected in fold.expected.items():
        found = mean_metrics(fold.actual, expected, size)
        scores += [
            Score(name, fold.cutoff, metric, value, len(expected), EVERYONE)
            for metric, value in found.items()
        ]
        for part, mask in parts.items():
            if (count := int(mask.sum())) >= LEAST_IN_SLICE:
                value = scaled_rmse(fold.actual[mask], expected[mask], size[mask])
                scores.append(Score(name, fold.cutoff, PRIMARY, value, count, part))
    return scores


def _winner(evidence: Evidence, folds: tuple[FoldResult, ...]) -> str | None:
    """Gives the candidate with the lowest primary metric on the folds that all of them entered."""
    entered = [set(fold.expected) for fold in folds]
    if not entered:
        return None
    # Who sat out a fold is not compared on easier ones.
    able = [n for n in MAKERS if n not in BASELINES and all(n in names for names in entered)]
    return min(able, key=lambda name: evidence.mean(name, PRIMARY)) if able else None


def _range_checks(folds: tuple[FoldResult, ...], winner: str) -> tuple[RangeCheck, ...]:
    """Learns ranges from the folds whose horizon had ended, and checks them on each later one."""
    checks = []
    for fold in folds:
        earlier = [past for past in folds if past.ended_by(fold.cutoff)]
        if not earlier:
            continue
        ranges = learn_ranges(
            np.concatenate([past.expected[winner] for past in earlier]),
            np.concatenate([past.actual for past in earlier]),
        )
        lower, typical, upper = ranges.of(fold.expected[winner])
        checks.append(
            RangeCheck(
                fold.cutoff,
                coverage(fold.actual, lower, upper),
                mean_absolute_error(fold.actual, typical),
                mean_absolute_error(fold.actual, fold.expected["last_period"]),
            )
        )
    return tuple(checks)
