"""Pace: what is left of a run, told from the last one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shopkeeper.jobs.pace import PACE_FILE, Pace
from shopkeeper.jobs.writing import Step

STEPS = (("ingest", "orders.csv", 10.0), ("build", "orders", 20.0), ("train", "churn", 30.0))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def run(folder: Path, slowness: float, *, most: int = len(STEPS)) -> list[float | None]:
    """Runs the steps at a pace; gives what was said to be left after each."""
    clock, told = Clock(), []
    pace = Pace.of(folder, lambda step: told.append(step.left_seconds), clock)
    for verb, subject, seconds in STEPS[:most]:
        clock.now += seconds * slowness
        pace(Step(verb, subject, "done", seconds=seconds * slowness))
    pace.keep()
    return told


def test_the_first_run_knows_nothing_and_the_second_counts_down(tmp_path):
    assert run(tmp_path, 1.0) == [None, None, None]
    assert run(tmp_path, 1.0) == pytest.approx([50.0, 30.0, 0.0])


def test_a_slower_machine_is_told_longer(tmp_path):
    run(tmp_path, 1.0)
    assert run(tmp_path, 2.0) == pytest.approx([100.0, 60.0, 0.0])


def test_a_step_that_was_left_out_keeps_its_time(tmp_path):
    run(tmp_path, 1.0)
    run(tmp_path, 1.0, most=1)
    assert run(tmp_path, 1.0)[0] == pytest.approx(50.0)


@pytest.mark.parametrize("damaged", ["{", "[]", '{"format_version": 9}', '{"steps": 3}'])
def test_what_cannot_be_read_is_forgotten(tmp_path, damaged):
    (tmp_path / PACE_FILE).write_text(damaged)
    assert run(tmp_path, 1.0)[0] is None
    assert json.loads((tmp_path / PACE_FILE).read_text())["steps"]
