"""Repeat purchase: how many buy again within how many days, and how long lies between orders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError, UsageError
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

WITHIN_DAYS = (7, 14, 30, 60, 90, 180, 365, 730)
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
# Orders after this one are looked at together.
LAST_ORDER_NUMBER = 5
# Of the normal distribution, for 95 %.
Z = 1.959963984540054
# Days after which nobody looks.
FOR_EVER = 10**9


@dataclass(frozen=True, slots=True)
class RepeatPoint:
    """How many have ordered again by a day.

    Attributes:
        days: Days since the order.
        share: Estimated share that has ordered again by then (Kaplan–Meier), in 0-1.
        low: Lower end of its 95 % interval.
        high: Upper end of it.
        repeat_count: Customers seen to do so.
        members: Opens them.
        watched_count: Customers who could be watched for longer than that, or ordered again.
        watched: Opens them.
    """

    days: int
    share: float
    low: float
    high: float
    repeat_count: int
    members: Selection
    watched_count: int
    watched: Selection


@dataclass(frozen=True, slots=True)
class GapRow:
    """Days between an order and the next one.

    Attributes:
        from_order: Number of the order; None for all orders.
        to_last: Whether orders with higher numbers are in it.
        gap_count: Orders that were followed by another.
        members: Opens them.
        open_count: Orders that were not, so far.
        open_members: Opens them.
        quantiles: Days below which 10, 25, 50, 75 and 90 % of the gaps seen lie.
        median_days: Days by which half have ordered again, with those who are still waiting
            (Kaplan–Meier); None where fewer than half ever do.
    """

    from_order: int | None
    to_last: bool
    gap_count: int
    members: Selection
    open_count: int
    open_members: Selection
    quantiles: tuple[int, ...]
    median_days: int | None


@dataclass(frozen=True, slots=True)
class RepeatPurchase:
    """How many buy again, and when.

    Attributes:
        as_of: Day before which orders were seen.
        from_order: Number of the order after which the next is awaited.
        definition: What is counted, in words.
        customer_count: Customers with that order.
        repeat_count: Of these, with a later one.
        points: The share at chosen days.
        curve: Days and share at each day on which the share rises.
        gaps: Days between orders: of all, and by the number of the order.
        findings: Sentences about what stands out.
    """

    as_of: date
    from_order: int
    definition: tuple[str, ...]
    customer_count: int
    customers: Selection
    repeat_count: int
    repeaters: Selection
    points: tuple[RepeatPoint, ...]
    curve: tuple[tuple[int, float], ...]
    gaps: tuple[GapRow, ...]
    findings: tuple[str, ...]


def repeat_rows(repeat_purchase: ir.Table) -> ir.Table:
    """Gives the orders with the time to the next one.

    Whoever ordered again is watched for ever, so that `watched_days` has no end for them.
    """
    days, known = repeat_purchase.observed_days, repeat_purchase.has_next
    return repeat_purchase.mutate(watched_days=known.ifelse(FOR_EVER, days))


ROLLS = (
    Roll(
        "repeat_customers", "Customers by the number of their order", ("customer_id",), repeat_rows
    ),
    Roll("repeat_orders", "Orders of named customers", ("source", "order_id"), repeat_rows),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A day of a Kaplan–Meier curve: its share with interval, from the day on."""

    days: int
    share: float
    low: float
    high: float


def repeat_purchase(
    repeat_purchase: ir.Table, *, as_of: date, from_order: int = 1
) -> RepeatPurchase:
    """Gives how many buy again.

    Args:
        repeat_purchase: One row per order, with the time to the next one or without one.
        as_of: Day before which orders are seen.
        from_order: Number of the order after which the next is awaited.

    Raises:
        NotPublishedError: No customer has an order with that number.
    """
    if from_order < 1:
        raise UsageError("Orders are counted from 1.", "such as `--from-order 1`")
    counted = _counted(repeat_purchase)
    mine = [row for row in counted if row["order_number"] == min(from_order, LAST_ORDER_NUMBER + 1)]
    if from_order > LAST_ORDER_NUMBER:
        rows = repeat_purchase.filter(repeat_purchase.order_number == from_order)
        mine = _counted(rows)
    if not mine:
        raise NotPublishedError(
            f"No customer has an order number {from_order}.",
            "repeat purchases need orders that name a customer",
        )
    steps = kaplan_meier([(r["observed_days"], r["has_next"], r["count"]) for r in mine])
    selection = Selection("repeat_customers").where("order_number", from_order)
    customers = sum(row["count"] for row in mine)
    repeats = sum(row["count"] for row in mine if row["has_next"])
    points = _points(mine, steps, selection)
    gaps = _gaps(counted)
    return RepeatPurchase(
        as_of=as_of,
        from_order=from_order,
        definition=definition(from_order, as_of),
        customer_count=customers,
        customers=selection,
        repeat_count=repeats,
        repeaters=selection.where("has_next", True),
        points=points,
        curve=tuple((step.days, step.share) for step in steps),
        gaps=gaps,
        findings=_findings(points, gaps, customers, repeats),
    )


def definition(from_order: int, as_of: date) -> tuple[str, ...]:
    """Gives the exact definition in words."""
    return (
        f"Counted are customers from their order number {from_order} on, before {as_of}: the share "
        "that had placed another order by so many calendar days later (0 is the same day).",
        "Customers who have not ordered again count as long as they were watched, and leave the "
        "count then; nobody is taken for lost because the data end (Kaplan–Meier; 95 % interval by "
        "Greenwood's variance of the logarithm of minus the logarithm).",
        "Days between orders are of orders that were followed by another. They are shorter than "
        "what is to come: long gaps are more often cut off by the end of the data. The median "
        "with those who wait takes that into account.",
    )


