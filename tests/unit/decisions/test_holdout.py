"""Holdouts: random, the same for the same plan, and not the same people each time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shopkeeper.decisions.holdout import detectable_amount, draw_holdout, hashes
from shopkeeper.errors import UsageError

IDS = pd.Series([f"C{number:06}" for number in range(20_000)])


def test_the_share_is_held_out_to_the_customer():
    assert draw_holdout(IDS, share=0.2, key="a").sum() == 4_000
    assert draw_holdout(IDS[:5], share=0.2, key="a").sum() == 2
    assert draw_holdout(IDS[:5], share=0.99, key="a").sum() == 3


def test_order_changes_nobody():
    held = set(IDS[draw_holdout(IDS, share=0.3, key="a")])
    mixed = IDS.sample(frac=1, random_state=1).reset_index(drop=True)
    assert set(mixed[draw_holdout(mixed, share=0.3, key="a")]) == held


def test_another_plan_holds_out_others():
    first, second = (draw_holdout(IDS, share=0.5, key=key) for key in ("0/p-1", "0/p-2"))
    # Independent draws agree on half of the customers, give or take 0.35 %.
    assert abs((first == second).mean() - 0.5) < 0.02


def test_neighbouring_names_are_no_more_alike_than_others():
    even = hashes(IDS, "a").astype(float) / 2**64
    assert abs(even.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(even[:-1], even[1:])[0, 1]) < 0.03
    counts = np.histogram(even, bins=20, range=(0, 1))[0]
    # Chi-square with 19 degrees of freedom: above 43.8 once in a thousand.
    assert ((counts - 1_000) ** 2 / 1_000).sum() < 43.8


def test_the_draw_of_a_plan_never_changes():
    few = pd.Series(["C1", "C2", "C3", "C4", "C5", "C6", "Grün", "=1+1"])
    assert few[draw_holdout(few, share=0.4, key="0/2024-07-01-call-list-1")].tolist() == [
        "C3",
        "C5",
        "=1+1",
    ]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(UsageError, match="holdout_share"):
        draw_holdout(IDS, share=share, key="a")


def test_a_list_too_short_for_two_groups_is_refused():
    with pytest.raises(UsageError, match="3 customers"):
        draw_holdout(IDS[:3], share=0.5, key="a")


def test_what_can_be_seen_shrinks_with_the_square_root():
    draw = np.random.default_rng(0)
    amounts = draw.gamma(1, 50, 8_000)
    held = np.zeros(8_000, dtype=bool)
    held[::2] = True
    small = detectable_amount(amounts[:2_000], held[:2_000])
    assert detectable_amount(amounts, held) == pytest.approx(small / 2, rel=0.1)
    # (1.96 + 0.84) · 50 · √(2/4000), by hand
    assert detectable_amount(amounts, held) == pytest.approx(3.13, rel=0.05)
