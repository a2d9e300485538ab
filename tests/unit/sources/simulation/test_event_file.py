"""The clickstream: funnels as planted, purchases of real orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from shopkeeper.sources.simulation import SimulationOptions, SimulationTruth, simulate

if TYPE_CHECKING:
    from pathlib import Path

STEPS = ["view", "add_to_cart", "checkout", "purchase"]


@pytest.fixture(scope="module")
def events(shop_directory: Path) -> pd.DataFrame:
    read = pd.read_csv(shop_directory / "events.csv", parse_dates=["occurred_at"])
    return read.assign(step=read["event"].map(STEPS.index))


@pytest.fixture(scope="module")
def orders(shop_directory: Path) -> pd.DataFrame:
    return pd.read_csv(shop_directory / "orders.csv", dtype=str).drop_duplicates()


def test_rows_are_counted_and_numbered_once(events: pd.DataFrame, truth: SimulationTruth) -> None:
    assert len(events) == truth.event_count == events["event_id"].nunique()


def test_funnels_are_counted(events: pd.DataFrame, truth: SimulationTruth) -> None:
    reached = events.groupby(["channel", "step"])["session_id"].nunique().to_dict()
    for funnel in truth.funnel:
        assert [reached[funnel.channel, step] for step in range(len(STEPS))] == [
            funnel.session_count,
            funnel.cart_session_count,
            funnel.checkout_session_count,
            funnel.purchase_session_count,
        ]


def test_funnels_have_their_planted_rates(truth: SimulationTruth) -> None:
    for funnel in truth.funnel:
        cart = funnel.cart_session_count / funnel.session_count
        checkout = funnel.checkout_session_count / funnel.cart_session_count
        purchase = funnel.purchase_session_count / funnel.checkout_session_count
        assert cart == pytest.approx(funnel.add_to_cart_rate, abs=0.03)
        assert checkout == pytest.approx(funnel.checkout_rate, abs=0.05)
        assert purchase == pytest.approx(funnel.purchase_rate, abs=0.06)


def test_each_session_goes_step_by_step(events: pd.DataFrame) -> None:
    in_order = events.sort_values(["session_id", "occurred_at", "step"])
    back = in_order.groupby("session_id")["step"].diff() < 0
    steps = events.groupby("session_id")["step"].agg(["max", "nunique"])
    assert not back.any()
    assert (steps["nunique"] == steps["max"] + 1).all()


def test_a_session_belongs_to_one_visitor_and_channel(events: pd.DataFrame) -> None:
    described = ["visitor_id", "customer_id", "channel", "device", "browser", "country"]
    assert events.groupby("session_id")[described].nunique().max().max() == 1
    assert events.groupby("visitor_id")["device"].nunique().max() == 1


def test_purchases_are_the_merchandise_lines_of_the_orders(
    events: pd.DataFrame, orders: pd.DataFrame
) -> None:
    goods = orders[
        ~orders["product_id"].isin(["SHIPPING", "GIFT-CARD"]) & orders["refund_of"].isna()
    ]
    readable = pd.to_datetime(goods["ordered_at"], errors="coerce")
    sold = goods.assign(occurred_at=readable)[readable.notna()]
    keys = ["occurred_at", "product_id", "channel", "customer_id"]
    sold_keys = sold[keys].fillna("guest").value_counts()
    bought_keys = events[events["event"] == "purchase"][keys].fillna("guest").value_counts()
    missing = sold_keys.sub(bought_keys, fill_value=0)
    # Every line sold was bought; only lines whose date is damaged were bought and are not found.
    assert (missing <= 0).all()
    assert -missing.sum() == (goods.shape[0] - sold.shape[0])


def test_most_visitors_are_not_signed_in(events: pd.DataFrame) -> None:
    sessions = events.drop_duplicates("session_id")
    assert 0.4 < sessions["customer_id"].isna().mean() < 0.8


def test_events_lie_in_the_window(events: pd.DataFrame, truth: SimulationTruth) -> None:
    assert events["occurred_at"].min() >= pd.Timestamp(truth.options.start)
    assert events["occurred_at"].max() < pd.Timestamp(truth.options.end)


def test_no_file_is_written_without_events(tmp_path: Path) -> None:
    truth = simulate(tmp_path, SimulationOptions(customer_count=50, events=False))
    assert not (tmp_path / "events.csv").exists()
    assert (truth.event_count, truth.funnel) == (0, ())
