"""How do products do: what each brought, to whom, its trend, and how much of it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sales_rolls import PRODUCT_BUYERS, PRODUCT_ORDERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Products on merchandise lines; net revenue is gross less discounts on its "
    "lines less refunds booked by then, of all time. The trend compares the last 91 days with the "
    "same 91 days 52 weeks earlier, so that season does not pass for it; where the data do not "
    "reach back so far, with the 91 days before. The refund rate is refunds over gross."
)
RECENT_DAYS, YEAR_DAYS = 91, 364
# A product needs this many orders before its refund rate is put forward.
LEAST_ORDERS = 20
MOVERS = 10


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product; `change` is relative, None where it was not sold in the period before."""

    product_id: str
    product_name: str
    category: str | None
    net_amount: Decimal
    share: float
    quantity: Decimal
    order_count: int
    customer_count: int
    average_price_amount: float | None
    refund_rate: float | None
    recent_amount: Decimal
    earlier_amount: Decimal | None
    change_amount: Decimal | None
    last_sold_date: date | None
    orders: Selection
    customers: Selection


@dataclass(frozen=True, slots=True)
class ProductPerformance:
    """Products by what they brought, rising, falling, and often taken back."""

    as_of: date
    definition: str
    trend: str
    product_count: int
    silent_count: int
    silent_amount: Decimal
    best_count: int
    best: tuple[ProductRow, ...]
    rising: tuple[ProductRow, ...]
    falling: tuple[ProductRow, ...]
    returned: tuple[ProductRow, ...]
    findings: tuple[str, ...]
    refusal: str | None
    products: Selection
    silent: Selection
    half: Selection


def performance_rows(product_performance: ir.Table) -> ir.Table:
    """Gives the products, with whether they are silent, and among those that bring half."""
    import ibis

    table = product_performance
    order = [ibis.desc(table.net_amount), ibis.asc(table.product_id)]
    so_far = ibis.window(order_by=order, preceding=None, following=0)
    summed = table.select(
        *("product_id", "net_amount"),
        is_silent=table.recent_amount == 0,
        so_far=table.net_amount.sum().over(so_far),
        whole=table.net_amount.sum().over(ibis.window()),
    )
    before = summed.so_far - summed.net_amount
    return summed.select(
        *("product_id", "is_silent"), is_of_half=(before * 2 < summed.whole) & (summed.whole > 0)
    )


PRODUCTS = Roll(
    "products", "Products that were sold, by what they bring", ("product_id",), performance_rows
)


def product_report(
    product_performance: ir.Table, daily_sales: ir.Table, *, as_of: date, limit: int
) -> ProductPerformance:
    """Gives how products did before `as_of`.

    Args:
        product_performance: One row per product.
        daily_sales: One row per day, for where the data begin.
        as_of: Day before which data are seen.
        limit: Products to name among the best.
    """
    table = product_performance
    first = rows_of(daily_sales.agg(first=daily_sales.order_date.min()))[0]["first"] or as_of
    column, trend = _earlier(first, as_of)
    facts = _facts(table)
    earlier = table[column] if column else None
    rows = table if earlier is None else table.mutate(moved=table.recent_amount - earlier)
    total, size = facts["net_amount"] or Decimal(0), MOVERS if column else 0

    def listed(found: ir.Table, count: int) -> tuple[ProductRow, ...]:
        return tuple(_row(row, total, column) for row in rows_of(found.limit(count)))

    best = listed(rows.order_by(rows.net_amount.desc(), rows.product_id), limit)
    often = rows.filter((rows.order_count >= LEAST_ORDERS) & (rows.refund_amount > 0))
    rate = often.refund_amount.cast("float64") / often.gross_amount.cast("float64")
    often = often.mutate(rate=rate)
    rising: tuple[ProductRow, ...] = ()
    falling: tuple[ProductRow, ...] = ()
    if column:
        rising = listed(
            rows.filter(rows.moved > 0).order_by(rows.moved.desc(), rows.product_id), size
        )
        falling = listed(
            rows.filter(rows.moved < 0).order_by(rows.moved.asc(), rows.product_id), size
        )
    half = _half(table, total)
    return ProductPerformance(
        *(as_of, DEFINITION, trend, int(facts["n"]), int(facts["silent"] or 0)),
        *(facts["silent_amount"] or Decimal(0), half, best, rising, falling),
        listed(often.order_by(often.rate.desc(), often.product_id), MOVERS),
        _findings(facts, half, rising, falling),
        None if facts["n"] else "No merchandise line names a product.",
        products=Selection(PRODUCTS.name),
        silent=Selection(PRODUCTS.name).where("is_silent", True),
        half=Selection(PRODUCTS.name).where("is_of_half", True),
    )


def _earlier(first: date, as_of: date) -> tuple[str, str]:
    """Gives the column that the recent days are compared with, and its name in words."""
    recent = timedelta(days=RECENT_DAYS)
    if first <= as_of - recent - timedelta(days=YEAR_DAYS):
        return "year_before_amount", "the same 91 days 52 weeks earlier"
    if first <= as_of - 2 * recent:
        return "previous_amount", "the 91 days before them"
    return "", "nothing: the data are too short"


def _facts(table: ir.Table) -> dict[str, Any]:
    silent = table.recent_amount == 0
    return rows_of(
        table.agg(
            n=table.count(),
            net_amount=table.net_amount.sum(),
            silent=silent.ifelse(1, 0).sum(),
            silent_amount=table.net_amount.sum(where=silent),
        )
    )[0]


def _half(table: ir.Table, total: Decimal) -> int:
    """Gives how many products it takes to bring half of all net revenue."""
    import ibis

    order = [ibis.desc(table.net_amount), ibis.asc(table.product_id)]
    so_far = table.net_amount.sum().over(ibis.window(order_by=order, preceding=None, following=0))
    summed = table.select("net_amount", so_far=so_far)
    below = summed.filter((summed.so_far - summed.net_amount) * 2 < ibis.literal(total))
    return int(rows_of(below.agg(n=below.count()))[0]["n"]) if total > 0 else 0


def _row(row: dict[str, Any], total: Decimal, column: str) -> ProductRow:
    earlier = row[column] if column else None
    gross, pieces = row["gross_amount"], row["quantity"]
    name = row["product_id"]
    return ProductRow(
        *(name, row["product_name"] or "", row["category"], row["net_amount"]),
        float(row["net_amount"] / total) if total else 0.0,
        *(pieces, int(row["order_count"]), int(row["customer_count"])),
        float(gross - row["discount_amount"]) / float(pieces) if pieces else None,
        float(row["refund_amount"] / gross) if gross else None,
        *(row["recent_amount"], earlier),
        None if earlier is None else row["recent_amount"] - earlier,
        row["last_sold_date"],
        Selection(PRODUCT_ORDERS.name).where("product_id", name),
        Selection(PRODUCT_BUYERS.name).where("product_id", name),
    )


def _findings(
    facts: dict[str, Any],
    half: int,
    rising: tuple[ProductRow, ...],
    falling: tuple[ProductRow, ...],
) -> tuple[str, ...]:
    found = []
    if half:
        part = percent(half / int(facts["n"]))
        found.append(f"{half:,} of {int(facts['n']):,} products ({part}) bring half of revenue.")
    if facts["silent"]:
        found.append(f"{int(facts['silent']):,} products brought nothing in the last 91 days.")
    for rows, word in ((rising, "rose"), (falling, "fell")):
        if rows:
            found.append(f"`{rows[0].product_name or rows[0].product_id}` {word} most.")
    return tuple(found)
