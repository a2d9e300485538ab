"""What do discounts go with: orders with and without one, by depth; a description, no effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import money, percent
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sale_groups import SaleGroup, sale_groups
from shopkeeper.reports.sales_rolls import (
    DEPTHS,
    PRODUCT_LINES,
    PRODUCT_ORDERS,
    product_rows,
    sale_rows,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "An order has a discount where money was taken off its merchandise, on its lines or on a line "
    "of its own. Its depth is the discount over the list price of the whole order. Sales are "
    "merchandise less discounts, before refunds, guests included."
)
WARNING = (
    "This describes, it does not prove: customers choose whether to use a discount, and shops "
    "choose whom and when to offer one. What a discount brings can be told only by an experiment "
    "with a group that is drawn by lot and gets none."
)


@dataclass(frozen=True, slots=True)
class DiscountImpact:
    """Orders with and without a discount; without any discount, `refusal` says so.

    Attributes:
        discount_amount: Money taken off in all.
        discount_share: Part of the list price of all sales, in 0-1.
        elsewhere_amount: Discounts booked outside sales, on cancellations and corrections.
        groups: Orders without a discount and with one.
        depths: Orders by the depth of their discount.
        promotions: What lines with a named promotion brought: net of discounts, and taken off.
        period_days: Length of the periods that changes compare.
    """

    as_of: date
    definition: str
    warning: str
    discount_amount: Decimal
    discount_share: float
    elsewhere_amount: Decimal
    groups: tuple[SaleGroup, ...]
    depths: tuple[SaleGroup, ...]
    promotions: tuple[Promotion, ...]
    findings: tuple[str, ...]
    refusal: str | None
    period_days: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """Sold lines that name one promotion."""

    promotion: str
    line_count: int
    order_count: int
    gross_amount: Decimal
    discount_amount: Decimal
    orders: Selection
    lines: Selection


def discount_impact(
    orders: ir.Table,
    order_items: ir.Table,
    customer_orders: ir.Table,
    *,
    as_of: date,
    time_zone: str,
    period_days: int,
    currency: str,
) -> DiscountImpact:
    """Gives what went with discounts before `as_of`; never invents one.

    Args:
        orders: One row per order number.
        order_items: One row per line, for the promotions.
        customer_orders: One row per sale of a named customer.
        as_of: Day before which data are seen.
        time_zone: The shop's.
        period_days: Length of the periods that are compared.
        currency: ISO code, for the findings.
    """
    import ibis

    day = ibis.date(as_of.isoformat())
    rows = sale_rows(orders, customer_orders, as_of=as_of, time_zone=time_zone)
    groups = sale_groups(rows, "has_discount", as_of=as_of, period_days=period_days)
    money_off = rows_of(rows.agg(off=rows.discount_amount.sum(), gross=rows.gross_amount.sum()))[0]
    off, gross = money_off["off"] or Decimal(0), money_off["gross"] or Decimal(0)
    outside = orders.filter(~orders.is_sale & (orders.order_date < day))
    elsewhere = rows_of(outside.agg(off=outside.discount_amount.sum()))[0]["off"] or Decimal(0)
    depths = sale_groups(rows, "discount_depth", as_of=as_of, period_days=period_days)
    labelled = tuple(
        replace(group, label=_depth(int(group.name or 0)))
        for group in sorted(depths, key=lambda group: int(group.name or 0))
    )
    has_any = any(group.name for group in groups)
    refusal = None if has_any else _refusal(elsewhere, currency)
    return DiscountImpact(
        as_of=as_of,
        definition=DEFINITION,
        warning=WARNING,
        discount_amount=off,
        discount_share=float(off / gross) if gross else 0.0,
        elsewhere_amount=elsewhere,
        groups=_named(groups) if has_any else (),
        depths=labelled if has_any else (),
        promotions=_promotions(product_rows(order_items, as_of=as_of)),
        findings=_findings(groups, off, gross, currency) if has_any else (),
        refusal=refusal,
        period_days=period_days,
    )


def _named(groups: tuple[SaleGroup, ...]) -> tuple[SaleGroup, ...]:
    words = {True: "with a discount", False: "without a discount"}
    return tuple(replace(group, label=words[bool(group.name)]) for group in groups)


def _refusal(elsewhere: Decimal, currency: str) -> str:
    if elsewhere:
        return (
            f"No sale carries a discount; {money(elsewhere, currency)} were booked as discounts "
            "outside sales, which says nothing about orders with a discount."
        )
    return "There is no discount in these data, and none is made up."


def _depth(band: int) -> str:
    if band == 0:
        return "none"
    low = DEPTHS[band - 2] if band > 1 else 0.0
    if band > len(DEPTHS):
        return f"over {DEPTHS[-1]:.0%}"
    return f"over {low:.0%} to {DEPTHS[band - 1]:.0%}"


def _promotions(sold: ir.Table) -> tuple[Promotion, ...]:
    named = sold.filter(sold.promotion.notnull())
    order = named.source.concat("/").concat(named.order_id)
    grouped = named.group_by("promotion").agg(
        line_count=named.count(),
        order_count=order.nunique(),
        gross_amount=named.gross_amount.sum(),
        discount_amount=named.discount_amount.sum(),
    )
    found = rows_of(grouped.order_by(grouped.gross_amount.desc(), grouped.promotion).limit(30))
    opens = Selection(PRODUCT_ORDERS.name)
    return tuple(
        Promotion(
            **row,
            orders=opens.where("promotion", row["promotion"]),
            lines=Selection(PRODUCT_LINES.name).where("promotion", row["promotion"]),
        )
        for row in found
    )


def _findings(
    groups: tuple[SaleGroup, ...], off: Decimal, gross: Decimal, currency: str
) -> tuple[str, ...]:
    found = [f"{money(off, currency, 0)} were taken off, {percent(float(off / gross))} of list."]
    by = {bool(group.name): group for group in groups}
    if len(by) == 2:
        with_one, without = by[True], by[False]
        total = with_one.order_count + without.order_count
        found.append(
            f"{percent(with_one.order_count / total)} of orders carry a discount; they bring "
            f"{money(with_one.average_order_amount, currency)} each, the others "
            f"{money(without.average_order_amount, currency)}."
        )
    return tuple(found)
