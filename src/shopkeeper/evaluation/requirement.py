"""Requirement: one thing a task needs of the data, what was found; and all of them together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a task needs of the data.

    Attributes:
        name: Name, such as `repeat customers`.
        sentence: What was found and what it means, for people.
        found: What was found, in `unit`.
        needed: The limit, in `unit`; `sentence` says which side of it is right.
        unit: What `found` and `needed` count.
        passed: Whether it is met.
        is_binding: Whether the task cannot be done without it; otherwise it is a caveat.
    """

    name: str
    sentence: str
    found: float
    needed: float
    unit: str
    passed: bool
    is_binding: bool = True


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether data can carry a task at a horizon, and why not.

    Attributes:
        task: Name of the task.
        horizon_days: Length of what is to be foretold, in days.
        requirements: All that was looked at, met or not, in order of weight.
    """

    task: str
    horizon_days: int
    requirements: tuple[Requirement, ...]

    @property
    def is_ready(self) -> bool:
        """Whether everything binding is met."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Sentences on what is binding and not met; empty if ready."""
        return tuple(r.sentence for r in self.requirements if r.is_binding and not r.passed)

    @property
    def caveats(self) -> tuple[str, ...]:
        """Sentences on what is not met but does not stop the task."""
        return tuple(r.sentence for r in self.requirements if not r.is_binding and not r.passed)
