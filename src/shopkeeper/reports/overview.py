"""How is the shop doing: headline measures with their change, sales over time, who and what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import money, percent
from shopkeeper.reports.headlines import headlines
from shopkeeper.reports.report import Measure, rows_of
from shopkeeper.reports.sales_rolls import BUYERS, PRODUCT_ORDERS, SALES

if TYPE_CHECKING:
    import ibis.expr.types as ir

SOLD, BOUGHT = Selection(SALES.name), Selection(BUYERS.name)
# Rows of the top lists; the tables hold all.
TOP = 15


@dataclass(frozen=True, slots=True)
class PeriodSales:
    """Sales of one calendar month; `is_complete` is False where the data begin or end inside it."""

    start: date
    label: str
    gross_amount: Decimal
    discount_amount: Decimal
    refund_amount: Decimal
    net_amount: Decimal
    order_count: int
    customer_count: int
    new_customer_count: int
    is_complete: bool
    orders: Selection | None = None
    customers: Selection | None = None
    new_customers: Selection | None = None


@dataclass(frozen=True, slots=True)
class GroupSales:
    """Sales of one country or category; `share` is of all net revenue, in 0-1."""

    name: str
    net_amount: Decimal
    order_count: int
    customer_count: int
    share: float
    orders: Selection | None = None
    customers: Selection | None = None


@dataclass(frozen=True, slots=True)
class ProductSales:
    """Sales of one product; `share` is of all net revenue, in 0-1."""

    product_id: str
    product_name: str
    quantity: Decimal
    net_amount: Decimal
    order_count: int
    share: float
    orders: Selection | None = None


@dataclass(frozen=True, slots=True)
class CustomerSales:
    """Sales to one customer; `share` is of all net revenue, in 0-1."""

    customer_id: str
    country: str | None
    first_order_date: date
    last_order_date: date
    order_count: int
    net_amount: Decimal
    share: float
    segment: str | None
    orders: Selection | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the shop as of a date.

    `measures` compare the last `period_days` days with the same number of days before them.
    """

    as_of: date
    first_date: date
    last_date: date
    period_days: int
    measures: tuple[Measure, ...]
    months: tuple[PeriodSales, ...]
    countries: tuple[GroupSales, ...]
    products: tuple[ProductSales, ...]
    customers: tuple[CustomerSales, ...]
    findings: tuple[str, ...]


def overview(  # noqa: PLR0913 - tables in, the question behind the star
    daily_sales: ir.Table,
    customer_orders: ir.Table,
    orders: ir.Table,
    order_items: ir.Table,
    customer_360: ir.Table,
    rfm_segments: ir.Table,
    *,
    as_of: date,
    period_days: int,
    currency: str,
) -> Overview:
    """Gives the state of the shop before `as_of`.

    Args:
        daily_sales: One row per day.
        customer_orders: One row per sale of a named customer.
        orders: One row per order number.
        order_items: One row per line.
        customer_360: One row per customer.
        rfm_segments: One row per customer with their segment.
        as_of: Day before which data are seen.
        period_days: Length of the periods that are compared.
        currency: ISO code, for the findings.
    """
    import ibis

    day = ibis.date(as_of.isoformat())
    seen = daily_sales.filter(daily_sales.order_date < day)
    sales = customer_orders.filter(customer_orders.order_date < day)
    bounds = rows_of(seen.agg(first=seen.order_date.min(), last=seen.order_date.max()))[0]
    first, last = bounds["first"] or as_of, bounds["last"] or as_of
    months = _months(seen, sales, first, as_of)
    total = sum((month.net_amount for month in months), Decimal(0))
    measures = headlines(seen, sales, as_of, period_days, first)
    customers = _customers(customer_360, rfm_segments, total)
    countries = _countries(orders.filter(orders.order_date < day), total)
    return Overview(
        as_of=as_of,
        first_date=first,
        last_date=last,
        period_days=period_days,
        measures=measures,
        months=months,
        countries=countries,
        products=_products(order_items.filter(order_items.order_date < day), total),
        customers=customers,
        findings=_findings(measures, months, countries, customers, currency),
    )


def _months(seen: ir.Table, sales: ir.Table, first: date, as_of: date) -> tuple[PeriodSales, ...]:
    money_columns = ("gross_amount", "discount_amount", "refund_amount", "net_amount")
    by_month = seen.group_by(start=seen.order_date.truncate("M")).agg(
        order_count=seen.order_count.sum(),
        new_customer_count=seen.new_customer_count.sum(),
        **{name: seen[name].sum() for name in money_columns},
    )
    people = sales.group_by(start=sales.order_date.truncate("M")).agg(
        customer_count=sales.customer_id.nunique()
    )
    joined = by_month.left_join(people, "start").drop("start_right").order_by("start")
    months = []
    for row in rows_of(joined):
        start = row["start"]
        following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        months.append(
            PeriodSales(
                start=start,
                label=start.strftime("%Y-%m"),
                **{name: row[name] for name in money_columns},
                order_count=int(row["order_count"]),
                customer_count=int(row["customer_count"] or 0),
                new_customer_count=int(row["new_customer_count"]),
                orders=SOLD.where("order_month", start),
                customers=BOUGHT.where("order_month", start),
                new_customers=BOUGHT.where("order_month", start).where("is_first", value=True),
                is_complete=first <= start + timedelta(days=3) and following <= as_of,
            )
        )
    return tuple(months)


