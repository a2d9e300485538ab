"""Contract, Column, Layer: what a table is, what one row of it means, and what always holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopkeeper.contracts.checks import Check, not_null, unique


class Layer(StrEnum):
    """Where a table stands in the flow of data."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    MART = "mart"
    SCORES = "scores"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its type, unit and meaning, described here and nowhere else.

    Attributes:
        name: Snake case, following the naming rules of the project.
        type: An Ibis type, such as `string`, `int64`, `decimal(18, 4)`, `timestamp`, `date`.
        meaning: What a value says, in one sentence without a final stop.
        unit: Unit of a number: `currency` (the shop's), `days`, `rows`, `pieces`, `0-1`.
        nullable: Whether a value may be missing; the meaning then says when.
        personal: Whether the value is personal data.
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Numbering:
    """A column that numbers rows by what they say, so that the order in which they came is nothing.

    Rows that are alike in all of `by` must be alike in every column: which of them comes first then
    does not show.

    Attributes:
        column: The column, whole numbers from 1.
        within: Columns whose rows are numbered together.
        by: Columns that order these rows, missing values first.
    """

    column: str
    within: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """What a table promises to those who read it.

    Attributes:
        name: Name of the table, plural.
        layer: Where it stands in the flow of data.
        meaning: What one row is: its grain in words, and what is left out.
        grain: Columns that together identify a row; the table is written in this order.
        columns: All columns, in the order in which they are written.
        checks: What holds beyond types, keys and missing values.
        numbering: The column that numbers rows, where there is one.
    """

    name: str
    layer: Layer
    meaning: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()
    numbering: Numbering | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Gives the column called `name`; raises `KeyError` where there is none."""
        return {column.name: column for column in self.columns}[name]

    def types(self) -> dict[str, str]:
        """Gives the Ibis type of each column, in order."""
        return {column.name: column.type for column in self.columns}

    def all_checks(self) -> tuple[Check, ...]:
        """Gives the checks that follow from keys and missing values, then the stated ones."""
        required = tuple(not_null(c.name) for c in self.columns if not c.nullable)
        return (*required, *((unique(*self.grain),) if self.grain else ()), *self.checks)
