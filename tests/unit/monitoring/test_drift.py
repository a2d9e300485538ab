"""Drift: quiet weeks stay quiet, planted shifts are found, and a sample says what all rows say."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from shopkeeper.monitoring.drift import Limits, benjamini_hochberg, drift, stability_index
from shopkeeper.monitoring.portraits import Portrait, bins_of, portrait_of

DAY = date(2024, 1, 1)
COUNTRIES = np.array(["DE", "FR", "IT", "ES"], dtype=object)
COLUMNS = 60


def customers(
    count: int, seed: int, shares: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1)
) -> pd.DataFrame:
    """Customers of a shop that does not change."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "amount": random.lognormal(3, 1, count),
            "orders": random.poisson(1.2, count),
            "refund": np.where(random.random(count) < 0.9, 0.0, random.exponential(20, count)),
            "gap": np.where(random.random(count) < 0.25, np.nan, random.gamma(2, 15, count)),
            "is_new": random.random(count) < 0.2,
            "country": COUNTRIES[random.choice(4, count, p=shares)],
        }
    )


def drifted(now: pd.DataFrame, *then: pd.DataFrame, limits: Limits | None = None) -> set[str]:
    """The columns that have drifted from all references."""
    bins = bins_of(then[0], list(then[0]))
    references = [
        portrait_of(frame, bins, DAY + timedelta(days=place)) for place, frame in enumerate(then)
    ]
    today = portrait_of(now, bins, DAY + timedelta(days=100))
    return {
        row.column for row in drift(today, references, bins, limits or Limits()) if row.has_drifted
    }


def planted(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A shop in which one thing has changed."""
    changed = frame.copy()
    if name == "mean":
        changed["amount"] *= 2
    elif name == "scale":
        middle = changed["gap"].median()
        changed["gap"] = (middle + (changed["gap"] - middle) * 2.2).clip(lower=0)
    elif name == "missing":
        changed.loc[changed.index % 3 == 0, "gap"] = np.nan
        changed.loc[changed.index % 3 == 1, "amount"] = np.nan
    elif name == "mix":
        changed["country"] = np.where(changed["country"] == "DE", "ES", changed["country"])
    elif name == "new value":
        changed.loc[changed.index % 4 == 0, "country"] = "US"
    return changed


CHANGES = {
    "mean": {"amount"},
    "scale": {"gap"},
    "missing": {"gap", "amount"},
    "mix": {"country"},
    "new value": {"country"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_planted_shifts_are_found_and_nothing_else(name):
    now = planted(name, customers(4_000, 1))
    assert drifted(now, customers(4_000, 2), customers(4_000, 3)) == CHANGES[name]


@pytest.mark.parametrize("name", ["nothing", *CHANGES])
def test_a_twentieth_and_all_rows_agree(name):
    now = planted(name, customers(20_000, 4))
    sample = now.sample(frac=0.05, random_state=5).reset_index(drop=True)
    then = customers(20_000, 6)
    assert drifted(now, then) == drifted(sample, then) == CHANGES.get(name, set())


def test_twenty_quiet_weeks_of_sixty_columns_give_no_more_than_one_alarm():
    alarms = 0
    random = np.random.default_rng(7)
    names = [f"c{place}" for place in range(COLUMNS)]
    then = pd.DataFrame(random.gamma(2, 1, (400, COLUMNS)), columns=names)
    for _ in range(20):
        now = pd.DataFrame(random.gamma(2, 1, (400, COLUMNS)), columns=names)
        # The least effect is taken away: chance alone is held by the rate of false discoveries.
        alarms += bool(drifted(now, then, limits=Limits(effect=1e-9)))
    assert alarms <= 1


def test_christmas_is_no_drift_where_the_year_before_had_one():
    usual, christmas = customers(3_000, 8), planted("mean", customers(3_000, 9))
    now = planted("mean", customers(3_000, 10))
    assert drifted(now, usual) == {"amount"}
    assert drifted(now, usual, christmas) == set()


def test_a_day_that_is_near_enough_is_enough_however_sure_the_difference_is():
    usual, christmas = customers(60_000, 17), planted("mean", customers(60_000, 18))
    now = planted("mean", customers(60_000, 19))
    now["amount"] *= 1.05
    assert drifted(now, usual) == {"amount"}
    assert drifted(now, usual, christmas) == set()


def test_chance_alone_adds_nothing_to_the_index():
    random = np.random.default_rng(20)
    draws = random.multinomial(150, [0.1] * 10, size=(100, 2))
    # Without what is taken off it would be 0.12 on average.
    assert np.mean([stability_index(list(a), list(b)) for a, b in draws]) < 0.04


def test_a_large_shop_is_not_told_of_differences_too_small_to_matter():
    now, then = customers(200_000, 11), customers(200_000, 12)
    now["amount"] *= 1.05
    rows = drift(
        portrait_of(now, bins_of(then, ["amount"]), DAY),
        [portrait_of(then, bins_of(then, ["amount"]), DAY)],
        bins_of(then, ["amount"]),
        Limits(),
    )
    assert rows[0].p_value < 1e-6
    assert not rows[0].has_drifted


def test_too_few_customers_are_not_judged():
    then = customers(3_000, 13)
    assert drifted(planted("mean", customers(99, 14)), then) == set()
    assert drift(Portrait(DAY, 99, {}), [], {}, Limits()) == ()


def test_a_change_of_what_was_the_same_for_all_is_seen():
    then = customers(1_000, 15).assign(channel="web", zero=0.0)
    now = customers(1_000, 16).assign(channel="shop", zero=1.0)
    assert drifted(now, then) == {"channel", "zero"}


def test_effects_are_those_of_hand():
    # Shares .5/.5 against .8/.2: .3·ln 2.5 + .3·ln 1.6 = .415888 without what chance adds.
    index = stability_index([8_000, 2_000], [5_000, 5_000])
    by_hand = 0.3 * np.log(0.8 / 0.5) + 0.3 * np.log(0.5 / 0.2)
    assert index == pytest.approx(by_hand - 2 / 10_000, abs=2e-4)
    assert stability_index([10, 10], [100, 100]) == 0.0


def test_shift_distance_and_missing_share_are_those_of_the_values():
    then = pd.DataFrame({"x": np.arange(1_000.0)})
    now = pd.DataFrame({"x": np.arange(1_000.0) + 500})
    now.loc[:99, "x"] = np.nan
    bins = bins_of(then, ["x"])
    (row,) = drift(portrait_of(now, bins, DAY), [portrait_of(then, bins, DAY)], bins, Limits())
    known = now["x"].dropna()
    pooled = np.sqrt((known.var() + then["x"].var()) / 2)
    assert row.shift == pytest.approx((known.mean() - then["x"].mean()) / pooled)
    assert row.missing_share == 0.1
    below = [(then["x"] < e).mean() - (known < e).mean() for e in bins["x"].edges]
    assert row.distance == pytest.approx(max(below))


def test_adjusted_p_values_are_those_of_the_paper():
    # Benjamini and Hochberg (1995), section 4.1: of fifteen p-values four are discoveries.
    found = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    found += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    adjusted = benjamini_hochberg(found)
    assert sum(p <= 0.05 for p in adjusted) == 4
    assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)
    assert list(adjusted) == sorted(adjusted)