def kaplan_meier(observed: Sequence[tuple[int, bool, int]]) -> tuple[Step, ...]:
    """Gives the share that had the event by each day on which there was one.

    Args:
        observed: Days, whether the event ended them, and how many such there are.

    References:
        Kaplan and Meier (1958); variance: Greenwood (1926); interval on the scale of
        log(−log(1 − share)): Kalbfleisch and Prentice (1980).

    Examples:
        >>> [(step.days, round(step.share, 3)) for step in kaplan_meier([(1, True, 1),
        ...     (2, False, 1), (3, True, 1)])]
        [(1, 0.333), (3, 1.0)]
    """
    happened: dict[int, int] = {}
    ended: dict[int, int] = {}
    for days, has_happened, count in observed:
        ended[days] = ended.get(days, 0) + count
        happened[days] = happened.get(days, 0) + (count if has_happened else 0)
    at_risk, waiting, variance = sum(ended.values()), 1.0, 0.0
    found = []
    for days in sorted(ended):
        events = happened[days]
        if events:
            waiting *= 1 - events / at_risk
            left = at_risk - events
            variance += events / (at_risk * left) if left else 0.0
            found.append(Step(days, 1 - waiting, *_interval(waiting, variance)))
        at_risk -= ended[days]
    return tuple(found)


def _interval(waiting: float, variance: float) -> tuple[float, float]:
    if not 0 < waiting < 1:
        return 1 - waiting, 1 - waiting
    reach = Z * math.sqrt(variance) / abs(math.log(waiting))
    return 1 - waiting ** math.exp(-reach), 1 - waiting ** math.exp(reach)


def _counted(rows: ir.Table) -> list[dict[str, Any]]:
    """Gives how many orders had to wait so many days; orders with high numbers together."""
    together = LAST_ORDER_NUMBER + 1
    number = (rows.order_number > LAST_ORDER_NUMBER).ifelse(together, rows.order_number)
    rows = rows.select("observed_days", "has_next", order_number=number)
    return rows_of(
        rows.group_by("order_number", "observed_days", "has_next").agg(count=rows.count())
    )


def _points(
    rows: list[dict[str, Any]], steps: tuple[Step, ...], selection: Selection
) -> tuple[RepeatPoint, ...]:
    longest = max(row["observed_days"] for row in rows)
    found = []
    for days in WITHIN_DAYS:
        if days > longest:
            break
        step = max((s for s in steps if s.days <= days), key=lambda s: s.days, default=None)
        done = sum(r["count"] for r in rows if r["has_next"] and r["observed_days"] <= days)
        watched = sum(r["count"] for r in rows if r["observed_days"] >= days or r["has_next"])
        found.append(
            RepeatPoint(
                days=days,
                share=step.share if step else 0.0,
                low=step.low if step else 0.0,
                high=step.high if step else 0.0,
                repeat_count=done,
                members=selection.where("has_next", True).where("observed_days", days, "<="),
                watched_count=watched,
                watched=selection.where("watched_days", days, ">="),
            )
        )
    return tuple(found)


def _gaps(counted: list[dict[str, Any]]) -> tuple[GapRow, ...]:
    orders = Selection("repeat_orders")
    found = [_gap(counted, None, orders)]
    for number in range(1, LAST_ORDER_NUMBER + 2):
        rows = [row for row in counted if row["order_number"] == number]
        if rows:
            comparison = "=" if number <= LAST_ORDER_NUMBER else ">="
            chosen = orders.where("order_number", number, comparison)
            found.append(_gap(rows, number, chosen))
    return tuple(found)


def _gap(rows: list[dict[str, Any]], number: int | None, orders: Selection) -> GapRow:
    gaps = sorted((r["observed_days"], r["count"]) for r in rows if r["has_next"])
    steps = kaplan_meier([(r["observed_days"], r["has_next"], r["count"]) for r in rows])
    return GapRow(
        from_order=number,
        to_last=number is not None and number > LAST_ORDER_NUMBER,
        gap_count=sum(count for _, count in gaps),
        members=orders.where("has_next", True),
        open_count=sum(r["count"] for r in rows if not r["has_next"]),
        open_members=orders.where("has_next", False),
        quantiles=_quantiles(gaps),
        # Half is half, however the product of many fractions was rounded.
        median_days=next((step.days for step in steps if step.share >= 0.5 - 1e-12), None),
    )


def _quantiles(gaps: list[tuple[int, int]]) -> tuple[int, ...]:
    """Gives the smallest number of days that so large a part of the gaps does not exceed."""
    total = sum(count for _, count in gaps)
    found = []
    for part in QUANTILES if total else ():
        below = 0
        for days, count in gaps:
            below += count
            if below >= part * total - 1e-9:
                found.append(int(days))
                break
    return tuple(found)


def _findings(
    points: tuple[RepeatPoint, ...], gaps: tuple[GapRow, ...], customers: int, repeats: int
) -> tuple[str, ...]:
    found = [
        f"{repeats:,} of {customers:,} customers ({percent(repeats / customers)}) have ordered "
        "again so far."
    ]
    if points:
        last = min(points, key=lambda point: abs(point.days - 90))
        found.append(
            f"Within {last.days} days {percent(last.share)} do "
            f"({percent(last.low)} to {percent(last.high)})."
        )
    if gaps[0].quantiles:
        found.append(
            f"Half of all gaps seen between two orders are {gaps[0].quantiles[2]} days or shorter."
        )
    return tuple(found)
