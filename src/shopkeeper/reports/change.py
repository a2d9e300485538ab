"""Why did revenue change: the difference of two periods, taken apart so that it adds up exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UsageError
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import money
from shopkeeper.reports.periods import Period, month, quarter, read_period
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.revenue_bridge import (
    Book,
    Effects,
    ProductSums,
    effects,
    to_the_cent,
    value_parts,
)
from shopkeeper.reports.sales_rolls import BUYERS, ORDER, SALES, within

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

DEFINITION = (
    "Net revenue (merchandise less discounts less refunds booked in the period, by the day of the "
    "order) = customers × orders per customer × units per order × amount per unit, + the same of "
    "guests without customers, − refunds + corrections. The change of a product is shared among "
    "its factors by the Shapley value: the mean over all orders in which they could have changed, "
    "so no order is chosen. The amount per unit is split into prices of the same products, mix "
    "among them, new and lost products (each against the average amount per unit) and discounts. "
    "All parts add up to the change; what rounding to a hundredth of a cent leaves is put on the "
    "largest part."
)
# Name, label and meaning of each part, in the order of the waterfall.
PARTS = (
    ("first_time_customers", "First-time customers", "more or fewer customers with a first order"),
    ("returning_customers", "Returning customers", "more or fewer customers who had bought before"),
    ("orders_per_customer", "Orders per customer", "named customers order more or less often"),
    ("guest_orders", "Guest orders", "more or fewer orders that name no customer"),
    ("units_per_order", "Units per order", "larger or smaller baskets"),
    ("price", "Price", "the same products at other prices"),
    ("mix", "Mix", "units move between dearer and cheaper products sold in both periods"),
    ("new_products", "New products", "not sold before; dearer or cheaper than the average unit"),
    ("lost_products", "Lost products", "no longer sold; dearer or cheaper than the average unit"),
    ("discounts", "Discounts", "more or less taken off a unit"),
    ("refunds", "Refunds", "more or less taken back in the period"),
    ("corrections", "Corrections", "money on orders that sell nothing, or that no unit carries"),
)
MOVERS = 8
# Sums of quantities and of amounts in one type.
WIDE = "decimal(38, 4)"
NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class PeriodRevenue:
    """The revenue of one period and what it is made of; counts open their lists."""

    label: str
    start: date
    end: date
    net_amount: Decimal
    sold_amount: Decimal
    refund_amount: Decimal
    correction_amount: Decimal
    customer_count: int
    first_time_customer_count: int
    order_count: int
    guest_order_count: int
    units: Decimal
    customers: Selection
    first_time_customers: Selection
    orders: Selection
    guest_orders: Selection


@dataclass(frozen=True, slots=True)
class ChangePart:
    """One cause and what it contributes to the change."""

    name: str
    label: str
    meaning: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ProductMove:
    """A product and what was sold of it in both periods, before discounts."""

    product_id: str
    product_name: str
    state: str
    amount_before: Decimal
    amount_after: Decimal
    change_amount: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """The change from one period to another; `parts` add up to `change_amount` exactly."""

    kind: str
    before: PeriodRevenue
    after: PeriodRevenue
    change_amount: Decimal
    parts: tuple[ChangePart, ...]
    movers: tuple[ProductMove, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Why revenue changed, for one pair of periods or for the usual ones."""

    as_of: date
    definition: str
    comparisons: tuple[Comparison, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]


def change(  # noqa: PLR0913 - tables in, the question behind the star
    orders: ir.Table,
    order_items: ir.Table,
    customer_orders: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    currency: str,
    before: str | None = None,
    after: str | None = None,
) -> Change:
    """Gives why revenue changed between two periods.

    Args:
        orders: One row per order number.
        order_items: One row per line.
        customer_orders: One row per sale of a named customer.
        products: One row per product, for its name.
        as_of: Day before which data are seen.
        currency: ISO code, for the findings.
        before: The earlier period; None with `after` takes the last whole month and quarter
            against the ones before and a year before.
        after: The later period.

    Raises:
        UsageError: Only one period is given, they overlap, or the data do not reach into one.
    """
    import ibis

    seen = orders.filter(orders.order_date < ibis.date(as_of.isoformat()))
    first = rows_of(seen.agg(first=seen.order_date.min()))[0]["first"] or as_of
    pairs = _pairs(before, after, first, as_of)
    tables = (seen, order_items, customer_orders, products)
    comparisons = tuple(
        _comparison(kind, one, other, tables, (first, as_of)) for kind, one, other in pairs
    )
    notes = () if comparisons else ("The data cover no two whole months or quarters to compare.",)
    findings = tuple(_finding(found, currency) for found in comparisons)
    return Change(as_of, DEFINITION, comparisons, findings, notes)


