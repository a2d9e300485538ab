"""The truth on disk, and when files of a shop may appear."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from shopkeeper.sources.simulation import SimulationOptions, SimulationTruth, simulate

if TYPE_CHECKING:
    from pathlib import Path

SMALL = SimulationOptions(customer_count=60, block_size=25)


def test_loading_gives_what_simulating_gave(tmp_path: Path) -> None:
    truth = simulate(tmp_path, SMALL)
    assert SimulationTruth.load(tmp_path) == truth
    assert truth.options == SMALL


def test_truth_of_another_form_is_refused(tmp_path: Path) -> None:
    simulate(tmp_path, SMALL)
    path = tmp_path / "truth" / "truth.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["colour"] = content.pop("funnel")
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=r"`SimulationTruth`: \['colour', 'funnel'\]"):
        SimulationTruth.load(tmp_path)


def test_truth_names_every_option(tmp_path: Path) -> None:
    simulate(tmp_path, SMALL)
    text = (tmp_path / "truth" / "truth.json").read_text(encoding="utf-8")
    assert list(json.loads(text)["options"]) == [f.name for f in fields(SimulationOptions)]


def test_progress_counts_people(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    simulate(tmp_path, SMALL, progress=lambda done, all_people: calls.append((done, all_people)))
    assert calls == [(25, 60), (50, 60), (60, 60)]


def test_files_of_others_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not a simulated shop"):
        simulate(tmp_path, SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]
    assert (tmp_path / "orders.csv").read_text(encoding="utf-8") == "mine"


def test_a_new_simulation_leaves_nothing_of_the_old(tmp_path: Path) -> None:
    simulate(tmp_path, SMALL)
    simulate(tmp_path, SimulationOptions(customer_count=30, events=False, experiments=False))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv", "truth"]


def test_a_simulation_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    simulate(tmp_path, SMALL)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def stop(done: int, all_people: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path, SimulationOptions(customer_count=90), progress=stop)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


def test_a_simulation_killed_while_moving_can_be_repeated(tmp_path: Path) -> None:
    simulate(tmp_path, SMALL)
    (tmp_path / ".simulating").mkdir()
    (tmp_path / "truth" / "truth.json").unlink()
    assert simulate(tmp_path, SMALL) == SimulationTruth.load(tmp_path)
