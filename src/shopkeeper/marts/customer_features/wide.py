"""The mart itself: all themes side by side, one row per customer, at one cut-off or at many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Contract, Layer
from shopkeeper.marts.customer_features import (
    baskets,
    beginnings,
    buying,
    months,
    returns,
    rhythm,
    visits,
)
from shopkeeper.marts.customer_features.cutoffs import SEEN, seen_from
from shopkeeper.marts.customer_features.order_days import order_days
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import ibis.expr.types as ir

CONTRACT = Contract(
    name="customer_features",
    layer=Layer.MART,
    meaning="One row per customer the shop can name who had bought before `as_of`: what was known "
    "of them on that day, and nothing later. Windows and months count back from `as_of`; a refund "
    "counts from the day on which it was booked.",
    grain=("customer_id",),
    columns=(
        *buying.COLUMNS,
        *baskets.COLUMNS,
        *rhythm.COLUMNS,
        *months.COLUMNS,
        *returns.COLUMNS,
        *beginnings.COLUMNS,
        *visits.COLUMNS,
    ),
    checks=(
        *buying.CHECKS,
        at_least("order_count", 1),
        at_least("refund_count", 0),
        *rhythm.CHECKS,
    ),
)


@dataclass(frozen=True, slots=True)
class Reduced:
    """Order lines and purchases, reduced once to what is looked at from every cut-off.

    Attributes:
        purchases: The table `purchases`.
        order_days: As `order_days` gives them.
        product_days, category_days: As `baskets.thing_days` gives them.
        visit_days, log_days: As `visits` gives them.
    """

    purchases: ir.Table
    order_days: ir.Table
    product_days: ir.Table
    category_days: ir.Table
    visit_days: ir.Table
    log_days: ir.Table


def build(
    purchases: ir.Table,
    order_items: ir.Table,
    events: ir.Table,
    *,
    as_of: date,
    time_zone: str,
) -> ir.Table:
    """Gives what is known of each customer before `as_of`."""
    day = ibis.date(as_of.isoformat())
    items = order_items.filter(order_items.order_date < day)
    events = events.filter(events.event_date < day)
    # Nothing later is even read, so of each thing the last day is enough.
    rows = Reduced(
        purchases=purchases.filter(purchases.order_date < day),
        order_days=order_days(items, time_zone=time_zone),
        product_days=baskets.last_thing_days(items, "product"),
        category_days=baskets.last_thing_days(items, "category"),
        visit_days=visits.visit_days(events),
        log_days=visits.log_days(events),
    )
    return at_cutoffs(rows, [as_of])


def reduced(
    purchases: ir.Table, order_items: ir.Table, events: ir.Table, *, time_zone: str
) -> Reduced:
    """Reduces lines and events to days: the only passes over them, however many cut-offs follow."""
    return Reduced(
        purchases=purchases,
        order_days=order_days(order_items, time_zone=time_zone),
        product_days=baskets.thing_days(order_items, "product"),
        category_days=baskets.thing_days(order_items, "category"),
        visit_days=visits.visit_days(events),
        log_days=visits.log_days(events),
    )


def at_cutoffs(rows: Reduced, cutoffs: Iterable[date]) -> ir.Table:
    """Gives the mart at each of several cut-offs at once.

    Args:
        rows: What was reduced; it may hold rows after the cut-offs, which change nothing.
        cutoffs: Days before which rows are seen.

    Returns:
        One row per cut-off, as `as_of`, and customer who had bought before it.
    """
    days = sorted(set(cutoffs))
    purchases, seen = (seen_from(part, days) for part in (rows.purchases, rows.order_days))
    orders = baskets.orders_at(seen)
    customers = _beside(
        buying.at_each(purchases.drop("days_ago")),
        months.at_each(purchases),
        _by_order(orders),
        _by_day(seen),
        baskets.medians_at(orders),
        baskets.things_at(seen_from(rows.product_days, days), "product"),
        baskets.things_at(seen_from(rows.category_days, days), "category"),
        rhythm.weekdays_at(orders),
        rhythm.hours_at(orders),
        seen_from(beginnings.country_days(rows.order_days), days).select(*SEEN, "country"),
        visits.at_each(seen_from(rows.visit_days, days, day="event_date")),
    )
    logged = seen_from(rows.log_days, days, day="event_date")
    logged = logged.select("as_of", log_days_ago="days_ago")
    customers = customers.left_join(logged, "as_of")
    # A line that names no product sells none that can be told apart.
    counts = [c.name for c in baskets.COLUMNS if c.name.endswith("product_count")]
    return customers.mutate(
        **{name: ibis.coalesce(customers[name], 0) for name in counts},
        **returns.shares(customers),
        **visits.counts(customers),
    ).select(*CONTRACT.column_names)


def _by_order(orders: ir.Table) -> ir.Table:
    """Gives what is counted in orders, credit notes and cancellations."""
    found = orders.group_by(*SEEN).agg(
        **baskets.measures(orders),
        **rhythm.measures(orders),
        **returns.counts(orders),
        **beginnings.measures(orders),
    )
    return found.mutate(**baskets.shares(found), **rhythm.gaps(found))


def _by_day(seen: ir.Table) -> ir.Table:
    """Gives what is counted by the day of each booking."""
    return seen.group_by(*SEEN).agg(**baskets.pieces(seen), **returns.amounts(seen))


def _beside(customers: ir.Table, *themes: ir.Table) -> ir.Table:
    """Gives all columns of the themes beside the customers, who stand in no other theme twice."""
    joined = customers
    names = dict.fromkeys(customers.columns)
    for place, theme in enumerate(themes):
        joined = joined.left_join(theme, list(SEEN), rname=f"{{name}}_{place}")
        names |= dict.fromkeys(name for name in theme.columns if name not in SEEN)
    return joined.select(*names)


CUSTOMER_FEATURES = Table(CONTRACT, build)
