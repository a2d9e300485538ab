"""Campaign rolls: the customers whom an offer would reach, and those of them it pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.reports.campaign import CampaignQuestion, campaign_work
from shopkeeper.reports.decision_rolls import ALONE, REACHED, YES, table_of
from shopkeeper.reports.drill import Roll

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.decisions.planning import Planning

# An address that was written by hand carries no offer: its response must have been measured.
NOTHING_OFFERED = CampaignQuestion()


def reached_rows(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    customer_segments: ir.Table | None = None,
    *,
    planning: Planning,
    question: CampaignQuestion = NOTHING_OFFERED,
) -> ir.Table:
    """Gives the customers of all segments that are looked at, with whom the offer pays for."""
    tables = (lifetime_values, rfm_segments, purchase_history, purchases, customer_segments)
    work = campaign_work(*tables, planning=planning, question=question)
    is_chosen = work.reachable["customer_id"].isin(work.customers["customer_id"])
    marked = work.reachable.assign(is_chosen=is_chosen.map({True: YES, False: "no"}))
    return table_of(marked, ("customer_id", "segment", "is_chosen"))


def alone_rows(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    customer_segments: ir.Table | None = None,
    *,
    planning: Planning,
    question: CampaignQuestion = NOTHING_OFFERED,
) -> ir.Table:
    """Gives the customers of all segments that are looked at whom earlier plans keep busy."""
    tables = (lifetime_values, rfm_segments, purchase_history, purchases, customer_segments)
    work = campaign_work(*tables, planning=planning, question=question)
    return table_of(work.left_alone, ("customer_id", "segment"))


LEFT_ALONE = Roll(
    ALONE,
    "Customers whom an offer leaves alone because of earlier plans",
    ("customer_id",),
    alone_rows,
)
CAMPAIGN_CUSTOMERS = Roll(
    REACHED,
    "Customers whom an offer would reach, those it pays for among them",
    ("customer_id",),
    reached_rows,
)
