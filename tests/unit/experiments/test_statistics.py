"""Statistics of tests: against closed forms, other libraries, and their own simulations."""

import numpy as np
import pytest
from scipy import stats

from shopkeeper.errors import ModelDataError, UnknownNameError, UsageError
from shopkeeper.experiments.aa_simulation import aa_simulation
from shopkeeper.experiments.aggregates import moments_of
from shopkeeper.experiments.bayesian import belief
from shopkeeper.experiments.corrections import benjamini_hochberg, holm
from shopkeeper.experiments.difference import welch
from shopkeeper.experiments.experiment import Kind
from shopkeeper.experiments.metrics import Estimate, mean_of, quantile_of, ratio_of, share_of
from shopkeeper.experiments.normality import normality
from shopkeeper.experiments.power import Demands, detectable_lift, needed_count, power_of
from shopkeeper.experiments.resampling import Sampling, bootstrap, permutation_p_values
from shopkeeper.experiments.sample_ratio import sample_ratio
from shopkeeper.experiments.uplift.policy import policy_value

RANDOM = np.random.default_rng(4)
A, B = RANDOM.lognormal(2, 1, 300), RANDOM.lognormal(2.2, 1, 250)


def test_welch_is_that_of_another_library():
    found = welch(mean_of(moments_of(A)), mean_of(moments_of(B)))
    expected = stats.ttest_ind(B, A, equal_var=False)
    between = expected.confidence_interval()
    assert (found.p_value, found.low, found.high) == pytest.approx(
        (expected.pvalue, between.low, between.high)
    )


def test_bootstrap_comes_near_to_welch_and_repeats_itself():
    found = bootstrap((A, None), (B, None), Sampling(3, draws=4000))
    expected = welch(mean_of(moments_of(A)), mean_of(moments_of(B)))
    assert found.value == pytest.approx(expected.value)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=0.3)
    assert found == bootstrap((A, None), (B, None), Sampling(3, draws=4000))


def test_bootstrap_in_buckets_has_the_width_of_the_whole():
    values = RANDOM.lognormal(2, 1, 50_000)
    found = bootstrap((values, None), (values[::-1].copy(), None), Sampling(3))
    error = np.sqrt(2 * values.var() / len(values))
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_bootstrap_of_a_ratio_draws_numerator_and_denominator_together():
    orders = RANDOM.integers(1, 9, 2000).astype(float)
    amounts = orders * 10 + RANDOM.normal(0, 1, 2000)
    found = bootstrap((amounts, orders), (amounts, orders), Sampling(3))
    expected = ratio_of(moments_of(amounts, orders))
    width = 2 * 1.96 * np.sqrt(2 * expected.squared_error)
    assert found.high - found.low == pytest.approx(width, rel=0.1)


def test_permutation_agrees_with_all_deals_of_a_tiny_test():
    """Of the 20 deals of 6 units to arms of 3, two are as far apart as 1 2 3 against 7 8 9."""
    found = permutation_p_values(
        np.array([[1.0, 2.0, 3.0]]), np.array([[7.0, 8.0, 9.0]]), Sampling(1, draws=20_000)
    )
    assert found[0] == pytest.approx(0.1, abs=0.01)


def test_error_of_a_ratio_is_that_of_many_samples():
    def sample(seed):
        random = np.random.default_rng(seed)
        orders = 1 + random.poisson(2, 400)
        return moments_of(orders * random.lognormal(1, 0.5, 400), orders)

    found = [ratio_of(sample(seed)) for seed in range(600)]
    spread = np.std([one.value for one in found])
    assert np.sqrt(np.mean([one.squared_error for one in found])) == pytest.approx(spread, rel=0.1)


def test_error_of_a_quantile_is_that_of_many_samples():
    found = [
        quantile_of(np.random.default_rng(seed).exponential(1, 1000), 0.9) for seed in range(500)
    ]
    assert found[0].value == pytest.approx(-np.log(0.1), abs=0.4)
    spread = np.std([one.value for one in found])
    assert np.mean([np.sqrt(one.squared_error) for one in found]) == pytest.approx(spread, rel=0.15)


def test_corrections_are_those_of_the_papers():
    p_values = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert holm(p_values) == pytest.approx((0.05, 0.08, 0.09, 0.09, 0.09))
    assert benjamini_hochberg(p_values) == pytest.approx(
        tuple(stats.false_discovery_control(p_values))
    )
    assert holm([]) == benjamini_hochberg([]) == ()


def test_belief_without_a_prior_is_the_data_and_a_firm_prior_draws_it_to_nothing():
    one, other = Estimate(10, 100, 400), Estimate(11, 100, 400)
    free = belief(one, other)
    assert free.chance_to_win == pytest.approx(stats.norm.cdf(1 / np.sqrt(0.5)))
    assert (free.mean, free.high - free.low) == pytest.approx((1, 2 * 1.959964 * np.sqrt(0.5)))
    drawn = np.random.default_rng(1).normal(1, np.sqrt(0.5), 400_000)
    assert free.loss_if_chosen == pytest.approx(np.maximum(0, -drawn).mean(), rel=0.03)
    assert belief(one, other, prior_deviation=np.sqrt(0.5)).mean == pytest.approx(0.5)


