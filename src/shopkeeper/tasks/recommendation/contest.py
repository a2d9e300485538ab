"""Contest: all ways to recommend on the same later time, with repeats and new products only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.errors import MissingExtraError
from shopkeeper.evaluation.bootstrap import Interval, bootstrap_mean
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.evaluation.ranking import LENGTHS, RankingScores, judge_lists
from shopkeeper.models.buy_it_again import RECENT_DAYS, BuyItAgain, OwnRhythm
from shopkeeper.models.popular import Popular
from shopkeeper.models.recommender.lists import top_places
from shopkeeper.models.recommender.recommender import rows_at_once
from shopkeeper.tasks.recommendation.model import NextProducts
from shopkeeper.tasks.recommendation.names import (
    AGAIN,
    ALS,
    BASELINES,
    BLEND,
    FEW_PRODUCTS_PART,
    MANY_PRODUCTS_PART,
    NEW_ONLY,
    POPULAR,
    TASK,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from shopkeeper.models.implicit_als import ImplicitAls
    from shopkeeper.models.recommender.recommender import Recommender
    from shopkeeper.tasks.recommendation.world import Moment, World

    Places = NDArray[np.int64]
    Numbers = NDArray[np.float64]
    LearnAls = Callable[[Moment], ImplicitAls]

LENGTH = 10
PRIMARY = f"ndcg_{LENGTH}"
# Whose lists are judged apart: customers with so few products are hardly known.
FEW_PRODUCTS = 5
SHOWN = ("recall", "ndcg", "map", "hit_rate", "novelty", "coverage")
METRICS = {f"{metric}_{length}": Better.HIGHER for length in LENGTHS for metric in SHOWN}
FOLDS = 3
# Before the first cut-off that anything is learned from.
LEAST_HISTORY_DAYS = 60
# Customers who are judged at one cut-off, evenly spread in order of their id.
MOST_JUDGED = 1_000


@dataclass(frozen=True)
class FoldResult:
    """What one cut-off found.

    Attributes:
        cutoff: Day before which data were seen.
        customer_count: Customers who were judged.
        repeat_share: Share of what they bought that they had bought before, in 0-1.
        judged: Candidate → slice → length of the list → its scores.
        left_out: Candidate → why it could not be tried.
    """

    cutoff: date
    customer_count: int
    repeat_share: float
    judged: Mapping[str, Mapping[str, Mapping[int, RankingScores]]]
    left_out: Mapping[str, str]


@dataclass(frozen=True)
class Contest:
    """All folds, with the evidence for the gate.

    Attributes:
        folds: One for each cut-off, ascending.
        evidence: The same as scores.
    """

    folds: tuple[FoldResult, ...]
    evidence: Evidence

    def lead(self, candidate: str, other: str, slice_: str = EVERYONE) -> Interval | None:
        """Gives by how much a candidate's NDCG beats another's over customers of all folds."""
        ours, theirs = (
            [fold.judged[name][slice_][LENGTH].of_customers["ndcg"] for fold in self.folds]
            for name in (candidate, other)
        )
        if not sum(map(len, ours)):
            return None
        return bootstrap_mean(np.concatenate(ours) - np.concatenate(theirs), seed=0)


def cutoffs_of(world: World) -> tuple[date, ...]:
    """Gives the moments that are looked at, ascending: the first one only teaches."""
    horizon = timedelta(days=world.horizon_days)
    days = [world.as_of - horizon * step for step in range(1, FOLDS + 2)]
    earliest = world.first_date + timedelta(days=LEAST_HISTORY_DAYS)
    return tuple(sorted(day for day in days if day >= earliest))


def hold(world: World, *, learn_als: LearnAls | None = None) -> Contest:
    """Holds the contest on the last whole horizons.

    Args:
        world: The shop's past.
        learn_als: Learns implicit ALS of what was known at a moment; None where it is not tried,
            as it needs a library and takes longest.
    """
    known = cutoffs_of(world)
    folds = tuple(_fold(world, day, known, learn_als) for day in known[1:])
    return Contest(folds, _evidence(folds, world.horizon_days))


def taught(world: World, cutoff: date, known: tuple[date, ...]) -> NextProducts:
    """Gives the learned blend as it was known at a cut-off; how near products are is left out."""
    return NextProducts(world.horizon_days).teach(world.lessons(cutoff, known))


def _fold(
    world: World, cutoff: date, known: tuple[date, ...], learn_als: LearnAls | None
) -> FoldResult:
    moment = world.moment(cutoff)
    customers = moment.buyers(MOST_JUDGED)
    scorers, left_out = _scorers(moment, learn_als)
    blend = taught(world, cutoff, known)
    scorers[BLEND] = blend_scorer(moment, blend)
    judged = {name: judge(moment, customers, scorer) for name, scorer in scorers.items()}
    wanted, bought = moment.wanted[customers], moment.knowledge.bought[customers]
    repeats = wanted.multiply(bought).nnz / max(1, wanted.nnz)
    return FoldResult(cutoff, len(customers), repeats, judged, left_out)


def _scorers(moment: Moment, learn_als: LearnAls | None) -> tuple[dict[str, Any], dict[str, str]]:
    pairs = moment.pairs
    plain: dict[str, Recommender] = {
        "popular_ever": Popular(),
        POPULAR: Popular(RECENT_DAYS),
        AGAIN: BuyItAgain(),
        "own_rhythm": OwnRhythm(),
    }
    scorers: dict[str, Any] = {name: m.learn(pairs).scorer(pairs) for name, m in plain.items()}
    scorers |= {name: model.scorer(pairs) for name, model in moment.near.items()}
    left_out = {}
    if learn_als is not None:
        try:
            scorers[ALS] = learn_als(moment).scorer(pairs)
        except MissingExtraError as error:
            left_out[ALS] = error.message
    return scorers, left_out


def blend_scorer(moment: Moment, blend: NextProducts) -> Callable[[Places], NDArray[np.float32]]:
    """Gives a function that scores candidates, and nothing else, for customers at some places."""

    def score(customers: Places) -> NDArray[np.float32]:
        found = moment.knowledge.candidates(customers)
        scores = np.full((len(customers), moment.pairs.shape[1]), -np.inf, dtype=np.float32)
        scores[found.customer, found.product] = blend.chances(found)
        return scores

    return score


def judge(
    moment: Moment, customers: Places, score: Callable[[Places], NDArray[np.float32]]
) -> dict[str, dict[int, RankingScores]]:
    """Judges lists for customers at a moment: slice → length of the list → scores."""
    lists, new_lists = lists_of(moment, customers, score)
    wanted, bought = moment.wanted[customers], moment.knowledge.bought[customers]
    fresh = (wanted - wanted.multiply(bought)).tocsr()
    fresh.eliminate_zeros()
    has_new = np.diff(fresh.indptr) > 0
    is_few = np.diff(bought.indptr) <= FEW_PRODUCTS
    share = moment.pairs.product_counts() / max(1, moment.pairs.shape[0])
    parts: dict[str, tuple[Places, csr_matrix]] = {
        EVERYONE: (lists, wanted),
        NEW_ONLY: (new_lists[has_new], fresh[has_new]),
        FEW_PRODUCTS_PART: (lists[is_few], wanted[is_few]),
        MANY_PRODUCTS_PART: (lists[~is_few], wanted[~is_few]),
    }
    return {
        name: {n: judge_lists(shown, chosen, share.astype(np.float64), n) for n in LENGTHS}
        for name, (shown, chosen) in parts.items()
    }


def lists_of(
    moment: Moment, customers: Places, score: Callable[[Places], NDArray[np.float32]]
) -> tuple[Places, Places]:
    """Gives the best products of customers, and the best that they never bought."""
    longest, step = max(LENGTHS), rows_at_once(moment.pairs.shape[1])
    parts = []
    for start in range(0, len(customers), step):
        block = customers[start : start + step]
        scores = score(block)
        every = top_places(scores, longest)
        scores[moment.knowledge.bought[block].nonzero()] = -np.inf
        parts.append((every, top_places(scores, longest)))
    if not parts:
        empty = np.empty((0, longest), dtype=np.int64)
        return empty, empty
    both = zip(*parts, strict=True)
    found = [np.concatenate(part) for part in both]
    return found[0], found[1]


def _evidence(folds: tuple[FoldResult, ...], horizon_days: int) -> Evidence:
    scores = tuple(
        Score(name, fold.cutoff, f"{metric}_{length}", found.mean(metric), _rows(found), slice_)
        for fold in folds
        for name, slices in fold.judged.items()
        for slice_, lengths in slices.items()
        for length, found in lengths.items()
        for metric in SHOWN
    )
    return Evidence(TASK, horizon_days, PRIMARY, METRICS, None, BASELINES, scores)


def _rows(found: RankingScores) -> int:
    return len(found.of_customers["ndcg"])
