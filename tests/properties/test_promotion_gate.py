"""The gate is monotone and knows no order: better is never worse, rows may come in any order."""

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.lifecycle.promotion import Limits, chance_of_luck, judge

SLICES = (EVERYONE, "country=France")
values = st.floats(0.05, 20.0)
# Half of all contests should pass, so that there is something to lose.
LENIENT = Limits(folds=2, chance=0.5, calibration_mean=1.0, calibration_fold=2.0)


@st.composite
def contests(draw):
    primary = draw(st.sampled_from(list(Better)))
    folds = draw(st.integers(2, 5))
    scores = []
    for fold in range(folds):
        cutoff = date(2023, 1, 1) + timedelta(days=30 * fold)
        for name in ("new", "old", "base"):
            for slice_ in SLICES:
                value = draw(values)
                scores.append(Score(name, cutoff, "error", value, 500, slice_))
            ratio = draw(st.floats(0.5, 1.5))
            scores.append(Score(name, cutoff, "total", ratio, 500))
    metrics = {"error": primary, "total": Better.NEAR_ONE}
    return Evidence("value", 90, "error", metrics, "total", ("base",), tuple(scores))


def improved(score: Score, better: Better, share: float) -> Score:
    match better:
        case Better.LOWER:
            return replace(score, value=score.value * (1 - share))
        case Better.HIGHER:
            return replace(score, value=score.value * (1 + share))
        case Better.NEAR_ONE:
            return replace(score, value=1 + (score.value - 1) * (1 - share))


@given(contests(), st.floats(0.01, 0.99), st.randoms(use_true_random=False))
def test_improving_a_metric_never_turns_a_pass_into_a_refusal(evidence, share, chosen):
    before = judge(evidence, "new", "old", LENIENT)
    scores = tuple(
        improved(score, evidence.metrics[score.metric], share)
        if score.candidate == "new" and chosen.random() < 0.5
        else score
        for score in evidence.scores
    )
    after = judge(replace(evidence, scores=scores), "new", "old", LENIENT)
    for was, now in zip(before.criteria, after.criteria, strict=True):
        assert now.passed or not was.passed, was.name


@given(contests(), st.integers(0, 99))
def test_order_of_scores_changes_nothing(evidence, seed):
    scores = list(evidence.scores)
    random.Random(seed).shuffle(scores)
    shuffled = replace(evidence, scores=tuple(scores))
    assert judge(shuffled, "new", "old") == judge(evidence, "new", "old")


@given(contests())
def test_two_candidates_never_both_beat_each_other(evidence):
    one = judge(evidence, "new", "old", LENIENT)
    other = judge(evidence, "old", "new", LENIENT)
    beats = [
        next(c for c in v.criteria if c.name == n)
        for v, n in ((one, "beats old"), (other, "beats new"))
    ]
    assert not all(criterion.passed for criterion in beats)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8), st.floats(0, 5))
def test_chance_of_luck_never_grows_with_a_better_fold(differences, more):
    better = [differences[0] + more, *differences[1:]]
    assert 0 < chance_of_luck(better) <= chance_of_luck(differences) <= 1
