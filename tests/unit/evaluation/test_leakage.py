from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.evaluation.alarm import AlarmKind, LeakReport
from shopkeeper.evaluation.classification import roc_auc
from shopkeeper.evaluation.labelled_rows import LabelledRows, labelled_rows
from shopkeeper.evaluation.leakage import (
    auc_alarms,
    auc_limit,
    leak_report,
    limits_for,
    recency_limit,
)
from shopkeeper.evaluation.suspicious_features import Limits, feature_alarms, feature_power

HORIZON = 90
RECENCY = "days_since_last_order"
TRAIN_AT, TEST_AT = date(2025, 1, 1), date(2025, 4, 1)


def rows_at(cutoff: date, seed: int, count: int = 3_000, **changes) -> LabelledRows:
    """Customers of whom the ones who came lately come again a little more often."""
    random = np.random.default_rng(seed)
    recency = random.exponential(120, count).round()
    stays = 1 / (1 + np.exp((recency - 100) / 60))
    label = (random.random(count) > stays).astype(int)
    features = pd.DataFrame(
        {
            RECENCY: recency,
            "order_count": 1 + random.poisson(4 * stays),
            "country": random.choice(["France", "Spain", "Italy"], count),
            "average_gap": np.where(random.random(count) < 0.3, np.nan, random.gamma(2, 30, count)),
        }
    )
    return labelled_rows(features, label, **{"cutoff": cutoff, "horizon_days": HORIZON, **changes})


TRAIN, TEST = rows_at(TRAIN_AT, 1), rows_at(TEST_AT, 2)
SCORE = TEST.features[RECENCY].to_numpy() - 5 * TEST.features["order_count"].to_numpy()


def with_feature(rows: LabelledRows, values, name: str = "planted") -> LabelledRows:
    return replace(rows, features=rows.features.assign(**{name: values}))


def report_with(train_values, test_values, score=SCORE, name: str = "planted") -> LeakReport:
    train, test = with_feature(TRAIN, train_values, name), with_feature(TEST, test_values, name)
    return leak_report(train, test, score, recency=RECENCY)


def swapped(label, share: float):
    """The label with this share of the ones and of the zeros swapped."""
    found = np.array(label)
    for value in (0, 1):
        places = np.flatnonzero(label == value)
        found[places[: round(share * len(places))]] = 1 - value
    return found


SPREAD = np.random.default_rng(6).integers(0, 40, 3_000)


def noisy(label, flips: float, seed: int = 3):
    random = np.random.default_rng(seed)
    return np.where(random.random(len(label)) < flips, 1 - label, label)


def test_honest_rows_raise_no_alarm():
    report = leak_report(TRAIN, TEST, SCORE, recency=RECENCY)
    assert report.is_clean, report.sentences
    assert leak_report(TRAIN, TEST, SCORE).is_clean


@pytest.mark.parametrize("seed", range(10))
def test_noise_on_few_rows_raises_no_alarm(seed):
    train, test = rows_at(TRAIN_AT, seed, 150), rows_at(TEST_AT, seed + 100, 150)
    score = test.features[RECENCY]
    assert leak_report(train, test, score, recency=RECENCY).is_clean


def test_a_score_too_good_to_be_true():
    score = noisy(TEST.label, 0.02) + np.random.default_rng(1).random(len(TEST.label))
    report = leak_report(TRAIN, TEST, score, recency=RECENCY)
    (alarm,) = report.alarms
    assert alarm.kind is AlarmKind.SCORE_TOO_GOOD
    assert alarm.found == roc_auc(TEST.label, score) > alarm.limit > 0.9
    assert "recency alone gives" in alarm.sentence
    assert alarm.hint in alarm.text


def test_the_label_itself_in_any_dress_is_named():
    for dress in (
        lambda label: label,
        lambda label: -3.0 * label,
        lambda label: np.where(label == 1, np.nan, 5.0),
        lambda label: np.where(label == 1, "left", "stayed"),
        lambda label: np.where(label == 1, 50.0, np.where(np.arange(len(label)) % 2, 10.0, 90.0)),
    ):
        report = report_with(dress(TRAIN.label), dress(TEST.label))
        assert report.kinds("planted") == {AlarmKind.FUNCTION_OF_LABEL}
        assert {alarm.where for alarm in report.alarms} == {"planted"}


