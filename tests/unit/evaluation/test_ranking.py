"""Ranking metrics, held to plain Python on random lists, and lists held to their promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.bootstrap import bootstrap_mean
from shopkeeper.evaluation.ranking import PER_CUSTOMER, judge_lists
from shopkeeper.models.recommender.lists import NOTHING, thinned, top_places

LENGTH = 4


def by_hand(shown: list[int], bought: set[int], share: list[float]) -> dict[str, float]:
    """The metrics of one customer, as the papers write them."""
    shown = shown[:LENGTH]
    gains = [1 / math.log2(place + 2) for place, p in enumerate(shown) if p in bought]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(bought), LENGTH)))
    hits, precisions = 0, 0.0
    for place, product in enumerate(shown, 1):
        if product in bought:
            hits += 1
            precisions += hits / place
    surprise = [-math.log2(share[p]) for p in shown if p != NOTHING]
    return {
        "recall": hits / len(bought),
        "ndcg": sum(gains) / ideal,
        "map": precisions / min(len(bought), LENGTH),
        "hit_rate": float(hits > 0),
        "novelty": sum(surprise) / len(surprise),
    }


def test_metrics_are_those_of_the_papers():
    random = np.random.default_rng(5)
    share = random.uniform(0.01, 1, 12)
    bought = [set(random.choice(12, random.integers(1, 8), replace=False)) for _ in range(60)]
    lists = np.array([random.permutation(12)[: LENGTH + 1] for _ in bought])
    lists[7, 2:] = NOTHING
    wanted = csr_matrix([[float(p in own) for p in range(12)] for own in bought])
    found = judge_lists(lists, wanted, share, LENGTH)
    for row, own in enumerate(bought):
        for metric, value in by_hand(list(lists[row]), own, list(share)).items():
            assert found.of_customers[metric][row] == pytest.approx(value), (row, metric)
    assert found.coverage == len({p for row in lists[:, :LENGTH] for p in row if p >= 0}) / 12
    assert set(found.of_customers) == set(PER_CUSTOMER)


def test_who_bought_nothing_is_not_judged():
    with pytest.raises(UsageError, match="bought nothing"):
        judge_lists(np.zeros((1, LENGTH), dtype=int), csr_matrix((1, 3)), np.ones(3), LENGTH)


def test_lists_are_sorted_and_of_equals_the_first_stands_first():
    random = np.random.default_rng(2)
    scores = random.integers(0, 4, (50, 20)).astype(np.float32)
    scores[3] = -np.inf
    scores[4, 2:] = -np.inf
    found = top_places(scores, 6)
    for row, own in enumerate(scores):
        order = sorted(range(20), key=lambda p: (-own[p], p))[:6]
        assert list(found[row]) == [p if own[p] > -np.inf else NOTHING for p in order]


def test_a_list_longer_than_the_shop_ends_with_nothing():
    assert top_places(np.ones((1, 2), dtype=np.float32), 4).tolist() == [[0, 1, NOTHING, NOTHING]]
    assert top_places(np.ones((2, 0), dtype=np.float32), 1).tolist() == [[NOTHING], [NOTHING]]


def test_a_thinned_matrix_keeps_the_largest_of_each_row():
    matrix = np.array([[0, 3, 1, 2], [5, 0, 5, 5], [0, 0, 0, 0], [1, 0, 0, -4]], np.float32)
    kept = [[0, 3, 0, 2], [5, 0, 5, 0], [0, 0, 0, 0], [1, 0, 0, 0]]
    assert thinned(matrix, 2).toarray().tolist() == kept
    assert thinned(csr_matrix(matrix), 2).toarray().tolist() == kept


def test_the_interval_of_a_mean_holds_it_and_narrows_with_rows():
    random = np.random.default_rng(1)
    few, many = random.normal(1, 1, 50), random.normal(1, 1, 5_000)
    narrow, wide = (bootstrap_mean(values, seed=3) for values in (many, few))
    assert narrow.low < narrow.value < narrow.high
    assert narrow.high - narrow.low == pytest.approx(2 * 1.96 / 5_000**0.5, rel=0.15)
    assert wide.high - wide.low > 4 * (narrow.high - narrow.low)
