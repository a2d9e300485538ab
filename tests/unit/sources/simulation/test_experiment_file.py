"""Experiments: what was planted is found, and the A/A test finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from shopkeeper.sources.simulation import SimulationOptions, SimulationTruth, simulate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def large_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("experiments")
    simulate(directory, SimulationOptions(customer_count=20_000, events=False))
    return directory


@pytest.fixture(scope="module")
def rows(large_shop: Path) -> pd.DataFrame:
    return pd.read_csv(large_shop / "experiments.csv", parse_dates=["assigned_at"])


@pytest.fixture(scope="module")
def large_truth(large_shop: Path) -> SimulationTruth:
    return SimulationTruth.load(large_shop)


def z_score(rows: pd.DataFrame, experiment: str) -> float:
    chosen = rows[rows["experiment"] == experiment].groupby("variant")["converted"]
    error = np.sqrt((chosen.var() / chosen.size()).sum())
    difference = chosen.mean()["treatment"] - chosen.mean()["control"]
    return float(difference / error)


def test_the_planted_effect_is_found(rows: pd.DataFrame, large_truth: SimulationTruth) -> None:
    planted = large_truth.experiments[0]
    rates = rows[rows["experiment"] == planted.name].groupby("variant")["converted"].mean()
    assert rates["control"] == pytest.approx(planted.conversion_rate, abs=0.02)
    lift = rates["treatment"] / rates["control"] - 1
    assert lift == pytest.approx(planted.conversion_lift, abs=0.1)
    assert z_score(rows, planted.name) > 5


def test_the_a_a_test_finds_nothing(rows: pd.DataFrame, large_truth: SimulationTruth) -> None:
    assert large_truth.experiments[1].conversion_lift == 0
    assert abs(z_score(rows, large_truth.experiments[1].name)) < 3


def test_arms_are_counted_to_the_cent(rows: pd.DataFrame, large_truth: SimulationTruth) -> None:
    for arm in large_truth.experiment_arms:
        found = rows[(rows["experiment"] == arm.experiment) & (rows["variant"] == arm.variant)]
        cents = int((found["revenue"] * 100).round().astype(int).sum())
        assert (arm.customer_count, arm.converted_count) == (len(found), found["converted"].sum())
        assert arm.revenue_amount * 100 == cents


def test_customers_take_part_once_and_in_time(
    rows: pd.DataFrame, large_truth: SimulationTruth
) -> None:
    assert not rows.duplicated(["experiment", "customer_id"]).any()
    for planted in large_truth.experiments:
        times = rows[rows["experiment"] == planted.name]["assigned_at"]
        assert times.min() >= pd.Timestamp(planted.starts_on)
        assert times.max() < pd.Timestamp(planted.ends_before)


def test_only_those_who_convert_bring_revenue(rows: pd.DataFrame) -> None:
    assert ((rows["revenue"] > 0) == (rows["converted"] == 1)).all()


def test_variants_are_of_equal_size(rows: pd.DataFrame) -> None:
    for _, variants in rows.groupby("experiment")["variant"]:
        treated = (variants == "treatment").mean()
        assert treated == pytest.approx(0.5, abs=2 / np.sqrt(len(variants)))


def test_no_file_is_written_without_experiments(tmp_path: Path) -> None:
    truth = simulate(tmp_path, SimulationOptions(customer_count=50, experiments=False))
    assert not (tmp_path / "experiments.csv").exists()
    assert (truth.experiments, truth.experiment_arms) == ((), ())
