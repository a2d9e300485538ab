"""Contacts in the simulated shop: files hold what was planted, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from shopkeeper.sources.simulation import SimulationOptions, simulate
from shopkeeper.sources.simulation.contact_files import ContactTruth, simulate_contacts
from shopkeeper.sources.simulation.contacts import Contacts, keep
from shopkeeper.sources.simulation.people import draw_people
from shopkeeper.sources.simulation.plan import plan_shop

OPTIONS = SimulationOptions(
    customer_count=600, block_size=250, events=False, experiments=False, dirty_row_share=0.0
)
DAY, DAYS = date(2024, 7, 1), 90
PLANTED = Contacts(contacted_on=DAY, day_count=DAYS, saved_rate=0.5, key="a")
# One account of every person; who has none (guests) does no harm here.
IDS = [f"C{1_000_000 + 2 * number}" for number in range(600)]


@pytest.fixture(scope="module")
def plan():
    return plan_shop(OPTIONS)


def _drawn(plan, contacts: Contacts, ids=IDS) -> pd.DataFrame:
    blocks = [block.customers for block in keep(plan, ids, contacts)]
    parts = [
        pd.DataFrame({name: getattr(b, name) for name in ("row", "leaves", "expected", "amount")})
        for b in blocks
    ]
    return pd.concat(parts).sort_values("row", ignore_index=True)


def test_only_those_who_leave_are_kept_and_none_without_an_effect(plan):
    found = _drawn(plan, PLANTED)
    assert found["row"].tolist() == list(range(600))
    people = [draw_people(plan, block) for block in range(3)]
    ends = np.concatenate([p.first + p.lifetime for p in people])
    over = plan.time.edges[plan.day(PLANTED.ends_before) * 24]
    assert (found["leaves"] == (ends < over)).all()
    assert (found.loc[~found["leaves"], "amount"] == 0).all()
    assert found.loc[found["leaves"], "amount"].gt(0).mean() > 0.1
    nothing = _drawn(plan, replace(PLANTED, saved_rate=0.0))
    assert nothing["amount"].eq(0).all()
    assert nothing["expected"].eq(0).all()


def test_on_average_a_contact_brings_what_the_hidden_rates_say(plan):
    draws = [_drawn(plan, replace(PLANTED, key=str(n)))["amount"].mean() for n in range(60)]
    expected = _drawn(plan, PLANTED)["expected"].mean()
    error = float(np.std(draws, ddof=1)) / len(draws) ** 0.5
    assert np.mean(draws) / 100 == pytest.approx(expected, abs=4 * error / 100)


def test_twice_the_rate_brings_twice_as_much(plan):
    half, whole = (_drawn(plan, replace(PLANTED, saved_rate=r))["expected"] for r in (0.5, 1.0))
    assert whole.to_numpy() == pytest.approx(2 * half.to_numpy())


def test_a_customer_is_drawn_alike_whatever_the_blocks_hold_else(plan):
    again = _drawn(plan, PLANTED)
    assert again.equals(_drawn(plan, PLANTED))
    assert not again["amount"].equals(_drawn(plan, replace(PLANTED, key="b"))["amount"])


def test_the_file_holds_what_the_truth_says_and_the_shop_stays_as_it_was(tmp_path):
    simulate(tmp_path, OPTIONS)
    before = (tmp_path / "orders.csv").read_bytes()
    contacted = np.arange(600) % 2 == 0
    truth = simulate_contacts(tmp_path, "p", IDS, contacted, PLANTED)
    assert (tmp_path / "orders.csv").read_bytes() == before
    assert ContactTruth.load(tmp_path, "p") == truth
    rows = pd.read_csv(tmp_path / "contacts" / "p.csv", dtype={"customer_id": str})
    shop = pd.read_csv(tmp_path / "orders.csv", nrows=5)
    assert list(rows.columns) == list(shop.columns)
    assert set(rows["customer_id"]) <= set(IDS[::2])
    days = pd.to_datetime(rows["ordered_at"])
    assert days.min() >= pd.Timestamp(DAY)
    assert days.max() < pd.Timestamp(PLANTED.ends_before)
    goods = rows[~rows["product_id"].isin(["SHIPPING", "GIFT-CARD"])]
    brought = (goods["quantity"] * goods["unit_price"] - goods["discount"]).sum()
    assert round(brought, 2) == float(truth.brought_amount) > 0
    assert rows["order_id"].nunique() == truth.order_count
    assert (truth.listed_count, truth.contacted_count) == (600, 300)
    # What the whole list would have brought, by customer: both halves, contacted or not.
    drawn = _drawn(plan_shop(OPTIONS), PLANTED)
    assert float(truth.effect_amount) == pytest.approx(drawn["amount"].mean() / 100, abs=0.006)
    # A shop made anew knows nothing of the contacts of the one before.
    simulate(tmp_path, OPTIONS)
    assert not (tmp_path / "contacts").exists()
    with pytest.raises(FileNotFoundError):
        ContactTruth.load(tmp_path, "p")
    assert float(truth.brought_amount) == drawn.loc[contacted, "amount"].sum() / 100


@pytest.mark.parametrize(
    ("ids", "change", "told"),
    [
        (["C1"], {}, "no customer"),
        (["X1000000"], {}, "no customer"),
        (["C1001200"], {}, "no customer"),
        (IDS[:1], {"contacted_on": date(2024, 11, 1)}, "2025-01-30"),
        (IDS[:1], {"contacted_on": date(2022, 11, 1)}, "2022-11-01"),
    ],
)
def test_strangers_and_days_beyond_the_shop_are_refused(plan, ids, change, told):
    with pytest.raises(ValueError, match=told):
        list(keep(plan, ids, replace(PLANTED, **change)))


@pytest.mark.parametrize("wrong", [{"saved_rate": 1.5}, {"saved_rate": -0.1}, {"day_count": 0}])
def test_an_effect_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="it is"):
        replace(PLANTED, **wrong)