def _pairs(
    before: str | None, after: str | None, first: date, as_of: date
) -> list[tuple[str, Period, Period]]:
    """Gives the pairs to compare: those asked for, or the usual ones that the data cover."""
    if before is None and after is None:
        return _usual(first, as_of)
    if before is None or after is None:
        raise UsageError(
            "One period alone cannot be compared.", "give both: `--from 2011-10 --to 2011-11`"
        )
    one, other = read_period(before), read_period(after)
    if one.start < other.end and other.start < one.end:
        raise UsageError(f"`{before}` and `{after}` overlap.", "compare periods that do not")
    for period in (one, other):
        if period.end <= first or period.start >= as_of:
            raise UsageError(
                f"There are no data in `{period.label}`.",
                f"the data run from {first} to before {as_of}",
            )
    return [("asked", one, other)]


def _usual(first: date, as_of: date) -> list[tuple[str, Period, Period]]:
    found = []
    for name, of, year in (("month", month, 12), ("quarter", quarter, 4)):
        now = of(as_of) if of(as_of).end <= as_of else of(as_of, 1)
        for kind, back in ((f"{name}, a year before", year), (f"{name}, the one before", 1)):
            then = of(now.start, back)
            if then.is_covered(first, as_of) and now.is_covered(first, as_of):
                found.append((kind, then, now))
    return found


Tables = tuple["ir.Table", "ir.Table", "ir.Table", "ir.Table"]


def _comparison(
    kind: str, before: Period, after: Period, tables: Tables, covered: tuple[date, date]
) -> Comparison:
    orders, order_items, customer_orders, products = tables
    inside = [_inside(orders, period) for period in (before, after)]
    sums = [_sums(rows, customer_orders) for rows in inside]
    by_product = _by_product([rows.filter(rows.is_sale) for rows in inside], order_items)
    one, other = (_revenue(p, s) for p, s in zip((before, after), sums, strict=True))
    difference = other.net_amount - one.net_amount
    raw = _parts(sums, by_product)
    exact = to_the_cent(raw, difference)
    parts = tuple(ChangePart(name, label, said, exact[name]) for name, label, said in PARTS)
    return Comparison(
        *(kind, one, other, difference, parts, _movers(by_product, products)),
        _notes(before, after, covered),
    )


def _inside(orders: ir.Table, period: Period) -> ir.Table:
    import ibis

    start, end = ibis.date(period.start.isoformat()), ibis.date(period.end.isoformat())
    return orders.filter((orders.order_date >= start) & (orders.order_date < end))


def _sums(rows: ir.Table, customer_orders: ir.Table) -> dict[str, Any]:
    """Gives the books of named customers and of guests, and all money beside them."""
    grouped = rows.group_by("is_sale", "is_guest").agg(
        heads=rows.customer_id.nunique(),
        orders=rows.count(),
        **{
            name: rows[name].sum()
            for name in ("quantity", "gross_amount", "discount_amount", "refund_amount")
        },
    )
    found = {(row["is_sale"], row["is_guest"]): row for row in rows_of(grouped)}
    firsts = customer_orders.filter(customer_orders.order_number == 1)
    new = firsts.semi_join(rows.filter(rows.is_sale), list(ORDER))
    refund = sum((row["refund_amount"] for row in found.values()), Decimal(0))
    others = [row for (is_sale, _), row in found.items() if not is_sale]
    return {
        "named": _book(found.get((True, False)), has_heads=True),
        "guests": _book(found.get((True, True)), has_heads=False),
        "new": int(rows_of(new.agg(n=new.count()))[0]["n"]),
        "refund": refund,
        "correction": sum((r["gross_amount"] - r["discount_amount"] for r in others), Decimal(0)),
    }


def _book(row: dict[str, Any] | None, *, has_heads: bool) -> Book:
    if row is None:
        return Book(0 if has_heads else None, 0, NONE, NONE, NONE)
    return Book(
        int(row["heads"]) if has_heads else None,
        int(row["orders"]),
        Fraction(row["quantity"]),
        Fraction(row["gross_amount"]),
        Fraction(row["discount_amount"]),
    )


def _by_product(sales: list[ir.Table], order_items: ir.Table) -> pa.Table:
    """Gives units and gross of each product in both periods, named customers and guests apart."""
    import ibis

    one, other = (
        rows.select(*ORDER, "is_guest", is_after=ibis.literal(place == 1))
        for place, rows in enumerate(sales)
    )
    sold = order_items.filter(
        (order_items.line_type == "merchandise") & ~order_items.is_return
    ).select(
        *(*ORDER, "quantity", "gross_amount"),
        product_id=ibis.coalesce(
            order_items.product_id, order_items.product_name, order_items.category, ""
        ),
    )
    lines = sold.inner_join(one.union(other), list(ORDER))
    sums = {}
    for name, part in (("before", ~lines.is_after), ("after", lines.is_after)):
        for column, kind in (("units", "quantity"), ("gross", "gross_amount")):
            summed = lines[kind].sum(where=part).cast(WIDE)
            sums[f"{column}_{name}"] = ibis.coalesce(summed, ibis.literal(0).cast(WIDE))
    grouped = lines.group_by("product_id", "is_guest").agg(**sums)
    return grouped.to_pyarrow().sort_by([("product_id", "ascending"), ("is_guest", "ascending")])


