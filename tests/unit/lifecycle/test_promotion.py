"""The gate refuses every challenger that only looks better, and lets a truly better one through."""

import math

import numpy as np
import pytest
from lifecycle_examples import contest, good

from shopkeeper.errors import UsageError
from shopkeeper.lifecycle.promotion import Limits, Verdict, chance_of_luck, judge


def champion(mean, country, fold, generator):
    return mean * generator.normal(1.0, 0.6, len(mean))


def refused(verdict):
    return {criterion.name for criterion in verdict.criteria if not criterion.passed}


def judged(challenger, **options):
    evidence = contest({"new": challenger, "old": champion}, **options)
    return judge(evidence, "new", "old")


def test_truly_better_challenger_passes():
    verdict = judged(good)
    assert verdict.passed, verdict.refusals


def test_leaky_challenger_is_refused():
    verdict = judged(good, alarms={"new": ("It knows the order after the cut-off.",)})
    assert refused(verdict) == {"no leak alarm"}


def test_miscalibrated_challenger_is_refused():
    verdict = judged(lambda *known: good(*known) * 1.3)
    assert refused(verdict) == {"calibrated (mean)"}


def test_challenger_miscalibrated_on_one_fold_is_refused():
    def once(mean, country, fold, generator):
        return good(mean, country, fold, generator) * (1.45 if fold == 2 else 1.0)

    assert refused(judged(once)) == {"calibrated (worst fold)"}


def test_challenger_broken_on_one_slice_is_refused():
    def broken(mean, country, fold, generator):
        return np.where(country == "France", np.roll(mean, 1), good(mean, country, fold, generator))

    assert refused(judged(broken)) == {"slice country=France against old"}


def test_challenger_worse_than_the_baseline_on_one_slice_is_refused():
    def broken(mean, country, fold, generator):
        here = mean * generator.choice([0.0, 2.3], len(mean))
        return np.where(country == "France", here, good(mean, country, fold, generator))

    assert refused(judge(contest({"new": broken}), "new")) == {
        "slice country=France against same_spend"
    }


def test_challenger_that_hides_a_slice_is_refused():
    evidence = contest({"new": good})
    kept = [s for s in evidence.scores if (s.candidate, s.slice) != ("new", "country=France")]
    hidden = type(evidence)(**{**vars(evidence), "scores": tuple(kept)})
    assert refused(judge(hidden, "new")) == {"slice country=France against same_spend"}


def test_small_slice_does_not_decide():
    def broken(mean, country, fold, generator):
        here = mean * generator.choice([0.0, 2.3], len(mean))
        return np.where(country == "France", here, good(mean, country, fold, generator))

    evidence = contest({"new": broken})
    assert judge(evidence, "new", limits=Limits(slice_rows=400)).passed


def test_unstable_challenger_is_refused():
    def unstable(mean, country, fold, generator):
        return mean * generator.normal(1.0, 1.6 if fold == 1 else 0.05, len(mean))

    assert "stable" in refused(judged(unstable))


def test_challenger_equal_to_the_champion_is_refused():
    assert "beats old" in refused(judged(champion))


def test_challenger_better_on_one_fold_only_is_refused():
    def lucky(mean, country, fold, generator):
        if fold == 1:
            return good(mean, country, fold, generator)
        return champion(mean, country, fold, generator) * 1.01

    assert "not by luck against old" in refused(judged(lucky))


def test_challenger_that_loses_to_a_baseline_is_refused():
    verdict = judge(contest({"new": lambda m, c, f, g: np.roll(m, 1)}), "new")
    assert "beats same_spend" in refused(verdict)


def test_challenger_judged_on_too_few_folds_is_refused():
    assert "enough folds" in refused(judged(good, folds=2))


def test_challenger_that_leaves_out_a_bad_fold_is_refused():
    evidence = contest({"new": good, "old": champion})
    left_out = evidence.cutoffs[0]
    kept = [s for s in evidence.scores if (s.candidate, s.cutoff) != ("new", left_out)]
    verdict = judge(type(evidence)(**{**vars(evidence), "scores": tuple(kept)}), "new", "old")
    assert {"beats same_spend", "beats old", "stable"} <= refused(verdict)


def test_contest_without_a_baseline_promotes_nobody():
    evidence = contest({"new": good})
    alone = type(evidence)(**{**vars(evidence), "baselines": ()})
    assert refused(judge(alone, "new")) == {"baselines"}


def test_refresh_need_not_beat_itself_but_all_else():
    assert judge(contest({"old": good}), "old", "old", is_refresh=True).passed
    assert not judge(contest({"old": good}), "old", "old").passed
    off = contest({"old": lambda *known: good(*known) * 1.3})
    assert refused(judge(off, "old", "old", is_refresh=True)) == {"calibrated (mean)"}


@pytest.mark.parametrize("names", [("nobody", None), ("new", "nobody"), ("same_spend", None)])
def test_names_that_make_no_sense_are_an_error(names):
    with pytest.raises(UsageError):
        judge(contest({"new": good}), *names)


def test_verdict_survives_json():
    verdict = judged(champion, folds=2)
    again = Verdict.from_plain(verdict.to_plain())
    assert again.refusals == verdict.refusals
    assert again.passed == verdict.passed


@pytest.mark.parametrize("folds", range(1, 8))
def test_winning_all_folds_is_luck_once_in_two_to_their_number(folds):
    assert chance_of_luck([1.0] * folds) == 0.5**folds


def test_many_folds_are_counted_by_wins():
    assert chance_of_luck([1.0] * 20) == 0.5**20
    assert math.isclose(chance_of_luck([1.0, -1.0] * 10), 0.5, abs_tol=0.1)
