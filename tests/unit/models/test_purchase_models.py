"""Purchase models: what their answers mean, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import simulated_histories

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd

KINDS = (BgNbd, MbgNbd, ParetoNbd)
ONCE = pd.DataFrame({"frequency": [0.0], "recency": [0.0], "T": [38.86]})
# All customers leave with the same chance, so that a and b run off together: in these shops the
# likelihood grows without end.
RUNAWAY_SEEDS = {BgNbd: 4, MbgNbd: 1, ParetoNbd: 1}


def runaway(kind: type) -> pd.DataFrame:
    return simulated_histories.beta_geometric((0.8, 4.0, 2e4, 8e4), 800, RUNAWAY_SEEDS[kind])


def well_known(kind: type) -> pd.DataFrame:
    """A shop of the model's own story, large enough to tell its parameters apart."""
    if kind is ParetoNbd:
        return simulated_histories.pareto((0.8, 6.0, 0.7, 12.0), 2_000, seed=1)
    at_once = kind is MbgNbd
    return simulated_histories.beta_geometric(
        (0.6, 6.0, 0.9, 2.5), 2_000, seed=1, may_leave_at_once=at_once
    )


def customer(frequency: float, recency: float, age: float) -> pd.DataFrame:
    return pd.DataFrame({"frequency": [frequency], "recency": [recency], "T": [age]})


def test_under_bg_nbd_who_bought_once_is_alive_but_may_not_buy():
    model = BgNbd.with_parameters(39, r=0.243, alpha=4.414, a=0.793, b=2.426)
    found = model.predict(ONCE).iloc[0]
    assert found["probability_alive"] == 1
    assert found["probability_of_purchase"] < 0.2


def test_under_mbg_nbd_who_bought_once_may_be_gone():
    model = MbgNbd.with_parameters(39, r=0.525, alpha=6.183, a=0.891, b=1.614)
    assert 0 < model.probability_alive(ONCE)[0] < 1


def test_the_next_purchase_never_gets_likelier_than_being_alive():
    model = BgNbd.with_parameters(39, r=0.243, alpha=4.414, a=0.793, b=2.426)
    gone = customer(20, 10, 39)
    assert model.probability_alive(gone)[0] < 0.5
    assert model.time_to_next_purchase(gone)[0] == np.inf


def test_a_horizon_of_nothing_holds_nothing():
    model = ParetoNbd.with_parameters(39, r=0.55, alpha=10.58, s=0.61, beta=11.67)
    assert model.expected_purchases(ONCE, 0)[0] == 0
    assert model.probability_of_purchase(ONCE, 0)[0] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_fit_without_a_maximum_says_so_and_a_penalty_tames_it(kind):
    rows = runaway(kind)
    loose, tamed = kind(13).fit(rows), kind(13, penalty=0.1).fit(rows)
    assert not loose.is_converged_
    assert set(loose.standard_errors_.values()) == {np.inf}
    assert tamed.is_converged_
    assert np.isfinite(list(tamed.standard_errors_.values())).all()
    # It costs less likelihood than one parameter more would bring by chance.
    assert loose.log_likelihood_ - tamed.log_likelihood_ < 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_penalty_hardly_moves_what_the_data_know(kind):
    rows = well_known(kind)
    loose, tamed = kind(13).fit(rows), kind(13, penalty=0.1).fit(rows)
    total = loose.expected_purchases(rows).sum()
    assert tamed.expected_purchases(rows).sum() == pytest.approx(total, rel=0.01)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (customer(2, 31, 30), "greater than `T`"),
        (customer(0, 3, 30), "`frequency` is 0"),
        (customer(1.5, 3, 30), "no whole number"),
    ],
)
def test_histories_that_cannot_be_are_refused_with_the_row(rows, problem):
    with pytest.raises(ModelDataError, match=problem) as caught:
        BgNbd(13).fit(rows)
    assert caught.value.context["row"] == 0


@pytest.mark.parametrize("horizon", [0, -1, np.inf, np.nan])
def test_a_horizon_that_cannot_be_is_refused(horizon):
    with pytest.raises(UsageError, match="horizon"):
        BgNbd(horizon)


def test_parameters_by_a_wrong_name_are_refused():
    with pytest.raises(UsageError, match="r, alpha, a, b"):
        BgNbd.with_parameters(39, r=1, alpha=1, a=1, beta=1)


@pytest.mark.parametrize("ends", [(3.0, 2.0), (0.0, 1.0), ()])
def test_periods_must_ascend(ends):
    model = BgNbd.with_parameters(39, r=0.243, alpha=4.414, a=0.793, b=2.426)
    with pytest.raises(UsageError, match="ascending"):
        model.draw_purchases(ONCE, ends)


def test_the_same_seed_draws_the_same():
    model = BgNbd.with_parameters(39, r=0.243, alpha=4.414, a=0.793, b=2.426)
    first, second, third = (model.draw_purchases(ONCE, 39, 50, seed) for seed in (1, 1, 2))
    assert (first == second).all()
    assert (first != third).any()
