"""Churn on Online Retail II: the rows of the source exactly, its simple models beaten by ours.

Source: `NUMBERS.md`, part 3. All that is fitted, chosen or calibrated here was known on 2011-09-11;
what followed is looked at once.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import churn_worlds
import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.evaluation.classification import roc_auc
from shopkeeper.tasks.churn.contest import Calibrated, Options, fit, hold, metrics
from shopkeeper.tasks.churn.features import RECENCY
from shopkeeper.tasks.churn.horizon import proposed
from shopkeeper.tasks.churn.label import came_back

pytestmark = pytest.mark.slow

CUTOFF, DAYS = date(2011, 9, 11), 90


class Judged(NamedTuple):
    """What was said on the day, and what followed."""

    winner: Calibrated
    customers: pd.DataFrame
    label: np.ndarray
    probability: np.ndarray
    alarms: dict


@pytest.fixture(scope="module")
def purchases(real_data) -> pd.DataFrame:
    lines = value_worlds.online_retail_ii_lines(
        real_data("online_retail_ii/online_retail_II.csv.gz")
    )
    return value_worlds.purchases_of_lines(lines)


@pytest.fixture(scope="module")
def judged(purchases) -> Judged:
    world = churn_worlds.world(purchases, CUTOFF, DAYS)
    contest = hold(world, DAYS, Options())
    known = world.known(CUTOFF, DAYS)
    winner = fit(contest.winner, known, contest.options)
    left = ~came_back(purchases, known.customers.index, CUTOFF, DAYS)
    said = winner.probabilities(known.customers, CUTOFF)
    return Judged(winner, known.customers, left.astype(float), said, contest.evidence.alarms)


@pytest.fixture(scope="module")
def active(judged) -> np.ndarray:
    # The source counts whole days between moments, the mart calendar days: one more.
    return (judged.customers[RECENCY] <= DAYS + 1).to_numpy()


def test_rows_and_base_rates_are_those_of_the_source(judged, active):
    assert len(judged.label) == 5_285
    assert round(judged.label.mean(), 3) == 0.567
    assert active.sum() == 1_915
    assert round(judged.label[active].mean(), 3) == 0.312


def test_recency_alone_is_the_row_of_the_source(judged):
    assert round(roc_auc(judged.label, judged.customers[RECENCY]), 3) == 0.763


def test_simple_models_of_the_source_are_beaten_in_every_metric(judged):
    found = metrics(judged.label, judged.probability)
    assert found["roc_auc"] > 0.788
    assert found["average_precision"] > 0.814
    assert found["brier_score"] < 0.201


def test_calibration_beats_that_of_the_source_with_the_season(judged):
    found = metrics(judged.label, judged.probability)
    assert found["calibration_error"] <= 0.045
    assert found["brier_score"] <= 0.178
    assert judged.winner.calibration.kind == "season"


def test_active_customers_are_told_apart_better_than_by_richer_features_of_the_source(
    judged, active
):
    found = metrics(judged.label[active], judged.probability[active])
    assert found["roc_auc"] > 0.769
    assert found["average_precision"] > 0.567


def test_nothing_leaked(judged):
    assert not judged.alarms


def test_the_horizon_of_the_source_is_what_the_shop_itself_proposes(purchases):
    found = proposed(purchases[purchases["order_date"] < np.datetime64(CUTOFF)])
    assert found.days == DAYS
