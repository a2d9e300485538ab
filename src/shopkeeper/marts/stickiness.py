"""Stickiness: how many were active on a day, in the 7 and in the 30 days up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse import activity
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# Column → days that it looks back over, the day itself included.
WINDOWS = {"daily_count": 1, "weekly_count": 7, "monthly_count": 30}

CONTRACT = Contract(
    name="stickiness",
    layer=Layer.MART,
    meaning="One row per day before `as_of` on which the number of active customers (by orders) or "
    "persons (by events) could change: how many were active on it, in the 7 and in the 30 days "
    "that end with it. Between two rows the numbers stay. Looks at nothing from `as_of` on.",
    grain=("activity", "active_date"),
    columns=(
        Column("activity", "string", "What is looked at: `orders` or `events`"),
        Column("active_date", "date", "Day in the shop's time zone"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("daily_count", "int64", "Active on the day (DAU)"),
        Column("weekly_count", "int64", "Active in the 7 days up to it (WAU)"),
        Column("monthly_count", "int64", "Active in the 30 days up to it (MAU)"),
    ),
    checks=(
        one_of("activity", activity.ACTIVITIES),
        at_least("daily_count", 0),
        holds(
            "longer_sees_more",
            "the longer one looks back, the more were active",
            lambda table: cast(
                "ir.BooleanValue",
                (table.daily_count <= table.weekly_count)
                & (table.weekly_count <= table.monthly_count),
            ),
        ),
    ),
)


def build(customer_orders: ir.Table, person_days: ir.Table, *, as_of: date) -> ir.Table:
    """Gives how many were active up to each day.

    A member is in a window of so many days from each active day on, until the window has passed
    or the next active day begins it anew: one beginning and one end for each day, in linear time.
    """
    orders = activity.of_orders(customer_orders, as_of=as_of)
    orders = orders.select("member_id", "active_date").distinct()
    days = activity.of_days(person_days, as_of=as_of)
    parts = {activity.ORDERS: orders, activity.EVENTS: days}
    both = activity.united(
        [rows.mutate(activity=ibis.literal(name)) for name, rows in parts.items()],
        ("activity", "member_id", "active_date"),
    )
    in_order = ibis.window(group_by=["activity", "member_id"], order_by="active_date")
    both = both.mutate(following=both.active_date.lead().over(in_order))
    changes = activity.united(
        [_begins(both), *(_ends(both, name, days) for name, days in WINDOWS.items())],
        ("activity", "active_date", *WINDOWS),
    )
    changes = changes.filter(changes.active_date < ibis.date(as_of.isoformat()))
    by_day = changes.group_by("activity", "active_date").agg(
        **{name: changes[name].sum().cast("int64") for name in WINDOWS}
    )
    so_far = ibis.window(group_by="activity", order_by="active_date", preceding=None, following=0)
    return by_day.mutate(
        as_of=ibis.date(as_of.isoformat()),
        **{name: by_day[name].sum().over(so_far).cast("int64") for name in WINDOWS},
    )


def _begins(rows: ir.Table) -> ir.Table:
    by_day = rows.group_by("activity", "active_date").agg(count=rows.count())
    return by_day.mutate(**dict.fromkeys(WINDOWS, by_day["count"].cast("int64")))


def _ends(rows: ir.Table, name: str, days: int) -> ir.Table:
    passed = (rows.active_date + ibis.interval(days=days)).cast("date")
    ends = ibis.coalesce(ibis.least(rows.following, passed), passed)
    rows = rows.select("activity", active_date=ends)
    by_day = rows.group_by("activity", "active_date").agg(count=rows.count())
    none = ibis.literal(0, "int64")
    changes = {
        other: -by_day["count"].cast("int64") if other == name else none for other in WINDOWS
    }
    return by_day.mutate(**changes)


STICKINESS = Table(CONTRACT, build)
