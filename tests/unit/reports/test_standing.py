"""Standing: the words have a name for everything that can enter or judge a contest."""

from __future__ import annotations

from unit.html.shop_values import findings

from shopkeeper.evaluation.lifetime_value import MEAN_METRICS, PRIMARY
from shopkeeper.reports import standing as words
from shopkeeper.reports.standing import CANDIDATES, METRICS, candidate_words, in_use, standing
from shopkeeper.tasks.lifetime_value.candidates import BASELINES, MAKERS
from shopkeeper.tasks.lifetime_value.findings import Findings


def test_every_candidate_and_metric_has_words() -> None:
    assert set(CANDIDATES) == set(MAKERS)
    assert tuple(METRICS) == tuple(MEAN_METRICS)
    assert words.PRIMARY == PRIMARY
    assert words.LAST_PERIOD in BASELINES
    assert len(set(CANDIDATES.values())) == len(CANDIDATES)


def test_a_champion_is_judged_by_its_own_row_not_by_the_winners() -> None:
    found = findings(90, "boosting")
    own = standing(found)
    assert own.candidate == "Boosted trees"
    assert own.gain is not None
    assert abs(own.gain - 0.15) < 1e-12
    assert own.past_count == 3


def test_where_nothing_is_in_use_the_winner_is_judged() -> None:
    found = findings(90, is_published=False)
    assert in_use(found) is None
    assert standing(found).candidate == "Repeat buying (BG/NBD)"


def test_what_was_not_judged_has_no_figures() -> None:
    bare = Findings(90, is_published=False, model="", candidate="", reasons=("no",), caveats=())
    own = standing(bare)
    assert (own.total_ratio, own.gain, own.past_count) == (None, None, 0)


def test_a_candidate_of_a_newer_version_keeps_its_name() -> None:
    assert candidate_words("tides_of_spring") == "tides of spring"
