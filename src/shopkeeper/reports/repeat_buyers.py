"""One order or more: what customers who came back are against those who did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Named customers with one sale against those with two or more. Spending is "
    "merchandise less discounts, before refunds. A customer of last week has had no time to come "
    "back, so the share that came back is also given for those whose first order lies at least a "
    "year back."
)
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class BuyerGroup:
    """Customers with one order, or with more; `first_` is of their first orders alone."""

    name: str
    customer_count: int
    customer_share: float
    order_count: int
    sold_amount: Decimal
    amount_share: float
    average_order_amount: float
    average_first_order_amount: float
    refund_share: float
    customers: Selection
    orders: Selection


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """The first, second … orders of customers, and how many went on to the next one."""

    order_number: int
    customer_count: int
    sold_amount: Decimal
    average_order_amount: float
    went_on_share: float | None
    customers: Selection


@dataclass(frozen=True, slots=True)
class RepeatBuyers:
    """One-time against repeat customers; without a named customer, `refusal` says why."""

    as_of: date
    definition: str
    groups: tuple[BuyerGroup, ...]
    order_numbers: tuple[OrderNumber, ...]
    repeat_rate: float | None
    mature_customer_count: int
    mature_repeat_rate: float | None
    mature_customers: Selection
    findings: tuple[str, ...]
    refusal: str | None


def repeat_rows(customer_orders: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the sales of named customers before `as_of`, each with how many its customer has."""
    import ibis

    day = ibis.date(as_of.isoformat())
    sales = customer_orders.filter(customer_orders.order_date < day)
    own = ibis.window(group_by="customer_id")
    counted = sales.mutate(
        order_count=sales.count().over(own), first_date=sales.order_date.min().over(own)
    )
    return counted.select(
        *("source", "order_id", "customer_id", "order_number", "order_count"),
        *("gross_amount", "refund_amount"),
        is_repeat=counted.order_count > 1,
        is_first=counted.order_number == 1,
        is_mature=-counted.first_date.delta(day, unit="day") >= YEAR_DAYS,
        sold_amount=counted.gross_amount - counted.discount_amount,
    )


REPEATS = Roll(
    "repeat_buyers", "Named customers by the number of their sales", ("customer_id",), repeat_rows
)
REPEAT_SALES = Roll(
    "repeat_sales",
    "Sales of named customers, by how many the customer has",
    ("source", "order_id"),
    repeat_rows,
)
MOST_NUMBERS = 10


def repeat_buyers(customer_orders: ir.Table, *, as_of: date) -> RepeatBuyers:
    """Gives one-time against repeat customers before `as_of`.

    Args:
        customer_orders: One row per sale of a named customer.
        as_of: Day before which data are seen.
    """
    rows = repeat_rows(customer_orders, as_of=as_of)
    grouped = rows.group_by("is_repeat").agg(
        customer_count=rows.customer_id.nunique(),
        order_count=rows.count(),
        sold_amount=rows.sold_amount.sum(),
        gross_amount=rows.gross_amount.sum(),
        refund_amount=rows.refund_amount.sum(),
        first_amount=rows.sold_amount.sum(where=rows.is_first),
        mature_count=rows.customer_id.nunique(where=rows.is_mature),
    )
    found = sorted(rows_of(grouped), key=lambda row: bool(row["is_repeat"]))
    groups = _groups(found)
    mature = sum(int(row["mature_count"]) for row in found)
    came_back = sum(int(row["mature_count"]) for row in found if row["is_repeat"])
    mature_rate = came_back / mature if mature else None
    rate = _repeat_rate(groups)
    return RepeatBuyers(
        *(as_of, DEFINITION, groups, _numbers(rows), rate, mature, mature_rate),
        Selection(REPEATS.name).where("is_mature", value=True),
        _findings(groups, rate, mature_rate),
        None if groups else "No sale names a customer, so nobody can be seen to come back.",
    )


def _groups(found: list[dict[str, Any]]) -> tuple[BuyerGroup, ...]:
    people = sum(int(row["customer_count"]) for row in found)
    total = sum((row["sold_amount"] for row in found), Decimal(0))
    return tuple(
        BuyerGroup(
            "repeat" if row["is_repeat"] else "one-time",
            int(row["customer_count"]),
            int(row["customer_count"]) / people,
            int(row["order_count"]),
            row["sold_amount"],
            float(row["sold_amount"] / total) if total else 0.0,
            float(row["sold_amount"]) / int(row["order_count"]),
            float(row["first_amount"] or 0) / int(row["customer_count"]),
            float(row["refund_amount"] / row["gross_amount"]) if row["gross_amount"] else 0.0,
            Selection(REPEATS.name).where("is_repeat", bool(row["is_repeat"])),
            Selection(REPEAT_SALES.name).where("is_repeat", bool(row["is_repeat"])),
        )
        for row in found
    )


def _numbers(rows: ir.Table) -> tuple[OrderNumber, ...]:
    early = rows.filter(rows.order_number <= MOST_NUMBERS + 1)
    grouped = early.group_by("order_number").agg(
        customer_count=early.count(), sold_amount=early.sold_amount.sum()
    )
    found = {int(row["order_number"]): row for row in rows_of(grouped)}
    return tuple(
        OrderNumber(
            number,
            (count := int(row["customer_count"])),
            row["sold_amount"],
            float(row["sold_amount"]) / count,
            int(found[number + 1]["customer_count"]) / count if number + 1 in found else 0.0,
            Selection(REPEATS.name).where("order_number", number),
        )
        for number, row in sorted(found.items())
        if number <= MOST_NUMBERS
    )


def _repeat_rate(groups: tuple[BuyerGroup, ...]) -> float | None:
    if not groups:
        return None
    return sum(group.customer_share for group in groups if group.name == "repeat")


def _findings(
    groups: tuple[BuyerGroup, ...], rate: float | None, mature: float | None
) -> tuple[str, ...]:
    if rate is None:
        return ()
    if rate == 0:
        return ("Every customer bought exactly once: nothing can be said about coming back.",)
    again = groups[-1]
    found = [
        f"{percent(rate)} of the customers came back and bring {percent(again.amount_share)} of "
        "what named customers spend."
    ]
    if mature is not None:
        found.append(f"Of those who have had a year or more for it, {percent(mature)} came back.")
    return tuple(found)
