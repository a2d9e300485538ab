"""Who the customers are: RFM segments, their size and value, and how customers moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError
from shopkeeper.models.rfm_scores import SEGMENTS, RfmScores
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment: what it means, what to do, how many customers and how much money."""

    segment: str
    meaning: str
    advice: str
    customer_count: int
    customer_share: float
    order_amount: Decimal
    amount_share: float
    average_order_count: float
    average_days_since_last_order: float
    average_amount: Decimal
    previous_customer_count: int
    customers: Selection
    previous_customers: Selection


@dataclass(frozen=True, slots=True)
class SegmentMove:
    """Customers who went from one segment to another; None: was no customer yet."""

    from_segment: str | None
    to_segment: str
    customer_count: int
    order_amount: Decimal
    customers: Selection


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One cell of the recency x frequency grid; scores run from 1 (worst) to 5 (best)."""

    recency_score: int
    frequency_score: int
    customer_count: int
    order_amount: Decimal
    customers: Selection


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments as of a date, and the moves since `previous_as_of`."""

    as_of: date
    previous_as_of: date
    customer_count: int
    segments: tuple[SegmentRow, ...]
    moves: tuple[SegmentMove, ...]
    grid: tuple[ScoreCell, ...]
    thresholds: dict[str, tuple[float, ...]]
    customers: Selection


def segment_rows(rfm_segments: ir.Table) -> ir.Table:
    """Gives the customers with what tells them apart: segments then and now, and scores."""
    return rfm_segments.select(
        "customer_id", "segment", "previous_segment", "recency_score", "frequency_score"
    )


SEGMENT_CUSTOMERS = Roll(
    "rfm_segments", "Customers by their RFM segment", ("customer_id",), segment_rows
)
OPENED = Selection(SEGMENT_CUSTOMERS.name)


def segments(rfm_segments: ir.Table, *, model: RfmScores) -> Segments:
    """Gives the segments with their size, value and moves.

    Args:
        rfm_segments: One row per customer.
        model: The fitted scores, for the thresholds.

    Raises:
        NotPublishedError: No customer has a segment.
    """
    dates = rows_of(
        rfm_segments.agg(
            as_of=rfm_segments.as_of.max(),
            previous_as_of=rfm_segments.previous_as_of.max(),
            customer_count=rfm_segments.count(),
            order_amount=rfm_segments.order_amount.sum(),
        )
    )[0]
    if not dates["customer_count"]:
        raise NotPublishedError(
            "There is no customer with a segment.", "segments need orders that name a customer"
        )
    return Segments(
        as_of=dates["as_of"],
        previous_as_of=dates["previous_as_of"],
        customer_count=int(dates["customer_count"]),
        segments=_rows(rfm_segments, dates),
        moves=_moves(rfm_segments),
        grid=_grid(rfm_segments),
        thresholds=dict(model.thresholds_),
        customers=OPENED,
    )


def _rows(table: ir.Table, dates: dict[str, Any]) -> tuple[SegmentRow, ...]:
    grouped = table.group_by("segment").agg(
        customer_count=table.count(),
        order_amount=table.order_amount.sum(),
        order_count=table.order_count.sum(),
        days=table.days_since_last_order.sum(),
    )
    found = {row["segment"]: row for row in rows_of(grouped)}
    earlier = table.filter(table.previous_segment.notnull())
    before = {
        row["previous_segment"]: int(row["customer_count"])
        for row in rows_of(earlier.group_by("previous_segment").agg(customer_count=earlier.count()))
    }
    rows = []
    for segment in SEGMENTS:
        row = found.get(segment.name)
        count = int(row["customer_count"]) if row else 0
        amount = Decimal(row["order_amount"]) if row else Decimal(0)
        rows.append(
            SegmentRow(
                segment=segment.name,
                meaning=segment.meaning,
                advice=segment.advice,
                customer_count=count,
                customer_share=count / int(dates["customer_count"]),
                order_amount=amount,
                amount_share=float(amount / dates["order_amount"])
                if dates["order_amount"]
                else 0.0,
                average_order_count=float(row["order_count"]) / count if row else 0.0,
                average_days_since_last_order=float(row["days"]) / count if row else 0.0,
                average_amount=round(amount / count, 2) if count else Decimal(0),
                previous_customer_count=before.get(segment.name, 0),
                customers=OPENED.where("segment", segment.name),
                previous_customers=OPENED.where("previous_segment", segment.name),
            )
        )
    return tuple(rows)


def _moves(table: ir.Table) -> tuple[SegmentMove, ...]:
    grouped = table.group_by("previous_segment", "segment").agg(
        customer_count=table.count(), order_amount=table.order_amount.sum()
    )
    found = sorted(
        rows_of(grouped),
        key=lambda row: (-row["customer_count"], row["previous_segment"] or "", row["segment"]),
    )
    return tuple(
        SegmentMove(
            row["previous_segment"],
            row["segment"],
            int(row["customer_count"]),
            row["order_amount"],
            OPENED.where("segment", row["segment"]).where(
                "previous_segment", row["previous_segment"]
            ),
        )
        for row in found
    )


def _grid(table: ir.Table) -> tuple[ScoreCell, ...]:
    grouped = table.group_by("recency_score", "frequency_score").agg(
        customer_count=table.count(), order_amount=table.order_amount.sum()
    )
    found = rows_of(grouped.order_by("recency_score", "frequency_score"))
    return tuple(
        ScoreCell(
            int(row["recency_score"]),
            int(row["frequency_score"]),
            int(row["customer_count"]),
            row["order_amount"],
            OPENED.where("recency_score", int(row["recency_score"])).where(
                "frequency_score", int(row["frequency_score"])
            ),
        )
        for row in found
    )
