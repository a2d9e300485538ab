"""Metrics of lifetime values, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from shopkeeper.evaluation.lifetime_value import (
    MEAN_METRICS,
    calibration_by_decile,
    calibration_error,
    coverage,
    mean_absolute_error,
    mean_metrics,
    scaled_rmse,
    size_of,
    slices_of,
    spearman,
    top_decile_capture,
)


def amounts(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


TEN = np.arange(1.0, 11.0)


def test_total_is_what_was_expected_over_what_was_spent():
    found = mean_metrics(amounts(10, 0, 30), amounts(5, 5, 10), amounts(1, 1, 1))
    assert found["total_ratio"] == 0.5


def test_rmse_by_hand():
    found = mean_metrics(amounts(3, 0), amounts(0, 4), amounts(1, 1))
    assert found["rmse"] == pytest.approx(math.sqrt(12.5))


def test_scaled_error_weighs_customers_by_one_over_their_size():
    # sqrt((1²/1 + 10²/100) / (2²/1 + 20²/100)) = sqrt(2 / 8)
    assert scaled_rmse(amounts(2, 20), amounts(1, 10), amounts(1, 100)) == pytest.approx(0.5)


def test_predicting_nothing_has_a_scaled_error_of_one():
    assert scaled_rmse(amounts(2, 20), amounts(0, 0), amounts(3, 7)) == 1.0


def test_size_is_the_past_and_the_mean_of_all_and_never_zero():
    assert size_of(amounts(0, 10)).tolist() == [5.0, 15.0]
    assert size_of(amounts(-5, 15)).tolist() == [5.0, 20.0]
    assert (size_of(amounts(0, 0)) > 0).all()


def test_calibration_adds_up_what_deciles_are_off():
    # The lowest decile is 5 too high, all others are right: 5 of 55.
    expected = TEN.copy()
    actual = TEN.copy()
    expected[0] += 5
    assert calibration_error(actual, np.array(expected)) == pytest.approx(5 / 55)


def test_errors_of_two_deciles_do_not_make_up_for_each_other():
    actual = TEN.copy()
    actual[0], actual[9] = 10.0, 1.0
    assert calibration_error(actual, TEN) == pytest.approx(18 / 55)


def test_deciles_start_with_the_lowest():
    rows = calibration_by_decile(TEN * 2, TEN)
    assert rows[0] == (1, 1, 1.0, 2.0)
    assert rows[9] == (10, 1, 10.0, 20.0)


def test_fewer_customers_than_deciles_leave_deciles_out():
    assert [row[1] for row in calibration_by_decile(amounts(1, 2), amounts(1, 2))] == [1, 1]


def test_rank_by_hand_with_ties():
    assert spearman(amounts(1, 2, 3), amounts(10, 20, 300)) == pytest.approx(1)
    assert spearman(amounts(1, 2, 3), amounts(3, 2, 1)) == pytest.approx(-1)
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    assert spearman(amounts(0, 5, 5, 9), amounts(1, 2, 3, 4)) == pytest.approx(
        4.5 / math.sqrt(4.5 * 5)
    )
    assert math.isnan(spearman(amounts(1, 2), amounts(3, 3)))


def test_capture_is_the_share_of_the_tenth_that_was_expected_best():
    assert top_decile_capture(TEN, TEN) == pytest.approx(10 / 55)
    assert top_decile_capture(TEN, -TEN) == pytest.approx(1 / 55)


def test_equal_predictions_share_the_places_they_stand_for():
    # One place for ten equal customers: a tenth of all, whatever the order of rows.
    assert top_decile_capture(TEN, np.ones(10)) == pytest.approx(0.1)
    assert top_decile_capture(TEN[::-1].copy(), np.ones(10)) == pytest.approx(0.1)


def test_nobody_spending_gives_no_number():
    found = mean_metrics(np.zeros(3), np.ones(3), np.ones(3))
    assert all(math.isnan(found[name]) for name in MEAN_METRICS if name != "rmse")


def test_the_median_has_the_lowest_absolute_error():
    spent = amounts(0, 0, 1, 4, 95)
    errors = {level: mean_absolute_error(spent, np.full(5, level)) for level in (0.0, 1.0, 20.0)}
    assert min(errors, key=errors.__getitem__) == 1.0
    assert errors[1.0] == pytest.approx(19.8)


def test_coverage_counts_ends_in():
    assert coverage(amounts(1, 2, 3, 4), np.full(4, 2.0), np.full(4, 3.0)) == 0.5


def test_slices_part_all_customers_by_each_of_their_traits():
    customers = pd.DataFrame(
        {
            "purchase_count": [1, 2, 4, 5],
            "days_since_last_purchase": [89, 90, 1, 400],
            "days_since_first_purchase": [179, 180, 200, 400],
        }
    )
    found = {name: mask.tolist() for name, mask in slices_of(customers).items()}
    assert found["purchases=1"] == [True, False, False, False]
    assert found["purchases=2-4"] == [False, True, True, False]
    assert found["purchases=5+"] == [False, False, False, True]
    assert found["silent=under 90 days"] == [True, False, True, False]
    assert found["customer=under 180 days"] == [True, False, False, False]
    traits = {name.partition("=")[0] for name in found}
    for trait in traits:
        masks = [mask for name, mask in found.items() if name.startswith(f"{trait}=")]
        assert np.sum(masks, axis=0).tolist() == [1, 1, 1, 1]
