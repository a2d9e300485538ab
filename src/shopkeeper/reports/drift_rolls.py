"""Drift rolls: the customers in the bucket of a drifted feature that has grown most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.monitoring.findings import ModelDrift
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.tasks.churn.features import RECENCY
from shopkeeper.tasks.churn.question import SECOND_PURCHASE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.monitoring.drift import Bucket


@dataclass(frozen=True)
class Moved:
    """Where more customers are than the model knew.

    Attributes:
        model: Name and version.
        column: The feature that has drifted.
        bucket: Which of its values, in words.
        customer_count: Customers with such a value today, of those the model is asked about.
        share: Their part of all of them.
        reference_share: The part on the nearest day that the model learned from.
        customers: Opens them.
    """

    model: str
    column: str
    bucket: str
    customer_count: int
    share: float
    reference_share: float
    customers: Selection


def feature_rows(customer_features: ir.Table) -> ir.Table:
    """Gives the features of all customers; every number as monitoring counts it."""
    import ibis.selectors as s

    rows = customer_features.mutate(s.across(s.of_type("boolean"), lambda c: c.ifelse(1, 0)))
    return rows.mutate(s.across(s.numeric(), lambda c: c.cast("float64")))


FEATURE_CUSTOMERS = Roll(
    "feature_customers",
    "Customers by the features that models look at",
    ("customer_id",),
    feature_rows,
)


def moved_of(drift: ModelDrift) -> tuple[Moved, ...]:
    """Gives the buckets of the features that have drifted, those that drifted most first."""
    found = []
    for column in drift.features:
        bucket = column.bucket
        if not column.has_drifted or bucket is None:
            continue
        found.append(
            Moved(
                drift.model,
                column.column,
                _words(bucket),
                bucket.row_count,
                bucket.row_count / column.row_count,
                bucket.reference_share,
                _selection(drift, column.column, bucket),
            )
        )
    return tuple(found)


def _selection(drift: ModelDrift, column: str, bucket: Bucket) -> Selection:
    found = Selection(FEATURE_CUSTOMERS.name).where(RECENCY, float(drift.window_days), "<=")
    if drift.model.rpartition(" ")[0] == SECOND_PURCHASE.name:
        found = found.where("purchase_count", 1.0)
    if bucket.label is not None:
        return found.where(column, bucket.label)
    if bucket.low is None and bucket.high is None:
        return found.where(column, None)
    if bucket.low is not None:
        found = found.where(column, bucket.low, ">=")
    return found if bucket.high is None else found.where(column, bucket.high, "<")


def _words(bucket: Bucket) -> str:
    if bucket.label is not None:
        return bucket.label
    if bucket.low is None:
        return "not known" if bucket.high is None else f"below {bucket.high:,.4g}"
    return (
        f"{bucket.low:,.4g} or more"
        if bucket.high is None
        else (f"{bucket.low:,.4g} to below {bucket.high:,.4g}")
    )
