"""Side by side: steps that wait for each other, several at a time, with results in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(
    steps: Mapping[str, Callable[[], Result]],
    waits_for: Mapping[str, Collection[str]],
    *,
    workers: int,
) -> Iterator[Result]:
    """Runs steps as soon as what they wait for is done; gives their results in order of `steps`.

    Args:
        steps: Name → step, each after those it waits for.
        waits_for: Name → names of other steps; names that are no steps are there already.
        workers: Steps that run at a time. With 1 they run in this thread, in order.

    Raises:
        Exception: The first that a step raised, once the steps that were running have ended; no
            further one is begun.
    """
    if workers == 1:
        for step in steps.values():
            yield step()
        return
    left = list(steps)
    done: dict[str, Result] = {}
    running: dict[Future[Result], str] = {}
    given = iter(steps)
    upcoming = next(given, None)
    with ThreadPoolExecutor(workers) as pool:
        while left or running:
            for name in _ready(left, steps, waits_for, done)[: workers - len(running)]:
                left.remove(name)
                running[pool.submit(steps[name])] = name
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done[running.pop(future)] = future.result()
            while upcoming is not None and upcoming in done:
                yield done[upcoming]
                upcoming = next(given, None)


def _ready(
    left: list[str],
    steps: Mapping[str, object],
    waits_for: Mapping[str, Collection[str]],
    done: Mapping[str, object],
) -> list[str]:
    return [name for name in left if all(n in done or n not in steps for n in waits_for[name])]