def test_dates_and_decimals_are_told_by_their_order():
    def as_date(label):
        return pd.Timestamp("2025-01-01") + pd.to_timedelta(label * 50 + SPREAD, unit="D")

    def as_decimal(label):
        return [Decimal(str(value)) for value in label * 50 + SPREAD]

    for dress in (as_date, as_decimal):
        report = report_with(dress(TRAIN.label), dress(TEST.label))
        assert report.kinds("planted") == {AlarmKind.FUNCTION_OF_LABEL}


@pytest.mark.parametrize(
    "values",
    [
        np.nan,
        np.inf,
        pd.Categorical(np.where(SPREAD > 20, "a", "b")),
        pd.array(np.where(SPREAD > 20, True, None), dtype="boolean"),
        [f"text {place}" for place in range(3_000)],
        SPREAD > 20,
    ],
    ids=["missing", "infinite", "category", "flag or missing", "all distinct", "flag"],
)
def test_features_of_any_kind_that_say_nothing_raise_no_alarm(values):
    assert report_with(values, values).is_clean


def test_a_feature_near_the_label_is_too_good():
    report = report_with(noisy(TRAIN.label, 0.03), noisy(TEST.label, 0.03))
    assert report.kinds("planted") == {AlarmKind.SINGLE_FEATURE_TOO_GOOD}


def test_one_feature_that_carries_the_score_is_named():
    # AUC about .89: believable for a score, not for one feature that is all of it.
    train, test = noisy(TRAIN.label, 0.11), noisy(TEST.label, 0.11)
    report = report_with(train, test, score=test)
    assert report.kinds("planted") == {AlarmKind.CARRIES_THE_SCORE}
    weaker = noisy(TRAIN.label, 0.2), noisy(TEST.label, 0.2)
    assert report_with(*weaker, score=weaker[1]).is_clean


def test_recency_has_a_limit_of_its_own_and_may_carry_the_score():
    limits = Limits(score=0.9, recency_alone=0.8, recency=0.95)
    train = with_feature(TRAIN, noisy(TRAIN.label, 0.08), RECENCY)
    test = with_feature(TEST, noisy(TEST.label, 0.12), RECENCY)
    assert not feature_alarms(train, test, 0.88, limits, RECENCY)
    (alarm,) = feature_alarms(train, test, 0.88, limits, None)
    assert (alarm.kind, alarm.where) == (AlarmKind.SINGLE_FEATURE_TOO_GOOD, RECENCY)


@pytest.mark.parametrize(
    ("recency_alone", "expected"),
    # Where recency says little, counts of a year's orders honestly say more.
    [(0.8, 0.85), (0.6, 0.8), (None, 0.85)],
)
def test_a_feature_that_carries_is_suspicious_midway_to_the_limit(recency_alone, expected):
    assert Limits(0.9, recency_alone, 0.95).carrying == pytest.approx(expected)


def test_fading_that_chance_explains_raises_no_alarm():
    train_few, test_few = (rows.take(np.arange(100)) for rows in (TRAIN, TEST))
    for train, test, expected in ((train_few, test_few, set()), (TRAIN, TEST, {AlarmKind.FADES})):
        taught = with_feature(train, swapped(train.label, 0.2))
        tested = with_feature(test, swapped(test.label, 0.39))
        power = feature_power(taught, tested, "planted")
        assert 0.18 < power.train - power.test < 0.22
        report = leak_report(taught, tested, test.features[RECENCY])
        assert report.kinds("planted") == expected


def test_a_feature_that_knows_the_future_in_training_only_fades():
    blank = np.zeros(len(TEST.label))
    report = report_with(noisy(TRAIN.label, 0.2), blank)
    assert report.kinds("planted") == {AlarmKind.FADES}
    # The same of a date that only those who came back have, and nobody yet at the test cut-off.
    known = np.where(noisy(TRAIN.label, 0.2) == 1, np.nan, 30.0)
    assert report_with(known, blank * np.nan).kinds("planted") == {AlarmKind.FADES}


def test_a_feature_that_ages_keeps_quiet():
    random = np.random.default_rng(4)
    train, test = random.random(3_000) * 400, random.random(3_000) * 400 + 90
    assert report_with(train, test).is_clean


