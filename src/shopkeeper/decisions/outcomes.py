"""Outcomes: what the customers on a list bought in the days that count, from the shop's tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from shopkeeper.decisions.customers import joined_amounts, past_amounts
from shopkeeper.decisions.measured import MeasuredRate, conclusive, measured_rates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.decisions.plan import Kind, StoredPlan


def amounts_between(purchases: ir.Table, first: date, end: date) -> pd.DataFrame:
    """Gives what each customer bought from a day on until before another."""
    days = (ibis.date(day.isoformat()) for day in (first, end))
    first_date, end_date = days
    found = past_amounts(purchases, first_date=first_date, end_date=end_date)
    frame: pd.DataFrame = found.to_pyarrow().to_pandas()
    return frame


def outcomes_of(purchases: ir.Table, stored: StoredPlan, *, as_of: date) -> pd.DataFrame:
    """Gives the list of a plan with `amount` and `purchase_count`, as far as data go.

    Args:
        purchases: Days on which customers bought.
        stored: The plan.
        as_of: Day before which data are seen.
    """
    plan = stored.plan
    bought = amounts_between(purchases, plan.as_of, min(plan.end_date, as_of))
    found = joined_amounts(stored.targets["customer_id"], bought)
    return stored.targets.reset_index(drop=True).join(found)


def with_past_amounts(
    customers: pd.DataFrame, purchases: ir.Table, *, as_of: date, days: int
) -> pd.DataFrame:
    """Gives customers with `past_amount`: what they bought in as many days before a date."""
    before = amounts_between(purchases, as_of - timedelta(days=days), as_of)
    past = joined_amounts(customers["customer_id"], before)["amount"]
    return customers.assign(past_amount=past.to_numpy())


def rates_of(
    purchases: ir.Table, plans: Iterable[StoredPlan], *, kind: Kind, as_of: date
) -> tuple[MeasuredRate, ...]:
    """Gives what read-outs of earlier plans of a kind could tell for certain, the latest last."""
    found: list[MeasuredRate] = []
    for stored in plans:
        if stored.plan.kind == kind and stored.plan.end_date <= as_of:
            rows = outcomes_of(purchases, stored, as_of=as_of)
            found.extend(conclusive(measured_rates(stored.plan.plan_id, rows)))
    return tuple(found)
