"""How do customers pay: sales by payment method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sale_groups import SaleGroup, sale_groups
from shopkeeper.reports.sales_rolls import PAID_ORDERS, PAYMENTS, paid_rows, sale_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Sales are merchandise less discounts, before refunds, guests included, by the payment method "
    "that the order names. Where orders were paid in several ways, the payments below add up what "
    "was really paid in each way, shipping included."
)


@dataclass(frozen=True, slots=True)
class PaidAmount:
    """What was paid in one way, over all payments of all orders."""

    payment_method: str | None
    payment_count: int
    order_count: int
    payment_amount: Decimal
    share: float
    average_installment_count: float | None
    orders: Selection
    payments: Selection


@dataclass(frozen=True, slots=True)
class PaymentMethods:
    """Sales by payment method; without any, `refusal` says why."""

    as_of: date
    period_days: int
    definition: str
    methods: tuple[SaleGroup, ...]
    payments: tuple[PaidAmount, ...]
    findings: tuple[str, ...]
    refusal: str | None


def payment_methods(
    orders: ir.Table,
    customer_orders: ir.Table,
    payments: ir.Table | None = None,
    *,
    as_of: date,
    time_zone: str,
    period_days: int,
) -> PaymentMethods:
    """Gives how sales before `as_of` were paid.

    Args:
        orders: One row per order number.
        customer_orders: One row per sale of a named customer.
        payments: One row per payment of an order.
        as_of: Day before which data are seen.
        time_zone: The shop's.
        period_days: Length of the periods that are compared.
    """
    rows = sale_rows(orders, customer_orders, as_of=as_of, time_zone=time_zone)
    groups = sale_groups(rows, "payment_method", as_of=as_of, period_days=period_days)
    paid: tuple[PaidAmount, ...] = ()
    if payments is not None:
        paid = _paid(paid_rows(payments, orders, customer_orders, as_of=as_of, time_zone=time_zone))
    if all(group.name is None for group in groups) and not paid:
        refusal = "No order names how it was paid."
        return PaymentMethods(as_of, period_days, DEFINITION, (), (), (), refusal)
    findings = _findings(groups, paid)
    return PaymentMethods(as_of, period_days, DEFINITION, groups, paid, findings, None)


def _findings(groups: tuple[SaleGroup, ...], paid: tuple[PaidAmount, ...]) -> tuple[str, ...]:
    named = [group for group in groups if group.name is not None]
    found = []
    if named:
        found.append(
            f"{percent(named[0].share)} of sales name `{named[0].label}` as payment method, "
            f"{named[0].order_count:,} orders."
        )
    if paid:
        way = paid[0].payment_method or "not named"
        found.append(f"{percent(paid[0].share)} of what was paid was paid by `{way}`.")
    return tuple(found)


def _paid(mine: ir.Table) -> tuple[PaidAmount, ...]:
    order = mine.source.concat("/").concat(mine.order_id)
    grouped = mine.group_by("payment_method").agg(
        payment_count=mine.count(),
        order_count=order.nunique(),
        payment_amount=mine.payment_amount.sum(),
        installments=mine.installment_count.cast("float64").mean(),
    )
    found = rows_of(grouped)
    total = sum((row["payment_amount"] for row in found), Decimal(0))
    found.sort(key=lambda row: (-row["payment_amount"], row["payment_method"] or ""))
    return tuple(
        PaidAmount(
            *(row["payment_method"], int(row["payment_count"]), int(row["order_count"])),
            row["payment_amount"],
            float(row["payment_amount"] / total) if total else 0.0,
            row["installments"],
            Selection(PAID_ORDERS.name).where("payment_method", row["payment_method"]),
            Selection(PAYMENTS.name).where("payment_method", row["payment_method"]),
        )
        for row in found
    )
