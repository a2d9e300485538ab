"""Contest: all candidates on rolling folds, the winner, and whether anything leaked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.classification import (
    average_precision,
    brier_score,
    expected_calibration_error,
    lift,
    log_loss,
    roc_auc,
)
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.evaluation.labelled_rows import LabelledRows, labelled_rows
from shopkeeper.evaluation.leakage import auc_alarms, leak_report, limits_for
from shopkeeper.evaluation.side_by_side import side_by_side
from shopkeeper.tasks.churn.calibration import Calibration, Kind, learn
from shopkeeper.tasks.churn.candidates import (
    BASELINES,
    MAKERS,
    REPEAT_BUYING,
    Candidate,
    Learning,
    fitted,
    with_boosting,
)
from shopkeeper.tasks.churn.features import RECENCY, features
from shopkeeper.tasks.churn.tuning import tuned
from shopkeeper.tasks.lifetime_value.contest import judging_cutoffs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.tasks.churn.known import Known, Lesson, World

    Array = NDArray[np.float64]

PRIMARY, CALIBRATION = "brier_score", "calibration_error"
METRICS: Mapping[str, Better] = {
    PRIMARY: Better.LOWER,
    "log_loss": Better.LOWER,
    CALIBRATION: Better.LOWER,
    "roc_auc": Better.HIGHER,
    "average_precision": Better.HIGHER,
    "lift": Better.HIGHER,
}
# Still buying at the cut-off, or silent for longer than the horizon by then.
ACTIVE, SILENT = "active customers", "silent customers"
# A slice with fewer customers says more about chance than about the model.
LEAST_IN_SLICE = 100


@dataclass(frozen=True, slots=True)
class Options:
    """How a contest is held.

    Attributes:
        calibration: How log-odds become probabilities.
        learning: How candidates learn.
        tuning_trials: Ways to grow trees that are tried before the first fold.
    """

    calibration: Kind = "season"
    learning: Learning = field(default_factory=Learning)
    tuning_trials: int = 0


@dataclass(frozen=True)
class Calibrated:
    """A fitted candidate with its calibration."""

    name: str
    candidate: Candidate
    calibration: Calibration

    def probabilities(self, customers: pd.DataFrame, cutoff: date) -> Array:
        """Gives the probability of yes of each customer, in 0–1."""
        return self.calibration.apply(self.candidate.log_odds(customers, cutoff))


@dataclass(frozen=True)
class FoldResult:
    """What all candidates said at one cut-off, and what happened.

    Attributes:
        cutoff: The cut-off.
        customers: What was known of them then.
        label: 1 for yes.
        probabilities: Candidate → probability; shape (customers,).
        left_out: Candidate → why the data could not carry it.
        taught: Rows that classifiers were taught on.
    """

    cutoff: date
    customers: pd.DataFrame
    label: Array
    probabilities: Mapping[str, Array]
    left_out: Mapping[str, str]
    taught: LabelledRows


@dataclass(frozen=True)
class Contest:
    """What a contest found.

    Attributes:
        horizon_days: Length of what is predicted.
        evidence: Scores of all candidates on all folds and slices, and leak alarms.
        folds: What was said and what happened, ascending.
        winner: Name of the best candidate that is no baseline; None where none could be judged.
        options: How it was held, tuned trees included.
    """

    horizon_days: int
    evidence: Evidence
    folds: tuple[FoldResult, ...]
    winner: str | None
    options: Options

    def pooled(self, is_active: bool | None = None) -> tuple[Array, Array]:  # noqa: FBT001 - None is both
        """Gives labels and the winner's probabilities on all folds, or of a slice of them."""
        labels, found = [np.empty(0)], [np.empty(0)]
        for fold in self.folds:
            mask = _active(fold.customers, self.horizon_days)
            mask = np.ones(len(mask), bool) if is_active is None else mask == is_active
            labels.append(fold.label[mask])
            found.append(fold.probabilities[self.winner or ""][mask])
        return np.concatenate(labels), np.concatenate(found)


def hold(world: World, horizon_days: int, options: Options) -> Contest:
    """Holds the contest over a horizon on everything known before `as_of`."""
    first = world.purchases.first_date
    cutoffs = judging_cutoffs(first, world.as_of, horizon_days)
    known = [world.known(cutoff, horizon_days) for cutoff in cutoffs]
    if known:
        trees = tuned(known[0], options.learning, options.tuning_trials)
        learning = with_boosting(options.learning, trees)
        options = Options(options.calibration, learning, options.tuning_trials)
    judged = side_by_side(lambda one: _fold(world, one, options), known)
    folds = tuple(fold for fold in judged if fold is not None)
    scores = tuple(score for fold in folds for score in _scores(fold, horizon_days))
    name = world.question.name
    evidence = Evidence(name, horizon_days, PRIMARY, METRICS, CALIBRATION, BASELINES, scores)
    winner = _winner(evidence, folds)
    if winner:
        alarms = _alarms(folds, winner, horizon_days)
        evidence = Evidence(
            name, horizon_days, PRIMARY, METRICS, CALIBRATION, BASELINES, scores, alarms
        )
    return Contest(horizon_days, evidence, folds, winner, options)


