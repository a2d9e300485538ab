"""Headline measures: the numbers of a period beside those of the one before, with their lists."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.report import Measure, Unit, rows_of
from shopkeeper.reports.sales_rolls import BUYERS, SALES

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _period(seen: ir.Table, sales: ir.Table, start: date, end: date) -> dict[str, Any]:
    """Gives the raw numbers of the days from `start` to before `end`."""
    import ibis

    low, high = ibis.date(start.isoformat()), ibis.date(end.isoformat())
    days = seen.filter((seen.order_date >= low) & (seen.order_date < high))
    bought = sales.filter((sales.order_date >= low) & (sales.order_date < high))
    again = bought.order_number > 1
    booked = rows_of(
        days.agg(
            net=days.net_amount.sum(),
            gross=days.gross_amount.sum(),
            discount=days.discount_amount.sum(),
            refund=days.refund_amount.sum(),
            orders=days.order_count.sum(),
            guests=days.guest_order_count.sum(),
        )
    )[0]
    people = rows_of(
        bought.agg(
            customers=bought.customer_id.nunique(),
            new=(bought.order_number == 1).ifelse(1, 0).sum(),
            again=bought.customer_id.nunique(where=again),
        )
    )[0]
    return {key: value or 0 for key, value in {**booked, **people}.items()}


def headlines(
    seen: ir.Table, sales: ir.Table, as_of: date, period_days: int, first: date
) -> tuple[Measure, ...]:
    """Gives the headline measures of the last days, beside those of as many days before.

    Args:
        seen: Rows of `daily_sales` before `as_of`.
        sales: Rows of `customer_orders` before `as_of`.
        as_of: Day before which data are seen.
        period_days: Length of both periods.
        first: First day of the data.
    """
    start = as_of - timedelta(days=period_days)
    before = start - timedelta(days=period_days)
    now = _derived(_period(seen, sales, start, as_of))
    # A period that begins before the data do would compare a whole with a part.
    then = _derived(_period(seen, sales, before, start)) if first <= before else {}
    lists = _lists(start, as_of), _lists(before, start) if then else {}
    return tuple(
        Measure(
            name, label, meaning, unit, now[name], then.get(name), *(way.get(name) for way in lists)
        )
        for name, label, meaning, unit in MEASURES
    )


def _lists(start: date, end: date) -> dict[str, Selection]:
    """Gives the ways to those whom the counts of a period count."""
    orders, buyers = (
        Selection(roll.name).where("order_date", start, ">=").where("order_date", end, "<")
        for roll in (SALES, BUYERS)
    )
    new = buyers.where("is_first", value=True)
    return {"order_count": orders, "customer_count": buyers, "new_customer_count": new}


MEASURES = (
    (
        "net_amount",
        "Net revenue",
        "Merchandise sold less discounts, less what was taken back in the period; shipping, fees "
        "and gift cards are apart",
        Unit.CURRENCY,
    ),
    ("order_count", "Orders", "Sales booked in the period, guests included", Unit.COUNT),
    (
        "average_order_amount",
        "Average order",
        "Merchandise sold less discounts, divided by the number of sales",
        Unit.CURRENCY,
    ),
    (
        "customer_count",
        "Customers",
        "Named customers with at least one sale in the period",
        Unit.COUNT,
    ),
    ("new_customer_count", "New customers", "Of these, with their first sale ever", Unit.COUNT),
    (
        "returning_share",
        "Returning customers",
        "Share of the period's named customers with a sale that was not their first",
        Unit.SHARE,
    ),
    (
        "refund_share",
        "Refunds",
        "Merchandise taken back in the period over merchandise sold in it",
        Unit.SHARE,
    ),
    ("guest_share", "Guest orders", "Share of sales that name no customer", Unit.SHARE),
)


def _derived(raw: dict[str, Any]) -> dict[str, Decimal | int | float | None]:
    def share(part: Any, whole: Any) -> float | None:
        return float(part) / float(whole) if whole else None

    sold = raw["gross"] - raw["discount"]
    return {
        "net_amount": Decimal(raw["net"]),
        "order_count": int(raw["orders"]),
        "average_order_amount": float(sold) / raw["orders"] if raw["orders"] else None,
        "customer_count": int(raw["customers"]),
        "new_customer_count": int(raw["new"]),
        "returning_share": share(raw["again"], raw["customers"]),
        "refund_share": share(raw["refund"], raw["gross"]),
        "guest_share": share(raw["guests"], raw["orders"]),
    }
