"""Answer tables: any answer of a report as tables, by the names and kinds of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shopkeeper.html import cells
from shopkeeper.html.blocks import Block, Column, DataTable, Kind, Section
from shopkeeper.html.cells import Cell
from shopkeeper.html.text import words
from shopkeeper.reports.drill import Selection

MOST_ROWS = 200
SHARES = ("_share", "_rate", "_probability", "probability", "share", "coverage")


def section_of(name: str, title: str, answer: Any, currency: str) -> Section:
    """Gives an answer as a section: its single values, and a table for each of its lists."""
    blocks: list[Block] = []
    single = [
        (field.name, getattr(answer, field.name))
        for field in dataclasses.fields(answer)
        if is_single(getattr(answer, field.name))
    ]
    if single:
        rows = tuple((cells.text(words(key)), cell(key, value, currency)) for key, value in single)
        blocks.append(DataTable(f"{name}-facts", "In short", FACTS, rows))
    for field in dataclasses.fields(answer):
        value = getattr(answer, field.name)
        if isinstance(value, list | tuple) and value and dataclasses.is_dataclass(value[0]):
            table = table_of(f"{name}-{field.name}", words(field.name), value, currency)
            blocks.append(table)
    return Section(name, title, "", tuple(blocks))


def table_of(name: str, caption: str, rows: Sequence[Any], currency: str) -> DataTable:
    """Gives rows of one kind as a table."""
    first = rows[0]
    names = [
        field.name
        for field in dataclasses.fields(first)
        if any(is_single(getattr(row, field.name)) for row in rows)
    ]
    columns = tuple(Column(words(each), _kind(each, rows)) for each in names)
    shown = tuple(
        tuple(cell(each, getattr(row, each), currency) for each in names)
        for row in rows[:MOST_ROWS]
    )
    more = len(rows) - len(shown)
    note = f"{more:,} more rows are left out here." if more > 0 else ""
    return DataTable(name.replace("_", "-"), caption, columns, shown, note)


def is_single(value: Any) -> bool:
    """Whether a value fits one cell."""
    return isinstance(value, str | int | float | Decimal | date)


def cell(name: str, value: Any, currency: str) -> Cell:
    """Gives one value as a cell, in the form that its name asks for."""
    if value is None or isinstance(value, Selection) or not is_single(value):
        return cells.EMPTY
    if isinstance(value, bool):
        return cells.text("yes" if value else "no")
    if isinstance(value, date):
        return cells.day(value)
    if isinstance(value, str):
        return cells.prose(value.replace("`", ""))
    if name.endswith("_amount"):
        return cells.amount(float(value), currency)
    if name.endswith(SHARES):
        return cells.share(float(value))
    return cells.count(value) if isinstance(value, int | Decimal) else cells.decimal(value)


def _kind(name: str, rows: Iterable[Any]) -> Kind:
    values = [getattr(row, name) for row in rows]
    is_number = any(
        isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values
    )
    return Kind.NUMBER if is_number else Kind.TEXT


FACTS = (Column("What"), Column("Value"))
