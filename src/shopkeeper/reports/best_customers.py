"""Who brings the money: customers in tenths and in A, B, C by revenue, and the best by name."""

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
    "Named customers with a sale, in order of their net revenue (merchandise less discounts less "
    "refunds, of all time); of equals the smaller id first. Tenths hold equally "
    "many customers. Shares are of the net revenue of those above zero, so that they add up to "
    "one; customers at or below zero are counted apart. A are the customers who bring the first "
    "80 %, B the next 15 %, C the rest: a customer belongs where the revenue of all before them "
    "ends."
)
A_END, B_END = Decimal("0.8"), Decimal("0.95")
GRADES = {"A": "bring the first 80 %", "B": "bring the next 15 %", "C": "bring the rest"}
# Shares of customers whose share of revenue is told: a hundredth, a twentieth, a fifth.
TOPS = (0.01, 0.05, 0.2)


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """A tenth or a grade of customers and what it brought; `cumulative_share` is up to it."""

    name: str
    customer_count: int
    net_amount: Decimal
    share: float
    cumulative_share: float
    smallest_amount: Decimal
    order_count: int
    customers: Selection
    orders: Selection


@dataclass(frozen=True, slots=True)
class BestCustomer:
    """One of the customers who brought most."""

    place: int
    customer_id: str
    country: str | None
    grade: str
    net_amount: Decimal
    share: float
    order_count: int
    first_order_date: date
    last_order_date: date
    refund_share: float | None
    segment: str | None


@dataclass(frozen=True, slots=True)
class TopShare:
    """What the best part of the customers brings, both in 0-1."""

    customer_share: float
    customer_count: int
    amount_share: float
    customers: Selection


@dataclass(frozen=True, slots=True)
class BestCustomers:
    """How revenue is spread over customers; without a named customer, `refusal` says why."""

    as_of: date
    definition: str
    customer_count: int
    net_amount: Decimal
    unprofitable_count: int
    unprofitable_amount: Decimal
    unprofitable: Selection
    tenths: tuple[ValueGroup, ...]
    grades: tuple[ValueGroup, ...]
    tops: tuple[TopShare, ...]
    customers: tuple[BestCustomer, ...]
    findings: tuple[str, ...]
    refusal: str | None
    everyone: Selection


