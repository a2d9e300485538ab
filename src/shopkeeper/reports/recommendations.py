"""What they want next: lists with reasons, what is recommended most, and how it was proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of
from shopkeeper.tasks.recommendation.findings import Findings

if TYPE_CHECKING:
    import ibis.expr.types as ir

EXAMPLE_CUSTOMERS = 5
EXAMPLE_PRODUCTS = 5
TOP_PRODUCTS = 10


@dataclass(frozen=True, slots=True)
class Recommended:
    """One product on a customer's list."""

    rank: int
    product_id: str
    product_name: str
    kind: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class CustomerList:
    """The first products on one customer's list."""

    customer_id: str
    products: tuple[Recommended, ...]


@dataclass(frozen=True, slots=True)
class OftenRecommended:
    """A product that stands on many lists."""

    product_id: str
    product_name: str
    customer_count: int
    new_count: int
    customers: Selection
    new_customers: Selection


@dataclass(frozen=True, slots=True)
class Recommendations:
    """What customers may want next, or why that is not said.

    Attributes:
        as_of: Day before which data were seen.
        findings: The contest behind it: baselines, intervals, refusal.
        customer_count: Customers with a list.
        product_count: Products on any list.
        again_share: Share of all places that show what the customer bought before, in 0-1.
        examples: Customers whose first product is most likely bought, with their lists.
        products: Products on most lists.
        customers: Opens the customers with a list.
        listed_products: Opens the products on any list.
    """

    as_of: date
    findings: Findings
    customer_count: int
    product_count: int
    again_share: float
    examples: tuple[CustomerList, ...]
    products: tuple[OftenRecommended, ...]
    customers: Selection
    listed_products: Selection


def recommended_rows(recommendations: ir.Table) -> ir.Table:
    """Gives the places of all lists."""
    return recommendations.select("customer_id", "product_id", "rank", "kind", "score")


LISTED_CUSTOMERS = Roll(
    "recommended", "Customers by what stands on their list", ("customer_id",), recommended_rows
)
LISTED_PRODUCTS = Roll(
    "recommended_products", "Products by the lists they stand on", ("product_id",), recommended_rows
)
OPENED = (Selection(LISTED_CUSTOMERS.name), Selection(LISTED_PRODUCTS.name))


def recommendations(
    recommendations: ir.Table, *, as_of: date, recommendation_findings: Findings | None
) -> Recommendations:
    """Gives what customers may want next.

    Args:
        recommendations: One row per customer and place on their list.
        as_of: Day before which data were seen.
        recommendation_findings: What training found.

    Raises:
        NotPublishedError: No model was trained yet.
    """
    found = without_lists(as_of=as_of, recommendation_findings=recommendation_findings)
    if not found.findings.is_published:
        return found
    rows = recommendations
    is_again = (rows.kind == "again").ifelse(1, 0)
    counted = rows_of(
        rows.agg(
            customer_count=rows.customer_id.nunique(),
            product_count=rows.product_id.nunique(),
            row_count=rows.count(),
            again_count=is_again.sum(),
        )
    )[0]
    return Recommendations(
        as_of,
        found.findings,
        int(counted["customer_count"]),
        int(counted["product_count"]),
        int(counted["again_count"] or 0) / max(1, int(counted["row_count"])),
        _examples(rows),
        _often(rows),
        *OPENED,
    )


def without_lists(*, as_of: date, recommendation_findings: Findings | None) -> Recommendations:
    """Gives what training found where nobody has a list: nothing passed, or not scored yet.

    Raises:
        NotPublishedError: No model was trained yet.
    """
    if recommendation_findings is None:
        raise NotPublishedError("No recommendations were trained yet.", "train: `shopkeeper run`")
    return Recommendations(as_of, recommendation_findings, 0, 0, 0.0, (), (), *OPENED)


def list_of(recommendations: ir.Table | None, customer_id: str) -> tuple[Recommended, ...]:
    """Gives the list of one customer; empty where there is none."""
    if recommendations is None:
        return ()
    own = recommendations.filter(recommendations.customer_id == customer_id)
    return tuple(map(_recommended, rows_of(own.order_by("rank"))))


def _recommended(row: Mapping[str, Any]) -> Recommended:
    return Recommended(**{name: row[name] for name in Recommended.__dataclass_fields__})


def _examples(rows: ir.Table) -> tuple[CustomerList, ...]:
    firsts = rows.filter(rows["rank"] == 1)
    surest = firsts.order_by([ibis.desc(firsts.score), ibis.asc(firsts.customer_id)])
    chosen = [row["customer_id"] for row in rows_of(surest.limit(EXAMPLE_CUSTOMERS))]
    listed = rows.filter(rows.customer_id.isin(chosen) & (rows["rank"] <= EXAMPLE_PRODUCTS))
    own: dict[str, list[Recommended]] = {customer: [] for customer in chosen}
    for row in rows_of(listed.order_by(["customer_id", "rank"])):
        own[row["customer_id"]].append(_recommended(row))
    return tuple(CustomerList(customer, tuple(found)) for customer, found in own.items())


def _often(rows: ir.Table) -> tuple[OftenRecommended, ...]:
    grouped = rows.group_by("product_id").agg(
        product_name=rows.product_name.min(),
        customer_count=rows.count(),
        new_count=(rows.kind == "new").ifelse(1, 0).sum(),
    )
    most = grouped.order_by([ibis.desc(grouped.customer_count), ibis.asc(grouped.product_id)])
    return tuple(
        OftenRecommended(
            row["product_id"],
            row["product_name"],
            int(row["customer_count"]),
            int(row["new_count"]),
            OPENED[0].where("product_id", row["product_id"]),
            OPENED[0].where("product_id", row["product_id"]).where("kind", "new"),
        )
        for row in rows_of(most.limit(TOP_PRODUCTS))
    )
