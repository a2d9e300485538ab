"""Planted months, weekdays and promotions can be found again in the orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from shopkeeper.sources.simulation import SimulationOptions, SimulationTruth, simulate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def busy_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("busy")
    options = SimulationOptions(
        customer_count=20_000, refund_share=0.0, dirty_row_share=0.0, overlap_day_count=0,
        events=False,
    )  # fmt: skip
    simulate(directory, options)
    return directory


@pytest.fixture(scope="module")
def busy_truth(busy_shop: Path) -> SimulationTruth:
    return SimulationTruth.load(busy_shop)


@pytest.fixture(scope="module")
def orders(busy_shop: Path) -> pd.DataFrame:
    lines = pd.read_csv(busy_shop / "orders.csv", parse_dates=["ordered_at"])
    found = lines.groupby("order_id").agg(
        ordered_at=("ordered_at", "first"), promotion=("promotion", "first")
    )
    found["day"] = found["ordered_at"].dt.normalize()
    return found


@pytest.fixture(scope="module")
def daily(orders: pd.DataFrame, busy_truth: SimulationTruth) -> pd.Series[float]:
    """Orders of each day over the planted factor of its month and weekday."""
    counts = orders.groupby("day").size()
    days = pd.DatetimeIndex(counts.index)
    month = np.array(busy_truth.seasonality.month)[days.month - 1]
    weekday = np.array(busy_truth.seasonality.weekday)[days.dayofweek]
    return counts / (month * weekday)


def usual(daily: pd.Series[float], busy_truth: SimulationTruth) -> pd.Series[float]:
    """The days without a promotion."""
    promoted = [
        day
        for promotion in busy_truth.promotions
        for day in pd.date_range(promotion.starts_on, promotion.ends_before, inclusive="left")
    ]
    return daily[~daily.index.isin(promoted)]


def test_promotions_have_their_planted_lift(
    daily: pd.Series[float], busy_truth: SimulationTruth
) -> None:
    quiet = usual(daily, busy_truth)
    assert len(busy_truth.promotions) == 6
    for promotion in busy_truth.promotions:
        first, after = pd.Timestamp(promotion.starts_on), pd.Timestamp(promotion.ends_before)
        inside = daily[(daily.index >= first) & (daily.index < after)].mean()
        near = pd.Timedelta(days=28)
        around = quiet[(quiet.index >= first - near) & (quiet.index < after + near)].mean()
        assert inside / around - 1 == pytest.approx(promotion.demand_lift, abs=0.25)


def test_codes_are_used_on_their_days_at_the_planted_rate(
    orders: pd.DataFrame, busy_truth: SimulationTruth
) -> None:
    for promotion in busy_truth.promotions:
        used = orders[orders["promotion"] == promotion.code]["day"]
        first, after = pd.Timestamp(promotion.starts_on), pd.Timestamp(promotion.ends_before)
        days = (orders["day"] >= first) & (orders["day"] < after)
        assert used.between(first, after, inclusive="left").all()
        assert len(used) / days.sum() == pytest.approx(promotion.take_up_rate, abs=0.06)


def test_weekdays_sell_as_planted(daily: pd.Series[float], busy_truth: SimulationTruth) -> None:
    by_weekday = usual(daily, busy_truth).groupby(lambda day: day.dayofweek).mean()
    assert np.abs(by_weekday / by_weekday.mean() - 1).max() < 0.05


def test_december_peaks(orders: pd.DataFrame) -> None:
    by_month = orders.groupby(orders["ordered_at"].dt.to_period("M")).size()
    assert by_month["2023-12"] > 1.2 * by_month["2023-10"]
    assert by_month["2024-12"] > 1.2 * by_month["2024-10"]
    assert by_month["2024-06"] > 1.05 * by_month["2023-06"]


def test_nights_are_quiet(orders: pd.DataFrame) -> None:
    by_hour = orders.groupby(orders["ordered_at"].dt.hour).size()
    assert by_hour[3] < 0.1 * by_hour[20]


def test_without_promotions_no_code_is_used(tmp_path: Path) -> None:
    truth = simulate(tmp_path, SimulationOptions(customer_count=200, promotions=False))
    assert truth.promotions == ()
    assert truth.welcome is None
    assert truth.orders.discount_amount == 0
