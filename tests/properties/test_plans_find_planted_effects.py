"""Plans measure what was planted: 95 % intervals hold the truth, and no effect is claimed for none.

Customers are drawn anew for each seed: gamma-distributed rates of buying, amounts that differ ten
times over between customers. Contacts bring a part of those who would have left back. The draw of
the holdout and the read-out are the package's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from decision_customers import AS_OF, plan, purchases, targets

from shopkeeper.decisions.holdout import HOLDOUT, TREAT, draw_holdout
from shopkeeper.decisions.plan import StoredPlan
from shopkeeper.decisions.planning import Planning
from shopkeeper.decisions.readout import effect
from shopkeeper.reports.plans import readout

SEEDS, CUSTOMERS, LEAVING = 250, 300, 0.6
MEAN_SPEND = 60.0
DRAWS = 399
IDS = pd.Series([f"C{number:05}" for number in range(CUSTOMERS)])


@dataclass(frozen=True)
class World:
    """What one shop's customers did before and, had nobody been contacted, after the plan."""

    past: np.ndarray
    after: np.ndarray
    brought_back: np.ndarray

    def outcome(self, held: np.ndarray) -> np.ndarray:
        return self.after + np.where(held, 0.0, self.brought_back)


def world(seed: int, saved: float) -> World:
    draw = np.random.default_rng([seed, 7])
    rate = draw.gamma(0.8, 0.75, CUSTOMERS)
    spend = draw.gamma(2.0, MEAN_SPEND / 2, CUSTOMERS)
    before, after = (
        draw.poisson(rate) * spend * draw.gamma(4.0, 0.25, CUSTOMERS) for _ in range(2)
    )
    leaves = draw.random(CUSTOMERS) < LEAVING
    kept = leaves & (draw.random(CUSTOMERS) < saved)
    return World(before, np.where(leaves, 0.0, after), kept * spend)


def readouts(saved: float, share: float = 0.2):
    for seed in range(SEEDS):
        held = draw_holdout(IDS, share=share, key=f"{seed}/2024-07-01-call-list-1")
        made = world(seed, saved)
        yield effect(made.outcome(held), held, made.past, draws=DRAWS)


@pytest.mark.slow
@pytest.mark.parametrize("saved", [0.1, 0.4])
def test_the_interval_holds_the_planted_effect(saved):
    truth = LEAVING * saved * MEAN_SPEND
    inside = [found.low <= truth <= found.high for found in readouts(saved)]
    assert np.mean(inside) >= 0.93


@pytest.mark.slow
def test_no_effect_is_claimed_where_there_is_none():
    claims = [found.low > 0 or found.high < 0 for found in readouts(0.0)]
    # 5 % and three standard errors of 250 seeds
    assert np.mean(claims) <= 0.05 + 3 * (0.05 * 0.95 / SEEDS) ** 0.5


@pytest.mark.slow
def test_a_large_effect_is_found():
    found = [one.low > 0 for one in readouts(0.9, share=0.5)]
    assert np.mean(found) > 0.8


def test_past_spending_takes_noise_away_and_no_effect():
    """On the same draws the adjusted estimates scatter less, around the same mean."""
    plain, adjusted = [], []
    for seed in range(SEEDS):
        held = draw_holdout(IDS, share=0.5, key=f"{seed}/p")
        draw = np.random.default_rng([seed, 8])
        size = draw.gamma(1.0, 50.0, CUSTOMERS)
        past, after = size * draw.gamma(9, 1 / 9, CUSTOMERS), size * draw.gamma(9, 1 / 9, CUSTOMERS)
        outcome = after + np.where(held, 0.0, 5.0)
        plain.append(effect(outcome, held, draws=3).value)
        adjusted.append(effect(outcome, held, past, draws=3).value)
    # Correlation 0.82 between the periods: √(1 − 0.82²) = 0.57.
    assert 0.5 * np.std(plain) < np.std(adjusted) < 0.65 * np.std(plain)
    assert np.mean(adjusted) == pytest.approx(5.0, abs=4 * np.std(adjusted) / SEEDS**0.5)


def test_the_whole_way_from_the_shops_own_tables():
    """Plan, purchases, read-out: 20 of each contacted customer's money was planted."""
    held = draw_holdout(IDS, share=0.5, key="0/2024-07-01-call-list-1")
    made = world(1, 0.0)
    listed = targets("T" * CUSTOMERS, IDS.tolist())
    listed["arm"] = np.where(held, HOLDOUT, TREAT)
    listed["past_amount"], listed["cost_amount"], listed["channel"] = made.past, 1.0, "call"
    listed["at_stake_sales"] = 40.0
    after = made.after + np.where(held, 0.0, 20.0)
    bought = [
        (name, 5 + n % 80, round(x, 4))
        for n, (name, x) in enumerate(zip(IDS, after, strict=True))
        if x > 0
    ]
    # Before the plan, on the day the window ends, and by people who are not on the list.
    others = [("C00000", -1, 9_999.0), ("C00001", 90, 9_999.0), ("X1", 10, 9_999.0)]
    stored = StoredPlan(plan(treat_count=150, holdout_count=150, margin_rate=0.5), listed)
    asked = Planning(AS_OF + pd.Timedelta(days=120).to_pytimedelta(), None, ())
    found = readout(purchases(bought + others), planning=asked, stored=stored)
    direct = effect(np.round(after, 4), held, made.past)
    assert found.sales.value == pytest.approx(direct.value)
    assert (found.sales.low, found.sales.high) == pytest.approx((direct.low, direct.high))
    assert found.sales.low <= 20 <= found.sales.high
    # Half of the sales stay, and a contact costs 1.
    assert found.profit.value == pytest.approx(found.sales.value * 0.5 - 1, abs=0.05)
    assert float(found.sales_amount.amount) == pytest.approx(found.sales.value * 150, abs=0.01)
    assert found.rates[0].rate == pytest.approx(found.sales.value / 40.0)
    assert found.days_over == found.window_days == 90


def test_nothing_is_compared_before_the_window_is_over():
    stored = StoredPlan(plan(), targets())
    early = Planning(AS_OF + pd.Timedelta(days=89).to_pytimedelta(), None, ())
    found = readout(purchases([("C0", 1, 500.0)]), planning=early, stored=stored)
    assert found.verdict == "too early"
    assert (found.sales, found.profit, found.sales_amount, found.rates) == (None, None, None, ())
    assert (found.days_over, found.window_days) == (89, 90)
