"""Checks: each gives the rows that break a promise, so that a broken one can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Severity(StrEnum):
    """What a broken check does: stop the table, or only be reported."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a check says in a form that other tools have words for.

    Attributes:
        column: Column it is about.
        least: Smallest value, where there is one.
        values: All values that may stand, where they are fixed.
    """

    column: str
    least: int | None = None
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A promise about a table, written as the rows that break it.

    Exactly one of `breaks` and `rows` is set: `breaks` marks a row that breaks the promise by
    looking at that row alone (many such checks are counted in one pass); `rows` gives the
    breaking rows where other rows or other tables must be looked at.

    Attributes:
        name: Short name, as the promise reads: `unique(order_id)`.
        meaning: The promise in words.
        breaks: Table → boolean column, true where the row breaks the promise.
        rows: Table and the tables named in `needs` → the rows that break the promise.
        needs: Other tables that `rows` looks at.
        severity: What a broken check does.
        bound: The same for other tools, where they have words for it.
    """

    name: str
    meaning: str
    breaks: Callable[[ir.Table], ir.BooleanValue] | None = None
    rows: Callable[[ir.Table, Mapping[str, ir.Table]], ir.Table] | None = None
    needs: tuple[str, ...] = ()
    severity: Severity = Severity.FAIL
    bound: Bound | None = None

    def breaking_rows(self, table: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table:
        """Gives the rows of `table` that break the promise."""
        if self.breaks is not None:
            return table.filter(self.breaks(table))
        assert self.rows is not None
        return self.rows(table, tables)


def not_null(column: str) -> Check:
    """Promises a value in each row."""
    return Check(
        f"not_null({column})",
        f"`{column}` always has a value",
        breaks=lambda table: table[column].isnull(),
    )


def unique(*columns: str) -> Check:
    """Promises that no two rows share the same values of `columns`."""

    def rows(table: ir.Table, _: Mapping[str, ir.Table]) -> ir.Table:
        counted = table.group_by(list(columns)).agg(row_count=table.count())
        return counted.filter(counted.row_count > 1)

    names = ", ".join(columns)
    return Check(f"unique({names})", f"one row for each `{names}`", rows=rows)


def at_least(column: str, least: int) -> Check:
    """Promises values not below `least`; a missing value does not break it."""
    return Check(
        f"at_least({column}, {least})",
        f"`{column}` is {least} or more",
        breaks=lambda table: table[column] < least,
        bound=Bound(column, least=least),
    )


def one_of(column: str, values: tuple[str, ...]) -> Check:
    """Promises values out of a fixed list; a missing value does not break it."""
    return Check(
        f"one_of({column})",
        f"`{column}` is one of {', '.join(values)}",
        breaks=lambda table: table[column].notin(values),
        bound=Bound(column, values=values),
    )


def holds(name: str, meaning: str, promise: Callable[[ir.Table], ir.BooleanValue]) -> Check:
    """Promises that `promise` is true in each row; unknown (null) does not break it."""
    return Check(name, meaning, breaks=lambda table: ~promise(table))


def references(column: str, other: str, other_column: str | None = None) -> Check:
    """Promises that each value of `column` stands in a column of table `other`."""
    key = other_column or column

    def rows(table: ir.Table, tables: Mapping[str, ir.Table]) -> ir.Table:
        present = table.filter(table[column].notnull())
        return present.anti_join(tables[other], present[column] == tables[other][key])

    return Check(
        f"references({column} → {other}.{key})",
        f"each `{column}` stands in `{other}`",
        rows=rows,
        needs=(other,),
    )
