import numpy as np
import pytest

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.evaluation.bootstrap import bootstrap_difference, bootstrap_interval
from shopkeeper.evaluation.classification import brier_score, roc_auc

RANDOM = np.random.default_rng(7)
LABEL = (RANDOM.random(400) < 0.4).astype(int)
SCORE = np.clip(0.3 * LABEL + 0.7 * RANDOM.random(400), 0, 1)


def test_same_seed_same_interval():
    first = bootstrap_interval("roc_auc", LABEL, SCORE, seed=3)
    assert first == bootstrap_interval("roc_auc", LABEL, SCORE, seed=3)
    assert first != bootstrap_interval("roc_auc", LABEL, SCORE, seed=4)


def test_draws_in_one_go_are_the_same_as_rows_drawn_one_by_one():
    found = bootstrap_interval("roc_auc", LABEL, SCORE, seed=3, draws=50, level=0.9)
    drawn = np.random.default_rng(3).integers(400, size=(50, 400))
    values = [roc_auc(LABEL[rows], SCORE[rows]) for rows in drawn]
    assert found.value == roc_auc(LABEL, SCORE)
    assert [found.low, found.high] == pytest.approx(np.quantile(values, [0.05, 0.95]).tolist())


def test_interval_of_a_share_is_the_one_of_the_textbook():
    found = bootstrap_interval("base_rate", LABEL, LABEL, seed=1, draws=4_000)
    error = 1.96 * np.sqrt(found.value * (1 - found.value) / 400)
    assert found.low == pytest.approx(found.value - error, abs=0.006)
    assert found.high == pytest.approx(found.value + error, abs=0.006)


def test_a_score_has_no_lead_over_itself():
    found = bootstrap_difference("brier_score", LABEL, SCORE, SCORE, seed=1)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_lead_over_chance_is_seen():
    chance = np.random.default_rng(1).random(400)
    found = bootstrap_difference("brier_score", LABEL, SCORE, chance, seed=1)
    assert found.value == pytest.approx(brier_score(LABEL, SCORE) - brier_score(LABEL, chance))
    assert found.high < 0


def test_unknown_metric_offers_the_closest():
    with pytest.raises(UnknownNameError) as raised:
        bootstrap_interval("roc_acu", LABEL, SCORE, seed=1)
    assert "roc_auc" in raised.value.hint


def test_no_rows_are_an_error():
    with pytest.raises(UsageError):
        bootstrap_interval("roc_auc", [], [], seed=1)
