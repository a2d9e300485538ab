"""Contest: groupings made at past cut-offs, judged on the customers of a later one; the gate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.evidence import Better, Evidence, Score
from shopkeeper.evaluation.splits import label_cutoffs
from shopkeeper.models.kmeans import KMeans, one_thread, squares
from shopkeeper.models.rfm_scores import MEASURES, RfmScores
from shopkeeper.tasks.customer_segmentation.choice import agreement, sample, silhouettes
from shopkeeper.tasks.customer_segmentation.features import with_features
from shopkeeper.tasks.customer_segmentation.model import SegmentationModel

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TASK = "segmentation"
CHALLENGER = "kmeans"
RFM, SHUFFLED, SMOOTH = "rfm_segments", "shuffled", "one_cloud"
BASELINES = (RFM, SHUFFLED, SMOOTH)
PRIMARY = "silhouette"
METRICS = {PRIMARY: Better.HIGHER, "agreement": Better.HIGHER}
# A quarter: long enough for customers to have moved on, short enough for a few folds.
LATER_DAYS = 90
FOLD_STEPS_DAYS = (90, 45, 30)
MOST_FOLDS, LEAST_FOLDS = 4, 3
LEAST_HISTORY_DAYS = 90
# Of so many draws without clusters the best counts: chance alone beats it once in six.
DRAWS = 5
LEAST_CUSTOMERS = 100

CustomersAt = Callable[[date], "pd.DataFrame"]


@dataclass(frozen=True, slots=True)
class Fold:
    """One cut-off: the model made then, and how it did on the customers of a later day.

    Attributes:
        cutoff: Day before which the model saw data.
        cluster_count: Segments that it chose then.
        customer_count: Customers of the later day.
        silhouettes: Candidate → mean silhouette of its groups of them.
        agreement: Adjusted Rand index of the model's groups with those of a fit of that day.
    """

    cutoff: date
    cluster_count: int
    customer_count: int
    silhouettes: dict[str, float]
    agreement: float


def cutoffs_of(first_date: date, as_of: date) -> tuple[date, ...]:
    """Gives the cut-offs at which a model is made to be judged a quarter later, ascending."""
    for step in FOLD_STEPS_DAYS:
        found = label_cutoffs(
            first_date,
            as_of,
            horizon_days=LATER_DAYS,
            step_days=step,
            least_history_days=LEAST_HISTORY_DAYS,
        )[-MOST_FOLDS:]
        if len(found) >= LEAST_FOLDS:
            break
    return found


def dates_of(first_date: date, as_of: date) -> tuple[date, ...]:
    """Gives all days at which a contest looks at customers, ascending."""
    cutoffs = cutoffs_of(first_date, as_of)
    later = (cutoff + timedelta(days=LATER_DAYS) for cutoff in cutoffs)
    return tuple(sorted({*cutoffs, *later, as_of}))


def hold(customers_at: CustomersAt, first_date: date, as_of: date, seed: int) -> tuple[Fold, ...]:
    """Makes a model at each past cut-off and judges it on a later day; ascending.

    A cut-off whose customers are too few, or carry no stable groups, gives no fold.
    """
    folds = []
    for cutoff in cutoffs_of(first_date, as_of):
        now = customers_at(cutoff)
        later = customers_at(cutoff + timedelta(days=LATER_DAYS))
        if len(now) < LEAST_CUSTOMERS:
            continue
        try:
            folds.append(_fold(cutoff, now, later, seed))
        except ModelDataError:
            continue
    return tuple(folds)


def evidence_of(folds: tuple[Fold, ...]) -> Evidence:
    """Gives what the folds found as the gate reads it."""
    scores = []
    for fold in folds:
        for name, value in fold.silhouettes.items():
            scores.append(Score(name, fold.cutoff, PRIMARY, value, fold.customer_count))
        scores.append(
            Score(CHALLENGER, fold.cutoff, "agreement", fold.agreement, fold.customer_count)
        )
    if not folds:
        # The gate asks for names; without a fold there is no value.
        day = date.min
        scores = [Score(name, day, PRIMARY, math.nan, 0) for name in (CHALLENGER, *BASELINES)]
    return Evidence(TASK, LATER_DAYS, PRIMARY, METRICS, None, BASELINES, tuple(scores))


def _fold(cutoff: date, now: pd.DataFrame, later: pd.DataFrame, seed: int) -> Fold:
    model = SegmentationModel(seed).fit(now)
    kmeans = model.fitted
    seen = sample(later.reset_index(drop=True), seed)
    features = with_features(seen)
    scaled = kmeans.scaled(features)
    labels = _nearest(kmeans, scaled)
    again = KMeans(kmeans.features, kmeans.cluster_count, seed).fit(with_features(later))
    found = {
        CHALLENGER: float(silhouettes(scaled, labels).mean()),
        RFM: float(silhouettes(scaled, _rfm(now, seen)).mean()),
        SHUFFLED: _reference(_shuffled, scaled, kmeans.cluster_count, seed),
        SMOOTH: _reference(_one_cloud, scaled, kmeans.cluster_count, seed),
    }
    theirs = _nearest(again, again.scaled(features))
    return Fold(cutoff, kmeans.cluster_count, len(later), found, agreement(labels, theirs))


def _nearest(kmeans: KMeans, scaled: Array) -> NDArray[np.int64]:
    return squares(scaled, kmeans.centres_).argmin(axis=1)


def _rfm(now: pd.DataFrame, later: pd.DataFrame) -> NDArray[np.int64]:
    """Gives the ten RFM segments of the later customers, with the thresholds of the cut-off."""
    import pandas as pd

    def measures(customers: pd.DataFrame) -> pd.DataFrame:
        columns = ("days_since_last_purchase", "purchase_count", "purchase_amount")
        return customers[list(columns)].set_axis(list(MEASURES), axis=1)

    scores = RfmScores().fit(measures(now)).predict(measures(later))
    codes, _ = pd.factorize(scores["segment"], sort=True)
    return codes.astype(np.int64)


def _reference(
    draw: Callable[[Array, np.random.Generator], Array], scaled: Array, count: int, seed: int
) -> float:
    """Gives the best silhouette that as many clusters reach where there are none to be found."""
    from sklearn import cluster

    random = np.random.default_rng(seed + 2)
    best = -1.0
    with one_thread():
        for _ in range(DRAWS):
            drawn = draw(scaled, random)
            labels = cluster.KMeans(count, n_init=3, random_state=seed).fit_predict(drawn)
            best = max(best, float(silhouettes(drawn, labels).mean()))
    return best


def _shuffled(scaled: Array, random: np.random.Generator) -> Array:
    """Gives each feature as it is, but of another customer: nothing goes together any more."""
    return np.column_stack(
        [random.permutation(scaled[:, place]) for place in range(scaled.shape[1])]
    )


def _one_cloud(scaled: Array, random: np.random.Generator) -> Array:
    """Gives one smooth cloud with the same spread and the same correlations.

    References:
        Liu, Y., Hayes, D. N., Nobel, A., Marron, J. S. (2008). Statistical significance of
        clustering for high-dimension, low-sample size data. JASA 103(483): 1281-1293.
    """
    spread = np.atleast_2d(np.cov(scaled.T))
    drawn: Array = random.multivariate_normal(scaled.mean(axis=0), spread, len(scaled))
    return drawn
