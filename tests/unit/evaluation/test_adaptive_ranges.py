"""Adaptive ranges: they follow errors that change, know nothing of later ones, and are widened."""

from __future__ import annotations

import numpy as np
import pytest

from shopkeeper.evaluation.adaptive_ranges import (
    MOST_WIDENED,
    AdaptiveRanges,
    adaptive_ranges,
    known_counts,
    outside_shares,
    widening,
)
from shopkeeper.evaluation.forecasting import LEAST_ERRORS, coverage

LEVEL = 0.8


def ranges_of(errors: np.ndarray, level: float = LEVEL) -> AdaptiveRanges:
    known = known_counts(np.arange(len(errors)), errors.shape[2])
    return adaptive_ranges(errors, [errors] * len(errors), known, level)


def held(errors: np.ndarray, found: AdaptiveRanges, start: int = 0) -> float:
    low, high = (np.broadcast_to(e[:, None], errors.shape)[start:] for e in (found.low, found.high))
    share = coverage(errors[start:], low, high)
    assert share is not None
    return share


def test_errors_are_known_when_their_week_is_over():
    assert known_counts(np.array([10, 13, 16, 19]), 4).tolist() == [
        [0, 0, 0, 0],
        [1, 1, 1, 0],
        [2, 2, 2, 1],
        [3, 3, 3, 2],
        [4, 4, 4, 4],
    ]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
def test_steady_errors_are_held_as_often_as_promised(level):
    errors = np.random.default_rng(1).normal(size=(400, 1, 2))
    assert held(errors, ranges_of(errors, level)) == pytest.approx(level, abs=0.03)


def test_errors_that_grow_threefold_are_followed_where_fixed_quantiles_stay_behind():
    random = np.random.default_rng(2)
    errors = random.normal(size=(300, 1, 1)) * np.where(np.arange(300) < 150, 1, 3)[:, None, None]
    low, high = np.quantile(errors[:150], (0.1, 0.9))
    fixed = coverage(errors[150:], np.full((150, 1, 1), low), np.full((150, 1, 1), high))
    assert fixed < 0.5
    assert held(errors, ranges_of(errors), start=150) > 0.72


def test_no_end_knows_what_came_after_its_date():
    errors = np.random.default_rng(3).normal(size=(60, 2, 3))
    other = errors.copy()
    other[40:] *= 100
    one, changed = ranges_of(errors), ranges_of(other)
    for end, again in ((one.low, changed.low), (one.high, changed.high)):
        assert np.array_equal(end[:41], again[:41], equal_nan=True)
        assert not np.array_equal(end[42:], again[42:])


def test_no_end_is_given_of_too_few_dates():
    found = ranges_of(np.random.default_rng(4).normal(size=(30, 1, 2)))
    assert np.isnan(found.low[:LEAST_ERRORS, 0]).all()
    assert np.isfinite(found.low[LEAST_ERRORS:, 0]).all()
    assert np.isnan(found.high[: LEAST_ERRORS + 1, 1]).all()


def test_what_missed_moves_outwards_from_now_on():
    errors = np.zeros((60, 1, 1))
    errors[:30, 0, 0] = np.linspace(-1, 1, 30)
    errors[30:, 0, 0] = 5.0 + np.arange(30)
    low, high = ranges_of(errors).outside[:, 0]
    assert high < 0
    assert low > 1
    assert outside_shares(np.array([low, high]), LEVEL)[1] == 0


def test_ranges_that_held_too_little_say_how_much_wider_they_had_to_be():
    errors = np.arange(-5.0, 5.0)[:, None, None]
    ends = np.ones((10, 1))
    places = np.arange(10)
    times = widening(errors, AdaptiveRanges(-ends, ends, ends), LEVEL, places)
    assert times == 4.0
    within = AdaptiveRanges(-times * ends, times * ends, ends)
    assert held(errors, within) >= LEVEL
    assert widening(errors, AdaptiveRanges(-9 * ends, 9 * ends, ends), LEVEL, places) == 1.0
    none = AdaptiveRanges(0 * ends, 0 * ends, ends)
    assert widening(errors, none, LEVEL, places) == MOST_WIDENED
    assert (
        widening(errors, AdaptiveRanges(np.nan * ends, np.nan * ends, ends), LEVEL, places) == 1.0
    )
