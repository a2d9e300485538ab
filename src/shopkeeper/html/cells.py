"""Table cells made from numbers, money, shares, dates and a shop's own text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from shopkeeper.html import formatting, spans
from shopkeeper.html.blocks import Cell
from shopkeeper.html.text import CELL_CHARACTERS, FULL_TEXT_CHARACTERS, clean, isolated, spaced

if TYPE_CHECKING:
    from shopkeeper.reports.drill import Selection

# Text up to this length stays on one line.
SHORT_CHARACTERS = 24
EMPTY = Cell(Markup('<span class="nothing">{}</span>').format(formatting.EN_DASH), "", None)


def text(value: str | None, characters: int = CELL_CHARACTERS) -> Cell:
    """Gives a cell with text of the shop, cut where it is long."""
    if value is None or not clean(value):
        return EMPTY
    css = "short" if len(clean(value)) <= SHORT_CHARACTERS else "long"
    return Cell(isolated(value, characters), "", None, css)


def prose(value: str) -> Cell:
    """Gives a cell with a sentence of ours that may wrap."""
    return Cell(isolated(spaced(value), FULL_TEXT_CHARACTERS)) if clean(value) else EMPTY


def count(value: Decimal | int, opens: Selection | None = None) -> Cell:
    """Gives a cell with a number; it opens the list of those it counts, unless there are none."""
    exact = format(value, "f") if isinstance(value, Decimal) else str(value)
    return Cell(formatting.count(value), exact, opens=opens if value else None)


def pieces(value: Decimal | float) -> Cell:
    """Gives a cell with an expected number of pieces: nobody sells a part of one."""
    return Cell(formatting.count(round(value)), format(value, "f"))


def decimal(value: float) -> Cell:
    """Gives a cell with a number of one decimal."""
    return Cell(formatting.decimal(value), f"{value:.12g}")


def money(value: Decimal | None, currency: str) -> Cell:
    """Gives a cell with an amount in the smallest unit of its currency."""
    if value is None:
        return EMPTY
    return Cell(formatting.money(value, currency), format(value, "f"))


def amount(value: float, currency: str) -> Cell:
    """Gives a cell with an amount that was estimated, and so has no exact value."""
    return Cell(formatting.money(value, currency), f"{value:.2f}")


def exact_money(value: Decimal | None, currency: str) -> Cell:
    """Gives a cell with an amount to the last stored decimal."""
    if value is None:
        return EMPTY
    return Cell(formatting.exact_money(value, currency), format(value, "f"))


def share(value: float, largest: float = 0.0, opens: Selection | None = None) -> Cell:
    """Gives a cell with a percentage, and a bar as a part of the `largest` share where given."""
    bar = min(1.0, max(0.0, value / largest)) if largest > 0 else None
    return Cell(formatting.share(value), f"{value:.12g}", bar, opens=opens if value else None)


def day(value: date) -> Cell:
    """Gives a cell with a date."""
    return Cell(formatting.short_day(value), value.isoformat(), None, "short")


def length(days: int) -> Cell:
    """Gives a cell with a number of days."""
    return Cell(spans.days(days), str(days), None, "short")


def month(start: date, shown: str) -> Cell:
    """Gives a cell with a month; `shown` may say that it is not whole."""
    return Cell(shown, f"{start:%Y-%m}")


def difference(value: int) -> Cell:
    """Gives a cell with a change in number: its sign is written, not only coloured."""
    sign = "+" if value > 0 else ""
    return Cell(f"{sign}{formatting.count(value)}" if value else "0", str(value))
