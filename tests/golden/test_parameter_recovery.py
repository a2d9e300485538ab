"""Known parameters are found again in simulated shops, within the standard errors that are given.

Source: simulation by the models' own stories, in `simulated_histories`, independent of their code.
"""

from __future__ import annotations

import numpy as np
import pytest
import simulated_histories

from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gamma_gamma import GammaGamma
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd
from shopkeeper.tasks.customer_value import Plan, expected_value, value_interval

COUNT = 6_000
AHEAD = 26.0
TRUTH = {
    BgNbd: (0.7, 5.0, 0.8, 2.5),
    MbgNbd: (0.7, 5.0, 0.8, 2.5),
    ParetoNbd: (0.8, 6.0, 0.7, 12.0),
}
# 3.3 standard errors: twelve parameters stay inside in 99 of 100 worlds.
REACH = 3.3


@pytest.fixture(scope="module")
def shops() -> dict:
    return {
        BgNbd: simulated_histories.beta_geometric(TRUTH[BgNbd], COUNT, 11, ahead=AHEAD),
        MbgNbd: simulated_histories.beta_geometric(
            TRUTH[MbgNbd], COUNT, 12, may_leave_at_once=True, ahead=AHEAD
        ),
        ParetoNbd: simulated_histories.pareto(TRUTH[ParetoNbd], COUNT, 13, ahead=AHEAD),
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", TRUTH)
def test_parameters_are_found_within_their_standard_errors(kind, shops):
    model = kind(AHEAD).fit(shops[kind])
    errors = np.array(list(model.standard_errors_.values()))
    found = np.array(list(model.parameters_.values()))
    assert (np.abs(found - TRUTH[kind]) < REACH * errors).all()
    assert (errors < found).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", TRUTH)
def test_what_customers_buy_later_is_what_was_expected(kind, shops):
    rows = shops[kind]
    expected = kind(AHEAD).fit(rows).expected_purchases(rows)
    total = rows["later"].sum()
    spread = np.sqrt(((rows["later"] - expected) ** 2).sum())
    assert abs(expected.sum() - total) < REACH * spread


@pytest.mark.slow
def test_values_are_found_within_their_standard_errors():
    frequency = np.random.default_rng(4).integers(0, 6, COUNT).astype(float)
    model = GammaGamma().fit(simulated_histories.values((5.0, 4.0, 20.0), frequency, seed=5))
    errors = np.array(list(model.standard_errors_.values()))
    found = np.array(list(model.parameters_.values()))
    assert (np.abs(found - (5.0, 4.0, 20.0)) < REACH * errors).all()


@pytest.mark.slow
def test_intervals_hold_what_customers_spend(shops):
    generator = np.random.default_rng(6)
    rows = shops[BgNbd].head(1_500).reset_index(drop=True)
    p, q, gamma = 5.0, 4.0, 20.0
    rates = generator.gamma(q, 1 / gamma, len(rows))
    seen = rows["frequency"].to_numpy()
    means = generator.gamma(p * np.maximum(seen, 1), 1 / (np.maximum(seen, 1) * rates))
    rows["mean_value"] = np.where(seen > 0, means, 0.0)
    spent = generator.gamma(p * np.maximum(rows["later"], 1e-9), 1 / rates) * (rows["later"] > 0)
    purchases, values = BgNbd(AHEAD).fit(shops[BgNbd]), GammaGamma().fit(rows)
    found = value_interval(purchases, values, rows, Plan(AHEAD), coverage=0.8, draws=400, seed=1)
    inside = ((spent >= found["low"]) & (spent <= found["high"])).mean()
    # Many a customer spends nothing, so an interval from 0 holds more than it must.
    assert inside > 0.78
    expected = expected_value(purchases, values, rows, Plan(AHEAD))
    assert expected.sum() == pytest.approx(spent.sum(), rel=0.1)
