"""Same options, same bytes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from shopkeeper.sources.simulation import SimulationOptions, simulate
from shopkeeper.sources.simulation.staging import FILES

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = SimulationOptions(customer_count=300, block_size=120)


def fingerprints(directory: Path, options: SimulationOptions = OPTIONS) -> dict[str, str]:
    simulate(directory, options)
    return {name: sha256((directory / name).read_bytes()).hexdigest() for name in FILES}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return fingerprints(tmp_path_factory.mktemp("first"))


def test_same_options_give_the_same_bytes_of_every_file(
    first: dict[str, str], tmp_path: Path
) -> None:
    assert fingerprints(tmp_path) == first


def test_another_seed_changes_every_file(first: dict[str, str], tmp_path: Path) -> None:
    other = fingerprints(tmp_path, replace(OPTIONS, seed=8))
    assert [name for name in FILES if other[name] == first[name]] == []


def test_leaving_events_out_changes_no_byte_of_the_orders(
    first: dict[str, str], tmp_path: Path
) -> None:
    simulate(tmp_path, replace(OPTIONS, events=False))
    assert sha256((tmp_path / "orders.csv").read_bytes()).hexdigest() == first["orders.csv"]
