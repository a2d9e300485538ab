"""Pace: how long the steps of a job took last time, which tells how long is left this time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from shopkeeper.jobs.writing import Step, Tell

PACE_FILE = "pace.json"
FORMAT_VERSION = 1
# A guess from less than this would jump about.
LEAST_SECONDS = 2.0


@dataclass
class Pace:
    """Tells steps on, each with the time that is left; losing what it remembers costs no more.

    Steps that run side by side add up to more than the time that passes: what is left is scaled
    by how this run compares so far.

    Attributes:
        file: Where the times of the last whole run are kept.
        tell: Who is told.
        clock: Seconds; only differences count.
        last: Step → seconds it took last time.
        taken: Step → seconds it took this time.
    """

    file: Path
    tell: Tell
    clock: Callable[[], float] = time.perf_counter
    last: dict[str, float] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)
    began: float = 0.0

    @classmethod
    def of(
        cls, state_folder: Path, tell: Tell, clock: Callable[[], float] = time.perf_counter
    ) -> Pace:
        """Begins to count; reads how long the last run took."""
        file = state_folder / PACE_FILE
        last: dict[str, float] = {}
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            plain = json.loads(file.read_text(encoding="utf-8"))
            if plain["format_version"] == FORMAT_VERSION:
                last = {str(name): float(seconds) for name, seconds in plain["steps"].items()}
        return cls(file, tell, clock, last, began=clock())

    def __call__(self, step: Step) -> None:
        """Tells a step on with what is left after it."""
        self.taken[_name(step)] = step.seconds
        self.tell(replace(step, left_seconds=self.left()))

    def left(self) -> float | None:
        """Gives the seconds that are left; None where there is nothing to tell it from."""
        done = sum(self.last.get(name, 0.0) for name in self.taken)
        coming = sum(seconds for name, seconds in self.last.items() if name not in self.taken)
        passed = self.clock() - self.began
        if done < LEAST_SECONDS or passed < LEAST_SECONDS:
            return None
        return coming * passed / done

    def keep(self) -> None:
        """Remembers this run for the next one; what was not done this time keeps its time."""
        steps = {**self.last, **{name: s for name, s in self.taken.items() if s}}
        text = json.dumps({"format_version": FORMAT_VERSION, "steps": steps}, sort_keys=True)
        with suppress(OSError):
            partial = self.file.with_name(f".{self.file.name}.partial")
            partial.write_text(text + "\n", encoding="utf-8")
            partial.replace(self.file)


def _name(step: Step) -> str:
    return f"{step.verb} {step.subject}"
