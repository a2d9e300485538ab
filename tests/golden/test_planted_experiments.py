"""Planted experiments: over many made-up shops, the truth lies inside as many intervals as said."""

import numpy as np
import pytest

from shopkeeper.jobs.demo_experiments import planted_lifts
from shopkeeper.sources.simulation import SimulationOptions, simulate

SEEDS = 16


@pytest.mark.slow
def test_planted_lifts_lie_inside_their_intervals(tmp_path):
    """95 % intervals of 16 shops, two tests each; 26 of 32 or fewer is a chance of 1 in 200."""
    found = []
    for seed in range(SEEDS):
        options = SimulationOptions(customer_count=1_500, seed=seed, events=False)
        truth = simulate(tmp_path / str(seed), options)
        found += planted_lifts(truth, tmp_path / str(seed), alpha=0.05)
    assert all(lift.found is not None for lift in found)
    assert sum(lift.is_inside for lift in found) > 26
    # Intervals wide enough for anything would hold the truth, too: their middle is near it.
    for planted in (0.25, 0.0):
        values = [lift.found.value for lift in found if lift.planted == planted]
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert error < 0.06
        assert np.mean(values) == pytest.approx(planted, abs=4 * error)


def test_the_demo_shop_grades_its_experiments(demo_folder):
    from shopkeeper.sources.simulation import SimulationTruth

    data = demo_folder / "data"
    works, nothing = planted_lifts(SimulationTruth.load(data), data, alpha=0.05)
    assert works.is_inside
    assert works.found.low > 0
    assert nothing.is_inside
    assert not nothing.found.is_clear
