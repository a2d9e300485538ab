"""Answer tables: any answer of a report as tables, by the names and kinds of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shopkeeper.html import cells
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Kind, Section
from shopkeeper.html.text import words
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.meanings import meanings_of

MOST_ROWS = 200
# Count → the field beside it that leads to its list.
LISTS = {"customer_count": "customers", "treat_count": "treated", "holdout_count": "held_out"}
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
        rows = tuple(
            (cells.text(label_of(key)), cell(key, value, currency)) for key, value in single
        )
        blocks.append(DataTable(f"{name}-facts", "In short", FACTS, rows))
    for field in dataclasses.fields(answer):
        value = getattr(answer, field.name)
        if isinstance(value, list | tuple) and value and dataclasses.is_dataclass(value[0]):
            table = table_of(f"{name}-{field.name}", words(field.name), value, currency)
            blocks.append(table)
    return Section(name, title, "", tuple(blocks))


def table_of(name: str, caption: str, rows: Sequence[Any], currency: str) -> DataTable:
    """Gives rows of one kind as a table; its columns are called as the fields are."""
    first = rows[0]
    names = [
        field.name
        for field in dataclasses.fields(first)
        if any(is_single(getattr(row, field.name)) for row in rows)
    ]
    said = meanings_of(type(first))
    columns = tuple(Column(label_of(each), _kind(each, rows), said.get(each, "")) for each in names)
    shown = tuple(
        tuple(_opening(cell(each, getattr(row, each), currency), row, each) for each in names)
        for row in rows[:MOST_ROWS]
    )
    more = len(rows) - len(shown)
    note = f"{more:,} more rows are left out here." if more > 0 else ""
    return DataTable(name.replace("_", "-"), caption, columns, shown, note)


def _opening(shown: Cell, row: Any, name: str) -> Cell:
    """Gives a cell that opens the list of those it counts, where the row has one."""
    opens = getattr(row, LISTS.get(name, ""), None)
    return dataclasses.replace(shown, opens=opens) if isinstance(opens, Selection) else shown


def label_of(name: str) -> str:
    """Gives a field's name for people: what a number is stands in its form, not in its name.

    Examples:
        >>> label_of("treat_count"), label_of("profit_low_amount")
        ('Treat', 'Profit low')
    """
    return words(name.removesuffix("_amount").removesuffix("_count"))


def is_single(value: Any) -> bool:
    """Whether a value fits one cell."""
    return isinstance(value, str | int | float | Decimal | date)


def cell(name: str, value: Any, currency: str) -> Cell:
    """Gives one value as a cell, in the form that its name asks for."""
    if value is None or isinstance(value, Selection) or not is_single(value):
        return cells.EMPTY
    if isinstance(value, bool | str | date):
        return _plain_cell(value)
    if name.endswith("_amount"):
        return cells.amount(float(value), currency)
    if name.endswith(SHARES):
        return cells.share(float(value))
    return cells.count(value) if isinstance(value, int | Decimal) else cells.decimal(value)


def _plain_cell(value: bool | str | date) -> Cell:  # noqa: FBT001 - one of three kinds
    if isinstance(value, bool):
        return cells.text("yes" if value else "no")
    return cells.prose(value.replace("`", "")) if isinstance(value, str) else cells.day(value)


def _kind(name: str, rows: Iterable[Any]) -> Kind:
    values = [getattr(row, name) for row in rows]
    is_number = any(
        isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values
    )
    return Kind.NUMBER if is_number else Kind.TEXT


FACTS = (Column("What"), Column("Value"))