def _countries(orders: ir.Table, total: Decimal) -> tuple[GroupSales, ...]:
    named = orders.mutate(name=orders.country)
    grouped = (
        named.filter(named.name.notnull())
        .group_by("name")
        .agg(
            net_amount=named.net_amount.sum(),
            order_count=named.is_sale.ifelse(1, 0).sum(),
            customer_count=named.customer_id.nunique(where=named.is_sale),
        )
    )
    ordered = grouped.order_by(grouped.net_amount.desc(), grouped.name).limit(TOP)
    return tuple(
        GroupSales(
            row["name"],
            row["net_amount"],
            int(row["order_count"]),
            int(row["customer_count"]),
            _share(row["net_amount"], total),
            SOLD.where("country", row["name"]),
            BOUGHT.where("country", row["name"]),
        )
        for row in rows_of(ordered)
    )


def _products(items: ir.Table, total: Decimal) -> tuple[ProductSales, ...]:
    goods = items.filter((items.line_type == "merchandise") & items.product_id.notnull())
    # Two sources may use the same order number; lines of cancellations sell nothing.
    order = goods.source.concat("/", goods.order_id)
    grouped = goods.group_by("product_id").agg(
        product_name=goods.product_name.max(),
        quantity=goods.quantity.sum(),
        net_amount=goods.net_amount.sum(),
        order_count=order.nunique(where=~goods.is_return & ~goods.is_cancellation),
    )
    ordered = grouped.order_by(grouped.net_amount.desc(), grouped.product_id).limit(TOP)
    return tuple(
        ProductSales(
            row["product_id"],
            row["product_name"] or "",
            row["quantity"],
            row["net_amount"],
            int(row["order_count"]),
            _share(row["net_amount"], total),
            Selection(PRODUCT_ORDERS.name).where("product_id", row["product_id"]),
        )
        for row in rows_of(ordered)
    )


def _customers(
    customer_360: ir.Table, rfm_segments: ir.Table, total: Decimal
) -> tuple[CustomerSales, ...]:
    bought = customer_360.filter(customer_360.order_count > 0)
    segments = rfm_segments.select("customer_id", "segment")
    joined = bought.left_join(segments, "customer_id").drop("customer_id_right")
    ordered = joined.order_by(joined.net_amount.desc(), joined.customer_id).limit(TOP)
    return tuple(
        CustomerSales(
            row["customer_id"],
            row["country"],
            row["first_order_date"],
            row["last_order_date"],
            int(row["order_count"]),
            row["net_amount"],
            _share(row["net_amount"], total),
            row["segment"],
            SOLD.where("customer_id", row["customer_id"]),
        )
        for row in rows_of(ordered)
    )


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else 0.0


def _findings(
    measures: tuple[Measure, ...],
    months: tuple[PeriodSales, ...],
    countries: tuple[GroupSales, ...],
    customers: tuple[CustomerSales, ...],
    currency: str,
) -> tuple[str, ...]:
    """Gives sentences about what stands out, each with its number."""
    found = []
    revenue = measures[0]
    if revenue.change is not None and isinstance(revenue.value, Decimal):
        way = "up" if revenue.change >= 0 else "down"
        found.append(
            f"Net revenue of the period is {money(revenue.value, currency, 0)}, {way} "
            f"{percent(abs(revenue.change))} on the period before."
        )
    whole = [month for month in months if month.is_complete]
    if len(whole) > 1:
        best = max(whole, key=lambda month: month.net_amount)
        found.append(
            f"The best whole month was {best.start:%B %Y} with "
            f"{money(best.net_amount, currency, 0)}."
        )
    if len(customers) >= 10 and sum(c.share for c in customers[:10]) > 0:
        found.append(
            f"The ten best customers bring {percent(sum(c.share for c in customers[:10]))} of all "
            "net revenue."
        )
    if len(countries) > 1:
        found.append(f"{countries[0].name} brings {percent(countries[0].share)} of net revenue.")
    refunds = next(measure for measure in measures if measure.name == "refund_share")
    if isinstance(refunds.value, float) and refunds.value > 0:
        found.append(f"{percent(refunds.value)} of what was sold in the period was taken back.")
    return tuple(found)
