"""Cut-offs: rows as they are seen from several dates at once; nothing from a date on is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import ibis.expr.types as ir

# What a row of any theme is about: one customer, seen from one date.
SEEN = ("as_of", "customer_id")


def seen_from(rows: ir.Table, cutoffs: Iterable[date], *, day: str = "order_date") -> ir.Table:
    """Gives rows once for each cut-off that they lie before, with how many days before it.

    Args:
        rows: Rows with the date `day`; with a date `until` too where they hold only until that
            date, missing where they still hold.
        cutoffs: Days before which rows are seen.
        day: Column with the date that is cut.

    Returns:
        The rows with `as_of` and `days_ago`; 1 is the day before `as_of`.
    """
    parts = []
    for cutoff in sorted(set(cutoffs)):
        as_of = ibis.date(cutoff.isoformat())
        is_seen = rows[day] < as_of
        if "until" in rows.columns:
            is_seen &= rows.until.isnull() | (rows.until >= as_of)
        parts.append(rows.filter(is_seen).mutate(as_of=as_of))
    seen = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return seen.mutate(days_ago=-seen[day].delta(seen.as_of, unit="day"))


def until_next(rows: ir.Table, *keys: str) -> ir.Table:
    """Gives distinct rows with the date `until`: the next day on which there is one like it.

    From each cut-off exactly one row of those that share `keys` is then seen: the last before it.
    So the last time of each thing is known at many cut-offs without asking for it at each.

    Args:
        rows: Rows with `keys` and `order_date`.
        keys: Columns in which rows are alike.
    """
    distinct = rows.select(*keys, "order_date").distinct()
    in_time = ibis.window(group_by=list(keys), order_by="order_date")
    return distinct.mutate(until=distinct.order_date.lead().over(in_time))


def last_of(rows: ir.Table, *keys: str) -> ir.Table:
    """Gives of rows that share `keys` the last day, as `order_date`."""
    return rows.group_by(*keys).agg(order_date=rows.order_date.max())