def value_rows(customer_360: ir.Table) -> ir.Table:
    """Gives the customers with a sale: place by net revenue, tenth, grade, cumulative revenue."""
    import ibis

    bought = customer_360.filter(customer_360.order_count > 0)
    counted_amount = (bought.net_amount > 0).ifelse(
        bought.net_amount, ibis.literal(0).cast("decimal(18, 4)")
    )
    bought = bought.mutate(counted_amount=counted_amount)
    order = [ibis.desc(bought.net_amount), ibis.asc(bought.customer_id)]
    so_far = ibis.window(order_by=order, preceding=None, following=0)
    whole = ibis.window()
    placed = bought.mutate(
        place=ibis.row_number().over(ibis.window(order_by=order)) + 1,
        cumulative_amount=bought.counted_amount.sum().over(so_far),
        all_amount=bought.counted_amount.sum().over(whole),
        all_count=bought.count().over(whole),
    )
    before = placed.cumulative_amount - placed.counted_amount
    # In hundredths, so that decimals are compared with decimals.
    grade = (before * 100 < placed.all_amount * 80).ifelse(
        "A", (before * 100 < placed.all_amount * 95).ifelse("B", "C")
    )
    return placed.mutate(
        tenth=((placed.place - 1) * 10 // placed.all_count + 1).cast("int64"), grade=grade
    )


VALUE_CUSTOMERS = Roll(
    "value_customers",
    "Named customers with a sale, by their place in net revenue",
    ("customer_id",),
    value_rows,
)


def value_order_rows(customer_360: ir.Table, customer_orders: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the sales of named customers before `as_of`, with their place in net revenue."""
    import ibis

    placed = value_rows(customer_360).select("customer_id", "place", "tenth", "grade")
    orders = customer_orders.filter(customer_orders.order_date < ibis.date(as_of.isoformat()))
    return orders.select("source", "order_id", "customer_id").inner_join(placed, "customer_id")


VALUE_ORDERS = Roll(
    "value_orders",
    "Sales of named customers, by the place of the customer in net revenue",
    ("source", "order_id"),
    value_order_rows,
)


def best_customers(
    customer_360: ir.Table,
    rfm_segments: ir.Table | None = None,
    *,
    as_of: date,
    limit: int,
) -> BestCustomers:
    """Gives how revenue before `as_of` is spread over customers, and the best of them.

    Args:
        customer_360: One row per customer.
        rfm_segments: One row per customer with their segment.
        as_of: Day before which data are seen.
        limit: Customers to name.
    """
    rows = value_rows(customer_360)
    facts = rows_of(
        rows.agg(
            customer_count=rows.count(),
            net_amount=rows.net_amount.sum(),
            counted_amount=rows.counted_amount.sum(),
            lost_count=(rows.net_amount <= 0).ifelse(1, 0).sum(),
            lost_amount=rows.net_amount.sum(where=rows.net_amount <= 0),
        )
    )[0]
    count, whole = int(facts["customer_count"]), facts["counted_amount"] or Decimal(0)
    tops = _tops(rows, count, whole) if count else ()
    return BestCustomers(
        as_of=as_of,
        definition=DEFINITION,
        customer_count=count,
        net_amount=facts["net_amount"] or Decimal(0),
        unprofitable_count=int(facts["lost_count"] or 0),
        unprofitable_amount=facts["lost_amount"] or Decimal(0),
        unprofitable=Selection(VALUE_CUSTOMERS.name).where("net_amount", 0, "<="),
        tenths=_groups(rows, "tenth", whole),
        grades=_groups(rows, "grade", whole),
        tops=tops,
        customers=_best(rows, rfm_segments, whole, limit),
        findings=_findings(tops),
        refusal=None if count else "No sale names a customer.",
        everyone=Selection(VALUE_CUSTOMERS.name),
    )


def _groups(rows: ir.Table, column: str, whole: Decimal) -> tuple[ValueGroup, ...]:
    grouped = rows.group_by(name=rows[column]).agg(
        customer_count=rows.count(),
        net_amount=rows.net_amount.sum(),
        counted_amount=rows.counted_amount.sum(),
        smallest_amount=rows.net_amount.min(),
        order_count=rows.order_count.sum(),
    )
    groups, so_far = [], Decimal(0)
    for row in rows_of(grouped.order_by("name")):
        so_far += row["counted_amount"]
        groups.append(
            ValueGroup(
                *(str(row["name"]), int(row["customer_count"]), row["net_amount"]),
                *(_share(row["counted_amount"], whole), _share(so_far, whole)),
                *(row["smallest_amount"], int(row["order_count"])),
                Selection(VALUE_CUSTOMERS.name).where(column, row["name"]),
                Selection(VALUE_ORDERS.name).where(column, row["name"]),
            )
        )
    return tuple(groups)


def _tops(rows: ir.Table, count: int, whole: Decimal) -> tuple[TopShare, ...]:
    places = [max(1, round(part * count)) for part in TOPS]
    found = rows_of(rows.filter(rows.place.isin(places)).select("place", "cumulative_amount"))
    amounts: dict[int, Any] = {int(row["place"]): row["cumulative_amount"] for row in found}
    return tuple(
        TopShare(
            *(part, place, _share(amounts[place], whole)),
            Selection(VALUE_CUSTOMERS.name).where("place", place, "<="),
        )
        for part, place in zip(TOPS, places, strict=True)
    )


def _best(
    rows: ir.Table, rfm_segments: ir.Table | None, whole: Decimal, limit: int
) -> tuple[BestCustomer, ...]:
    best = rows.filter(rows.place <= limit)
    names = [name for name in BestCustomer.__dataclass_fields__ if name not in ("share", "segment")]
    found = rows_of(best.select(*names).order_by("place"))
    segments = {} if rfm_segments is None else _segments(rfm_segments, found)
    return tuple(
        BestCustomer(
            **{**row, "place": int(row["place"]), "order_count": int(row["order_count"])},
            share=_share(row["net_amount"], whole),
            segment=segments.get(row["customer_id"]),
        )
        for row in found
    )


def _segments(rfm_segments: ir.Table, found: list[dict[str, Any]]) -> dict[str, str]:
    wanted = rfm_segments.filter(rfm_segments.customer_id.isin([r["customer_id"] for r in found]))
    return {row["customer_id"]: row["segment"] for row in rows_of(wanted)} if found else {}


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else 0.0


def _findings(tops: tuple[TopShare, ...]) -> tuple[str, ...]:
    if not tops:
        return ()
    fifth, hundredth = tops[-1], tops[0]
    return (
        f"The best fifth of the customers ({fifth.customer_count:,}) bring "
        f"{percent(fifth.amount_share)} of their net revenue, the best hundredth "
        f"({hundredth.customer_count:,}) {percent(hundredth.amount_share)}.",
    )
