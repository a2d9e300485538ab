"""Segment data: the customers of a run at several dates, as grouping asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.jobs.training_data import (
    BOUGHT,
    by_customer,
    contents_of,
    facts_of_run,
    features_at,
    floats,
)
from shopkeeper.marts.customer_features import CUSTOMER_FEATURES
from shopkeeper.tasks.customer_segmentation.contest import dates_of
from shopkeeper.tasks.customer_segmentation.features import RAW
from shopkeeper.tasks.lifetime_value.customers import customers_at

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.evaluation.facts import DataFacts
    from shopkeeper.jobs.writing import Writing


@dataclass(frozen=True)
class SegmentWorld:
    """Customers at the dates of a contest.

    Attributes:
        known: Date → columns `RAW` of the mart, by customer id.
        first_date: Day of the first purchase of all.
        content: Hash of the purchases, which does not depend on their order.
    """

    known: dict[date, pd.DataFrame]
    first_date: date
    content: int

    def customers_at(self, day: date) -> pd.DataFrame:
        """Gives the customers as they were known at a date."""
        return self.known[day]


def facts_of_segments(at_work: Writing, as_of: date, horizon_days: int) -> DataFacts:
    """Measures what readiness asks of the orders of a run."""
    return facts_of_run(at_work, as_of, (horizon_days,))


def read_world(at_work: Writing, as_of: date) -> SegmentWorld:
    """Reads purchases once and gives the mart at all dates of a contest."""
    import ibis
    import pandas as pd

    purchases = at_work.table("purchases")
    rows = purchases.filter(purchases.order_date < ibis.date(as_of.isoformat()))
    frame = floats(at_work.draft.engine, rows.order_by("customer_id", "order_date"))
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    first: date = frame["order_date"].min().date()
    found = features_at(at_work, frame, dates_of(first, as_of))
    known = {day: customers[list(RAW)] for day, customers in found.items()}
    return SegmentWorld(known, first, contents_of(frame[list(BOUGHT)]))


def customers_now(at_work: Writing) -> pd.DataFrame:
    """Gives the mart as it stands in a run: id, date and the columns `RAW`."""
    return _frame(at_work, at_work.table(CUSTOMER_FEATURES.name))


def customers_then(at_work: Writing, as_of: date) -> pd.DataFrame:
    """Gives the same as of an earlier date; of the mart only what is asked for."""
    return _frame(at_work, customers_at(at_work.table("purchases"), cutoffs=[as_of]))


def _frame(at_work: Writing, mart: ir.Table) -> pd.DataFrame:
    rows = floats(at_work.draft.engine, mart.select("customer_id", "as_of", *RAW))
    return by_customer(rows).reset_index()
