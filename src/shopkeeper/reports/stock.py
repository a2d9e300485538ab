"""What to order again: stock that must be there, by product, and where it falls short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of
from shopkeeper.tasks.demand.findings import Findings

if TYPE_CHECKING:
    import ibis.expr.types as ir

LISTED_PRODUCTS = 25
NOT_KNOWN = (
    "Stock on hand is not known; give it by `demand.stock_file` to be told what falls short. "
    "Compare it with what must be there when an order is made."
)
NO_RANGE = (
    "Too few past dates tell how far forecasts lie off, so nothing is said of how much must be "
    "there; the expected pieces are a mean, and half of the time more is sold."
)


@dataclass(frozen=True, slots=True)
class StockLine:
    """One product: what sells while an order is on its way, and what must be there for it."""

    product_id: str
    product_name: str
    category: str
    expected_quantity: Decimal
    reorder_quantity: Decimal | None
    safety_quantity: Decimal | None
    stock_quantity: Decimal | None
    missing_quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class Stock:
    """What to order again, or why that is not said.

    Attributes:
        as_of: Day before which data were seen.
        findings: The contest behind it.
        lead_time_days: Days from order to shelf.
        lead_time_weeks: Whole weeks that it begins.
        service_level: Probability with which stock is to last through them.
        product_count: Products that are foretold by themselves.
        known_count: Of these, products whose stock the shop gives.
        short_count: Of these, products that fall short.
        products: Short ones first, by pieces that are missing; then by what they sell.
        notes: What is not known, in sentences.
        foretold: Opens the products that are foretold by themselves.
        known: Opens those whose stock the shop gives.
        short: Opens those that fall short.
    """

    as_of: date
    findings: Findings
    lead_time_days: int
    lead_time_weeks: int
    service_level: float
    product_count: int
    known_count: int
    short_count: int
    products: tuple[StockLine, ...]
    notes: tuple[str, ...]
    foretold: Selection | None = None
    known: Selection | None = None
    short: Selection | None = None


def advice_rows(stock_advice: ir.Table) -> ir.Table:
    """Gives the products that are foretold by themselves, with what is known of their stock."""
    rows = stock_advice
    return rows.select(
        "product_id",
        is_known=rows.stock_quantity.notnull(),
        is_short=ibis.coalesce(rows.missing_quantity > 0, ibis.literal(value=False)),
    )


STOCK_PRODUCTS = Roll(
    "stock_products", "Products that are foretold by themselves", ("product_id",), advice_rows
)
FORETOLD = Selection(STOCK_PRODUCTS.name)
WAYS = (FORETOLD, FORETOLD.where("is_known", True), FORETOLD.where("is_short", True))


def stock(
    stock_advice: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    demand_findings: Findings | None,
    limit: int = LISTED_PRODUCTS,
    product: str | None = None,
) -> Stock:
    """Gives what to order again.

    Args:
        stock_advice: One row per product that is foretold by itself.
        products: All products.
        as_of: Day before which data were seen.
        demand_findings: What training found.
        limit: Products to list.
        product: The one product that is asked for; None lists those that matter most.

    Raises:
        NotPublishedError: Nothing was trained yet.
        UnknownNameError: The shop has no such product.
    """
    found = without_stock(as_of=as_of, demand_findings=demand_findings)
    if not found.findings.is_published:
        return found
    rows = stock_advice
    told = _counted(rows)
    asked = rows if product is None else rows.filter(rows.product_id == product)
    lines = tuple(map(_line, rows_of(_weightiest(asked).limit(limit))))
    notes = [] if product is None or lines else [_why_not(products, product)]
    notes += [NOT_KNOWN] if told["product_count"] and not told["known_count"] else []
    notes += [NO_RANGE] if told["product_count"] and not told["ranged_count"] else []
    return Stock(
        as_of,
        found.findings,
        int(told["lead_time_days"]),
        int(told["lead_time_weeks"]),
        float(told["service_level"]),
        int(told["product_count"]),
        int(told["known_count"]),
        int(told["short_count"]),
        lines,
        tuple(notes),
        *WAYS,
    )


def without_stock(*, as_of: date, demand_findings: Findings | None) -> Stock:
    """Gives what training found where nothing is foretold.

    Raises:
        NotPublishedError: Nothing was trained yet.
    """
    if demand_findings is None:
        raise NotPublishedError("No forecast was trained yet.", "train: `shopkeeper run`")
    return Stock(as_of, demand_findings, 0, 0, 0.0, 0, 0, 0, (), demand_findings.reasons)


def _counted(rows: ir.Table) -> dict[str, Any]:
    is_short = (rows.missing_quantity > 0).ifelse(1, 0)
    return rows_of(
        rows.agg(
            product_count=rows.count(),
            known_count=rows.stock_quantity.count(),
            short_count=ibis.coalesce(is_short.sum(), 0),
            ranged_count=rows.reorder_quantity.count(),
            lead_time_days=ibis.coalesce(rows.lead_time_days.max(), 0),
            lead_time_weeks=ibis.coalesce(rows.lead_time_weeks.max(), 0),
            service_level=ibis.coalesce(rows.service_level.max(), 0.0),
        )
    )[0]


def _weightiest(rows: ir.Table) -> ir.Table:
    return rows.order_by(
        [
            ibis.desc(ibis.coalesce(rows.missing_quantity.cast("float64"), 0.0)),
            ibis.desc(rows.expected_quantity),
            ibis.asc(rows.product_id),
        ]
    )


def _line(row: Mapping[str, Any]) -> StockLine:
    return StockLine(**{name: row[name] for name in StockLine.__dataclass_fields__})


def _why_not(products: ir.Table, product: str) -> str:
    """Says why a product is not foretold by itself."""
    own = products.filter(products.product_id == product)
    rows = rows_of(own.select("sale_count", "line_type"))
    if not rows:
        known = [row["product_id"] for row in rows_of(products.select("product_id"))]
        raise UnknownNameError.among("product", product, known)
    if rows[0]["line_type"] != "merchandise":
        return f"`{product}` is no merchandise but `{rows[0]['line_type']}`: it is not foretold."
    count = int(rows[0]["sale_count"])
    if not count:
        return f"`{product}` was never sold, so nothing tells what it will sell."
    times = "once" if count == 1 else f"{count:,} times"
    return (
        f"`{product}` was sold {times} and is not among the best sellers of the last year that are "
        "foretold by themselves (`demand.most_products`); it is part of `(other products)`."
    )