def test_days_since_an_event_cannot_be_negative():
    values = np.random.default_rng(4).integers(-1, 300, 3_000)
    name = "days_since_last_visit"
    report = report_with(values, values, name=name)
    assert report.kinds(name) == {AlarmKind.NEGATIVE_DURATION}
    assert report.alarms[0].found == 2 * (values < 0).sum()
    # Other things may well be below zero.
    assert report_with(values, values, name="spend_trend").is_clean


def test_labels_from_before_the_cutoff():
    snapshot = rows_at(TRAIN_AT, 1, label_from=date(2024, 10, 3))
    report = leak_report(snapshot, TEST, SCORE)
    assert report.kinds() == {AlarmKind.LABEL_BEFORE_CUTOFF}
    assert "90 days before" in report.alarms[0].sentence


def test_training_labels_that_reach_past_the_test_cutoff():
    late = rows_at(date(2025, 1, 2), 1)
    report = leak_report(late, TEST, SCORE)
    assert report.kinds() == {AlarmKind.TRAINED_ON_FUTURE}
    assert report.alarms[0].found == 1
    assert leak_report(rows_at(date(2025, 1, 1), 1), TEST, SCORE).is_clean


def test_random_splits_and_shared_rows():
    every = LabelledRows.of([TRAIN, TEST])
    chosen = np.random.default_rng(0).random(len(every.label)) < 0.7
    train, test = every.take(chosen), every.take(~chosen)
    score = test.features[RECENCY]
    assert leak_report(train, test, score).kinds() == {AlarmKind.RANDOM_SPLIT}
    same = leak_report(TEST, TEST, SCORE)
    assert same.kinds() == {AlarmKind.RANDOM_SPLIT, AlarmKind.SHARED_ROWS}
    assert "3,000 test rows" in same.alarms[0].sentence


@pytest.mark.parametrize(
    ("rate", "recency", "expected"),
    [
        (0.567, None, 0.9),
        (0.567, 0.763, 0.9),
        (0.5, 0.84, 0.92),
        # Hardly anyone buys: most are long gone and easy to tell.
        (0.05, 0.99, 0.995),
        (0.95, 0.99, 0.995),
        (0.0, None, 0.99),
        # Recency that is itself too good excuses nothing.
        (0.5, 1.0, 0.9),
        (0.5, 0.96, 0.9),
    ],
)
def test_limit_of_the_area(rate, recency, expected):
    assert auc_limit(rate, recency) == pytest.approx(expected)


def test_limit_of_recency():
    found = [recency_limit(rate) for rate in (0.5, 0.2, 0.15, 0.1, 0.97)]
    assert found == pytest.approx([0.95, 0.95, 0.974, 0.998, 0.998])


def test_luck_on_few_rows_is_no_alarm_and_perfection_is():
    label = np.array([0] * 15 + [1] * 15)
    # One of the fifteen stands below all others: 1 - 1/15.
    lucky = np.r_[np.arange(29), -1]
    limits = limits_for(label)
    assert roc_auc(label, lucky) == pytest.approx(14 / 15)
    assert not auc_alarms(label, lucky, limits)
    assert auc_alarms(label, label, limits)


def test_one_class_alone_gives_no_alarm_and_does_not_break():
    test = replace(TEST, label=np.zeros(len(TEST.label)))
    assert leak_report(TRAIN, test, SCORE, recency=RECENCY).is_clean


def test_row_order_changes_nothing():
    turned = np.arange(len(TRAIN.label))[::-1]
    train = with_feature(TRAIN, noisy(TRAIN.label, 0.03))
    test = with_feature(TEST, noisy(TEST.label, 0.03))
    expected = leak_report(train, test, SCORE, recency=RECENCY)
    found = leak_report(train.take(turned), test.take(turned), SCORE[turned], recency=RECENCY)
    assert not expected.is_clean
    assert found == expected


def test_wrong_questions_are_errors():
    with pytest.raises(UnknownNameError) as raised:
        leak_report(TRAIN, TEST, SCORE, recency="days_since_order")
    assert RECENCY in raised.value.hint
    with pytest.raises(UsageError, match="labels"):
        labelled_rows(TRAIN.features, [0, 1], cutoff=TRAIN_AT, horizon_days=HORIZON)
