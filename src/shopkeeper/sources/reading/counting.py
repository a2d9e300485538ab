"""Counts over all rows how far guessed formats carry, by looking at each distinct value once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from shopkeeper.engines.raw_layout import ROW_NUMBER
from shopkeeper.sources.reading.column_guesses import ColumnGuess
from shopkeeper.sources.reading.parsing import parse_number, parse_timestamp
from shopkeeper.sources.reading.trimming import MISSING_MARKS, is_nothing

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Collect = Callable[["ir.Table"], "pa.Table"]
# Different values that are fetched of a column to guess its format from.
VALUES_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one format carries in one column.

    Attributes:
        count: Values that it reads.
        only_count: Values that it reads and the other format of the column does not.
        first_only_row: Row number of the first of these.
        first_row: Row number of the first value that it reads.
        first_misfit_row: Row number of the first value that it does not read.
        minimum: Least of what it reads.
        maximum: Greatest of what it reads.
    """

    count: int
    only_count: int
    first_only_row: int | None
    first_row: int | None
    first_misfit_row: int | None
    minimum: object
    maximum: object


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """What was counted of one column.

    Attributes:
        row_count: Rows of the table.
        missing_count: Rows in which it is missing.
        distinct_count: Different values.
        reach: How far its format carries.
        other: How far the format with day and month the other way round carries; None where the
            order is known.
    """

    row_count: int
    missing_count: int
    distinct_count: int
    reach: Reach
    other: Reach | None


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a column.

    Attributes:
        text: The value as written.
        count: Rows that have it.
        first_row: Row number of the first of them; None where rows have no number.
    """

    text: str
    count: int
    first_row: int | None


def is_missing(column: ir.Value) -> ir.BooleanValue:
    """Whether a cell holds nothing, or what programs write for nothing."""
    if not column.type().is_string():
        return column.isnull()
    return is_nothing(cast("ir.StringValue", column))


def is_mark_of_missing(text: str) -> bool:
    """Whether a text stands for nothing, as `is_missing` has it."""
    return not text or text in MISSING_MARKS


def parsed(column: ir.Value, guess: ColumnGuess) -> ir.Value:
    """Gives a column read as it seems to be written; missing where it cannot be."""
    import ibis

    kind = column.type()
    if guess.date is not None or kind.is_timestamp() or kind.is_date():
        return parse_timestamp(column, guess.date.date_format if guess.date else None)
    if guess.number is not None or kind.is_numeric():
        return parse_number(column, guess.number.number_format if guess.number else None)
    return ibis.null("timestamp")


def count_columns(
    table: ir.Table, guesses: Mapping[str, ColumnGuess], collect: Collect
) -> dict[str, ColumnCount]:
    """Counts over all rows, one query for each column.

    Order books repeat themselves: a million lines have a few thousand products, prices and
    customers. Each different value is read once and counts for its rows.

    Args:
        table: Raw rows; with row numbers, if places are to be told.
        guesses: Column → what it seems to hold.
        collect: Runs an expression.
    """
    return {name: _count_column(table, name, guess, collect) for name, guess in guesses.items()}


def _count_column(table: ir.Table, name: str, guess: ColumnGuess, collect: Collect) -> ColumnCount:
    rows = table.select(value=table[name], row=row_numbers(table))
    values = rows.group_by("value").aggregate(rows=rows.count(), row=rows["row"].min())
    read = {"missing": is_missing(values["value"]), "first": parsed(values["value"], guess)}
    if guess.other_date_format is not None:
        read["second"] = parse_timestamp(values["value"], guess.other_date_format)
    prepared = values.mutate(**read)
    measures = {
        "rows": prepared["rows"].sum(),
        "missing": prepared["rows"].sum(where=prepared["missing"]),
        "distinct": prepared["value"].count(),
        **_reach_measures(prepared, "first", "second"),
    }
    if "second" in read:
        measures |= _reach_measures(prepared, "second", "first")
    found = collect(prepared.aggregate(**measures)).to_pylist()[0]
    return ColumnCount(
        row_count=int(found["rows"] or 0),
        missing_count=int(found["missing"] or 0),
        distinct_count=found["distinct"],
        reach=_reach(found, "first"),
        other=_reach(found, "second") if "second" in read else None,
    )


def first_values(table: ir.Table, name: str, collect: Collect) -> dict[str, int]:
    """Gives some values of a column of text that are not missing, from the first rows with any."""
    column = table[name]
    found = table.filter(~is_missing(column)).select(value=column).limit(VALUES_LOOKED_AT)
    texts = collect(found).column("value").to_pylist()
    return {text: texts.count(text) for text in dict.fromkeys(texts)}


def misfits(table: ir.Table, name: str, guess: ColumnGuess, collect: Collect) -> tuple[Value, ...]:
    """Gives the values of a column of text that its formats do not read, early ones first."""
    rows = table.select(**{name: table[name]}, row=row_numbers(table))
    groups = rows.group_by(name).aggregate(count=rows.count(), first_row=rows["row"].min())
    unread = misfit_rows(groups, name, guess)
    ordered = unread.order_by(unread["first_row"], unread[name]).limit(VALUES_LOOKED_AT)
    values = collect(ordered.select(value=ordered[name], count="count", first_row="first_row"))
    return tuple(Value(row["value"], row["count"], row["first_row"]) for row in values.to_pylist())


def value_at(table: ir.Table, name: str, row: int, collect: Collect) -> str | None:
    """Gives the text that a column has in the row with a number."""
    found = collect(table.filter(row_numbers(table) == row).select(value=table[name]))
    return next(iter(found.column("value").to_pylist()), None)


def misfit_rows(table: ir.Table, name: str, guess: ColumnGuess) -> ir.Table:
    """Gives the rows in which the formats of a column do not read it."""
    column = table[name]
    unread = parsed(column, guess).isnull() & ~is_missing(column)
    if guess.other_date_format is not None:
        unread &= parse_timestamp(column, guess.other_date_format).isnull()
    return table.filter(unread)


def row_numbers(table: ir.Table) -> ir.IntegerValue:
    """Gives the row numbers of a table, missing ones if it has none."""
    import ibis

    return table[ROW_NUMBER] if ROW_NUMBER in table.columns else ibis.null("int64")


def _reach_measures(prepared: ir.Table, name: str, other: str) -> dict[str, Any]:
    """Gives the measures of one format over different values, each weighed by its rows."""
    rows, row, value = prepared["rows"], prepared["row"], prepared[name]
    is_read = value.notnull()
    measures = {
        f"{name}_count": rows.sum(where=is_read),
        f"{name}_row": row.min(where=is_read),
        f"{name}_misfit": row.min(where=~is_read & ~prepared["missing"]),
        f"{name}_minimum": value.min(),
        f"{name}_maximum": value.max(),
    }
    if other in prepared.columns:
        only = is_read & prepared[other].isnull()
        measures[f"{name}_only"] = rows.sum(where=only)
        measures[f"{name}_only_row"] = row.min(where=only)
    return measures


def _reach(found: Mapping[str, Any], name: str) -> Reach:
    return Reach(
        count=int(found[f"{name}_count"] or 0),
        only_count=int(found.get(f"{name}_only") or 0),
        first_only_row=found.get(f"{name}_only_row"),
        first_row=found[f"{name}_row"],
        first_misfit_row=found[f"{name}_misfit"],
        minimum=found[f"{name}_minimum"],
        maximum=found[f"{name}_maximum"],
    )
