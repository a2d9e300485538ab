"""Budgets: nothing brings more for the money than what is chosen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopkeeper.decisions.budget import NONE, best_options, within_budget


def _worth(gain, cost, chosen):
    taken = chosen != NONE
    rows = np.flatnonzero(taken)
    return gain[rows, chosen[rows]].sum(), cost[chosen[rows]].sum()


def _best(gain, cost, budget):
    found = 0.0
    for choice in itertools.product(range(-1, gain.shape[1]), repeat=len(gain)):
        brings, spent = _worth(gain, cost, np.array(choice))
        if spent <= budget:
            found = max(found, brings)
    return found


def test_without_a_budget_each_gets_the_best_option_that_pays():
    gain = np.array([[1.0, 3.0], [-1.0, -0.1], [2.0, 1.0], [0.0, 0.0]])
    assert best_options(gain).tolist() == [1, NONE, 0, NONE]
    assert within_budget(gain, np.array([1.0, 2.0]), None).tolist() == [1, NONE, 0, NONE]


@given(st.integers(0, 10_000), st.floats(0, 12))
@settings(max_examples=60, deadline=None)
def test_equal_costs_are_spent_exactly_as_well_as_can_be(seed, budget):
    gain = np.random.default_rng(seed).normal(1, 3, (6, 1))
    cost = np.array([2.0])
    brings, spent = _worth(gain, cost, within_budget(gain, cost, budget))
    assert spent <= budget
    assert brings == pytest.approx(_best(gain, cost, budget))


@given(st.integers(0, 10_000), st.floats(0, 15))
@settings(max_examples=60, deadline=None)
def test_several_options_fall_short_by_less_than_one_step(seed, budget):
    draw = np.random.default_rng(seed)
    gain, cost = draw.normal(1, 3, (5, 2)), np.array([1.0, 3.5])
    brings, spent = _worth(gain, cost, within_budget(gain, cost, budget))
    best = _best(gain, cost, budget)
    assert spent <= budget + 1e-9
    assert best - max(gain.max(), 0.0) <= brings <= best + 1e-9


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_more_money_never_brings_less(seed):
    draw = np.random.default_rng(seed)
    gain, cost = draw.normal(1, 3, (40, 1)), np.array([2.0])
    brought = [_worth(gain, cost, within_budget(gain, cost, b))[0] for b in range(0, 80, 7)]
    assert brought == sorted(brought)


def test_a_contact_that_costs_nothing_is_always_taken():
    gain = np.array([[0.5, 5.0], [0.2, 9.0]])
    assert within_budget(gain, np.array([0.0, 4.0]), 0.0).tolist() == [0, 0]
    assert within_budget(gain, np.array([0.0, 4.0]), 4.0).tolist() == [0, 1]
