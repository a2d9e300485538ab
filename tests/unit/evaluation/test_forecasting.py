"""Errors of forecasts by hand, and ranges that hold as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.forecasting import (
    LEAST_ERRORS,
    accuracy,
    changes,
    coverage,
    quantile_end,
    range_ends,
)


def test_errors_by_hand():
    actual = np.array([[[10.0, 20.0], [0.0, 4.0]]])
    forecast = np.array([[[12.0, 16.0], [1.0, 4.0]]])
    # Changes of 2 and of 1 a week, as squares 4 and 1.
    found = accuracy(actual, forecast, np.array([[[2.0, 4.0], [1.0, 1.0]]]))
    assert found.mase == pytest.approx((3 / 2 + 0.5 / 1) / 2)
    assert found.rmsse == pytest.approx((np.sqrt(10 / 4) + np.sqrt(0.5)) / 2)
    assert found.wape == pytest.approx(7 / 34)
    assert found.bias == pytest.approx(-1 / 34)
    assert found.row_count == 4


def test_what_never_changed_has_no_scaled_error():
    found = accuracy(np.zeros((2, 1, 3)), np.zeros((2, 1, 3)), np.zeros((2, 1, 2)))
    assert (found.mase, found.rmsse, found.wape, found.bias) == (None, None, None, None)


def test_changes_leave_out_weeks_before_a_series_begins():
    values = np.array([[1.0, 3.0, 2.0], [np.nan, 5.0, 9.0], [np.nan, np.nan, 4.0]])
    assert changes(values).tolist() == [[1.5, 2.5], [4.0, 16.0], [0.0, 0.0]]


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(UsageError, match="scales"):
        accuracy(np.zeros((2, 3, 4)), np.zeros((2, 3, 4)), np.zeros((2, 4, 2)))


@pytest.mark.parametrize("count", [1, LEAST_ERRORS - 1])
def test_too_few_dates_give_no_range(count):
    assert range_ends(np.arange(500.0), 0.8, count) is None
    assert quantile_end(np.arange(500.0), 0.95, count) is None


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
def test_ranges_hold_the_next_error_at_least_as_often_as_they_say(level):
    random = np.random.default_rng(3)
    held = 0
    trials = 2_000
    for _ in range(trials):
        errors = random.standard_t(4, 25) + 0.5
        low, high = range_ends(errors[:-1], level, 24)
        held += low <= errors[-1] <= high
    assert level - 0.02 <= held / trials <= level + 0.12


def test_coverage_is_of_what_has_a_range():
    low, high = np.array([0.0, np.nan, 0.0]), np.array([1.0, np.nan, 1.0])
    assert coverage(np.array([0.5, 9.0, 2.0]), low, high) == 0.5
    assert coverage(np.array([1.0]), np.array([np.nan]), np.array([np.nan])) is None
