"""Every model of the shelf, fitted on rows of its own kind, keeps what the protocol promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import ShopkeeperError
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gamma_gamma import GammaGamma
from shopkeeper.models.gradient_boosting import GradientBoosting
from shopkeeper.models.kmeans import KMeans
from shopkeeper.models.logistic_regression import LogisticRegression
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd
from shopkeeper.models.random_forest import RandomForest
from shopkeeper.models.rfm_scores import RfmScores
from shopkeeper.models.two_part_boosting import TwoPartBoosting

FEATURES = ("purchase_count", "recency", "spend")


@dataclass(frozen=True)
class Case:
    """A model, what its rows hold, and a column that it cannot do without."""

    make: Callable[[], Any]
    needed: str
    constant: str


CASES = {
    "bg_nbd": Case(lambda: BgNbd(10.0, penalty=1.0), "recency", "T"),
    "mbg_nbd": Case(lambda: MbgNbd(10.0, penalty=1.0), "recency", "T"),
    "pareto_nbd": Case(lambda: ParetoNbd(10.0, penalty=1.0), "recency", "T"),
    "gamma_gamma": Case(GammaGamma, "frequency", "frequency"),
    "two_part_boosting": Case(lambda: TwoPartBoosting(FEATURES, "future"), "future", "spend"),
    "logistic_regression": Case(lambda: LogisticRegression(FEATURES, "left"), "left", "spend"),
    "random_forest": Case(lambda: RandomForest(FEATURES, "left"), "left", "spend"),
    "gradient_boosting": Case(lambda: GradientBoosting(FEATURES, "left"), "left", "spend"),
    "kmeans": Case(lambda: KMeans(FEATURES, 4), "spend", "purchase_count"),
    "rfm_scores": Case(RfmScores, "order_amount", "order_count"),
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """400 customers with the columns of all models; one histogram of habits, by seed."""
    random = np.random.default_rng(11)
    count = 400
    frequency = random.geometric(0.4, count) - 1
    age = random.uniform(20, 60, count).round(1)
    recency = np.where(frequency > 0, (age * random.uniform(0.1, 1, count)).round(1), 0.0)
    spend = random.gamma(3, 20, count).round(2)
    stays = random.random(count) < 0.2 + 0.6 * recency / age
    return pd.DataFrame(
        {
            "frequency": frequency.astype(float),
            "recency": recency,
            "T": age,
            "mean_value": spend,
            "purchase_count": frequency + 1.0,
            "spend": spend,
            "future": np.where(random.random(count) < 0.5, spend * frequency + 1, 0.0),
            "left": np.where(stays, 0.0, 1.0),
            "days_since_last_order": np.maximum((age - recency).astype(int), 1),
            "order_count": frequency + 1,
            "order_amount": spend * (frequency + 1),
        }
    )


def predicted(model, rows: pd.DataFrame) -> pd.DataFrame:
    found = model.predict(rows)
    assert list(found.index) == list(rows.index)
    return found


@pytest.mark.parametrize("name", CASES)
def test_fitting_again_gives_the_same_model(name, rows):
    case = CASES[name]
    one, other = (predicted(case.make().fit(rows), rows) for _ in range(2))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("name", CASES)
def test_what_is_saved_predicts_the_same_to_the_last_bit(name, rows):
    model = CASES[name].make().fit(rows)
    again = type(model).load(model.save())
    pd.testing.assert_frame_equal(predicted(again, rows), predicted(model, rows), check_exact=True)


@pytest.mark.parametrize("name", CASES)
def test_row_order_changes_nothing(name, rows):
    case = CASES[name]
    shuffled = rows.sample(frac=1, random_state=3)
    one = predicted(case.make().fit(rows), rows)
    other = predicted(case.make().fit(shuffled), rows)
    pd.testing.assert_frame_equal(one, other, rtol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_one_row_is_predicted_as_among_all(name, rows):
    model = CASES[name].make().fit(rows)
    one = predicted(model, rows.iloc[[17]])
    pd.testing.assert_frame_equal(one, predicted(model, rows).iloc[[17]], rtol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_a_column_that_says_nothing_leaves_finite_predictions(name, rows):
    case = CASES[name]
    value = {"T": 60.0, "frequency": 2.0}.get(case.constant, 1)
    constant = rows.assign(**{case.constant: value})
    found = predicted(case.make().fit(constant), constant)
    assert np.isfinite(found.select_dtypes("number").to_numpy(dtype=float)).all()


CLASSIFIERS = ("logistic_regression", "random_forest", "gradient_boosting")


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_contributions_add_up_to_the_log_odds(name, rows):
    model = CASES[name].make().fit(rows)
    found = model.contributions(rows)
    assert found.shape == (len(rows), len(FEATURES) + 1)
    np.testing.assert_allclose(found.sum(axis=1), model.predict(rows)["log_odds"], atol=2e-5)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_probabilities_are_those_of_the_log_odds(name, rows):
    found = CASES[name].make().fit(rows).predict(rows)
    odds = np.exp(found["log_odds"])
    np.testing.assert_allclose(found["probability"], odds / (1 + odds), rtol=1e-9)
    assert found["probability"].between(0, 1, inclusive="neither").all()


@pytest.mark.parametrize("name", [name for name in CASES if name != "rfm_scores"])
def test_a_missing_value_is_refused(name, rows):
    case = CASES[name]
    holed = rows.assign(**{case.needed: rows[case.needed].where(rows.index != 5)})
    with pytest.raises(ShopkeeperError, match=case.needed):
        case.make().fit(holed)
