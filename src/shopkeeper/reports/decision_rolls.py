"""Rolls of decisions: who is called, who is held out, whom a plan named, whom an offer reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.decisions.holdout import HOLDOUT, TREAT
from shopkeeper.reports.drill import Roll, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

    from shopkeeper.decisions.planning import Planning

# Columns by which the arms of a plan are told, and those whom it left out.
PLANNED = ("customer_id", "plan_id", "kind", "arm", "channel")
OTHERS = ("customer_id", "plan_id", "reason")
# Reason of who is on the list: none.
LISTED = ""
# Name of the roll of those whom an offer would reach, and how it marks those it pays for.
REACHED, YES = "campaign_customers", "yes"
# Name of the roll of those whom an offer leaves alone because of earlier plans.
ALONE = "left_alone"


def planned_rows(*, planning: Planning) -> ir.Table:
    """Gives the customers of every stored plan, with their arm."""
    import pandas as pd

    parts = [
        stored.targets[["customer_id", "arm", "channel"]].assign(
            plan_id=stored.plan.plan_id, kind=str(stored.plan.kind)
        )
        for stored in planning.plans
    ]
    return table_of(pd.concat(parts) if parts else pd.DataFrame(), PLANNED)


PLAN_CUSTOMERS = Roll(
    "plan_customers",
    "Customers of stored plans, contacted or held out",
    ("customer_id",),
    planned_rows,
)


def left_out_rows(*, left_out: Mapping[str, pa.Table]) -> ir.Table:
    """Gives whom plans left out, and why.

    Args:
        left_out: Plan → its rows of `customer_id` and `reason`.
    """
    import ibis
    import pyarrow as pa

    empty = pa.table({name: pa.array([], pa.string()) for name in OTHERS})
    parts = [
        rows.append_column("plan_id", pa.repeat(plan_id, len(rows))).select(OTHERS)
        for plan_id, rows in left_out.items()
    ]
    return ibis.memtable(pa.concat_tables([empty, *parts]))


PLAN_LEFT_OUT = Roll(
    "plan_left_out",
    "Customers whom stored plans left out, by reason",
    ("customer_id",),
    left_out_rows,
)


def others_of(plan_id: str, reason: str) -> Selection:
    """Gives the way to those whom a plan left out for a reason."""
    return Selection(PLAN_LEFT_OUT.name).where("plan_id", plan_id).where("reason", reason)


def arms_of(plan_id: str) -> tuple[Selection, Selection]:
    """Gives the way to those whom a plan contacts, and to those whom it holds out."""
    everyone = Selection(PLAN_CUSTOMERS.name).where("plan_id", plan_id)
    return everyone.where("arm", TREAT), everyone.where("arm", HOLDOUT)


def table_of(frame: pd.DataFrame, columns: Sequence[str]) -> ir.Table:
    """Gives texts of a frame as an expression; it may be empty."""
    import ibis

    rows = frame.reindex(columns=list(columns)).astype(object)
    return ibis.memtable(rows, schema=dict.fromkeys(columns, "string"))
