"""False alarms: each test keeps its 5 % where there is nothing, on revenue as shops have it."""

import math

import numpy as np
import pytest

from shopkeeper.experiments.aggregates import moments_of
from shopkeeper.experiments.corrections import holm
from shopkeeper.experiments.cuped import adjusted
from shopkeeper.experiments.difference import welch
from shopkeeper.experiments.metrics import mean_of, proportion_of, quantile_of, ratio_of
from shopkeeper.experiments.rank_test import rank_test
from shopkeeper.experiments.resampling import (
    Sampling,
    bootstrap_p_values,
    permutation_p_values,
)
from shopkeeper.experiments.segments import differ_p_value
from shopkeeper.experiments.sequential import always_valid

EXPERIMENTS, UNITS, ALPHA = 2_000, 400, 0.05
# Four standard errors of a share of 2,000 experiments.
ERROR = 4 * math.sqrt(ALPHA * (1 - ALPHA) / EXPERIMENTS)


def revenue(seed: int, units: int = UNITS, experiments: int = EXPERIMENTS) -> np.ndarray:
    """Revenue of units, most of whom buy nothing and few of whom buy much; skewness about 8."""
    random = np.random.default_rng(seed)
    shape = (experiments, units)
    return np.where(random.random(shape) < 0.3, random.lognormal(3, 1, shape), 0.0)


ONE, OTHER = revenue(1), revenue(2)


def share_of_alarms(p_values) -> float:
    return float((np.asarray(p_values) < ALPHA).mean())


def test_welch_keeps_its_promise():
    p_values = [
        welch(mean_of(moments_of(a)), mean_of(moments_of(b))).p_value
        for a, b in zip(ONE, OTHER, strict=True)
    ]
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR)


def test_proportions_keep_their_promise():
    p_values = [
        welch(proportion_of(moments_of(a > 0)), proportion_of(moments_of(b > 0))).p_value
        for a, b in zip(ONE, OTHER, strict=True)
    ]
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR)


def test_ratios_keep_their_promise_though_their_parts_vary_together():
    """Amount by order; both grow with the customer, so that ignoring it is wrong."""
    random = np.random.default_rng(3)

    def orders_and_amounts():
        keen = random.gamma(1, 1, (EXPERIMENTS, UNITS))
        orders = 1 + random.poisson(2 * keen)
        return orders * random.lognormal(2, 0.5, keen.shape) * (1 + keen), orders

    (a, n), (b, m) = orders_and_amounts(), orders_and_amounts()
    p_values = [
        welch(ratio_of(moments_of(*one)), ratio_of(moments_of(*other))).p_value
        for one, other in zip(zip(a, n, strict=True), zip(b, m, strict=True), strict=True)
    ]
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR)


def test_cuped_keeps_its_promise_on_skewed_revenue_that_repeats_itself():
    """Spending before the test explains part of it; taking it out brings no false alarms."""
    p_values = []
    for seed, (a, b) in enumerate(zip(ONE[:1000], OTHER[:1000], strict=True)):
        random = np.random.default_rng([9, seed])
        habit = [x * random.gamma(4, 0.25, UNITS) for x in (a, b)]
        arms = {"a": moments_of(a, habit[0]), "b": moments_of(b, habit[1])}
        without = adjusted(arms)
        p_values.append(welch(without.estimates["a"], without.estimates["b"]).p_value)
        assert without.variance_saved > 0.1
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR * math.sqrt(2))


def test_segments_raise_a_false_alarm_in_no_more_than_five_of_a_hundred_tests():
    """Four parts of each test, corrected by Holm; the sums of squares do not cry wolf either."""
    experiments, parts = 400, 4
    alarms, uneven = [], []
    for a, b in zip(ONE[:experiments], OTHER[:experiments], strict=True):
        pairs = [
            tuple(mean_of(moments_of(part)) for part in both)
            for both in zip(np.split(a, parts), np.split(b, parts), strict=True)
        ]
        alarms.append(min(holm([welch(*pair).p_value for pair in pairs])))
        uneven.append(differ_p_value(pairs))
    limit = ALPHA + ERROR * math.sqrt(EXPERIMENTS / experiments)
    assert share_of_alarms(alarms) <= limit
    assert share_of_alarms(uneven) <= limit


def test_quantiles_keep_their_promise():
    p_values = [
        welch(quantile_of(a, 0.9), quantile_of(b, 0.9)).p_value
        for a, b in zip(ONE[:1000], OTHER[:1000], strict=True)
    ]
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR * math.sqrt(2))


def test_mann_whitney_keeps_its_promise():
    p_values = [rank_test(a, b).p_value for a, b in zip(ONE[:1000], OTHER[:1000], strict=True)]
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR * math.sqrt(2))


def test_bootstrap_keeps_its_promise():
    p_values = bootstrap_p_values(ONE, OTHER, Sampling(5, draws=600))
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR)


def test_permutation_keeps_its_promise():
    p_values = permutation_p_values(ONE, OTHER, Sampling(6, draws=300))
    assert share_of_alarms(p_values) == pytest.approx(ALPHA, abs=ERROR)


@pytest.mark.slow
def test_a_hundred_looks_raise_no_more_alarms_where_the_interval_is_always_valid():
    """Looks after every 40 units of each arm; Welch's test at the same looks shows the trap."""
    experiments, looks, step = 1_000, 100, 40
    alarms = {"always valid": 0, "welch": 0}
    places = np.arange(1, looks + 1) * step
    a = revenue(7, looks * step, experiments)
    b = revenue(8, looks * step, experiments)
    sums = [np.cumsum(x, axis=1)[:, places - 1] for x in (a, a**2, b, b**2)]
    for row in range(experiments):
        seen = {"always valid": False, "welch": False}
        for look, count in enumerate(places):
            one, other = (
                _estimate(total[row, look], squares[row, look], int(count))
                for total, squares in (sums[:2], sums[2:])
            )
            if one.variance + other.variance == 0:
                continue
            seen["always valid"] |= always_valid(one, other, tuning_count=4_000).is_clear
            if look % 10 == 9:
                seen["welch"] |= welch(one, other).is_clear
        for name, is_alarm in seen.items():
            alarms[name] += is_alarm
    limit = ALPHA + 4 * math.sqrt(ALPHA * (1 - ALPHA) / experiments)
    assert alarms["always valid"] / experiments <= limit
    assert alarms["welch"] / experiments > 2 * ALPHA


def _estimate(total: float, squares: float, count: int):
    from shopkeeper.experiments.aggregates import moments_from_sums

    return mean_of(moments_from_sums(count, float(total), float(squares)))
