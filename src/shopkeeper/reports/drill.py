"""Drill: each count of a report opens the list of those it counts, exactly as many."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from shopkeeper.errors import UnknownNameError, UsageError, shorten

if TYPE_CHECKING:
    import ibis.expr.types as ir

Plain = str | int | float | bool | date | datetime | None

# `missing` has no value to compare with; the others are read from the left, longest first.
MISSING = "?"
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
CONDITION = re.compile(r"^(\w+)(>=|<=|=|>|<)(.*)$", re.DOTALL)
ADDRESS = "write `roll:column>=value,column=value`; `column?` where the value is missing"


@dataclass(frozen=True, slots=True)
class Roll:
    """Those whom counts of a report count, and where each of them stands.

    Attributes:
        name: Name, unique among all reports.
        meaning: Who is on it, in one sentence without a final stop.
        key: Columns that together name a member.
        build: Tables in, keyword-only questions, one expression out: the key and the columns that
            conditions look at. A member may stand on several rows and is counted once.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    build: Callable[..., ir.Table]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a column of a roll must be; None as value is a missing one."""

    column: str
    value: Plain
    comparison: str = "="

    @property
    def address(self) -> str:
        """The condition as text."""
        if self.value is None:
            return f"{self.column}{MISSING}"
        is_day = isinstance(self.value, date)
        text = self.value.isoformat() if is_day else str(self.value)  # type: ignore[union-attr]
        text = text.lower() if isinstance(self.value, bool) else text
        quoted = text.replace("%", "%25").replace(",", "%2C")
        return f"{self.column}{self.comparison}{quoted}"


@dataclass(frozen=True, slots=True)
class Selection:
    """The way from a count to its list: a roll, conditions on it, and the question it answers.

    Attributes:
        roll: Name of the roll.
        conditions: All must hold.
        questions: Keyword-only parameters of the roll's build, where they differ from the run's.

    Examples:
        >>> third = Selection("funnel").where("step_count", 3, ">=").where("channel", None)
        >>> third.address
        'funnel:step_count>=3,channel?'
        >>> Selection.read(third.address).address == third.address
        True
    """

    roll: str
    conditions: tuple[Condition, ...] = ()
    questions: tuple[tuple[str, Any], ...] = ()

    def where(self, column: str, value: Plain, comparison: str = "=") -> Selection:
        """Gives the selection with one more condition."""
        return replace(self, conditions=(*self.conditions, Condition(column, value, comparison)))

    @property
    def address(self) -> str:
        """Roll and conditions as text, for a command line or a link; without the questions."""
        found = ",".join(condition.address for condition in self.conditions)
        return f"{self.roll}:{found}" if found else self.roll

    def as_plain(self) -> str:
        """Gives the address: an answer states its questions once, not with each count."""
        return self.address

    @classmethod
    def read(cls, address: str, **questions: Any) -> Selection:
        """Gives the selection that an address names.

        Raises:
            UsageError: A condition cannot be read.
        """
        roll, _, conditions = address.partition(":")
        read = tuple(_condition(part) for part in conditions.split(",") if part)
        return cls(roll.strip(), read, tuple(questions.items()))


@dataclass(frozen=True, slots=True)
class Members:
    """The list behind a count.

    Attributes:
        address: The selection as text.
        meaning: Who is on the roll.
        key: Columns that name a member.
        count: How many they are.
        rows: The key of each, in order.
    """

    address: str
    meaning: str
    key: tuple[str, ...]
    count: int
    rows: tuple[tuple[Plain, ...], ...]


def chosen(rows: ir.Table, key: tuple[str, ...], conditions: tuple[Condition, ...]) -> ir.Table:
    """Gives the keys, each once, of the rows of a roll that all conditions hold for.

    Raises:
        UnknownNameError: A condition names a column that the roll does not have.
        UsageError: A value does not fit its column.
    """
    for condition in conditions:
        rows = rows.filter(_holds(rows, condition))
    return rows.select(*key).distinct()


def counted(rows: ir.Table, key: tuple[str, ...], *by: str) -> ir.Table:
    """Gives how many members of a roll stand at each value of `by`, as `member_count`.

    A report that counts so counts what `chosen` lists.
    """
    members = rows.select(*dict.fromkeys((*by, *key))).distinct()
    return members.group_by(list(by)).agg(member_count=members.count())


def members(rows: ir.Table, roll: Roll, selection: Selection) -> Members:
    """Gives the list of a selection, from the expression that the roll has built."""
    found = chosen(rows, roll.key, selection.conditions).to_pyarrow()
    columns = [found.column(name).to_pylist() for name in roll.key]
    listed = tuple(sorted(zip(*columns, strict=True)))
    return Members(selection.address, roll.meaning, roll.key, len(listed), listed)


def _condition(text: str) -> Condition:
    if text.endswith(MISSING) and text[:-1].strip().isidentifier():
        return Condition(text[:-1].strip(), None)
    found = CONDITION.match(text.lstrip())
    if found is None:
        raise UsageError(f"Condition `{shorten(text)}` cannot be read.", ADDRESS)
    column, comparison, value = found.groups()
    return Condition(column, unquote(value), comparison)


def _holds(rows: ir.Table, condition: Condition) -> ir.BooleanValue:
    if condition.column not in rows.columns:
        raise UnknownNameError.among("column of the roll", condition.column, rows.columns)
    column = rows[condition.column]
    if condition.value is None:
        return column.isnull()
    value = _fitting(column, condition)
    held: ir.BooleanValue = COMPARISONS[condition.comparison](column, value)
    return held


def _fitting(column: ir.Column, condition: Condition) -> Any:
    """Gives the value of a condition in the type of its column; from an address it comes as text.

    Dates become literals of the engine, which compares no date with a text.
    """
    import ibis

    value, kind = condition.value, column.type()
    try:
        if isinstance(value, str) and not kind.is_string():
            value = _parsed(value, kind)
    except ValueError as error:
        raise UsageError(
            f"`{shorten(value)}` is no value of `{condition.column}` ({kind}).", ADDRESS
        ) from error
    if isinstance(value, date) and kind.is_date():
        return ibis.date(value.isoformat()[:10])
    return ibis.literal(value, type=kind) if kind.is_decimal() else value


def _parsed(text: str, kind: Any) -> Plain:
    if kind.is_integer():
        return int(text)
    if kind.is_boolean():
        if text.casefold() not in ("true", "false"):
            raise ValueError(text)
        return text.casefold() == "true"
    if kind.is_date():
        return date.fromisoformat(text)
    if kind.is_timestamp():
        return datetime.fromisoformat(text)
    return float(text)
