"""Printing: data to stdout, everything else to stderr; the only place that prints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shopkeeper.errors import ShopkeeperError, shorten

CELL_CHARACTERS = 48
RAW_CHARACTERS = 160


def print_json(value: Any) -> None:
    """Prints plain data as JSON to stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_text(text: str = "") -> None:
    """Prints one line of data to stdout."""
    print(text)


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], characters: int = CELL_CHARACTERS
) -> None:
    """Prints rows aligned under their headings to stdout; numbers to the right.

    Args:
        headings: One for each column.
        rows: Values of each row.
        characters: Longer texts are cut to this length.
    """
    cells = [[_cell(value, characters) for value in row] for row in rows]
    columns = range(len(headings))
    widths = [max([len(headings[i]), *(len(row[i][0]) for row in cells)]) for i in columns]
    to_right = [bool(cells) and all(row[i][1] for row in cells) for i in columns]
    print("  ".join(_aligned(headings[i], widths[i], to_right[i]) for i in columns).rstrip())
    print("  ".join("─" * width for width in widths))
    for row in cells:
        print("  ".join(_aligned(row[i][0], widths[i], to_right[i]) for i in columns).rstrip())


def say(text: str = "") -> None:
    """Prints one line to stderr: progress and notes, not data."""
    print(text, file=sys.stderr, flush=True)


def say_error(error: ShopkeeperError) -> None:
    """Prints an error and what to do next to stderr."""
    say(f"{paint('error', '31')}: {error.message}")
    if error.hint:
        say(f"{paint('hint', '36')}: {error.hint}")


def paint(text: str, code: str) -> str:
    """Colours a word for a terminal; leaves it alone elsewhere and with `NO_COLOR`."""
    plain = os.environ.get("NO_COLOR") or not sys.stderr.isatty()
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"


def _cell(value: Any, characters: int) -> tuple[str, bool]:
    """Gives a value as text, and whether it stands to the right."""
    match value:
        case None:
            return "–", True
        case bool():
            return ("yes" if value else "no"), False
        case int():
            return f"{value:,}", True
        case Decimal() | float():
            return f"{value:,.2f}", True
    text = value.isoformat() if isinstance(value, date) else shorten(value, characters)
    return text, False


def _aligned(text: str, width: int, to_right: bool) -> str:
    return text.rjust(width) if to_right else text.ljust(width)
