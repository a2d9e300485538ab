"""Guardrails: a win does not count where one is harmed, may be, or cannot be read."""

from __future__ import annotations

import math

import pytest

from shopkeeper.experiments.comparison import compared
from shopkeeper.experiments.difference import Difference
from shopkeeper.experiments.experiment import Experiment, Metric, experiment_from
from shopkeeper.experiments.metrics import Estimate
from shopkeeper.experiments.readout import Comparison, MetricReadout, Status
from shopkeeper.experiments.sample_ratio import sample_ratio
from shopkeeper.experiments.segments import differ_p_value
from shopkeeper.experiments.verdict import Facts, verdict

RATIO = sample_ratio({"a": 500, "b": 500}, {}, 0.001)
FACTS = Facts(1_000, 0, 0, 0)


def _experiment(**guardrail: object) -> Experiment:
    metrics = [{"column": "value"}, {"column": "guard", "role": "guardrail", **guardrail}]
    plain = {"variant": "v", "control": "a", "metrics": metrics}
    return experiment_from(plain, "in the test")


def _found(
    metric: Metric, value: float, error: float, p_value: float, problem: str = ""
) -> MetricReadout:
    """A metric with 10 in control, its difference and how sure one is of it."""
    if problem:
        return MetricReadout(metric, (), (Comparison("b", problem),))
    reach = 1.96 * error
    absolute = Difference(value, value - reach, value + reach, p_value)
    relative = Difference(value / 10, (value - reach) / 10, (value + reach) / 10, p_value)
    one = Comparison("b", "", absolute=absolute, relative=relative, corrected_p_value=p_value)
    return MetricReadout(metric, (), (one,))


def _status(guard: tuple, win: tuple = (1.0, 0.2, 1e-6), **guardrail: object):
    experiment = _experiment(**guardrail)
    main, held = experiment.metrics
    found = verdict(experiment, RATIO, (_found(main, *win), _found(held, *guard)), FACTS)
    return found.status, " ".join(found.reasons)


@pytest.mark.parametrize(
    ("better", "value", "status"),
    [
        ("higher", -0.5, Status.HARMED),
        ("higher", 0.5, Status.BETTER),
        ("lower", 0.5, Status.HARMED),
        ("lower", -0.5, Status.BETTER),
    ],
)
def test_harm_has_the_direction_of_the_metric(better, value, status):
    assert _status((value, 0.1, 1e-6), better=better)[0] is status


def test_what_is_not_shown_is_no_harm_unless_a_loss_is_limited():
    """-0.1 ± 0.39: not shown; a loss of 4.9 % lies inside, one of 5 % does not."""
    guard = (-0.1, 0.2, 0.6)
    assert _status(guard)[0] is Status.BETTER
    assert _status(guard, tolerated_loss=0.05)[0] is Status.BETTER
    status, told = _status(guard, tolerated_loss=0.04)
    assert status is Status.HARMED
    assert "4.0%" in told
    upwards = (0.1, 0.2, 0.6)
    assert _status(upwards, tolerated_loss=0.04, better="lower")[0] is Status.HARMED
    assert _status(upwards, tolerated_loss=0.04)[0] is Status.BETTER


def test_a_guardrail_that_cannot_be_read_stops_a_win_and_says_why():
    status, told = _status((0, 0, 1, "nothing varies"))
    assert status is Status.HARMED
    assert "nothing varies" in told


def test_a_primary_metric_that_cannot_be_read_is_no_verdict():
    status, _ = _status((0.5, 0.1, 1e-6), win=(0, 0, 1, "nothing varies"))
    assert status is Status.UNREADABLE


def test_harm_is_told_where_nothing_was_won():
    status, told = _status((-0.5, 0.1, 1e-6), win=(0.1, 0.2, 0.6))
    assert status is Status.NOT_SHOWN
    assert "`guard` is harmed" in told


def test_guardrails_are_not_corrected_so_that_no_harm_is_hidden():
    """Harm at p = .03 on one of four guardrails counts; Holm or BH would lift it above .05."""
    import ibis
    import numpy as np
    import pandas as pd

    from shopkeeper.reports.experiment import experiment as read_out

    count, random = 2_000, np.random.default_rng(3)
    arm = np.resize(["a", "b"], count)
    rows = pd.DataFrame({"v": arm, "value": random.normal(10, 1, count) + (arm == "b")})
    guards = [f"g{n}" for n in range(4)]
    for name in guards:
        noise = random.normal(10, 1, count)
        # Both arms have the same mean, to the digit.
        for one in "ab":
            noise[arm == one] -= noise[arm == one].mean() - 10
        rows[name] = noise
    rows.loc[arm == "b", "g0"] -= 2.17 * math.sqrt(2 * rows["g0"].var() / (count / 2))
    metrics = [{"column": "value"}, *({"column": g, "role": "guardrail"} for g in guards)]
    plain = {"variant": "v", "control": "a", "metrics": metrics}
    found = read_out(ibis.memtable(rows), definition=experiment_from(plain, "in the test"))
    harmed = found.metrics[1].comparisons[0]
    assert 0.02 < harmed.absolute.p_value < 0.04
    assert harmed.corrected_p_value == harmed.absolute.p_value
    assert found.verdict.status is Status.HARMED


def test_parts_differ_by_the_weighted_sum_of_squares():
    """By hand: differences 0 and 2 with variance ½ each: 4 on one degree of freedom, p .0455."""
    pairs = [(Estimate(10, 25, 100), Estimate(10 + d, 25, 100)) for d in (0.0, 2.0)]
    assert differ_p_value(pairs) == pytest.approx(0.0455003, abs=1e-6)
    unequal = [pairs[0], (Estimate(10, 25, 100), Estimate(12, 175, 100))]
    # Variances ½ and 2: weights 2 and ½, middle 0.4, 2·0.16 + ½·2.56 = 1.6.
    assert differ_p_value(unequal) == pytest.approx(0.2059032, abs=1e-6)


def test_the_prior_is_what_the_definition_says_changes_usually_are():
    from types import SimpleNamespace

    from shopkeeper.experiments.bayesian import belief

    def values(mean: float) -> SimpleNamespace:
        import numpy as np

        from shopkeeper.experiments.aggregates import moments_of
        from shopkeeper.experiments.metrics import mean_of

        drawn = np.random.default_rng(int(mean * 10)).normal(mean, 2, 200)
        moments = moments_of(drawn)
        return SimpleNamespace(
            moments=moments, values=drawn, below=None, estimate=mean_of(moments), missing_count=0
        )

    found = SimpleNamespace(arms={"a": values(10.0), "b": values(10.5)}, problem="", capping=None)
    plain = {"variant": "v", "control": "a", "metrics": [{"column": "x"}]}
    arms = found.arms["a"].estimate, found.arms["b"].estimate
    for usual, deviation in ((None, math.inf), (0.02, 0.02 * arms[0].value)):
        said = {} if usual is None else {"usual_lift": usual}
        experiment = experiment_from({**plain, **said}, "in the test")
        one = compared(found, experiment, experiment.metrics[0], "b")
        assert one.opinions.belief == belief(*arms, prior_deviation=deviation)
