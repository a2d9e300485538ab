"""Side by side: nothing begins before what it waits for, and results keep their order."""

from __future__ import annotations

import threading
import time

import pytest

from shopkeeper.pipeline.side_by_side import side_by_side

WAITS = {"a": (), "b": ("a",), "c": (), "d": ("b", "c", "given")}


def steps(order: list[str], pauses: dict[str, float]):
    def step(name: str):
        def work() -> str:
            time.sleep(pauses.get(name, 0))
            order.append(name)
            return name

        return work

    return {name: step(name) for name in WAITS}


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("slow", ["a", "b", "c", "d"])
def test_results_keep_the_order_and_needs_come_first(workers, slow):
    order: list[str] = []
    found = side_by_side(steps(order, {slow: 0.02}), WAITS, workers=workers)
    assert list(found) == list(WAITS)
    assert order.index("a") < order.index("b") < order.index("d")
    assert order.index("c") < order.index("d")


def test_two_steps_really_run_at_once():
    meeting = threading.Barrier(2, timeout=10)
    both = {name: lambda: meeting.wait() is not None for name in ("a", "b")}
    assert list(side_by_side(both, {"a": (), "b": ()}, workers=2)) == [True, True]


def test_an_error_is_raised_and_nothing_further_begins():
    begun: list[str] = []

    def broken() -> None:
        begun.append("a")
        raise ValueError("a")

    steps = {"a": broken, "b": lambda: begun.append("b")}
    with pytest.raises(ValueError, match="a"):
        list(side_by_side(steps, {"a": (), "b": ("a",)}, workers=2))
    assert begun == ["a"]
