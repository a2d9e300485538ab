"""What a simulated shop lets expect, by hand, and what counts as near."""

from __future__ import annotations

from datetime import date

import pytest

from shopkeeper.jobs.demo import value_grades
from shopkeeper.jobs.demo_values import Expectation, expected_of_truth, weeks_ahead
from shopkeeper.sources.simulation import SimulationOptions, simulate
from shopkeeper.sources.simulation.truth import SimulationTruth

OPTIONS = SimulationOptions(
    customer_count=800,
    start=date(2023, 1, 1),
    end=date(2024, 1, 1),
    seasonality_strength=0.0,
    promotions=False,
    guest_share=0.0,
    events=False,
    experiments=False,
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("truth")
    return simulate(folder, OPTIONS), folder


def test_without_seasons_weeks_ahead_are_those_of_the_calendar(shop):
    assert weeks_ahead(shop[0], 70) == pytest.approx(10, rel=1e-6)


def test_no_time_brings_no_order_and_more_time_more(shop):
    found = [expected_of_truth(*shop, days) for days in (0, 30, 90, 365)]
    assert found[0] == (0.0, 0.0)
    assert found == sorted(found)
    # People leave: four times the time is less than four times the orders.
    assert found[3][0] < 365 / 90 * found[2][0]


def test_within_a_week_those_alive_buy_at_their_own_rates(shop):
    import pandas as pd

    truth, folder = shop
    people = pd.read_parquet(folder / "truth" / "customers.parquet")
    alive = people[people["is_alive_at_end"]]
    orders, amount = expected_of_truth(truth, folder, 7)
    # Within a week next to nobody leaves.
    assert orders == pytest.approx(alive["purchase_rate_per_week"].sum(), rel=0.1)
    mean = (alive["purchase_rate_per_week"] * alive["mean_spend"]).sum()
    assert amount == pytest.approx(mean, rel=0.1)


def test_a_wrong_unit_is_not_near():
    assert Expectation("purchases", 95, 100).is_near
    assert not Expectation("purchases", 130, 100).is_near
    assert not Expectation("spending", 9_802, 745).is_near


@pytest.mark.slow
def test_the_demo_shop_foretells_what_its_truth_lets_expect(demo, demo_folder):
    data = demo_folder / "data"
    grades = value_grades(demo, SimulationTruth.load(data), data)
    assert len(grades) == 2
    assert all(grade.is_right for grade in grades), grades