def _parts(sums: list[dict[str, Any]], by_product: pa.Table) -> dict[str, Fraction | float]:
    """Gives each part of the change before rounding."""
    before, after = sums
    named = effects(before["named"], after["named"])
    guests = effects(before["guests"], after["guests"])
    heads = [book["named"].heads - book["new"] for book in sums]
    corrections = after["correction"] - before["correction"]
    found: dict[str, Fraction | float] = {
        "first_time_customers": named.heads_weight * (after["new"] - before["new"]),
        "returning_customers": named.heads_weight * (heads[1] - heads[0]),
        "orders_per_customer": named.orders,
        "guest_orders": guests.heads,
        "units_per_order": named.units + guests.units,
        "refunds": Fraction(before["refund"] - after["refund"]),
        "corrections": Fraction(corrections) + named.rest + guests.rest,
    }
    for group, whole in (("named", named), ("guests", guests)):
        split = _split(group, sums, by_product, whole)
        for name, amount in split.items():
            found[name] = float(found.get(name, 0.0)) + amount
    return found


def _split(
    group: str, sums: list[dict[str, Any]], by_product: pa.Table, whole: Effects
) -> dict[str, float]:
    mine = by_product.column("is_guest").to_numpy().astype(bool) == (group == "guests")
    arrays = [
        by_product.column(name).cast("float64").to_numpy()[mine]
        for name in ("units_before", "units_after", "gross_before", "gross_after")
    ]
    return value_parts(ProductSums(*arrays), sums[0][group], sums[1][group], whole)


def _revenue(period: Period, sums: dict[str, Any]) -> PeriodRevenue:
    named, guests = sums["named"], sums["guests"]
    sold = _decimal(named.sold + guests.sold)
    buyers = within(Selection(BUYERS.name), period)
    return PeriodRevenue(
        *(period.label, period.start, period.end),
        sold - sums["refund"] + sums["correction"],
        *(sold, sums["refund"], sums["correction"]),
        *(named.heads, sums["new"], named.orders + guests.orders, guests.orders),
        _decimal(named.units + guests.units),
        *(buyers, buyers.where("is_first", value=True)),
        within(Selection(SALES.name), period),
        within(Selection(SALES.name), period).where("is_guest", value=True),
    )


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"))


def _movers(by_product: pa.Table, products: ir.Table) -> tuple[ProductMove, ...]:
    """Gives the products whose sales rose and fell most."""
    merged = by_product.group_by("product_id").aggregate(
        [("gross_before", "sum"), ("gross_after", "sum"), ("units_before", "sum")]
    )
    rows = [
        (r["product_id"], r["gross_before_sum"], r["gross_after_sum"]) for r in merged.to_pylist()
    ]
    rows.sort(key=lambda row: (row[2] - row[1], row[0]))
    falls = [row for row in rows[:MOVERS] if row[2] < row[1]]
    rises = [row for row in rows[::-1][:MOVERS] if row[2] > row[1]]
    shown = [*rises, *falls]
    named = products.filter(products.product_id.isin([row[0] for row in shown] or [""]))
    names = {r["product_id"]: r["product_name"] for r in rows_of(named)}
    return tuple(
        ProductMove(name, names.get(name) or "", _state(one, other), one, other, other - one)
        for name, one, other in shown
    )


def _state(before: Decimal, after: Decimal) -> str:
    return "new" if not before else "lost" if not after else "in both"


def _notes(before: Period, after: Period, covered: tuple[date, date]) -> tuple[str, ...]:
    notes = []
    if before.day_count != after.day_count:
        notes.append(
            f"{before.label} has {before.day_count} days, {after.label} has {after.day_count}: "
            "part of the change is the calendar."
        )
    unfinished = [period for period in (before, after) if not period.is_covered(*covered)]
    notes += [f"The data do not cover {period.label} whole." for period in unfinished]
    return tuple(notes)


def _finding(found: Comparison, currency: str) -> str:
    way = "rose" if found.change_amount >= 0 else "fell"
    size = money(abs(found.change_amount), currency, 0)
    said = f"From {found.before.label} to {found.after.label} net revenue {way} by {size}"
    same = [part for part in found.parts if part.amount * found.change_amount > 0]
    if not same:
        return f"{said}."
    most = max(same, key=lambda part: (abs(part.amount), part.name))
    return f"{said}; most of it by {most.label.lower()}: {money(most.amount, currency, 0)}."
