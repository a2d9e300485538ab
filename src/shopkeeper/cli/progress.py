"""Progress: one aligned line for each step, with count and time, to stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import paint, say
from shopkeeper.errors import shorten

if TYPE_CHECKING:
    from shopkeeper.jobs.writing import Step

COLOURS = {"failed": "31", "skipped": "33", "unchanged": "2"}


def tell(step: Step) -> None:
    """Prints a step as one line."""
    rows = f"{step.row_count:>12,} rows" if step.row_count is not None else " " * 17
    seconds = f"{step.seconds:7.2f} s" if step.seconds else " " * 9
    outcome = paint(f"{step.outcome:<10}", COLOURS.get(step.outcome, "32"))
    say(f"{step.verb:<8} {shorten(step.subject, 28):<28} {outcome}{rows} {seconds}".rstrip())


def quiet(_: Step) -> None:
    """Prints nothing."""
