"""Who buys what: the categories that each RFM segment spends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.models.rfm_scores import SEGMENTS
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Named customers' merchandise less discounts, before refunds, by the category of the line (or "
    "the usual category of its product) and by the customer's RFM segment at the end of the data. "
    "The index is the category's part of the segment's spending over its part of all spending: 1.2 "
    "is a fifth more than customers as a whole. Segments are cut by spending too, so those who "
    "spend little lean towards cheap categories. A customer counts in each category they bought."
)
# Smaller categories are in the table behind `Workspace.members`, not in the picture.
MOST_CATEGORIES = 40
LEAST_CUSTOMERS = 20
# Where fewer than one customer in so many bought twice, one order decides segment and category.
REPEAT_OF = 20
ONE_ORDER = (
    "Nearly everybody bought once: what that one order cost decides the segment, so dear and cheap "
    "categories fall into different ones."
)


@dataclass(frozen=True, slots=True)
class CategorySegment:
    """What one segment spends on one category."""

    category: str
    segment: str
    customer_count: int
    sold_amount: Decimal
    share_of_segment: float
    index: float
    customers: Selection


@dataclass(frozen=True, slots=True)
class CategorySegments:
    """Categories by segment; without categories or segments, `refusal` says why."""

    as_of: date
    definition: str
    categories: tuple[str, ...]
    segments: tuple[str, ...]
    cells: tuple[CategorySegment, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    refusal: str | None


def category_rows(
    order_items: ir.Table, products: ir.Table, rfm_segments: ir.Table, *, as_of: date
) -> ir.Table:
    """Gives the lines that sold a named category to a customer with a segment before `as_of`."""
    import ibis

    sold = order_items.filter(
        (order_items.line_type == "merchandise")
        & ~order_items.is_return
        & ~order_items.is_cancellation
        & order_items.customer_id.notnull()
        & (order_items.order_date < ibis.date(as_of.isoformat()))
    )
    usual = products.select("product_id", usual_category=products.category)
    joined = sold.left_join(usual, "product_id").drop("product_id_right")
    scored = joined.inner_join(rfm_segments.select("customer_id", "segment"), "customer_id")
    return scored.select(
        "customer_id",
        "segment",
        category=ibis.coalesce(scored.category, scored.usual_category),
        sold_amount=scored.gross_amount - scored.discount_amount,
    )


CATEGORY_BUYERS = Roll(
    "category_buyers", "Customers of a segment who bought a category", ("customer_id",),
    category_rows,
)  # fmt: skip


def category_segments(
    order_items: ir.Table,
    products: ir.Table,
    rfm_segments: ir.Table | None = None,
    *,
    as_of: date,
) -> CategorySegments:
    """Gives what each segment spent on each category before `as_of`.

    Args:
        order_items: One row per line.
        products: One row per product, for categories that a line does not name.
        rfm_segments: One row per customer with their segment.
        as_of: Day before which data are seen.
    """
    if rfm_segments is None:
        return _refused(as_of, "No customer has a segment; segments need orders that name them.")
    rows = category_rows(order_items, products, rfm_segments, as_of=as_of)
    grouped = rows.group_by("category", "segment").agg(
        customer_count=rows.customer_id.nunique(), sold_amount=rows.sold_amount.sum()
    )
    found = rows_of(grouped)
    named = [row for row in found if row["category"] is not None]
    if not named:
        return _refused(as_of, "No line and no product of these data has a category.")
    totals = _totals(named, "category")
    categories = tuple(sorted(totals, key=lambda name: (-totals[name], name))[:MOST_CATEGORIES])
    present = {row["segment"] for row in named}
    segments = tuple(segment.name for segment in SEGMENTS if segment.name in present)
    cells = tuple(cell for cell in _cells(named, totals) if cell.category in categories)
    findings = (ONE_ORDER,) if _bought_once(rfm_segments) else _findings(cells)
    return CategorySegments(
        *(as_of, DEFINITION, categories, segments, cells, findings),
        _notes(found, len(totals), len(categories)),
        None,
    )


def _refused(as_of: date, reason: str) -> CategorySegments:
    return CategorySegments(as_of, DEFINITION, (), (), (), (), (), reason)


def _bought_once(rfm_segments: ir.Table) -> bool:
    again = (rfm_segments.order_count > 1).ifelse(1, 0).sum()
    counted = rows_of(rfm_segments.agg(people=rfm_segments.count(), again=again))[0]
    return int(counted["again"] or 0) * REPEAT_OF < int(counted["people"])


def _totals(rows: list[dict[str, Any]], key: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row[key]] = found.get(row[key], Decimal(0)) + row["sold_amount"]
    return found


def _cells(rows: list[dict[str, Any]], totals: dict[str, Decimal]) -> list[CategorySegment]:
    by_segment, whole = _totals(rows, "segment"), sum(totals.values(), Decimal(0))
    cells = []
    for row in sorted(rows, key=lambda row: (row["category"], row["segment"])):
        category, segment, amount = row["category"], row["segment"], row["sold_amount"]
        share = float(amount / by_segment[segment]) if by_segment[segment] else 0.0
        usual = float(totals[category] / whole) if whole else 0.0
        selection = Selection(CATEGORY_BUYERS.name)
        cells.append(
            CategorySegment(
                *(category, segment, int(row["customer_count"]), amount, share),
                share / usual if usual else 0.0,
                selection.where("category", category).where("segment", segment),
            )
        )
    return cells


def _notes(found: list[dict[str, Any]], all_count: int, shown_count: int) -> tuple[str, ...]:
    notes = []
    unnamed = sum((r["sold_amount"] for r in found if r["category"] is None), Decimal(0))
    total = sum((row["sold_amount"] for row in found), Decimal(0))
    if unnamed and total:
        notes.append(f"{percent(float(unnamed / total))} of the spending names no category.")
    if shown_count < all_count:
        notes.append(f"The {shown_count} largest of {all_count} categories are shown.")
    return tuple(notes)


def _findings(cells: tuple[CategorySegment, ...]) -> tuple[str, ...]:
    strong = [cell for cell in cells if cell.customer_count >= LEAST_CUSTOMERS]
    if not strong:
        return ()
    best = max(strong, key=lambda cell: (cell.index, cell.category, cell.segment))
    if best.index <= 1.05:
        return ("No segment leans towards a category by more than a twentieth.",)
    return (
        f"`{best.segment}` lean most towards `{best.category}`: {best.index:.2f} × its usual part.",
    )
