"""What comes back: refunds by month and product, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import money, percent
from shopkeeper.reports.periods import month
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sales_rolls import PRODUCT_ORDERS, RETURNS, returned_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Lines that take merchandise back. By the month in which the refund was "
    "booked, over what was sold in that month; and by the month of the order, over what was sold "
    "then, as far as refunds name or match their order and have been booked by now: young months "
    "still rise. Days to return run from the order to the refund, for linked refunds."
)
# Upper ends of the bands of days to return; the last band has none.
BANDS = ((0, "the same day"), (7, "1 to 7 days"), (30, "8 to 30 days"), (90, "31 to 90 days"))
LEAST_ORDERS = 20
TOP = 15


@dataclass(frozen=True, slots=True)
class ReturnMonth:
    """Refunds booked in a month, and refunds so far of the month's own orders; shares of gross."""

    label: str
    start: date
    is_complete: bool
    line_count: int
    refund_amount: Decimal
    refund_share: float | None
    own_refund_amount: Decimal
    own_refund_share: float | None
    lines: Selection


@dataclass(frozen=True, slots=True)
class ReturnedProduct:
    """A product and what was taken back of it; opens its refund lines."""

    product_id: str
    product_name: str
    refund_amount: Decimal
    returned_quantity: Decimal
    order_count: int
    refund_rate: float | None
    line_count: int
    lines: Selection
    orders: Selection


@dataclass(frozen=True, slots=True)
class ReturnDelay:
    """Linked refund lines by the days they took."""

    label: str
    line_count: int
    share: float
    refund_amount: Decimal
    lines: Selection


@dataclass(frozen=True, slots=True)
class Returns:
    """What was taken back; without a refund, `refusal` says so."""

    as_of: date
    definition: str
    line_count: int
    lines: Selection
    refund_amount: Decimal
    refund_share: float | None
    linked_share: float | None
    months: tuple[ReturnMonth, ...]
    products: tuple[ReturnedProduct, ...]
    delays: tuple[ReturnDelay, ...]
    median_days_to_return: int | None
    findings: tuple[str, ...]
    refusal: str | None


def returns(
    refunds: ir.Table,
    daily_sales: ir.Table,
    product_performance: ir.Table,
    *,
    as_of: date,
    currency: str,
) -> Returns:
    """Gives what was taken back before `as_of`.

    Args:
        refunds: One row per line that takes merchandise back.
        daily_sales: One row per day.
        product_performance: One row per product.
        as_of: Day before which data are seen.
        currency: ISO code, for the findings.
    """
    rows = returned_rows(refunds, as_of=as_of)
    by_link = rows.group_by("link").agg(n=rows.count(), amount=rows.refund_amount.sum())
    links = rows_of(by_link)
    count = sum(int(row["n"]) for row in links)
    amount = sum((row["amount"] for row in links), Decimal(0))
    linked = sum(int(row["n"]) for row in links if row["link"] != "none")
    months, gross = _months(rows, daily_sales, as_of)
    products = _products(rows, product_performance)
    delays, median = _delays(rows)
    share = float(amount / gross) if gross else None
    return Returns(
        *(as_of, DEFINITION, count, Selection(RETURNS.name), amount, share),
        linked / count if count else None,
        *(months, products, delays, median),
        _findings(amount, share, products, median, currency) if count else (),
        None if count else "Nothing was taken back in these data.",
    )


