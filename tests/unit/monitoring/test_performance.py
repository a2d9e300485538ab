"""Performance, policy and the log of answers: what is said of models is what happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from shopkeeper.monitoring.answered import answered_weeks
from shopkeeper.monitoring.performance import Promise, classifier_measures, value_measures
from shopkeeper.monitoring.policy import Rules, retraining
from shopkeeper.monitoring.prediction_log import Prediction
from shopkeeper.monitoring.signs import answers_sign

PROMISE = Promise(0.83, 0.165, 0.03, 0.1)
RULES = Rules(every_days=None, on_drift=True, on_performance=True, least_days=7)
DAY = date(2024, 6, 1)


def outcomes(count: int = 3_000, *, is_upside_down: bool = False, moved: float = 0.0):
    """Labels drawn from probabilities that are right, turned round, or moved by a season."""
    random = np.random.default_rng(1)
    said = random.beta(1, 1, count)
    true = 1 - said if is_upside_down else np.clip(said + moved, 0, 1)
    return (random.random(count) < true).astype(float), said


def broken(label, said) -> set[str]:
    return {m.metric for m in classifier_measures(label, said, PROMISE, seed=1) if m.is_broken}


def test_a_model_that_keeps_its_promise_is_quiet():
    assert broken(*outcomes()) == set()


def test_a_model_that_orders_customers_wrongly_is_found():
    assert {"roc_auc", "brier_score"} <= broken(*outcomes(is_upside_down=True))


def test_a_season_that_moves_all_rates_is_found_as_calibration():
    assert "calibration" in broken(*outcomes(moved=0.3))
    assert "calibration" in broken(*outcomes(moved=-0.3))


def test_few_customers_are_given_the_benefit_of_the_doubt():
    label, said = outcomes(60, moved=0.16)
    (off,) = [
        m for m in classifier_measures(label, said, PROMISE, seed=1) if m.metric == "calibration"
    ]
    assert off.low < PROMISE.calibration < off.value < off.high
    assert not off.is_broken


def test_one_outcome_for_all_has_no_order():
    measured = classifier_measures(np.ones(200), np.full(200, 0.5), PROMISE, seed=1)
    assert {m.metric for m in measured} == {"brier_score", "calibration"}


@pytest.mark.parametrize(("factor", "is_broken"), [(1.0, False), (0.4, True), (3.0, True)])
def test_spending_far_from_what_was_said_is_broken(factor, is_broken):
    random = np.random.default_rng(2)
    said = random.gamma(1, 100, 4_000)
    spent = random.poisson(1, 4_000) * said * factor
    (ratio,) = value_measures(spent, said, allowed_ratio=1.5, seed=1)
    assert ratio.value == pytest.approx(spent.sum() / said.sum())
    assert ratio.low < ratio.value < ratio.high
    assert ratio.is_broken is is_broken


def test_training_is_due_for_a_reason_and_says_it():
    def due(**signs):
        known = {"trained": DAY, "has_drifted": False, "is_broken": False, **signs}
        return retraining(RULES, as_of=DAY + timedelta(days=10), **known)

    assert not due().is_due
    assert due(has_drifted=True).is_due
    assert "drifted" in due(has_drifted=True).reasons[0]
    assert "promised" in due(is_broken=True).reasons[0]
    assert due(trained=None).is_due
    soon = due(has_drifted=True, trained=DAY + timedelta(days=5))
    assert not soon.is_due
    assert "7 days" in soon.reasons[-1]


def test_training_follows_the_settings():
    def of(rules, **signs):
        known = {"has_drifted": False, "is_broken": False, **signs}
        return retraining(rules, trained=DAY, as_of=DAY + timedelta(days=30), **known)

    assert of(Rules(30, False, False, 0)).is_due
    assert not of(Rules(31, False, False, 0)).is_due
    ignored = of(Rules(None, False, False, 0), has_drifted=True)
    assert not ignored.is_due
    assert "retraining.on_drift" in ignored.reasons[1]


def said_to(request: str, at: datetime, milliseconds: float, **output) -> Prediction:
    known = {"run_id": "r", "as_of": "2024-06-01", "inputs": {"user_id": "C1"}}
    return Prediction(at, request, "churn 1", output=output, milliseconds=milliseconds, **known)


def test_answers_are_counted_by_week_request_and_tenth():
    monday = datetime(2024, 6, 3, 9, tzinfo=UTC)
    log = [said_to(f"q{n}", monday, float(n), probability=n / 100) for n in range(100)]
    log += [said_to("q0", monday, 0.0, probability=None)]
    log += [said_to("old", monday - timedelta(weeks=9), 5.0, probability=0.5)]
    (week,) = answered_weeks(log, monday.date(), 8)
    assert (week.week, week.row_count, week.request_count) == ("2024-06-03", 101, 100)
    assert week.probability_counts == (10,) * 10
    assert week.without_answer == 1
    assert week.mean_probability == pytest.approx(0.495)
    assert week.slow_milliseconds == pytest.approx(98.01)
    assert answered_weeks([], monday.date(), 8) == ()


def test_slow_answers_are_an_alarm_once_there_are_enough():
    monday = datetime(2024, 6, 3, 9, tzinfo=UTC)
    few = [said_to(f"q{n}", monday, 900.0, probability=0.5) for n in range(20)]
    many = [said_to(f"q{n}", monday, 900.0, probability=0.5) for n in range(300)]
    for log, limit, status in ((few, 500, "unknown"), (many, 500, "alarm"), (many, 1e3, "quiet")):
        (sign,) = answers_sign(answered_weeks(log, monday.date(), 8), limit)
        assert sign.status == status
        assert "C1" not in sign.sentence
