"""Lifecycle: each month of each customer and person: new, returning, resurrecting or dormant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse import activity
from shopkeeper.warehouse.money import AMOUNT, nothing
from shopkeeper.warehouse.periods import Period, number
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

STATES = ("new", "returning", "resurrecting", "dormant")
NEW, RETURNING, RESURRECTING, DORMANT = STATES

CONTRACT = Contract(
    name="lifecycle",
    layer=Layer.MART,
    meaning="One row per customer (by orders) or person (by events) and calendar month before "
    "`as_of` in which they were active, or in which they were not after a month in which they "
    "were. New is by the first activity ever; new, returning and resurrecting are the active "
    "ones. Nobody is dormant in a month that is not over. Looks at nothing from `as_of` on.",
    grain=("activity", "member_id", "month_date"),
    columns=(
        Column("activity", "string", "What is looked at: `orders` or `events`"),
        Column("member_id", "string", "Customer of orders, person of events", personal=True),
        Column("month_date", "date", "First day of the month"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("state", "string", "`new`, `returning`, `resurrecting` or `dormant`"),
        Column("cohort_date", "date", "First day of the month of the first activity ever"),
        Column("months_since_first", "int64", "Calendar months since then", unit="months"),
        Column("action_count", "int64", "Orders or events of the month", unit="orders or events"),
        Column(
            "purchase_amount",
            AMOUNT,
            "Merchandise bought less discounts, before refunds; 0 for events",
            unit="currency",
        ),
        Column("is_over", "boolean", "Whether the month ended before `as_of`"),
    ),
    checks=(
        one_of("activity", activity.ACTIVITIES),
        one_of("state", STATES),
        at_least("months_since_first", 0),
        holds(
            "dormant_is_without_action",
            "who is dormant has no action in the month, and only they",
            lambda table: (table.state == DORMANT) == (table.action_count == 0),
        ),
        holds(
            "new_in_the_first_month",
            "who is new is in their first month, and only they",
            lambda table: (table.state == NEW) == (table.months_since_first == 0),
        ),
    ),
)


def build(customer_orders: ir.Table, person_days: ir.Table, *, as_of: date) -> ir.Table:
    """Gives the months of all customers and persons."""
    parts = {
        activity.ORDERS: activity.of_orders(customer_orders, as_of=as_of),
        activity.EVENTS: activity.of_days(person_days, as_of=as_of),
    }
    both = activity.united(
        [rows.mutate(activity=ibis.literal(name)) for name, rows in parts.items()],
        ("activity", "member_id", "active_date", "action_count", "amount"),
    )
    found = states(both, Period.MONTH, "activity", as_of=as_of)
    return found.mutate(
        as_of=ibis.date(as_of.isoformat()),
        month_date=found.period_date,
        months_since_first=found.period_number - found.cohort_number,
        purchase_amount=found.amount,
        is_over=found.period_number < number(as_of, Period.MONTH),
    )


def states(rows: ir.Table, period: Period, *within: str, as_of: date) -> ir.Table:
    """Gives the periods in which members were active or dormant, with what they were.

    Args:
        rows: Activity before `as_of`.
        period: How time is cut.
        within: Columns that tell activities apart.
        as_of: Periods that are not over then have nobody dormant.

    Returns:
        One row per member and period: `period_number`, `period_date`, `state`, and number and
        first day of the member's first period as `cohort_number` and `cohort_date`.
    """
    active = activity.in_periods(rows, period, *within)
    of_member = [*within, "member_id"]
    in_order = ibis.window(group_by=of_member, order_by="period_number")
    whole = ibis.window(group_by=of_member)
    active = active.mutate(
        previous=active.period_number.lag().over(in_order),
        following=active.period_number.lead().over(in_order),
        cohort_number=active.period_number.min().over(whole),
        cohort_date=active.period_date.min().over(whole),
    )
    state = ibis.cases(
        (active.previous.isnull(), NEW),
        (active.period_number - active.previous == 1, RETURNING),
        else_=RESURRECTING,
    )
    columns = (
        *of_member,
        *("period_number", "period_date", "state", "cohort_number", "cohort_date"),
        *("action_count", "amount"),
    )
    gone = active.filter(
        (active.following.isnull() | (active.following - active.period_number > 1))
        & (active.period_number + 1 < number(as_of, period))
    )
    gone = gone.mutate(
        period_number=gone.period_number + 1,
        period_date=_next(gone.period_date, period),
        state=ibis.literal(DORMANT),
        action_count=ibis.literal(0, "int64"),
        amount=nothing(),
    )
    return activity.united([active.mutate(state=state), gone], columns)


def _next(starts: ir.DateValue, period: Period) -> ir.DateValue:
    step = ibis.interval(1, unit={"day": "D", "week": "W", "month": "M"}[str(period)])
    found: ir.DateValue = (starts + step).cast("date")
    return found


LIFECYCLE = Table(CONTRACT, build)
