"""Campaigns: special cases by hand, what must rise and fall, and each segment its own answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopkeeper.decisions.campaign import (
    Audience,
    Offer,
    forecast,
    in_order,
    lined_up,
    marginal_profit,
    pull,
    simulate,
)
from shopkeeper.decisions.spending import spread_budget
from shopkeeper.decisions.terms import Term
from shopkeeper.errors import UsageError


def _response(value, low=None, high=None):
    return Term(
        "response",
        value,
        value if low is None else low,
        value if high is None else high,
        "stated",
        False,
    )


OFFER = Offer(0.1, 0.5, _response(0.05, 0.02, 0.08), 0.4)
rates = st.floats(0.01, 0.99)


def _audience(count=500, seed=0, chance=(2, 5), amount=80.0):
    draw = np.random.default_rng(seed)
    return Audience.of(draw.beta(*chance, count), draw.gamma(2, amount / 2, count))


def test_nobody_bought_anyway():
    """1,000 customers, 5 % persuaded, 80 each: 50 sales, 4,000; margin 1,600, discount 400."""
    found = forecast(Audience.of(np.zeros(1_000), np.full(1_000, 80.0)), OFFER)
    assert found.persuaded_count == pytest.approx(50)
    assert found.brings_amount == pytest.approx(1_600)
    assert found.gives_away_amount == pytest.approx(400)
    assert found.cannibalised_amount == 0
    assert found.cost_amount == 500
    assert found.profit_amount == pytest.approx(700)
    assert found.roi == pytest.approx(700 / 900)
    # 500 ÷ (1,000 · 80 · 0.3)
    assert found.break_even_response == pytest.approx(500 / 24_000)


def test_everybody_bought_anyway():
    """The whole discount is given away for nothing, and no response makes up for it."""
    found = forecast(Audience.of(np.ones(1_000), np.full(1_000, 80.0)), OFFER)
    assert found.persuaded_count == 0
    assert found.profit_amount == pytest.approx(-8_000 - 500)
    assert found.roi == pytest.approx(-1)
    assert found.break_even_response is None


def test_without_discount_nothing_is_cannibalised():
    found = forecast(_audience(), replace(OFFER, discount_rate=0.0))
    assert found.cannibalised_amount == found.gives_away_amount == 0


def test_where_nothing_is_spent_there_is_no_return_on_it():
    free = Offer(0.0, 0.0, _response(0.05), 0.4)
    assert forecast(_audience(), free).roi is None
    assert simulate(_audience(), free).roi is None


@given(st.integers(0, 99), rates, rates, rates)
@settings(max_examples=40, deadline=None)
def test_break_even_is_where_the_profit_is_nothing(seed, response, margin, discount):
    offer = Offer(discount * margin, 0.2, _response(response), margin, fixed_cost=10)
    even = forecast(_audience(seed=seed), offer).break_even_response
    if even is not None:
        at_even = forecast(_audience(seed=seed), replace(offer, response=_response(even)))
        assert at_even.profit_amount == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "sign"),
    [("margin_rate", 1), ("discount_rate", -1), ("contact_cost", -1), ("fixed_cost", -1),
     ("use_rate", -1), ("saturation_count", 1)],
)  # fmt: skip
def test_profit_goes_the_way_it_must(name, sign):
    profits = [
        forecast(
            lined_up(_audience(), replace(OFFER, **{name: x})), replace(OFFER, **{name: x})
        ).profit_amount
        for x in ((5, 50, 500) if name == "saturation_count" else (0.05, 0.1, 0.2))
    ]
    assert sign * profits[0] < sign * profits[1] < sign * profits[2]


def test_a_higher_response_brings_more_unless_the_discount_eats_the_margin():
    def profit(response, discount):
        return forecast(_audience(), Offer(discount, 0.5, _response(response), 0.4)).profit_amount

    assert profit(0.02, 0.1) < profit(0.05, 0.1) < profit(0.2, 0.1)
    assert profit(0.02, 0.5) > profit(0.05, 0.5)


def test_two_segments_have_two_answers():
    loyal, gone = _audience(chance=(8, 2), amount=120), _audience(chance=(1, 20), amount=60)
    first, second = forecast(loyal, OFFER), forecast(gone, OFFER)
    assert first.roi < 0 < second.roi
    drawn = simulate(loyal, OFFER), simulate(gone, OFFER)
    assert drawn[0].roi.high < drawn[1].roi.low


def test_saturation_has_both_ends():
    """Without end it is linear; the pulls of n customers add up to about S·(1 − e^(−n/S))."""
    assert pull(1_000, None).sum() == 1_000
    assert pull(1_000, 1e9).sum() == pytest.approx(1_000, rel=1e-5)
    assert pull(5_000, 200.0).sum() == pytest.approx(200 * (1 - np.exp(-25)), rel=0.01)


def test_the_simulation_has_the_mean_that_the_formula_says():
    audience = replace(lined_up(_audience(2_000), OFFER), variation=0.8)
    offer = replace(OFFER, saturation_count=900.0, response=_response(0.05))
    audience = lined_up(audience, offer)
    drawn, expected = simulate(audience, offer, draws=4_000), forecast(audience, offer)
    spread = (drawn.profit.high - drawn.profit.low) / 2.56
    assert drawn.profit.mean == pytest.approx(expected.profit_amount, abs=5 * spread / 4_000**0.5)
    assert drawn.persuaded.mean == pytest.approx(expected.persuaded_count, rel=0.02)


def test_the_interval_holds_what_one_customer_after_the_other_would_do():
    """Drawn again customer by customer, without groups: 80 % of the profits lie within."""
    audience, offer = replace(_audience(400), variation=1.0), OFFER
    drawn = simulate(audience, offer, error=(0.8, 1.2), draws=4_000)
    draw = np.random.default_rng(9)
    inside = []
    for _ in range(600):
        response, factor = draw.triangular(0.02, 0.05, 0.08), draw.triangular(0.8, 1.0, 1.2)
        anyway = draw.random(400) < audience.chance
        new = ~anyway & (draw.random(400) < response)
        amount = factor * audience.amount * draw.standard_gamma(1.0, 400)
        profit = (new * amount * 0.3).sum() - 0.1 * (anyway * amount).sum() - 200
        inside.append(drawn.profit.low <= profit <= drawn.profit.high)
    # 80 % with four standard errors of 600 draws
    assert abs(np.mean(inside) - 0.8) < 4 * (0.16 / 600) ** 0.5


def test_the_same_seed_gives_the_same_answer():
    assert simulate(_audience(), OFFER, seed=3) == simulate(_audience(), OFFER, seed=3)
    assert simulate(_audience(), OFFER, seed=3) != simulate(_audience(), OFFER, seed=4)


def test_the_sum_of_what_each_adds_is_the_profit():
    offer = replace(OFFER, saturation_count=100.0)
    audience = lined_up(_audience(), offer)
    total = marginal_profit(audience, offer).sum()
    assert forecast(audience, offer).profit_amount == pytest.approx(total)


def test_a_budget_goes_to_the_contacts_that_add_most():
    """Without saturation: exactly the best contacts of both segments together."""
    audiences = {
        name: lined_up(_audience(300, seed, chance), OFFER)
        for name, seed, chance in (("a", 1, (1, 9)), ("b", 2, (2, 5)))
    }
    counts = spread_budget(audiences, OFFER, 40.0)
    everyone = np.concatenate([marginal_profit(part, OFFER) for part in audiences.values()])
    best = np.sort(everyone)[::-1][:80]
    taken = sum(
        marginal_profit(audiences[name].first(count), OFFER).sum() for name, count in counts.items()
    )
    assert sum(counts.values()) == 80
    assert taken == pytest.approx(best.sum())


def test_saturation_spreads_the_budget_over_segments():
    same = _audience(300, 1, (1, 9))
    offer = replace(OFFER, saturation_count=40.0, contact_cost=0.05)
    audiences = {name: lined_up(same, offer) for name in "ab"}
    counts = spread_budget(audiences, offer, 2.0)
    assert sum(counts.values()) == 40
    assert abs(counts["a"] - counts["b"]) <= 1


def test_nobody_who_brings_a_loss_is_contacted():
    audience = lined_up(_audience(chance=(8, 2)), OFFER)
    count = spread_budget({"a": audience}, OFFER, None)["a"]
    assert count == int((marginal_profit(audience, OFFER) > 0).sum())
    assert spread_budget({"a": audience}, replace(OFFER, fixed_cost=100), 50.0) == {"a": 0}


def test_the_best_come_first():
    audience = _audience()
    order = in_order(audience, OFFER)
    adds = marginal_profit(audience, OFFER)[order]
    assert (np.diff(adds) <= 1e-9).all()


@pytest.mark.parametrize(
    "wrong",
    [{"discount_rate": 1.2}, {"margin_rate": -0.1}, {"use_rate": 2}, {"contact_cost": -1},
     {"contact_cost": float("nan")}, {"fixed_cost": float("inf")},
     {"saturation_count": float("nan")},
     {"fixed_cost": -1}, {"saturation_count": 0}, {"response": _response(1.5)}],
)  # fmt: skip
def test_impossible_offers_are_refused(wrong):
    with pytest.raises(UsageError):
        replace(OFFER, **wrong)
