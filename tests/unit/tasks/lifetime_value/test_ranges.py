"""Ranges: from a mean to the median and an interval."""

from __future__ import annotations

import numpy as np
import pytest

from shopkeeper.evaluation.lifetime_value import coverage
from shopkeeper.tasks.lifetime_value.ranges import LEVEL, Ranges, learn_ranges


def skewed(size: int, seed: int):
    """Means over four orders of magnitude; two thirds spend nothing, the rest three times it."""
    random = np.random.default_rng(seed)
    expected = np.exp(random.uniform(0, 9, size))
    return expected, expected * 3 * (random.random(size) < 1 / 3) * random.gamma(2, 0.5, size)


def test_an_interval_holds_at_least_its_share_of_what_it_was_learned_from():
    expected, actual = skewed(4_000, 1)
    lower, _, upper = learn_ranges(expected, actual).of(expected)
    assert coverage(actual, lower, upper) >= LEVEL


def test_an_interval_holds_its_share_of_others_like_them():
    lower, _, upper = learn_ranges(*skewed(4_000, 1)).of((other := skewed(4_000, 2))[0])
    assert coverage(other[1], lower, upper) >= LEVEL - 0.02


def test_the_median_of_those_who_mostly_stay_away_is_nothing():
    _, typical, _ = learn_ranges(*skewed(4_000, 1)).of(np.array([10.0, 1_000.0]))
    assert typical.tolist() == [0.0, 0.0]


def test_money_in_another_unit_scales_the_ranges():
    expected, actual = skewed(1_000, 3)
    ours = learn_ranges(expected, actual).of(expected)
    theirs = learn_ranges(expected * 100, actual * 100).of(expected * 100)
    for one, other in zip(ours, theirs, strict=True):
        assert other / 100 == pytest.approx(one)


def test_the_order_of_customers_changes_nothing():
    expected, actual = skewed(1_000, 4)
    turned = learn_ranges(expected[::-1], actual[::-1])
    assert turned.ratios == pytest.approx(learn_ranges(expected, actual).ratios)


def test_one_customer_is_enough_and_nothing_expected_does_no_harm():
    ranges = learn_ranges(np.array([0.0]), np.array([0.0]))
    assert [float(end[0]) for end in ranges.of(np.array([0.0]))] == [0.0, 0.0, 0.0]


def test_what_was_saved_is_the_same():
    ranges = learn_ranges(*skewed(500, 5))
    loaded = Ranges.load(ranges.save())
    assert loaded.save() == ranges.save()
    assert loaded.ratios.tobytes() == ranges.ratios.tobytes()
