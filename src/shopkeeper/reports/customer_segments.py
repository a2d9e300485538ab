"""Who buys alike: groups found in the data, their size, value and profile, and who moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.tasks.customer_segmentation.findings import Findings

# Of a segment that the last training does not know, as its model was taken back by hand.
WORDLESS = ("They are a group of an earlier version of the model", "See their averages")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One segment: who is in it, how many, how much money, and what they do on average."""

    cluster_id: str
    segment: str
    meaning: str
    advice: str
    customer_count: int
    customer_share: float
    purchase_amount: Decimal
    amount_share: float
    average_purchase_count: float
    average_purchase_amount: Decimal
    average_days_since_last_purchase: float
    average_days_since_first_purchase: float
    outlier_count: int
    previous_customer_count: int
    customers: Selection
    outliers: Selection
    previous_customers: Selection


@dataclass(frozen=True, slots=True)
class GroupMove:
    """Customers who went from one segment to another; None: was no customer yet."""

    from_segment: str | None
    to_segment: str
    customer_count: int
    purchase_amount: Decimal
    customers: Selection


@dataclass(frozen=True, slots=True)
class CustomerSegments:
    """All segments as of a date, the moves since an earlier one, and how far to trust them.

    Attributes:
        as_of: Day before which data were seen; None where nobody is put into segments.
        previous_as_of: The earlier date that moves are counted from; None as above.
        customer_count: Customers in segments.
        outlier_count: Those of them who lie far from every segment.
        model: Name and version of the model that put them there; empty where nobody is.
        segments: Segments, the most valuable first; empty where the data carry none.
        moves: Customers by segment then and now, the most first.
        findings: What the last training found, with the reasons where nobody is put into segments.
        customers: Opens the customers in segments.
        outliers: Opens those who lie far from every segment.
    """

    as_of: date | None
    previous_as_of: date | None
    customer_count: int
    outlier_count: int
    model: str
    segments: tuple[GroupRow, ...]
    moves: tuple[GroupMove, ...]
    findings: Findings
    customers: Selection | None = None
    outliers: Selection | None = None


def group_rows(customer_segments: ir.Table) -> ir.Table:
    """Gives the customers with the group they are in, and the one before."""
    return customer_segments.select(
        "customer_id", "cluster_id", "segment", "previous_segment", "is_outlier"
    )


GROUP_CUSTOMERS = Roll(
    "customer_segments",
    "Customers by the group of those who buy alike",
    ("customer_id",),
    group_rows,
)
OPENED = Selection(GROUP_CUSTOMERS.name)
EVERYBODY = (OPENED, OPENED.where("is_outlier", True))


def customer_segments(
    customer_features: ir.Table,
    customer_segments: ir.Table | None = None,
    *,
    segment_findings: Findings | None,
) -> CustomerSegments:
    """Gives the segments found in the data, with size, value, profile and moves.

    Args:
        customer_features: One row per customer, with the amounts of the segments.
        customer_segments: One row per customer, as of the same date; None where there is none.
        segment_findings: What the last training found.

    Raises:
        NotPublishedError: Nothing was trained yet.
    """
    if segment_findings is None:
        raise NotPublishedError(
            "No groups of customers were looked for yet.", "look for them with `shopkeeper run`"
        )
    if customer_segments is None or not segment_findings.is_published:
        return CustomerSegments(None, None, 0, 0, "", (), (), segment_findings)
    joined = _joined(customer_segments, customer_features)
    whole = rows_of(
        joined.agg(
            as_of=joined.as_of.max(),
            previous_as_of=joined.previous_as_of.max(),
            customer_count=joined.count(),
            outlier_count=joined.is_outlier.ifelse(1, 0).sum(),
            purchase_amount=joined.purchase_amount.sum(),
            model=joined.model.max(),
        )
    )[0]
    return CustomerSegments(
        whole["as_of"],
        whole["previous_as_of"],
        int(whole["customer_count"]),
        int(whole["outlier_count"] or 0),
        whole["model"],
        _rows(joined, whole, segment_findings),
        _moves(joined),
        segment_findings,
        *EVERYBODY,
    )


def _joined(segments: ir.Table, features: ir.Table) -> ir.Table:
    measures = features.select(
        "customer_id",
        "purchase_count",
        "purchase_amount",
        "days_since_last_purchase",
        "days_since_first_purchase",
    )
    return segments.inner_join(measures, "customer_id")


def _rows(joined: ir.Table, whole: dict[str, Any], findings: Findings) -> tuple[GroupRow, ...]:
    grouped = joined.group_by("cluster_id", "segment").agg(
        customer_count=joined.count(),
        purchase_amount=joined.purchase_amount.sum(),
        purchase_count=joined.purchase_count.sum(),
        last_days=joined.days_since_last_purchase.sum(),
        first_days=joined.days_since_first_purchase.sum(),
        outlier_count=joined.is_outlier.ifelse(1, 0).sum(),
    )
    earlier = joined.filter(joined.previous_segment.notnull())
    before = {
        row["previous_segment"]: int(row["customer_count"])
        for row in rows_of(earlier.group_by("previous_segment").agg(customer_count=earlier.count()))
    }
    words = {found.cluster_id: (found.meaning, found.advice) for found in findings.segments}
    found = [
        _row(row, whole, words.get(row["cluster_id"], WORDLESS), before) for row in rows_of(grouped)
    ]
    return tuple(sorted(found, key=lambda row: (-row.purchase_amount, row.cluster_id)))


def _row(
    row: dict[str, Any], whole: dict[str, Any], words: tuple[str, str], before: dict[str, int]
) -> GroupRow:
    count = int(row["customer_count"])
    own = OPENED.where("cluster_id", row["cluster_id"])
    purchases = int(row["purchase_count"])
    amount = Decimal(row["purchase_amount"])
    total = Decimal(whole["purchase_amount"])
    return GroupRow(
        cluster_id=row["cluster_id"],
        segment=row["segment"],
        meaning=words[0],
        advice=words[1],
        customer_count=count,
        customer_share=count / int(whole["customer_count"]),
        purchase_amount=amount,
        amount_share=float(amount / total) if total else 0.0,
        average_purchase_count=purchases / count,
        average_purchase_amount=round(amount / purchases, 2),
        average_days_since_last_purchase=float(row["last_days"]) / count,
        average_days_since_first_purchase=float(row["first_days"]) / count,
        outlier_count=int(row["outlier_count"]),
        previous_customer_count=before.get(row["segment"], 0),
        customers=own,
        outliers=own.where("is_outlier", value=True),
        previous_customers=OPENED.where("previous_segment", row["segment"]),
    )


def _moves(joined: ir.Table) -> tuple[GroupMove, ...]:
    grouped = joined.group_by("previous_segment", "segment").agg(
        customer_count=joined.count(), purchase_amount=joined.purchase_amount.sum()
    )
    found = sorted(
        rows_of(grouped),
        key=lambda row: (-row["customer_count"], row["previous_segment"] or "", row["segment"]),
    )
    return tuple(
        GroupMove(
            row["previous_segment"],
            row["segment"],
            int(row["customer_count"]),
            Decimal(row["purchase_amount"]),
            OPENED.where("segment", row["segment"]).where(
                "previous_segment", row["previous_segment"]
            ),
        )
        for row in found
    )