def _months(
    rows: ir.Table, daily_sales: ir.Table, as_of: date
) -> tuple[tuple[ReturnMonth, ...], Decimal]:
    import ibis

    seen = daily_sales.filter(daily_sales.order_date < ibis.date(as_of.isoformat()))
    sold = seen.group_by(start=seen.order_date.truncate("M")).agg(
        first=seen.order_date.min(),
        gross=seen.gross_amount.sum(),
        own=seen.refunded_later_amount.sum(),
    )
    back = rows.group_by(start=rows.refund_month).agg(
        n=rows.count(), amount=rows.refund_amount.sum()
    )
    booked = {row["start"]: row for row in rows_of(back)}
    days = rows_of(sold.order_by("start"))
    first = days[0]["first"] if days else as_of
    nothing = {"n": 0, "amount": Decimal(0)}
    found = []
    for row in days:
        period, here = month(row["start"]), booked.get(row["start"], nothing)
        found.append(
            ReturnMonth(
                *(period.label, period.start, period.is_covered(first, as_of)),
                *(int(here["n"]), here["amount"], _over(here["amount"], row["gross"])),
                *(row["own"], _over(row["own"], row["gross"])),
                Selection(RETURNS.name).where("refund_month", period.start),
            )
        )
    return tuple(found), sum((row["gross"] for row in days), Decimal(0))


def _over(part: Decimal, whole: Decimal) -> float | None:
    return float(part / whole) if whole else None


def _products(rows: ir.Table, performance: ir.Table) -> tuple[ReturnedProduct, ...]:
    lines = rows.group_by("product_id").agg(
        line_count=rows.count(),
        back_amount=rows.refund_amount.sum(),
        back_quantity=rows.quantity.sum(),
    )
    joined = lines.inner_join(performance, "product_id")
    found = rows_of(joined.order_by(joined.back_amount.desc(), joined.product_id).limit(TOP))
    return tuple(
        ReturnedProduct(
            *(row["product_id"], row["product_name"] or "", row["back_amount"]),
            *(row["back_quantity"], int(row["order_count"])),
            _over(row["back_amount"], row["gross_amount"]),
            int(row["line_count"]),
            Selection(RETURNS.name).where("product_id", row["product_id"]),
            Selection(PRODUCT_ORDERS.name).where("product_id", row["product_id"]),
        )
        for row in found
    )


def _delays(rows: ir.Table) -> tuple[tuple[ReturnDelay, ...], int | None]:
    """Gives the bands of days to return, and the day by which half had come back."""
    linked = rows.filter(rows.days_to_return.notnull())
    by_day = linked.group_by("days_to_return").agg(
        n=linked.count(), amount=linked.refund_amount.sum()
    )
    days = rows_of(by_day.order_by("days_to_return"))
    total = sum(int(row["n"]) for row in days)
    delays, low = [], 0
    for high, label in (*BANDS, (None, f"more than {BANDS[-1][0]} days")):
        mine = [r for r in days if low <= r["days_to_return"] and not _above(r, high)]
        selection = Selection(RETURNS.name).where("days_to_return", low, ">=")
        if high is not None:
            selection = selection.where("days_to_return", high, "<=")
            low = high + 1
        count = sum(int(row["n"]) for row in mine)
        amount = sum((row["amount"] for row in mine), Decimal(0))
        delays.append(ReturnDelay(label, count, count / total if total else 0.0, amount, selection))
    return (tuple(delays) if total else ()), _median(days, total)


def _above(row: dict[str, Any], high: int | None) -> bool:
    return high is not None and int(row["days_to_return"]) > high


def _median(days: list[dict[str, Any]], total: int) -> int | None:
    so_far = 0
    for row in days:
        so_far += int(row["n"])
        if so_far * 2 >= total:
            return int(row["days_to_return"])
    return None


def _findings(
    amount: Decimal,
    share: float | None,
    products: tuple[ReturnedProduct, ...],
    median: int | None,
    currency: str,
) -> tuple[str, ...]:
    part = f", {percent(share)} of what was sold" if share is not None else ""
    found = [f"{money(amount, currency, 0)} were taken back{part}."]
    if median is not None:
        found.append(f"Half of the linked returns come within {median} days of the order.")
    often = [p for p in products if p.order_count >= LEAST_ORDERS and p.refund_rate is not None]
    if often:
        worst = max(often, key=lambda product: (product.refund_rate or 0.0, product.product_id))
        found.append(
            f"Of the {len(products)} products with most refunds `{worst.product_name}` is taken "
            f"back most often: {percent(worst.refund_rate or 0.0)} of its gross."
        )
    return tuple(found)
