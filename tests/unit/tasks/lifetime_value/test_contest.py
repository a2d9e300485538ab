"""The contest: its folds, its winner, and what the gate says of models with a wrong unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import value_worlds

from shopkeeper.evaluation.evidence import Evidence, Score
from shopkeeper.evaluation.lifetime_value import MEAN_METRICS, mean_metrics, size_of
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.tasks.lifetime_value import contest as contests
from shopkeeper.tasks.lifetime_value.candidates import BASELINES
from shopkeeper.tasks.lifetime_value.contest import cutoffs_of, hold, judging_cutoffs
from shopkeeper.tasks.lifetime_value.findings import Findings, findings_of

AS_OF = date(2025, 1, 1)
# What a published pipeline says of a customer's next half year where the truth is 745.
WRONG_UNIT = 9_802 / 745


@pytest.fixture(scope="module")
def contest():
    return hold(value_worlds.world(value_worlds.small_purchases(), AS_OF, 90), 90)


def evidence_with(contest, name: str, predict) -> Evidence:
    """The evidence of a contest that one more candidate entered."""
    scores = list(contest.evidence.scores)
    for fold in contest.folds:
        size = size_of(fold.customers["purchase_amount"].to_numpy())
        found = mean_metrics(fold.actual, predict(fold), size)
        scores += [
            Score(name, fold.cutoff, metric, value, len(fold.actual))
            for metric, value in found.items()
        ]
    return replace(contest.evidence, scores=tuple(scores))


def test_candidates_are_judged_on_what_came_after_and_had_ended(contest):
    assert len(contest.folds) >= 3
    for fold in contest.folds:
        assert fold.cutoff + timedelta(days=90) <= AS_OF
        spent = value_worlds.spent(
            value_worlds.small_purchases(), fold.customers.index, fold.cutoff, 90
        )
        assert fold.actual == pytest.approx(spent)


def test_the_winner_is_the_best_that_is_no_baseline(contest):
    assert contest.is_proved
    assert contest.winner not in BASELINES
    evidence = contest.evidence
    for name in set(evidence.candidates) - set(BASELINES):
        if all(name in fold.expected for fold in contest.folds):
            best = evidence.mean(contest.winner, evidence.primary)
            assert best <= evidence.mean(name, evidence.primary)


def test_baselines_are_in_the_evidence_with_all_metrics(contest):
    for name in BASELINES:
        for metric in MEAN_METRICS:
            assert len(contest.evidence.values(name, metric)) == len(contest.folds)


def test_ranges_are_checked_only_on_folds_after_those_they_were_learned_from(contest):
    first = contest.folds[0].cutoff
    assert contest.range_checks
    for check in contest.range_checks:
        assert (check.cutoff - first).days >= 90


def test_totals_in_a_wrong_unit_are_refused_by_the_gate(contest):
    evidence = evidence_with(contest, "wrong_unit", lambda fold: fold.actual * WRONG_UNIT)
    verdict = judge(evidence, "wrong_unit")
    assert not verdict.passed
    assert any("total_ratio" in refusal for refusal in verdict.refusals)


def test_even_perfect_ranks_do_not_save_half_of_the_total(contest):
    evidence = evidence_with(contest, "half", lambda fold: fold.actual * 0.5)
    refusals = judge(evidence, "half").refusals
    assert any("total_ratio" in refusal for refusal in refusals)


def test_a_model_that_repeats_the_last_period_is_refused(contest):
    evidence = evidence_with(contest, "copycat", lambda fold: fold.expected["last_period"])
    assert not judge(evidence, "copycat").passed


def test_young_shops_prove_nothing_and_choose_nothing():
    purchases = value_worlds.small_purchases()
    young = purchases[purchases["order_date"] >= "2024-08-01"]
    found = hold(value_worlds.world(young, AS_OF, 180), 180)
    assert (found.winner, found.is_proved, found.folds) == ("blend", False, ())


def test_the_same_contest_gives_the_same_evidence(contest):
    again = hold(value_worlds.world(value_worlds.small_purchases(), AS_OF, 90), 90)
    # As text, since a rank of equal predictions is no number and equals nothing.
    assert repr(again.evidence) == repr(contest.evidence)
    assert again.winner == contest.winner


def test_all_cutoffs_that_are_asked_for_are_named_beforehand(contest):
    purchases = value_worlds.small_purchases()
    first = purchases["order_date"].min().date()
    named = set(cutoffs_of(first, AS_OF, 90))
    assert {fold.cutoff for fold in contest.folds} <= named
    assert AS_OF in named
    for days in (30, 90, 180, 365):
        judged = judging_cutoffs(first, AS_OF, days)
        assert len(judged) <= contests.MOST_FOLDS
        assert list(judged) == sorted(judged)


def test_findings_are_plain_values_and_come_back(contest):
    found = findings_of(contest, ("a caveat",), [1.0] * 12)
    assert Findings.from_plain(found.to_plain()) == found
    assert found.contest[0].metrics["scaled_rmse"] == min(
        row.metrics["scaled_rmse"] for row in found.contest
    )
    assert sum(row.is_winner for row in found.contest) == 1
    assert [row.decile for row in found.deciles] == list(range(1, 11))
    pooled = np.concatenate([fold.actual for fold in contest.folds])
    total = sum(row.actual_amount * row.customer_count for row in found.deciles)
    assert total == pytest.approx(pooled.sum())
