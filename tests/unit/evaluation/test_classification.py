import numpy as np
import pytest

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.classification import (
    METRICS,
    average_precision,
    base_rate,
    brier_parts,
    brier_score,
    calibration_table,
    capture,
    expected_calibration_error,
    lift,
    log_loss,
    roc_auc,
)

LABEL = [0, 0, 1, 1]
SCORE = [0.1, 0.4, 0.35, 0.8]


def test_values_counted_by_hand():
    # Pairs (one, zero): (.35,.1) won, (.35,.4) lost, (.8,.1) won, (.8,.4) won.
    assert roc_auc(LABEL, SCORE) == 0.75
    # Down from .8: recall 1/2 at precision 1, then 2/2 at precision 2/3.
    assert average_precision(LABEL, SCORE) == pytest.approx(1 / 2 + 1 / 2 * 2 / 3)
    assert brier_score(LABEL, SCORE) == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)
    expected = -np.log([0.9, 0.6, 0.35, 0.8]).mean()
    assert log_loss(LABEL, SCORE) == pytest.approx(expected)
    assert base_rate(LABEL) == 0.5


def test_ties_count_half():
    assert roc_auc([1, 0, 0], [np.inf, np.inf, -np.inf]) == 0.75
    assert roc_auc(LABEL, [0.5] * 4) == 0.5
    assert roc_auc([0, 1, 1], [0.3, 0.3, 0.9]) == 0.75
    assert average_precision(LABEL, [0.5] * 4) == 0.5


def test_capture_takes_ties_in_proportion():
    label = [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert capture(label, range(10), 0.1) == pytest.approx(1 / 3)
    assert lift(label, range(10), 0.1) == pytest.approx(10 / 3)
    # All scores equal: a fifth of the rows holds a fifth of the ones, in any order.
    assert capture(label, [1] * 10, 0.2) == pytest.approx(0.2)
    assert capture(label, [2, 2, 2, 2, 0, 0, 0, 0, 0, 0], 0.2) == pytest.approx(1 / 3)
    assert capture(label, range(10), 1.0) == 1


def test_one_class_cannot_be_ranked():
    for label in ([0, 0], [1, 1]):
        assert np.isnan(roc_auc(label, [0.1, 0.2]))
    assert np.isnan(average_precision([0, 0], [0.1, 0.2]))
    assert np.isnan(capture([0, 0], [0.1, 0.2]))


@pytest.mark.parametrize("name", METRICS)
def test_no_rows_give_no_number(name):
    assert np.isnan(METRICS[name](np.zeros(0), np.zeros(0), np.ones((1, 0)))[0])


def test_calibration_table_by_hand():
    table = calibration_table([0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8], bins=2)
    assert table["bin"].tolist() == [1, 2]
    assert table["row_count"].tolist() == [2, 2]
    assert table["predicted_rate"].tolist() == pytest.approx([0.3, 0.7])
    assert table["actual_rate"].tolist() == [0.5, 1.0]
    assert table["lowest"].tolist() == [0.2, 0.6]
    assert table["highest"].tolist() == [0.4, 0.8]
    error = expected_calibration_error([0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8], bins=2)
    assert error == pytest.approx(0.25)


def test_equal_probabilities_share_a_bin_in_any_order():
    probability = np.array([0.3] * 7 + [0.9] * 3)
    label = np.array([0, 1, 0, 1, 0, 0, 0, 1, 1, 0])
    table = calibration_table(label, probability)
    assert table["row_count"].tolist() == [7, 3]
    turned = calibration_table(label[::-1], probability[::-1])
    assert table.equals(turned)


def test_brier_parts_of_two_forecasts_by_hand():
    # .25 for four rows of which one happened, .75 for four of which three did: calibrated.
    parts = brier_parts([1, 0, 0, 0, 1, 1, 1, 0], [0.25] * 4 + [0.75] * 4, bins=2)
    assert parts.reliability == pytest.approx(0)
    assert parts.resolution == pytest.approx(0.0625)
    assert parts.uncertainty == pytest.approx(0.25)
    assert parts.within_bins == pytest.approx(0)


def test_certain_and_wrong_stays_finite():
    assert np.isfinite(log_loss([0, 1], [1.0, 0.0]))


@pytest.mark.parametrize(
    ("label", "score", "words"),
    [
        ([0, 1], [0.1], "shape"),
        ([0, 2], [0.1, 0.2], "neither 0 nor 1"),
        ([0, 1], [0.1, np.nan], "not a number"),
    ],
)
def test_what_cannot_be_judged_is_an_error(label, score, words):
    with pytest.raises(UsageError, match=words):
        roc_auc(label, score)


def test_probabilities_outside_their_range_are_an_error():
    with pytest.raises(UsageError, match=r"1\.2"):
        brier_score([0, 1], [0.1, 1.2])
    with pytest.raises(UsageError, match="share"):
        capture([0, 1], [0.1, 0.2], 0)
    with pytest.raises(UsageError, match="nothing to bin"):
        calibration_table([], [])