def fit(name: str, known: Known, options: Options) -> Calibrated:
    """Fits a candidate on what was known, and learns how its log-odds become probabilities.

    Raises:
        ModelDataError: The data cannot carry it.
    """
    candidate = fitted(name, known, options.learning)
    if name == REPEAT_BUYING:
        # Its clock knows the season; moving it would take from the baseline what it can do.
        return Calibrated(name, candidate, Calibration())

    def earlier(past: Known, lesson: Lesson) -> Array:
        again = fitted(name, past, options.learning)
        return again.log_odds(lesson.customers, lesson.cutoff)

    calibration = learn(
        options.calibration,
        known,
        lambda lesson: candidate.log_odds(lesson.customers, lesson.cutoff),
        earlier,
    )
    return Calibrated(name, candidate, calibration)


def metrics(label: Array, probability: Array) -> dict[str, float]:
    """Gives all metrics of probabilities against what happened."""
    return {
        PRIMARY: brier_score(label, probability),
        "log_loss": log_loss(label, probability),
        CALIBRATION: expected_calibration_error(label, probability),
        "roc_auc": roc_auc(label, probability),
        "average_precision": average_precision(label, probability),
        "lift": lift(label, probability),
    }


def _active(customers: pd.DataFrame, horizon_days: int) -> NDArray[np.bool_]:
    return customers[RECENCY].to_numpy() <= horizon_days


def _fold(world: World, known: Known, options: Options) -> FoldResult | None:
    """Judges all candidates at one cut-off; None where there is nobody or nothing to learn."""
    lesson = world.lesson(known.cutoff, known.horizon_days)
    if not len(lesson.label) or not known.lessons:
        return None
    found, left_out = {}, {}
    for name in MAKERS:
        try:
            calibrated = fit(name, known, options)
        except ModelDataError as error:
            left_out[name] = error.message
            continue
        found[name] = calibrated.probabilities(lesson.customers, known.cutoff)
    return FoldResult(known.cutoff, lesson.customers, lesson.label, found, left_out, known.taught())


def _scores(fold: FoldResult, horizon_days: int) -> Iterable[Score]:
    active = _active(fold.customers, horizon_days)
    slices = {EVERYONE: np.ones(len(active), bool), ACTIVE: active, SILENT: ~active}
    for name, probability in fold.probabilities.items():
        for part, mask in slices.items():
            count = int(mask.sum())
            if part != EVERYONE and (count < LEAST_IN_SLICE or count == len(active)):
                continue
            for metric, value in metrics(fold.label[mask], probability[mask]).items():
                yield Score(name, fold.cutoff, metric, value, count, part)


def _winner(evidence: Evidence, folds: tuple[FoldResult, ...]) -> str | None:
    """Gives the candidate with the lowest primary metric on the folds that all of them entered."""
    entered = [set(fold.probabilities) for fold in folds]
    if not entered:
        return None
    able = [n for n in MAKERS if n not in BASELINES and all(n in names for names in entered)]
    return min(able, key=lambda name: evidence.mean(name, PRIMARY)) if able else None


def _alarms(
    folds: tuple[FoldResult, ...], winner: str, horizon_days: int
) -> dict[str, tuple[str, ...]]:
    """Gives the leak alarms of each candidate.

    Features and label windows are looked at once, on the last fold, and are everybody's; the
    scores of every candidate are looked at on every fold.
    """
    last = folds[-1]
    test = labelled_rows(
        features(last.customers), last.label, cutoff=last.cutoff, horizon_days=horizon_days
    )
    shared = leak_report(last.taught, test, last.probabilities[winner], recency=RECENCY)
    found = {name: dict.fromkeys(shared.sentences) for name in MAKERS}
    for fold in folds:
        recency = fold.customers[RECENCY].to_numpy(dtype=np.float64)
        limits = limits_for(fold.label, recency)
        for name, probability in fold.probabilities.items():
            for alarm in auc_alarms(fold.label, probability, limits):
                found[name][alarm.text] = None
    return {name: tuple(texts) for name, texts in found.items() if texts}
