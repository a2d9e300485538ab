"""What holds for any parameters and histories: derivatives, units, simulations, probabilities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import simulated_histories
from hypothesis import given, settings
from hypothesis import strategies as st

from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.gamma_gamma import GammaGamma, _Sums
from shopkeeper.models.likelihood import Histories, RepeatValues
from shopkeeper.models.likelihood.maximum import hessian
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd

KINDS = (BgNbd, MbgNbd, ParetoNbd)
KNOWN = {
    BgNbd: (0.5, 5.0, 0.8, 2.5),
    MbgNbd: (0.7, 6.0, 0.9, 2.0),
    ParetoNbd: (0.6, 8.0, 0.7, 12.0),
}
ANY = settings(max_examples=40, deadline=None, database=None, derandomize=True)
CUSTOMERS = simulated_histories.beta_geometric((0.6, 6.0, 0.9, 2.5), 300, seed=1)
SOME = CUSTOMERS.sort_values("frequency").iloc[[0, 150, 200, 250, 290, 299]]

logarithms = st.lists(st.floats(-2, 2), min_size=4, max_size=4).map(np.array)
one_history = st.tuples(st.integers(0, 300), st.floats(0, 1), st.floats(0.01, 500)).map(
    lambda h: pd.DataFrame(
        {"frequency": [h[0]], "recency": [h[1] * h[2] * (h[0] > 0)], "T": [h[2]]}
    )
)


def likelihood_of(kind, rows):
    model, histories = kind(1), Histories.of(rows)

    def value(point):
        found, gradient = model._log_likelihood(np.exp(point), histories)
        return found, gradient * np.exp(point)

    return value


def numeric_gradient(objective, point, step=1e-5):
    steps = np.eye(len(point)) * step
    return np.array(
        [(objective(point + s)[0] - objective(point - s)[0]) / (2 * step) for s in steps]
    )


@pytest.mark.parametrize("kind", KINDS)
@ANY
@given(point=logarithms)
def test_the_gradient_is_the_slope_of_the_log_likelihood(kind, point):
    objective = likelihood_of(kind, CUSTOMERS)
    expected = numeric_gradient(objective, point)
    assert objective(point)[1] == pytest.approx(expected, rel=1e-5, abs=1e-3)


@ANY
@given(point=logarithms)
def test_the_gradient_of_values_is_their_slope(point):
    frequency = CUSTOMERS["frequency"].to_numpy()
    rows = simulated_histories.values((5.0, 4.0, 20.0), frequency, seed=2)
    sums = _Sums(RepeatValues.of(rows).valued(), 10.0)

    def objective(logs):
        value, gradient = sums.log_likelihood(np.exp(logs))
        return value, gradient * np.exp(logs)

    expected = numeric_gradient(objective, point[:3])
    assert objective(point[:3])[1] == pytest.approx(expected, rel=1e-5, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_hessian_is_the_curvature_of_the_log_likelihood(kind):
    objective, point = likelihood_of(kind, CUSTOMERS), np.log(KNOWN[kind])
    found, step = hessian(objective, point), 1e-3
    for i, first in enumerate(np.eye(4) * step):
        for j, second in enumerate(np.eye(4) * step):
            corners = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
            values = [s * objective(point + a * first + b * second)[0] for a, b, s in corners]
            assert found[i, j] == pytest.approx(sum(values) / (4 * step**2), rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("kind", KINDS)
def test_another_unit_of_time_rescales_times_and_nothing_else(kind):
    weeks = CUSTOMERS[["frequency", "recency", "T"]]
    days = weeks.assign(recency=weeks["recency"] * 7, T=weeks["T"] * 7)
    by_week, by_day = kind(13).fit(weeks), kind(91).fit(days)
    for name, value in by_week.parameters_.items():
        factor = 7 if name in kind.time_parameters else 1
        assert by_day.parameters_[name] == pytest.approx(factor * value, rel=1e-5)
    repeats = weeks["frequency"].sum()
    change = by_day.log_likelihood_ - by_week.log_likelihood_
    assert change == pytest.approx(-repeats * np.log(7), rel=1e-9)
    assert np.allclose(by_day.predict(days), by_week.predict(weeks), rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@ANY
@given(rows=one_history, horizon=st.floats(0.001, 1000))
def test_probabilities_are_probabilities_and_no_purchase_is_negative(kind, rows, horizon):
    model = kind.with_parameters(
        horizon, **dict(zip(kind.parameter_names, KNOWN[kind], strict=True))
    )
    found = model.predict(rows).iloc[0]
    assert 0 <= found["probability_of_purchase"] <= found["probability_alive"] <= 1
    # At least one purchase with probability p makes at least p purchases on average.
    assert found["expected_purchases"] >= found["probability_of_purchase"] * (1 - 1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_time_to_the_next_purchase_it_is_as_probable_as_asked(kind):
    model = kind.with_parameters(13, **dict(zip(kind.parameter_names, KNOWN[kind], strict=True)))
    for probability in (0.01, 0.3, 0.9):
        times = model.time_to_next_purchase(SOME, probability)
        for place, time in enumerate(times):
            row = SOME.iloc[[place]]
            if np.isfinite(time):
                found = model.probability_of_purchase(row, time)[0]
                assert found == pytest.approx(probability, rel=1e-6)
            else:
                assert model.probability_of_purchase(row, 1e6)[0] < probability


@pytest.mark.parametrize("kind", KINDS)
def test_probabilities_of_counts_add_up_to_one_and_to_the_mean(kind):
    model = kind.with_parameters(13, **dict(zip(kind.parameter_names, KNOWN[kind], strict=True)))
    found = model.purchase_probabilities(26, most=3000)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    mean = model.expected_purchases_of_new_customer(26)
    assert found @ np.arange(3001) == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_agree_with_means_and_probabilities(kind):
    model = kind.with_parameters(26, **dict(zip(kind.parameter_names, KNOWN[kind], strict=True)))
    drawn = model.draw_purchases(SOME, 26, draws=40_000, seed=3)
    error = drawn.std(axis=1) / np.sqrt(drawn.shape[1]) + 1e-9
    assert (np.abs(drawn.mean(axis=1) - model.expected_purchases(SOME)) < 4 * error).all()
    share = (drawn > 0).mean(axis=1)
    assert np.allclose(share, model.probability_of_purchase(SOME), atol=0.012)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_by_period_add_up_to_those_of_the_whole(kind):
    model = kind.with_parameters(26, **dict(zip(kind.parameter_names, KNOWN[kind], strict=True)))
    drawn = model.draw_purchases(SOME, (5.0, 13.0, 26.0), draws=40_000, seed=3)
    assert drawn.shape == (len(SOME), 40_000, 3)
    for place, end in enumerate((5.0, 13.0, 26.0)):
        until = drawn[:, :, : place + 1].sum(axis=2)
        error = until.std(axis=1) / 200 + 1e-9
        assert (np.abs(until.mean(axis=1) - model.expected_purchases(SOME, end)) < 4 * error).all()


def test_spend_is_drawn_around_the_expected_value():
    model = GammaGamma.with_parameters(6.0, 6.0, 50.0)
    rows = pd.DataFrame({"frequency": [0.0, 3.0, 30.0], "mean_value": [0.0, 90.0, 20.0]})
    drawn = model.draw_spend(rows, np.full((3, 60_000), 4), seed=1) / 4
    expected = model.predict(rows)["expected_value"].to_numpy()
    assert np.allclose(drawn.mean(axis=1), expected, rtol=0.02)
    median = model.value_quantile(rows, 0.5, purchases=4)
    assert np.allclose((drawn < median[:, None]).mean(axis=1), 0.5, atol=0.01)
    assert model.probability_of_value(median[0], 4) == pytest.approx(0.5)
