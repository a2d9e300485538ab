"""Journey boards: how many take each step to a purchase, and how cohorts come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.boards.executive import AS_OF
from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.marts.funnel import FunnelQuestion
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNKNOWN = "unknown"
STEPS = FunnelQuestion().steps


def build_funnel_steps(funnel: ir.Table) -> ir.Table:
    """Gives each step with the persons who took it, by month, channel and device of entry."""
    entered = funnel.mutate(
        month_date=funnel.entered_date.truncate("M"),
        channel=funnel.channel.coalesce(UNKNOWN),
        device=funnel.device.coalesce(UNKNOWN),
    )
    groups = ["month_date", "channel", "device"]
    steps = []
    for number, name in enumerate(STEPS, 1):
        took = entered.filter(entered.step_count >= number)
        counted = took.group_by(groups).agg(
            as_of=took.as_of.max(),
            person_count=took.count(),
            open_count=took.is_open.ifelse(1, 0).sum(),
        )
        steps.append(
            counted.mutate(
                step_number=ibis.literal(number).cast("int64"), step=ibis.literal(name)
            ).select(*FUNNEL_STEPS.contract.column_names)
        )
    return ibis.union(*steps)


FUNNEL_STEPS = Table(
    Contract(
        "funnel_steps",
        Layer.MART,
        "One row per step to a purchase, month, channel and device of entry: how many persons took "
        "it, in order and within 14 days of a view. Groups without such a person have no row.",
        ("step_number", "month_date", "channel", "device"),
        (
            Column("step_number", "int64", "Step, 1 for the first", "place"),
            Column("step", "string", "Event of the step"),
            Column("month_date", "date", "First day of the month of entry"),
            Column("channel", "string", "Channel at entry, or `unknown`"),
            Column("device", "string", "Device at entry, or `unknown`"),
            AS_OF,
            Column("person_count", "int64", "Persons who took the step", "persons"),
            Column("open_count", "int64", "Of these, who may still take further steps", "persons"),
        ),
        (at_least("person_count", 1),),
    ),
    build_funnel_steps,
)


def build_cohort_retention(retention: ir.Table) -> ir.Table:
    """Gives the months of each cohort that are over."""
    over = retention.filter(retention.active_count.notnull())
    over = over.mutate(cohort_month=over.cohort_date.cast("string").substr(0, 7))
    return over.select(*COHORT_RETENTION.contract.column_names)


COHORT_RETENTION = Table(
    Contract(
        "cohort_retention",
        Layer.MART,
        "One row per month in which customers (by orders) or persons (by events) were first active "
        "and later month that is over: how many of them were active then.",
        ("activity", "cohort_date", "months_since_first"),
        (
            Column("activity", "string", "What is looked at: `orders` or `events`"),
            Column("cohort_date", "date", "First day of the month of the first activity"),
            Column("cohort_month", "string", "Its year and month as text, such as `2024-03`"),
            Column("months_since_first", "int64", "Calendar months since then", "months"),
            AS_OF,
            Column("cohort_member_count", "int64", "Members of the cohort"),
            Column("active_count", "int64", "Of these, active in the month"),
            Column("active_rate", "float64", "Their share of all members", "0-1"),
            Column(
                "purchase_amount",
                "decimal(18, 4)",
                "What they bought in the month less discounts",
                "currency",
                nullable=True,
            ),
        ),
        (
            at_least("months_since_first", 0),
            holds(
                "active_within_cohort",
                "no more are active than began",
                lambda table: table.active_count <= table.cohort_member_count,
            ),
        ),
    ),
    build_cohort_retention,
)