@pytest.mark.parametrize("prior", [0.2, 1.0, 5.0])
def test_belief_with_a_prior_is_bayes_rule_by_numbers(prior):
    """The posterior on a grid: prior times likelihood, normalised; nothing of the formula."""
    one, other = Estimate(10, 100, 400), Estimate(9.4, 100, 400)
    grid = np.linspace(-15, 15, 300_001)
    weight = stats.norm.pdf(grid, 0, prior) * stats.norm.pdf(-0.6, grid, np.sqrt(0.5))
    weight /= weight.sum()
    found = belief(one, other, prior_deviation=prior, level=0.9)
    assert found.mean == pytest.approx(weight @ grid, abs=1e-6)
    assert found.chance_to_win == pytest.approx(weight[grid > 0].sum(), abs=5e-4)
    assert found.loss_if_chosen == pytest.approx(weight @ np.maximum(-grid, 0), abs=1e-6)
    ends = np.interp([0.05, 0.95], np.cumsum(weight), grid)
    assert (found.low, found.high, found.level) == pytest.approx((*ends, 0.9), abs=1e-3)


@pytest.mark.parametrize("kind", [Kind.MEAN, Kind.PROPORTION])
def test_power_size_and_detectable_change_agree(kind):
    baseline, demands = share_of(0.2, 1), Demands(control_share=0.3, treatment_share=0.35)
    count = needed_count(baseline, 0.1, demands, kind)
    assert power_of(baseline, 0.1, count, demands, kind) == pytest.approx(0.8, abs=0.001)
    assert detectable_lift(baseline, count, demands, kind) == pytest.approx(0.1, abs=0.001)


def test_power_is_what_simulated_tests_find():
    random = np.random.default_rng(2)
    count = needed_count(share_of(0.24, 1), 0.25, Demands(), Kind.PROPORTION) // 2
    hits = 0
    for ones in zip(random.binomial(count, 0.24, 2000), random.binomial(count, 0.3, 2000),
                    strict=True):  # fmt: skip
        arms = (share_of(k / count, count) for k in ones)
        hits += welch(*arms).is_clear
    assert hits / 2000 == pytest.approx(0.8, abs=0.04)


def test_a_change_that_cannot_be_is_refused():
    with pytest.raises(UsageError):
        needed_count(share_of(0.9, 1), 0.5, Demands(), Kind.PROPORTION)
    with pytest.raises(UsageError):
        needed_count(Estimate(0.0, 1.0, 1), 0.5, Demands())
    assert detectable_lift(share_of(0.9, 1), 20, Demands(), Kind.PROPORTION) is None


def test_sample_ratio_names_arms_that_were_not_planned():
    with pytest.raises(UnknownNameError):
        sample_ratio({"a": 5, "c": 5}, {"a": 1, "b": 1})
    assert sample_ratio({"a": 3, "b": 5}).is_small


def test_normality_is_shown_on_a_sample():
    found = normality(RANDOM.lognormal(2, 1, 9000), 1)
    assert found.sample_count == 5000
    assert found.p_value < 1e-10
    assert found.skewness > 2
    assert normality(np.ones(50), 1) is None


def test_aa_simulation_finds_promises_kept_and_repeats_itself():
    values = np.where(RANDOM.random(3000) < 0.2, RANDOM.lognormal(3, 1, 3000), 0.0)
    found = aa_simulation((values,), Kind.REVENUE, seed=1, rounds=500)
    rates = {test.test: test.rate for test in found.tests}
    assert rates["Welch"] == pytest.approx(0.05, abs=0.03)
    assert rates["always valid"] < rates["Welch"]
    assert all(test.keeps_its_promise for test in found.tests)
    assert found == aa_simulation((values,), Kind.REVENUE, seed=1, rounds=500)
    with pytest.raises(ModelDataError):
        aa_simulation((np.ones(500),), Kind.MEAN, seed=1)


def test_a_policy_is_valued_by_how_arms_were_drawn():
    """Treated 1 in 5: those the rule treats are weighed up, or the rule looks as the others do."""
    random = np.random.default_rng(8)
    chosen = random.random(200_000) < 0.5
    treated = (random.random(200_000) < 0.2).astype(float)
    outcome = np.where(chosen, 2.0 + treated, 1.0) + random.normal(0, 1, 200_000)
    found = policy_value("chosen", chosen, treated, outcome, 0.2)
    # Half gives 3 under the rule, half gives 1.
    assert found.low < 2.0 < found.high
    assert found.value == pytest.approx(2.0, abs=0.02)
