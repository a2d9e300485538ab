"""Read-outs: verdicts, what past spending takes away, and groups too small to compare."""

from __future__ import annotations

import numpy as np
import pytest

from shopkeeper.decisions.measured import conclusive, measured_rates
from shopkeeper.decisions.readout import Effect, Verdict, effect, verdict_of
from shopkeeper.errors import ModelDataError


def _effect(low: float, high: float) -> Effect:
    return Effect((low + high) / 2, low, high, 0.95, 0, 0, 10, 10, 0)


@pytest.mark.parametrize(
    ("sales", "profit", "is_over", "verdict"),
    [
        ((1, 2), (1, 2), False, Verdict.TOO_EARLY),
        ((1, 2), (1, 2), True, Verdict.WORKED),
        ((1, 2), (-3, 2), True, Verdict.WORKED),
        ((1, 2), (-3, -1), True, Verdict.DID_NOT_PAY),
        ((-2, 1), (1, 2), True, Verdict.NOT_SHOWN),
        ((-2, -1), (-3, -1), True, Verdict.HARMED),
        ((0, 0), (0, 0), True, Verdict.NOT_SHOWN),
    ],
)
def test_the_verdict_follows_from_the_intervals(sales, profit, is_over, verdict):
    assert verdict_of(_effect(*sales), profit, is_over=is_over) == verdict


def test_a_constant_difference_is_found_to_the_digit():
    """Ten customers, alike but for 3 that contacts brought: the difference of means is 3."""
    held = np.array([True, False] * 5)
    outcome = np.array([1.0, 4, 2, 5, 3, 6, 4, 7, 5, 8])
    found = effect(outcome, held)
    assert found.value == pytest.approx(3)
    assert (found.treat_mean, found.holdout_mean) == (6, 3)
    assert found.low < 3 < found.high


def test_with_normal_outcomes_it_is_the_usual_interval():
    """Of 2,000 normal outcomes the interval is that of Welch to a few percent."""
    from scipy.stats import ttest_ind

    draw = np.random.default_rng(0)
    held = draw.random(2_000) < 0.3
    outcome = draw.normal(10, 3, 2_000) + np.where(held, 0, 0.5)
    found = effect(outcome, held)
    welch = ttest_ind(outcome[~held], outcome[held], equal_var=False).confidence_interval(0.95)
    assert found.low == pytest.approx(welch.low, abs=0.03)
    assert found.high == pytest.approx(welch.high, abs=0.03)


def test_it_agrees_with_the_read_out_of_experiments():
    """The same difference, and the same variance saved, by sums instead of rows."""
    from shopkeeper.experiments.aggregates import moments_of
    from shopkeeper.experiments.cuped import adjusted
    from shopkeeper.experiments.difference import welch

    draw = np.random.default_rng(4)
    held = draw.random(3_000) < 0.4
    past = draw.gamma(2, 20, 3_000)
    outcome = past + draw.gamma(2, 10, 3_000) + np.where(held, 0, 2)
    found = effect(outcome, held, past)
    sides = {"treat": ~held, "holdout": held}
    arms = {name: moments_of(outcome[side], past[side]) for name, side in sides.items()}
    by_sums = adjusted(arms)
    same = welch(by_sums.estimates["holdout"], by_sums.estimates["treat"])
    assert found.value == pytest.approx(same.value)
    assert found.variance_saved == pytest.approx(by_sums.variance_saved, abs=0.01)
    assert (found.low, found.high) == pytest.approx((same.low, same.high), abs=0.05)
    assert found.low <= same.low + 1e-9
    assert same.high <= found.high + 1e-9


def test_many_customers_need_no_draws():
    draw = np.random.default_rng(0)
    held = draw.random(50_000) < 0.3
    outcome = draw.normal(10, 3, 50_000)
    found = effect(outcome, held)
    half = 1.959964 * np.sqrt(
        outcome[held].var() / held.sum() + outcome[~held].var() / (~held).sum()
    )
    assert found.high - found.value == pytest.approx(half, rel=1e-3)


def test_nobody_bought_anything():
    found = effect(np.zeros(20), np.arange(20) < 5, np.zeros(20))
    assert (found.value, found.low, found.high, found.variance_saved) == (0, 0, 0, 0)
    assert verdict_of(found, (0, 0), is_over=True) == Verdict.NOT_SHOWN


def test_a_group_of_one_is_refused():
    with pytest.raises(ModelDataError, match="has 1 customers"):
        effect(np.ones(5), np.array([True, False, False, False, False]))


def test_rates_are_told_by_channel_and_only_certain_ones_are_used():
    import pandas as pd

    draw = np.random.default_rng(2)
    rows = pd.DataFrame(
        {"channel": ["call"] * 400 + ["email"] * 400, "arm": ["treat", "holdout"] * 400}
    )
    rows["at_stake_sales"], rows["past_amount"] = 50.0, draw.gamma(2, 10, 800)
    lift = ((rows["channel"] == "call") & (rows["arm"] == "treat")) * 20.0
    rows["amount"] = draw.gamma(2, 10, 800) + lift
    found = {rate.channel: rate for rate in measured_rates("p", rows)}
    assert found["call"].low <= 0.4 <= found["call"].high
    assert [rate.channel for rate in conclusive(found.values())] == ["call"]
