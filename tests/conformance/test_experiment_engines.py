"""Experiments on all engines: the units of a test and their moments are the same everywhere."""

import numpy as np
import pyarrow as pa
import pytest
from engine_cases import ENGINES, REFERENCE, engines

from shopkeeper import Workspace
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.experiments.aggregates import moment_rows, moments_by_arm
from shopkeeper.experiments.experiment import experiment_from
from shopkeeper.reports.experiment import experiment

pytestmark = pytest.mark.slow

OUTCOMES = Contract(
    name="outcomes",
    layer=Layer.SILVER,
    meaning="One row per assignment and outcome.",
    grain=("row_number",),
    columns=(
        Column("row_number", "int64", "Place"),
        Column("customer_id", "string", "Unit", nullable=True),
        Column("variant", "string", "Arm", nullable=True),
        Column("country", "string", "Segment", nullable=True),
        Column("is_converted", "boolean", "Outcome"),
        Column("spent_amount", "decimal(18, 4)", "Outcome", nullable=True),
        Column("order_count", "int64", "Outcome"),
        Column("earlier_amount", "float64", "Covariate"),
    ),
)
DEFINITION = experiment_from(
    {
        "variant": "variant",
        "control": "a",
        "unit": "customer_id",
        "segments": ["country"],
        "metrics": [
            {"column": "is_converted", "kind": "proportion"},
            {"column": "spent_amount", "kind": "revenue", "covariate": "earlier_amount"},
            {
                "column": "spent_amount", "kind": "ratio", "denominator": "order_count",
                "role": "secondary",
            },
        ],
    },
    "in the test",
)  # fmt: skip


def outcomes() -> pa.Table:
    """3,000 rows of about 2,300 units: repeated, crossed, without arm, unit, outcome or country."""
    random = np.random.default_rng(1)
    size = 3_000
    unit = random.integers(0, 5_000, size)
    arm = np.where(unit % 2 == 0, "a", "b")
    arm = np.where(random.random(size) < 0.01, "b", arm).astype(object)
    arm[random.random(size) < 0.01] = None
    units = np.array([f"C{n}" for n in unit], dtype=object)
    units[random.random(size) < 0.01] = None
    amounts = random.lognormal(3, 1, size).round(2)
    gone = random.random(size) < 0.02
    return pa.table(
        {
            "row_number": range(size),
            "customer_id": units,
            "variant": arm,
            "country": random.choice(np.array(["DE", "FR", None], dtype=object), size),
            "is_converted": random.random(size) < 0.3,
            "spent_amount": pa.array(
                [None if g else f"{a:.4f}" for a, g in zip(amounts, gone, strict=True)]
            ).cast(pa.decimal128(18, 4)),
            "order_count": random.integers(1, 5, size),
            "earlier_amount": random.gamma(2, 20, size),
        }
    )


@pytest.fixture(scope="module")
def found(request, tmp_path_factory):
    """Gives what an engine counts and reads out."""
    made = {}

    def on(engine: str):
        if engine not in made:
            overrides = ENGINES[engine].overrides(request)
            workspace = Workspace(tmp_path_factory.mktemp(engine), overrides=overrides)
            store, embedded = workspace.building, workspace.embedded
            with store.hold():
                handle = embedded.register("outcomes", outcomes())
                written = store.write(OUTCOMES, "x", Rows(handle, engine=embedded))
                rows = store.open(Publication(OUTCOMES, "x", written.parts).version)
                counted = moment_rows(rows, ("spent_amount", "earlier_amount"), "country")
                moments = moments_by_arm(store.engine.collect(counted).to_pylist())
                made[engine] = moments, experiment(rows, definition=DEFINITION)
            workspace.close()
        return made[engine]

    return on


@pytest.mark.parametrize("engine", engines())
def test_moments_are_the_same(engine, found):
    reference, other = found(REFERENCE)[0], found(engine)[0]
    assert set(reference) == set(other)
    for name, moments in reference.items():
        assert other[name].count == moments.count
        assert other[name].means == pytest.approx(moments.means, rel=1e-12)
        assert other[name].comoments == pytest.approx(moments.comoments, rel=1e-9)


@pytest.mark.parametrize("engine", engines())
def test_readouts_are_the_same(engine, found):
    reference, other = found(REFERENCE)[1], found(engine)[1]
    assert reference.several_arms_count > 0
    assert reference.repeated_count > 0
    assert reference.no_arm_count > 0
    for name in ("unit_count", "several_arms_count", "repeated_count", "no_arm_count"):
        assert getattr(other, name) == getattr(reference, name)
    for one, same in zip(reference.metrics, other.metrics, strict=True):
        for arm, twin in zip(one.arms, same.arms, strict=True):
            assert (twin.count, twin.missing_count) == (arm.count, arm.missing_count)
            assert twin.value == pytest.approx(arm.value, rel=1e-12)
        for found_here, there in zip(one.comparisons, same.comparisons, strict=True):
            ends = (there.absolute.low, there.absolute.high)
            assert ends == pytest.approx((found_here.absolute.low, found_here.absolute.high))
    rows = [(row.value, row.variant, row.count) for row in reference.segments.rows]
    assert [(row.value, row.variant, row.count) for row in other.segments.rows] == rows
