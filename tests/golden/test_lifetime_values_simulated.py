"""Lifetime values against a simulated shop, whose truth is known: coverage, totals, recovery.

The shop is made by the package's own simulation by seed; contests see what lies before `as_of`,
and the rest of the simulation is the future they are judged on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import value_worlds

from shopkeeper.evaluation.lifetime_value import coverage, mean_absolute_error
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.models.bg_nbd import BgNbd
from shopkeeper.models.pareto_nbd import ParetoNbd
from shopkeeper.sources.simulation import SimulationOptions
from shopkeeper.sources.simulation.truth import SimulationTruth
from shopkeeper.tasks.lifetime_value.candidates.repeat_buying import RepeatBuying
from shopkeeper.tasks.lifetime_value.clock import DAYS_A_WEEK, Clock, Season
from shopkeeper.tasks.lifetime_value.contest import fit_candidate, hold, ranges_of
from shopkeeper.tasks.lifetime_value.histories import histories
from shopkeeper.tasks.lifetime_value.ranges import LEVEL, drawn_ranges

pytestmark = pytest.mark.slow

# What the issue allows below the nominal level.
COVERAGE_BELOW = 0.02
TOTAL_WITHIN = 0.15
# Horizon and the day that leaves it whole before the end of the simulation.
HORIZONS = ((90, date(2024, 10, 1)), (180, date(2024, 7, 1)), (365, date(2024, 1, 1)))
FILES = {"events": False, "experiments": False}
SHOP = SimulationOptions(customer_count=4_000, start=date(2022, 1, 1), seed=11, **FILES)
# People who each have one account and buy in steady time: what models take them for.
PLAIN = SimulationOptions(
    customer_count=6_000,
    start=date(2022, 1, 1),
    seed=12,
    guest_share=0.0,
    duplicate_share=0.0,
    refund_share=0.0,
    dirty_row_share=0.0,
    overlap_day_count=0,
    promotions=False,
    **FILES,
)


@pytest.fixture(scope="module")
def shop(once) -> pd.DataFrame:
    """Purchases of an ordinary simulated shop of three years."""
    return value_worlds.simulated_purchases(once, "value-shop", SHOP)[0]


@pytest.fixture(scope="module")
def plain(once) -> tuple[pd.DataFrame, Path]:
    """Purchases of a shop of people with one account each, and the folder of its truth."""
    return value_worlds.simulated_purchases(once, "plain-shop", PLAIN)


@dataclass(frozen=True)
class Foretold:
    refusals: tuple[str, ...]
    actual: np.ndarray
    last: np.ndarray
    expected: np.ndarray
    learned: tuple[np.ndarray, np.ndarray, np.ndarray]
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module", params=HORIZONS, ids=[f"{days} days" for days, _ in HORIZONS])
def foretold(request, shop) -> Foretold:
    days, as_of = request.param
    world = value_worlds.world(shop, as_of, days)
    contest = hold(world, days)
    candidate = fit_candidate(world, contest.winner, days)
    habits = RepeatBuying(BgNbd, has_prior=True).fit(world.known(as_of, days))
    customers = world.customers_at(as_of)
    expected = candidate.predict(customers, as_of)
    return Foretold(
        judge(contest.evidence, contest.winner).refusals,
        value_worlds.spent(shop, customers.index, as_of, days),
        customers[f"last_{days}_days_amount"].to_numpy(),
        expected,
        ranges_of(contest, candidate, habits, world).of(expected),
        drawn_ranges(candidate, habits, customers, as_of, seed=0).of(expected),
    )


def test_the_gate_lets_it_pass(foretold):
    assert foretold.refusals == ()


def test_intervals_hold_what_customers_go_on_to_spend(foretold):
    lower, _, upper = foretold.learned
    assert coverage(foretold.actual, lower, upper) >= LEVEL - COVERAGE_BELOW


def test_drawn_intervals_hold_it_too(foretold):
    lower, _, upper = foretold.drawn
    assert coverage(foretold.actual, lower, upper) >= LEVEL - COVERAGE_BELOW


def test_intervals_hold_it_for_each_size_of_the_prediction(foretold):
    lower, _, upper = foretold.learned
    for group in np.array_split(np.argsort(foretold.expected), 5):
        held = coverage(foretold.actual[group], lower[group], upper[group])
        # Each part has some hundred customers: three standard errors are allowed besides.
        noise = 3 * np.sqrt(LEVEL * (1 - LEVEL) / len(group))
        assert held >= LEVEL - COVERAGE_BELOW - noise


def test_the_total_is_met(foretold):
    assert abs(foretold.expected.sum() / foretold.actual.sum() - 1) <= TOTAL_WITHIN


def test_the_mean_is_nearer_than_the_last_period(foretold):
    ours = np.sqrt(np.mean((foretold.expected - foretold.actual) ** 2))
    assert ours < np.sqrt(np.mean((foretold.last - foretold.actual) ** 2))


def test_the_median_is_nearer_than_the_last_period(foretold):
    ours = mean_absolute_error(foretold.actual, foretold.learned[1])
    assert ours < 0.95 * mean_absolute_error(foretold.actual, foretold.last)


def test_purchase_rates_and_drop_out_are_recovered(plain):
    purchases, _ = plain
    as_of = date(2025, 1, 1)
    customers = value_worlds.features(purchases, as_of)[as_of]
    process = PLAIN.purchase_process
    # On the calendar, months fast and slow even out over three years.
    clock = Clock(Season(), PLAIN.start)
    rows = histories(customers, clock, (as_of - PLAIN.start).days)
    model = ParetoNbd(horizon=52.0).fit(rows)
    found = model.parameters_
    rate = process.rate_shape / process.rate_scale
    assert found["r"] / found["alpha"] == pytest.approx(rate, rel=0.15)
    for weeks in (13.0, 26.0, 52.0, 104.0):
        truth = float(process.expected_repeat_orders(np.array([weeks]))[0])
        ours = model.expected_purchases_of_new_customer(weeks)
        assert ours == pytest.approx(truth, rel=0.1)


def test_alive_probabilities_add_up_to_who_is_alive(plain):
    purchases, folder = plain
    as_of = date(2025, 1, 1)
    known = value_worlds.world(purchases, as_of, 90).known(as_of, 90)
    customers = known.customers
    # The window ends after Christmas: on the shop's clock, silence in December says more.
    rows = histories(customers, known.clock, known.history_days)
    alive = ParetoNbd(horizon=52.0).fit(rows).probability_alive(rows)
    people = pd.read_parquet(folder / "data" / "truth" / "customers.parquet")
    people = people.explode("customer_ids").set_index("customer_ids")
    truth = people.loc[customers.index, "is_alive_at_end"].to_numpy(dtype=float)
    assert alive.mean() == pytest.approx(truth.mean(), abs=0.05)
    # By size of the probability too: of those said to be alive, as many are.
    for group in np.array_split(np.argsort(alive), 5):
        assert alive[group].mean() == pytest.approx(truth[group].mean(), abs=0.08)


def test_the_season_is_recovered(plain):
    purchases, folder = plain
    as_of = date(2025, 1, 1)
    planted = np.array(SimulationTruth.load(folder / "data").seasonality.month)
    known = value_worlds.world(purchases, as_of, 90).known(as_of, 90)
    found = np.array(known.season.pace)
    assert found == pytest.approx(planted / planted.mean(), rel=0.15)
    weeks, _ = known.clock.ahead(date(2024, 11, 1), 61)
    assert weeks * DAYS_A_WEEK / 61 == pytest.approx(planted[10:].mean(), rel=0.08)
