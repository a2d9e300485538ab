"""Recommendations on Online Retail: the rows of the source exactly, and its best ones beaten.

Source: `NUMBERS.md`, part 4. Trained before 2011-11-01, judged to 2011-12-09; a product is its
description. The learned blend knows nothing from that day on, and learned from two windows before.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shopkeeper.evaluation.bootstrap import bootstrap_mean
from shopkeeper.evaluation.evidence import EVERYONE
from shopkeeper.tasks.recommendation import contest

pytestmark = pytest.mark.slow
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# What follows from the published rows without chance; ALS draws its first vectors.
EXACT = ("popular_ever", "popular_lately", "buy_it_again", "ease")


@pytest.fixture(scope="module")
def benchmark():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import recommendation
    finally:
        sys.path.remove(str(BENCHMARKS))
    return recommendation


@pytest.fixture(scope="module")
def judged(benchmark, real_data):
    """Way to recommend → slice → length → scores, and the moment they were judged at."""
    shop = benchmark.OnlineRetail(real_data("online_retail/data.csv.gz")).world()
    moment = shop.moment(benchmark.CUTOFF)
    scorers = benchmark.scorers_of(moment, with_als=False)
    scorers["learned_blend"] = benchmark.blend_of(shop, moment)
    customers = moment.buyers(10**9)
    found = {name: contest.judge(moment, customers, score) for name, score in scorers.items()}
    return moment, customers, found


def test_the_split_is_the_published_one(judged):
    moment, customers, found = judged
    assert (*moment.pairs.shape, len(moment.pairs.customer)) == (3_974, 3_810, 222_471)
    repeats = moment.wanted.multiply(moment.knowledge.bought).nnz / moment.wanted.nnz
    assert (len(customers), round(repeats, 3)) == (1_542, 0.398)
    assert len(found["ease"][contest.NEW_ONLY][10].of_customers["ndcg"]) == 1_452


@pytest.mark.parametrize("name", EXACT)
def test_published_rows_come_out_to_the_digit(benchmark, judged, name):
    found = judged[2][name]
    values = [
        round(found[part][10].mean(metric), 4)
        for part in (EVERYONE, contest.NEW_ONLY)
        for metric in ("recall", "ndcg")
    ]
    assert values == list(benchmark.PUBLISHED[name][1:])


@pytest.mark.parametrize(
    ("part", "best", "aim"),
    [(EVERYONE, "buy_it_again", 0.37), (contest.NEW_ONLY, "ease", 0.115)],
)
def test_the_learned_blend_beats_the_best_published_row(judged, part, best, aim):
    ours, theirs = (
        judged[2][name][part][10].of_customers["ndcg"] for name in ("learned_blend", best)
    )
    lead = bootstrap_mean(ours - theirs, seed=1)
    assert lead.low > 0
    assert ours.mean() > aim
