"""Choice: how many segments - by three indices, and only what comes out again on resamples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.models.kmeans import KMeans, one_thread, squares

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

COUNTS = tuple(range(2, 11))
# Silhouettes compare all pairs: so many customers place their mean to about one hundredth.
SAMPLE = 800
RESAMPLES = 6
STARTS = 3
# Below it, groupings of two resamples disagree on so many pairs that another day's data would
# move customers who have not changed.
LEAST_STABILITY = 0.75
# A segment of fewer than one in fifty is an oddity, not a group to address.
LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Trial:
    """One number of segments, judged.

    Attributes:
        cluster_count: Number of segments.
        silhouette: Mean silhouette, -1 to 1; higher is better.
        davies_bouldin: Davies-Bouldin index, from 0; lower is better.
        calinski_harabasz: Calinski-Harabasz index; higher is better.
        mean_rank: Mean of its three ranks among the numbers tried; the lowest is chosen.
        stability: Mean adjusted Rand index over resamples; None where it was not asked.
        smallest_share: Share of the customers in the smallest segment.
        refusal: Why it may not be chosen; empty where it may.
        is_chosen: Whether it was chosen.
    """

    cluster_count: int
    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float
    mean_rank: float
    stability: float | None
    smallest_share: float
    refusal: str
    is_chosen: bool = False


def choose(features: pd.DataFrame, seed: int, *, is_whole: bool = False) -> tuple[Trial, ...]:
    """Judges 2 to 10 segments; the one with the lowest mean rank that is stable is chosen.

    Of equal ranks the more segments win: they say more.

    Args:
        features: Useful features, one row per customer.
        seed: Seed of samples and starts.
        is_whole: Whether the stability of all numbers is measured, and not only of those that
            come before the chosen one.

    Returns:
        One entry per number, ascending; one of them is chosen unless all are refused.
    """
    rows = sample(features, seed)
    fits = _fits(rows, seed)
    scores = {count: _indices(model.scaled(rows), labels) for count, model, labels in fits}
    ranks = _mean_ranks(scores)
    trials: dict[int, Trial] = {}
    chosen = None
    for count, model, labels in sorted(fits, key=lambda fit: (ranks[fit[0]], -fit[0])):
        is_asked = is_whole or chosen is None
        stability = _stability(rows, model, labels, seed) if is_asked else None
        share = float(np.bincount(labels, minlength=count).min() / len(rows))
        refusal = _refusal(stability, share)
        is_chosen = chosen is None and not refusal
        chosen = count if is_chosen else chosen
        trials[count] = Trial(
            count, *scores[count], ranks[count], stability, share, refusal, is_chosen
        )
    return tuple(trials[count] for count in sorted(trials))


def chosen_of(trials: tuple[Trial, ...]) -> Trial | None:
    """Gives the number that was chosen; None where all were refused."""
    return next((trial for trial in trials if trial.is_chosen), None)


def sample(features: pd.DataFrame, seed: int, most: int = SAMPLE) -> pd.DataFrame:
    """Gives at most so many rows, drawn without looking at their order."""
    ordered = features.sort_values(list(features.columns), ignore_index=True)
    if len(ordered) <= most:
        return ordered
    places = np.random.default_rng(seed).choice(len(ordered), most, replace=False)
    return ordered.iloc[np.sort(places)].reset_index(drop=True)


def silhouettes(scaled: Array, labels: NDArray[np.int64]) -> Array:
    """Gives the silhouette of each row, -1 to 1; 0 where there is but one cluster."""
    from sklearn.metrics import silhouette_samples

    if not 1 < len(np.unique(labels)) < len(labels):
        return np.zeros(len(labels))
    with one_thread():
        found: Array = silhouette_samples(scaled, labels)
    return found


def agreement(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Gives the adjusted Rand index: 1 for the same grouping, 0 for what chance brings."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def _fits(rows: pd.DataFrame, seed: int) -> list[tuple[int, KMeans, NDArray[np.int64]]]:
    fits = []
    for count in COUNTS:
        model = KMeans(tuple(rows.columns), count, seed, STARTS)
        try:
            model.fit(rows)
        except ModelDataError:
            # So few or so equal customers have no more clusters than these.
            break
        labels = squares(model.scaled(rows), model.centres_).argmin(axis=1)
        if len(np.unique(labels)) > 1:
            fits.append((count, model, labels))
    return fits


def _indices(scaled: Array, labels: NDArray[np.int64]) -> tuple[float, float, float]:
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    return (
        float(silhouettes(scaled, labels).mean()),
        float(davies_bouldin_score(scaled, labels)),
        float(calinski_harabasz_score(scaled, labels)),
    )


def _mean_ranks(scores: dict[int, tuple[float, float, float]]) -> dict[int, float]:
    """Gives the mean of the three ranks, 1 for the best; ties share their mean rank."""
    from scipy.stats import rankdata

    if not scores:
        return {}
    # Rounded, so that what is equal but for its last bits is a tie.
    table = np.round(np.array(list(scores.values())), 9) * (-1, 1, -1)
    ranks = rankdata(table, axis=0).mean(axis=1)
    return {count: float(rank) for count, rank in zip(scores, ranks, strict=True)}


def _stability(rows: pd.DataFrame, model: KMeans, labels: NDArray[np.int64], seed: int) -> float:
    """Gives the mean agreement of groupings learned from resamples with that of all rows.

    References:
        Hubert, L., Arabie, P. (1985). Comparing partitions. Journal of Classification 2: 193-218.
        Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics
        & Data Analysis 52: 258-271.
    """
    random = np.random.default_rng(seed + 1)
    found = []
    for _ in range(RESAMPLES):
        places = random.integers(0, len(rows), len(rows))
        try:
            other = KMeans(model.features, model.cluster_count, seed, STARTS).fit(rows.iloc[places])
        except ModelDataError:
            return 0.0
        theirs = squares(other.scaled(rows), other.centres_).argmin(axis=1)
        found.append(agreement(labels, theirs))
    return float(np.mean(found))


def _refusal(stability: float | None, share: float) -> str:
    if share < LEAST_SHARE:
        return f"its smallest segment holds {share:.1%} of the customers"
    if stability is not None and stability < LEAST_STABILITY:
        return f"resamples agree on it by {stability:.2f} only; {LEAST_STABILITY} are needed"
    return ""
