"""Answer frames: how an answer begins and ends in the terminal, and its shares and ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shopkeeper.cli.output import print_text
from shopkeeper.reports.formatting import change, percent

if TYPE_CHECKING:
    from shopkeeper.reports.drill import Selection


def open_answer(findings: Sequence[str], refusal: str | None = None) -> bool:
    """Prints what was found, or why nothing can be; gives whether there is more to print."""
    if refusal is not None:
        print_text(f"refused: {refusal}")
        return False
    for finding in findings:
        print_text(f"• {finding}")
    return True


def close_answer(definition: str, notes: Sequence[str] = ()) -> None:
    """Prints what to know about the numbers, and their definition."""
    print_text()
    for note in notes:
        print_text(f"note: {note}")
    print_text(f"how it is counted: {definition}")


def name_list(selection: Selection) -> None:
    """Says how the list behind a count is opened, by the example of one."""
    print_text(f'lists: `--members "{selection.address}"`; each count names its own in `--json`')


def ratio_text(value: float | None) -> str | None:
    """Gives a ratio with two decimals."""
    return None if value is None else f"{value:.2f}"


def percent_text(value: float | None) -> str | None:
    """Gives a share as percent."""
    return None if value is None else percent(value)


def change_text(value: float | None) -> str | None:
    """Gives a relative change with its sign."""
    return None if value is None else change(value)
