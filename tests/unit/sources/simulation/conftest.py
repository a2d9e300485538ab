"""One simulated shop for all tests that only read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shopkeeper.sources.simulation import SimulationOptions, SimulationTruth, simulate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def shop_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three blocks of people, so that what is numbered or counted across blocks is covered."""
    directory = tmp_path_factory.mktemp("shop")
    options = SimulationOptions(customer_count=1_300, block_size=500, dirty_row_share=0.003)
    simulate(directory, options)
    return directory


@pytest.fixture(scope="session")
def truth(shop_directory: Path) -> SimulationTruth:
    return SimulationTruth.load(shop_directory)
