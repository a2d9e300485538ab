"""Comparison: one treatment against control on one metric, by the deciding test and by others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shopkeeper.experiments.bayesian import belief
from shopkeeper.experiments.cuped import adjusted
from shopkeeper.experiments.difference import has_firm_base, welch
from shopkeeper.experiments.experiment import DecidingTest, Kind
from shopkeeper.experiments.power import Demands, detectable_lift
from shopkeeper.experiments.rank_test import rank_test
from shopkeeper.experiments.readout import Comparison, Cuped, SecondOpinions
from shopkeeper.experiments.resampling import Sampling, bootstrap, permutation_p_values
from shopkeeper.experiments.sequential import always_valid

if TYPE_CHECKING:
    from shopkeeper.experiments.difference import Difference
    from shopkeeper.experiments.experiment import Experiment, Metric
    from shopkeeper.experiments.metrics import Estimate
    from shopkeeper.experiments.outcomes import ArmOutcomes, Outcomes

# Beyond, dealing anew costs seconds and agrees with Welch to the third digit.
MOST_PERMUTED = 20_000


def compared(found: Outcomes, experiment: Experiment, metric: Metric, variant: str) -> Comparison:
    """Compares one treatment with control; a metric that cannot be compared says why."""
    control, treatment = found.arms[experiment.control], found.arms[variant]
    one, other = control.estimate, treatment.estimate
    if found.problem:
        return Comparison(variant, found.problem)
    if one is None or other is None:
        short = experiment.control if one is None else variant
        below = " and a denominator above 0" if metric.kind is Kind.RATIO else ""
        return Comparison(variant, f"arm `{short}` needs at least two units with an outcome{below}")
    if one.squared_error + other.squared_error == 0:
        return Comparison(variant, _why_flat(metric, one, other))
    one, other, cuped = _without_covariate(control, treatment, metric)
    relative = differ(one, other, experiment, relative=True) if has_firm_base(one) else None
    count = one.count + other.count
    demands = Demands(
        alpha=experiment.alpha,
        control_share=one.count / count,
        treatment_share=other.count / count,
    )
    return Comparison(
        variant=variant,
        problem="",
        absolute=differ(one, other, experiment, relative=False),
        relative=relative,
        sequential=always_valid(
            one, other, alpha=experiment.alpha, tuning_count=experiment.tuning_count
        ),
        cuped=cuped,
        detectable_lift=detectable_lift(one, count, demands, metric.kind),
        opinions=_opinions(control, treatment, (one, other), experiment, metric),
    )


def _without_covariate(
    control: ArmOutcomes, treatment: ArmOutcomes, metric: Metric
) -> tuple[Estimate, Estimate, Cuped | None]:
    """Takes the covariate out of both estimates, where the metric names one."""
    assert control.estimate is not None
    assert treatment.estimate is not None
    if metric.covariate is None:
        return control.estimate, treatment.estimate, None
    without = adjusted({"control": control.moments, "treatment": treatment.moments})
    cuped = Cuped(metric.covariate, without.variance_saved, without.is_worth_it)
    return without.estimates["control"], without.estimates["treatment"], cuped


def _why_flat(metric: Metric, one: Estimate, other: Estimate) -> str:
    if metric.kind is Kind.QUANTILE:
        return f"the quantile stands on {one.value:g} and {other.value:g} with many equal outcomes"
    return f"nothing varies: each unit has {one.value:g} in control and {other.value:g} here"


def differ(one: Estimate, other: Estimate, experiment: Experiment, *, relative: bool) -> Difference:
    """Gives the difference by the test that the experiment decides with."""
    if experiment.test is DecidingTest.SEQUENTIAL:
        return always_valid(
            one,
            other,
            relative=relative,
            alpha=experiment.alpha,
            tuning_count=experiment.tuning_count,
        )
    return welch(one, other, relative=relative, alpha=experiment.alpha)


def _prior(control: Estimate, experiment: Experiment) -> float:
    """Gives how large differences usually are; infinite where nothing is said of it."""
    usual = experiment.usual_lift
    found = math.inf if usual is None else usual * abs(control.value)
    return found or math.inf


def _opinions(
    control: ArmOutcomes,
    treatment: ArmOutcomes,
    estimates: tuple[Estimate, Estimate],
    experiment: Experiment,
    metric: Metric,
) -> SecondOpinions:
    sampling = Sampling(experiment.seed, alpha=experiment.alpha)
    is_quantile, is_ratio = metric.kind is Kind.QUANTILE, metric.kind is Kind.RATIO
    is_large = len(control.values) + len(treatment.values) > MOST_PERMUTED
    permuted = None
    if not (is_quantile or is_ratio or is_large):
        permuted = float(
            permutation_p_values(control.values[None], treatment.values[None], sampling)[0]
        )
    return SecondOpinions(
        bootstrap=None
        if is_quantile
        else bootstrap(
            (control.values, control.below), (treatment.values, treatment.below), sampling
        ),
        rank_test=None if is_ratio else rank_test(control.values, treatment.values),
        permutation_p_value=permuted,
        belief=belief(
            *estimates,
            prior_deviation=_prior(estimates[0], experiment),
            level=1 - experiment.alpha,
        ),
    )
