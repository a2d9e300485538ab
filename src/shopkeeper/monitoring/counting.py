"""Counting: the portrait of a table, counted where its rows are; one row comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper.monitoring.portraits import Bins, Portrait, Spread, known_number

if TYPE_CHECKING:
    import ibis.expr.types as ir


def counts(table: ir.Table, bins: Mapping[str, Bins]) -> ir.Table:
    """Gives all that a portrait is made from, in one pass over the rows.

    Args:
        table: One row per customer.
        bins: Column → bins; all columns stand in the table.

    Returns:
        One row: `row_count`, and for each column, by its place, how many rows have a value, how
        many lie below each edge or have each label, and mean and deviation of numbers.
    """
    found: dict[str, ir.Value] = {"row_count": table.count()}
    for place, (name, each) in enumerate(bins.items()):
        column = table[name]
        found[f"c{place}_known"] = column.notnull().ifelse(1, 0).sum()
        if each.is_text:
            for number, label in enumerate(each.labels):
                found[f"c{place}_{number}"] = (column == label).ifelse(1, 0).sum()
            continue
        value = _number(column)
        for number, edge in enumerate(each.edges):
            found[f"c{place}_{number}"] = (value < edge).ifelse(1, 0).sum()
        found[f"c{place}_mean"] = value.mean()
        found[f"c{place}_deviation"] = value.std(how="sample")
    return table.agg(**found)


def portrait_of_counts(row: Mapping[str, Any], bins: Mapping[str, Bins], day: date) -> Portrait:
    """Gives the portrait that the row of `counts` says."""
    spreads = {}
    for place, (name, each) in enumerate(bins.items()):
        known = int(row[f"c{place}_known"] or 0)
        inner = range(each.count - 1)
        found = [int(row[f"c{place}_{number}"] or 0) for number in inner]
        missing = int(row["row_count"]) - known
        if each.is_text:
            spreads[name] = Spread((*found, known - sum(found)), missing)
            continue
        steps = zip([0, *found], [*found, known], strict=True)
        spreads[name] = Spread(
            tuple(above - below for below, above in steps),
            missing,
            known_number(row[f"c{place}_mean"]),
            known_number(row[f"c{place}_deviation"]),
        )
    return Portrait(day, int(row["row_count"]), spreads)


def _number(column: ir.Value) -> ir.FloatingValue:
    """Gives a column as floating point; truth as 1 and 0, which not every engine casts."""
    if column.type().is_boolean():
        column = column.ifelse(1, 0)
    number: ir.FloatingValue = column.cast("float64")
    return number
