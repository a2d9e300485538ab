"""Experiments: differences, intervals and p-values of published tests, to the digits given.

The table of Welch, relative and always-valid figures and of sample ratios: recomputed from the raw
sums. Hillstrom: MineThatData e-mail challenge, 64,000 customers. Cookie Cats: 90,189 players.
"""

import math

import ibis
import pytest

from shopkeeper.experiments.aggregates import moments_from_sums
from shopkeeper.experiments.difference import welch
from shopkeeper.experiments.experiment import experiment_from
from shopkeeper.experiments.metrics import Estimate, mean_of, share_of
from shopkeeper.experiments.readout import Status
from shopkeeper.experiments.sample_ratio import sample_ratio
from shopkeeper.experiments.sequential import always_valid
from shopkeeper.reports.experiment import experiment as read_out

A = mean_of(moments_from_sums(3407, 1396.87, 52377.9767))
B = mean_of(moments_from_sums(3461, 2422.7, 134698.29))
SMALL = share_of(14 / 28, 28), share_of(16 / 30, 30)
LARGE = share_of(1396 / 3000, 3000), share_of(2422 / 3461, 3461)


@pytest.mark.parametrize(
    ("arms", "relative", "expected"),
    [
        ((A, B), True, (0.70732, -0.03526, 1.44989, 0.06191)),
        ((A, B), False, (0.29, 0.04538, 0.53462, 0.02016)),
        (SMALL, True, (0.06667, -0.47767, 0.61101, 0.80707)),
    ],
)
def test_welch_gives_the_published_figures(arms, relative, expected):
    found = welch(*arms, relative=relative)
    assert (found.value, found.low, found.high, found.p_value) == pytest.approx(expected, abs=5e-6)


def test_always_valid_interval_gives_the_published_figures():
    found = always_valid(*LARGE, relative=True, tuning_count=5000)
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.50386, 0.40098, 0.60675), abs=5e-6
    )


@pytest.mark.parametrize(
    ("counts", "parts", "expected"),
    [
        ([1000, 1200], [0.5, 0.5], 2.0079e-5),
        ([135, 115], [0.5, 0.5], 0.205903),
        ([310, 98], [0.75, 0.25], 0.647434),
        ([0, 10, 10], [0.34, 0.33, 0.33], 0.005791),
        ([500, 500, 600], [0.34, 0.33, 0.33], 0.000593),
        ([44_700, 45_489], [0.5, 0.5], 0.008608),
    ],
)
def test_sample_ratio_gives_the_published_p_values(counts, parts, expected):
    names = [f"arm {place}" for place in range(len(counts))]
    seen = {name: count for name, count in zip(names, counts, strict=True) if count}
    found = sample_ratio(seen, dict(zip(names, parts, strict=True)))
    assert found.p_value == pytest.approx(expected, rel=1e-4, abs=5e-7 if expected > 1e-4 else 0)


def test_a_negative_control_keeps_the_direction():
    found = welch(Estimate(-10, 4, 100), Estimate(-5, 4, 100), relative=True)
    assert found.value == pytest.approx(0.5)
    assert 0 < found.low < 0.5 < found.high


def hillstrom_test(**more):
    metrics = [
        {"column": "visit"},
        {"column": "conversion", "role": "secondary"},
        {"column": "spend", "kind": "revenue", "role": "secondary", **more},
    ]
    return experiment_from(
        {"variant": "segment", "control": "No E-Mail", "metrics": metrics}, "in the test"
    )


@pytest.fixture(scope="module")
def hillstrom(real_data):
    return ibis.duckdb.connect().read_csv(real_data("hillstrom_email/hillstrom.csv.gz"))


@pytest.fixture(scope="module")
def readout(hillstrom):
    return read_out(hillstrom, definition=hillstrom_test())


def comparison(readout, metric, variant):
    found = next(m for m in readout.metrics if m.metric.label == metric)
    return next(c for c in found.comparisons if c.variant == variant)


def test_hillstrom_arms_are_as_planned(readout):
    ratio = readout.sample_ratio
    assert dict(zip(ratio.variants, ratio.counts, strict=True)) == {
        "Mens E-Mail": 21_307, "Womens E-Mail": 21_387, "No E-Mail": 21_306,
    }  # fmt: skip
    assert ratio.p_value == pytest.approx(0.9037, abs=5e-5)
    means = [[arm.value for arm in metric.arms] for metric in readout.metrics]
    assert means == [
        pytest.approx([0.106167, 0.182757, 0.151400], abs=5e-7),
        pytest.approx([0.005726, 0.012531, 0.008837], abs=5e-7),
        pytest.approx([0.652789, 1.422617, 1.077202], abs=5e-7),
    ]


