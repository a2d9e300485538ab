"""Churn contests on a small shop: honest by its dates, the same again, stopped where it leaks."""

from __future__ import annotations

from datetime import date, timedelta

import churn_worlds
import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.errors import MissingExtraError
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.tasks.churn import resampling
from shopkeeper.tasks.churn.candidates import BASELINES, BLEND, MAKERS, Learning, fitted
from shopkeeper.tasks.churn.contest import ACTIVE, Calibrated, Options, fit, hold
from shopkeeper.tasks.churn.known import World
from shopkeeper.tasks.churn.model import ChurnModel
from shopkeeper.tasks.churn.question import SECOND_PURCHASE

pytestmark = pytest.mark.slow

AS_OF, DAYS = date(2025, 1, 25), 60


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    return value_worlds.small_purchases(customers=700)


@pytest.fixture(scope="module")
def world(purchases) -> World:
    return churn_worlds.world(purchases, AS_OF, DAYS)


@pytest.fixture(scope="module")
def contest(world):
    return hold(world, DAYS, Options())


def test_every_candidate_is_judged_on_every_fold_of_all_and_of_active_customers(contest):
    evidence = contest.evidence
    assert set(evidence.candidates) == set(MAKERS)
    assert len(evidence.cutoffs) >= 3
    for name in MAKERS:
        assert set(evidence.values(name, "roc_auc")) == set(evidence.cutoffs)
        assert evidence.values(name, "roc_auc", ACTIVE)
    assert set(evidence.baselines) == set(BASELINES)


def test_nothing_is_taught_whose_horizon_had_not_ended(contest):
    for fold in contest.folds:
        ends = fold.taught.keys["label_until"].max()
        assert ends <= pd.Timestamp(fold.cutoff)
    last = contest.folds[-1]
    assert last.cutoff + timedelta(days=DAYS) <= AS_OF


def test_models_know_more_than_chance(contest):
    assert contest.evidence.mean(contest.winner, "roc_auc") > 0.75
    assert contest.evidence.mean(contest.winner, "calibration_error") < 0.1


def test_what_happens_after_a_cutoff_changes_no_probability_at_it(purchases, world, contest):
    cutoff = contest.folds[-1].cutoff
    gone = purchases[purchases["order_date"] < np.datetime64(cutoff)]
    other = churn_worlds.world(gone, cutoff, DAYS)
    options = contest.options
    one = fit(BLEND, world.known(cutoff, DAYS), options)
    two = fit(BLEND, other.known(cutoff, DAYS), options)
    customers = world.customers_at(cutoff)
    found = (calibrated.probabilities(customers, cutoff) for calibrated in (one, two))
    np.testing.assert_array_equal(*found)


def test_the_label_as_a_feature_is_stopped(world):
    def leaking(cutoff: date) -> pd.DataFrame:
        known = world.purchases.customers_at(cutoff)
        future = world.purchases.purchases
        days = future["order_date"]
        after = (days >= np.datetime64(cutoff)) & (
            days < np.datetime64(cutoff + timedelta(days=DAYS))
        )
        count = future[after].groupby("customer_id").size()
        return known.assign(visit_count=count.reindex(known.index).fillna(0).astype("int64"))

    contest = hold(World(world.purchases, world.question, leaking), DAYS, Options())
    verdict = judge(contest.evidence, contest.winner)
    assert not verdict.passed
    assert any("visit_count" in reason for reason in verdict.refusals)
    assert any("AUC" in reason for reason in verdict.refusals)


def test_an_honest_contest_raises_no_alarm(contest):
    assert not contest.evidence.alarms


def model_of(calibrated: Calibrated, longest: float) -> ChurnModel:
    model = ChurnModel(DAYS, is_about_leaving=True, longest_silence_days=longest)
    model.calibrated = calibrated
    return model


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_saved_says_the_same_to_the_last_bit(name, world):
    known = world.known(AS_OF, DAYS)
    model = model_of(fit(name, known, Options()), 400)
    again = ChurnModel.load(model.save())
    pd.testing.assert_frame_equal(
        again.predict(known.customers), model.predict(known.customers), check_exact=True
    )


def test_who_was_silent_for_longer_than_anyone_taught_is_marked_and_not_scored(world):
    known = world.known(AS_OF, DAYS)
    found = model_of(fit(BLEND, known, Options()), 100).predict(known.customers)
    outside = known.customers["days_since_last_purchase"] > 100
    assert outside.any()
    assert (~found["is_in_population"] == outside).all()
    assert found.loc[outside, "probability"].isna().all()
    assert found.loc[outside, "reason_1"].isna().all()
    assert found.loc[~outside, "probability"].between(0, 1).all()


def test_contributions_of_the_blend_are_exact(world):
    known = world.known(AS_OF, DAYS)
    blend = fitted(BLEND, known, Learning())
    parts = blend.contributions(known.customers).sum(axis=1).to_numpy()
    rest = blend.log_odds(known.customers, AS_OF) - parts
    # What is left is the same for everyone: the mean of the training rows.
    np.testing.assert_allclose(rest, rest[0], atol=1e-4)


def test_smote_makes_up_rows_of_the_rarer_class_in_training_only(world):
    pytest.importorskip("imblearn")
    known = world.known(AS_OF, DAYS)
    plain = fitted("logistic_regression", known, Learning())
    balanced = fitted("logistic_regression", known, Learning(resampling="smote"))
    taught = known.taught()
    said = [c.log_odds(known.customers, AS_OF).mean() for c in (plain, balanced)]
    # The rarer class, here those who leave or who stay, is believed to be commoner than it is.
    assert (said[1] > said[0]) == (taught.label.mean() < 0.5)
    assert len(known.taught().label) == len(taught.label)


def test_resampling_without_its_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "imblearn.over_sampling", None)
    with pytest.raises(MissingExtraError, match="imbalanced-learn"):
        resampling.smote(pd.DataFrame({"a": [1.0], "label": [1.0]}), "label", 0)


def test_second_purchases_are_learned_from_one_time_buyers_alone(purchases):
    world = churn_worlds.world(purchases, AS_OF, DAYS, SECOND_PURCHASE)
    known = world.known(AS_OF, DAYS)
    assert (known.customers["purchase_count"] == 1).all()
    said = fit("logistic_regression", known, Options()).probabilities(known.customers, AS_OF)
    days = known.customers["days_since_last_purchase"]
    # Who bought lately is likelier to come back: yes means coming back here.
    assert said[days <= 60].mean() > said[days > 180].mean() + 0.1
