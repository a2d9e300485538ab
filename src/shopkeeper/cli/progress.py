"""Progress: one aligned line for each step, with count and time, to stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import paint, say
from shopkeeper.errors import shorten

if TYPE_CHECKING:
    from shopkeeper.jobs.writing import Step

FAINT = "2"
COLOURS = {"failed": "31", "skipped": "33", "unchanged": FAINT}
# Nobody waits for less.
LEAST_LEFT_SECONDS = 10.0


def tell(step: Step) -> None:
    """Prints a step as one line."""
    rows = f"{step.row_count:>12,} rows" if step.row_count is not None else " " * 17
    seconds = f"{step.seconds:7.2f} s" if step.seconds else " " * 9
    outcome = paint(f"{step.outcome:<10}", COLOURS.get(step.outcome, "32"))
    left = paint(f"  {_about(step.left_seconds)} left", FAINT) if _is_long(step) else ""
    line = f"{step.verb:<8} {shorten(step.subject, 28):<28} {outcome}{rows} {seconds}"
    say((line + left).rstrip())


def _is_long(step: Step) -> bool:
    return step.left_seconds is not None and step.left_seconds >= LEAST_LEFT_SECONDS


def _about(seconds: float | None) -> str:
    """Gives a time as one says it: nobody knows it to the second."""
    assert seconds is not None
    if seconds < 60:
        return f"about {round(seconds / 5) * 5} s"
    return f"about {seconds / 60:.0f} min"


def quiet(_: Step) -> None:
    """Prints nothing."""
