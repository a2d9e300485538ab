"""People buy, stay and spend as the planted distributions say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from shopkeeper.sources.simulation import SimulationOptions, SimulationTruth, simulate
from shopkeeper.sources.simulation.parameters import PurchaseProcess, SpendDistribution

if TYPE_CHECKING:
    from pathlib import Path

# Chance deviations stay within this many standard errors; the seed is fixed anyway.
STANDARD_ERRORS = 4.0
PEOPLE = 20_000


@pytest.fixture(scope="module")
def even_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop without seasons, promotions, refunds or flaws."""
    directory = tmp_path_factory.mktemp("even")
    options = SimulationOptions(
        customer_count=PEOPLE,
        seasonality_strength=0.0,
        promotions=False,
        refund_share=0.0,
        dirty_row_share=0.0,
        overlap_day_count=0,
        events=False,
        experiments=False,
    )
    simulate(directory, options)
    return directory


@pytest.fixture(scope="module")
def even_truth(even_shop: Path) -> SimulationTruth:
    return SimulationTruth.load(even_shop)


@pytest.fixture(scope="module")
def people(even_shop: Path) -> pd.DataFrame:
    return pd.read_parquet(even_shop / "truth" / "customers.parquet")


@pytest.fixture(scope="module")
def lines(even_shop: Path) -> pd.DataFrame:
    read = pd.read_csv(even_shop / "orders.csv", parse_dates=["ordered_at"])
    read["mail_box"] = read["email"].str.lower().str.replace("+shop@", "@")
    return read


def test_without_seasons_operational_time_is_the_calendar(even_truth: SimulationTruth) -> None:
    assert even_truth.operational_weeks == pytest.approx(731 / 7)


def test_repeat_orders_meet_the_pareto_nbd_expectation(
    people: pd.DataFrame, lines: pd.DataFrame, even_truth: SimulationTruth
) -> None:
    repeats = lines.groupby("mail_box")["order_id"].nunique() - 1
    process = even_truth.options.purchase_process
    expected = process.expected_repeat_orders(people["observed_weeks"].to_numpy())
    error = repeats.std() / np.sqrt(PEOPLE)
    assert len(repeats) == PEOPLE
    assert abs(repeats.mean() - expected.mean()) < STANDARD_ERRORS * error
    assert even_truth.expected_repeat_orders == pytest.approx(expected.sum())


def test_people_drop_out_as_the_pareto_distribution_says(
    people: pd.DataFrame, even_truth: SimulationTruth
) -> None:
    process = even_truth.options.purchase_process
    ratio = process.dropout_scale / (process.dropout_scale + people["observed_weeks"])
    expected = (ratio**process.dropout_shape).mean()
    assert abs(people["is_alive_at_end"].mean() - expected) < STANDARD_ERRORS * 0.5 / np.sqrt(
        PEOPLE
    )


def test_purchase_rates_are_gamma(people: pd.DataFrame, even_truth: SimulationTruth) -> None:
    process = even_truth.options.purchase_process
    rates = people["purchase_rate_per_week"]
    assert rates.mean() == pytest.approx(process.rate_shape / process.rate_scale, rel=0.04)
    assert rates.var() == pytest.approx(process.rate_shape / process.rate_scale**2, rel=0.1)


def test_orders_spread_evenly_over_weekdays_without_seasons(lines: pd.DataFrame) -> None:
    times = lines.drop_duplicates("order_id")["ordered_at"]
    shares = times.dt.dayofweek.value_counts(normalize=True).to_numpy()
    assert np.abs(shares - 1 / 7).max() < STANDARD_ERRORS * np.sqrt(6 / 49 / len(times))


def test_nobody_buys_after_dropping_out(people: pd.DataFrame, lines: pd.DataFrame) -> None:
    last = lines.groupby("mail_box")["ordered_at"].max()
    gone = people.dropna(subset=["dropped_out_at"]).set_index("email")["dropped_out_at"]
    assert len(gone) > PEOPLE / 3
    assert (last[gone.index] <= gone).all()


def test_first_orders_are_as_told(people: pd.DataFrame, lines: pd.DataFrame) -> None:
    first = lines.groupby("mail_box")["ordered_at"].min()
    assert (first[people["email"]].to_numpy() == people["first_ordered_at"].to_numpy()).all()


def test_spend_follows_the_gamma_gamma(
    people: pd.DataFrame, lines: pd.DataFrame, even_truth: SimulationTruth
) -> None:
    goods = lines[~lines["product_id"].isin(["SHIPPING", "GIFT-CARD"])]
    spend = (goods["quantity"] * goods["unit_price"]).groupby(goods["order_id"]).sum()
    buyer = goods.drop_duplicates("order_id").set_index("order_id")["mail_box"]
    mean_spend = people.set_index("email")["mean_spend"]
    relative = spend / buyer.map(mean_spend)[spend.index]
    # Given the person, spend over mean spend has mean 1 and variance 1 / p; whole pieces add some.
    assert relative.mean() == pytest.approx(1.0, abs=0.01)
    assert relative.var() == pytest.approx(1 / even_truth.options.spend.order_shape, rel=0.1)
    assert mean_spend.mean() == pytest.approx(SpendDistribution().expected_spend, rel=0.02)


def test_whole_pieces_keep_the_drawn_spend(even_truth: SimulationTruth) -> None:
    orders = even_truth.orders
    ratio = float(orders.sold_spend_amount / orders.drawn_spend_amount)
    assert ratio == pytest.approx(1.0, abs=0.01)


def test_expected_repeat_orders_join_at_a_shape_of_one() -> None:
    weeks = np.array([1.0, 52.0, 104.0])
    exact = PurchaseProcess(dropout_shape=1.0).expected_repeat_orders(weeks)
    near = PurchaseProcess(dropout_shape=1.0 + 1e-6).expected_repeat_orders(weeks)
    assert exact == pytest.approx(near, rel=1e-4)


@pytest.mark.parametrize("field", ["rate_shape", "rate_scale", "dropout_shape", "dropout_scale"])
def test_parameters_of_zero_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"PurchaseProcess.{field}` is 0"):
        PurchaseProcess(**{field: 0.0})


def test_a_spend_without_a_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="no mean spend"):
        SpendDistribution(customer_shape=1.0)