@pytest.mark.parametrize(
    ("metric", "expected", "p_value", "digits"),
    [
        ("visit", (0.076590, 0.069953, 0.083226), 1.4e-112, 0.05e-112),
        ("conversion", (0.006805, 0.005000, 0.008610), 1.5e-13, 0.05e-13),
        ("spend", (0.769827, 0.485140, 1.054515), 1.16e-7, 0.005e-7),
    ],
)
def test_hillstrom_mens_e_mail(readout, metric, expected, p_value, digits):
    found = comparison(readout, metric, "Mens E-Mail").absolute
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=6e-7)
    assert found.p_value == pytest.approx(p_value, abs=digits)


@pytest.mark.parametrize(
    ("metric", "expected", "p_value", "digits"),
    [
        ("visit", 0.045233, 2.4e-44, 0.05e-44),
        ("conversion", 0.003111, 1.56e-4, 0.005e-4),
        ("spend", 0.424412, 1.13e-3, 0.005e-3),
    ],
)
def test_hillstrom_womens_e_mail(readout, metric, expected, p_value, digits):
    found = comparison(readout, metric, "Womens E-Mail").absolute
    assert found.value == pytest.approx(expected, abs=6e-7)
    assert found.p_value == pytest.approx(p_value, abs=digits)


def test_hillstrom_cuped_says_that_it_bought_nothing(hillstrom):
    readout = read_out(hillstrom, definition=hillstrom_test(covariate="history"))
    found = comparison(readout, "spend", "Mens E-Mail")
    assert found.absolute.value == pytest.approx(0.767438, abs=5e-7)
    assert found.absolute.p_value == pytest.approx(1.27e-7, abs=0.005e-7)
    assert found.cuped.variance_saved == pytest.approx(0.0004, abs=0.00005)
    assert any("CUPED with `history` bought nothing" in text for text in readout.verdict.caveats)


@pytest.mark.parametrize(
    ("treatment", "outcome", "sigma", "is_allowed"),
    [
        ("Womens E-Mail", "visit", 7, True),
        ("Mens E-Mail", "visit", 1.2, False),
        ("Mens E-Mail", "conversion", -2, False),
    ],
)
def test_hillstrom_uplift_is_shown_once_and_refused_twice(
    hillstrom, treatment, outcome, sigma, is_allowed
):
    from shopkeeper.experiments.uplift.targeting import UpliftQuestion, targeting

    features = ("recency", "history", "mens", "womens", "zip_code", "newbie", "channel")
    question = UpliftQuestion(
        variant="segment",
        control="No E-Mail",
        treatment=treatment,
        outcome=outcome,
        features=features,
    )
    found = targeting(hillstrom.to_pandas(), question)
    # The unit, a deviation of 50 random orders, is itself known to a tenth.
    assert found.curve.sigma == pytest.approx(sigma, abs=max(0.3, 0.1 * abs(sigma)))
    assert found.curve.uplift_sigma == pytest.approx(found.curve.sigma, abs=0.2)
    assert found.is_allowed == is_allowed
    assert len(found.curve.random_low) == len(found.curve.shares)
    assert is_allowed == ("more than random" in found.reason)


def test_cookie_cats_is_blocked_by_its_sample_ratio(real_data):
    rows = ibis.duckdb.connect().read_csv(real_data("cookie_cats/cookie_cats.csv.gz"))
    definition = {
        "variant": "version",
        "control": "gate_30",
        "unit": "userid",
        "metrics": [{"column": "retention_7", "kind": "proportion"}],
    }
    found = read_out(rows, definition=experiment_from(definition, "in the test"))
    assert found.sample_ratio.counts == (44_700, 45_489)
    assert found.verdict.status is Status.BLOCKED
    assert ".009" in found.verdict.reasons[0]
    assert found.metrics[0].comparisons == ()
    values = [arm.value for arm in found.metrics[0].arms]
    assert values == pytest.approx([0.1902, 0.1820], abs=5e-5)


def test_textbook_sample_size():
    """Two arms half a deviation apart: 62.8 units each by the normal approximation."""
    from shopkeeper.experiments.power import Demands, detectable_lift, needed_count, power_of

    baseline, demands = Estimate(2.0, 16.0, 1), Demands()
    assert needed_count(baseline, 1.0, demands) == math.ceil(2 * 62.79)
    assert detectable_lift(baseline, 126, demands) == pytest.approx(1.0, abs=0.002)
    assert power_of(baseline, 1.0, 126, demands) == pytest.approx(0.8, abs=0.002)
