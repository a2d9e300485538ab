"""Lifecycle: who is new, returning, resurrecting or dormant in each period; and stickiness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.marts.lifecycle import DORMANT, NEW, RESURRECTING, RETURNING, STATES, states
from shopkeeper.marts.stickiness import WINDOWS
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse import activity as activities
from shopkeeper.warehouse.periods import Period, first_day, number

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Days over which averages of stickiness are taken.
AVERAGED_DAYS = 30
WHO = {"orders": "customers", "events": "people"}
DOES = {"orders": "ordered", "events": "acted"}


@dataclass(frozen=True, slots=True)
class LifecycleCount:
    """How many were in a state in a period; None where the period is not over."""

    state: str
    count: int | None
    members: Selection


@dataclass(frozen=True, slots=True)
class LifecyclePeriod:
    """One day, week or month.

    Attributes:
        start: Its first day.
        is_over: Whether it ended before `as_of`.
        active_count: New, returning and resurrecting together; None where it is not over.
        active: Opens them.
        states: One count for each state.
        growth_ratio: New and resurrecting by dormant; above 1 the shop gains more than it loses.
    """

    start: date
    is_over: bool
    active_count: int | None
    active: Selection
    states: tuple[LifecycleCount, ...]
    growth_ratio: float | None


@dataclass(frozen=True, slots=True)
class ActiveWindow:
    """How many were active in a number of days.

    Attributes:
        days: Length of the window.
        last_count: How many were active in the window that ends with the last day seen.
        members: Opens them.
        average_count: The mean over the windows that end on each of the last 30 days; None where
            the data begin too late for one of them.
    """

    days: int
    last_count: int
    members: Selection
    average_count: float | None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Who is new, returning, resurrecting or dormant.

    Attributes:
        as_of: Day before which data were seen.
        activity: `orders` or `events`.
        period: `day`, `week` or `month`.
        unit: Who is counted: customers or people.
        definition: What the words mean.
        periods: Oldest first, without a gap.
        windows: Active in 1, 7 and 30 days.
        daily_by_monthly: Average daily by average monthly count (DAU/MAU), in 0-1.
        weekly_by_monthly: The same of weekly count (WAU/MAU).
        findings: Sentences about what stands out.
    """

    as_of: date
    activity: str
    period: str
    unit: str
    definition: tuple[str, ...]
    periods: tuple[LifecyclePeriod, ...]
    windows: tuple[ActiveWindow, ...]
    daily_by_monthly: float | None
    weekly_by_monthly: float | None
    findings: tuple[str, ...]


def activity_rows(
    customer_orders: ir.Table,
    person_days: ir.Table | None = None,
    *,
    as_of: date,
    activity: str = activities.ORDERS,
) -> ir.Table:
    """Gives the activity that is asked for: orders, or days with events.

    Raises:
        UnknownNameError: There is no such activity.
        NotPublishedError: There are no events.
    """
    if activity not in activities.ACTIVITIES:
        raise UnknownNameError.among("activity", activity, activities.ACTIVITIES)
    if activity == activities.ORDERS:
        return activities.of_orders(customer_orders, as_of=as_of)
    if person_days is None:
        raise NotPublishedError(
            "There are no events in these data.", "add a source of events to shopkeeper.toml"
        )
    return activities.of_days(person_days, as_of=as_of)


def lifecycle_rows(
    customer_orders: ir.Table,
    person_days: ir.Table | None = None,
    *,
    as_of: date,
    activity: str = activities.ORDERS,
    period: str = "month",
) -> ir.Table:
    """Gives the periods of each member with what they were in them."""
    if period not in tuple(Period):
        raise UnknownNameError.among("period", period, tuple(Period))
    rows = activity_rows(customer_orders, person_days, as_of=as_of, activity=activity)
    found = states(rows, Period(period), as_of=as_of)
    return found.mutate(is_active=found.state != DORMANT)


ROLLS = (
    Roll(
        "lifecycle",
        "Customers or persons by period, with what they were in it",
        ("member_id",),
        lifecycle_rows,
    ),
    Roll("active_days", "Customers or persons by active day", ("member_id",), activity_rows),
)


def lifecycle(
    customer_orders: ir.Table,
    person_days: ir.Table | None = None,
    stickiness: ir.Table | None = None,
    *,
    as_of: date,
    activity: str = activities.ORDERS,
    period: str = "month",
) -> Lifecycle:
    """Gives the periods with their states.

    Raises:
        NotPublishedError: Nobody was active.
    """
    asked = {"activity": activity, "period": period}
    rows = lifecycle_rows(customer_orders, person_days, as_of=as_of, **asked)
    counted = rows_of(rows.group_by("period_number", "state").agg(count=rows.count()))
    if not counted:
        raise NotPublishedError(
            f"There are no {activity} of anyone in these data.",
            "a lifecycle needs a name or number of the customer, or a visitor, on each",
        )
    selection = Selection("lifecycle", (), tuple(asked.items()))
    periods = _periods(counted, Period(period), selection, as_of)
    windows = _windows(stickiness, activity, as_of)
    averages = {window.days: window.average_count for window in windows}
    return Lifecycle(
        as_of=as_of,
        activity=activity,
        period=period,
        unit=WHO[activity],
        definition=definition(activity, period, as_of),
        periods=periods,
        windows=windows,
        daily_by_monthly=_ratio(averages.get(1), averages.get(30)),
        weekly_by_monthly=_ratio(averages.get(7), averages.get(30)),
        findings=_findings(periods, WHO[activity], period),
    )


def definition(activity: str, period: str, as_of: date) -> tuple[str, ...]:
    """Gives the exact definition in words."""
    does, who = DOES[activity], WHO[activity]
    return (
        f"New in a {period} is who {does} in it for the first time ever; returning, who {does} in "
        f"it and in the {period} before; resurrecting, who {does} in it, not in the {period} "
        f"before, but earlier. New, returning and resurrecting {who} together are the active ones.",
        f"Dormant in a {period} is who {does} in the {period} before, but not in it. A {period} "
        f"that is not over before {as_of} is unknown, never 0.",
        f"Who {does} before the data begin counts as new in their first {period} here.",
        f"Stickiness: {who} active in the 1, 7 and 30 days up to a day, averaged over the last "
        f"{AVERAGED_DAYS} days.",
    )


def _periods(
    counted: list[dict[str, Any]], period: Period, selection: Selection, as_of: date
) -> tuple[LifecyclePeriod, ...]:
    found = {(row["period_number"], row["state"]): int(row["count"]) for row in counted}
    numbers = [place for place, _ in found]
    return tuple(
        _period(place, period, found, selection, as_of)
        for place in range(min(numbers), max(*numbers, number(as_of, period) - 1) + 1)
    )


def _period(
    place: int,
    period: Period,
    found: dict[tuple[int, str], int],
    selection: Selection,
    as_of: date,
) -> LifecyclePeriod:
    start = first_day(place, period)
    is_over = place < number(as_of, period)
    chosen = selection.where("period_date", start)
    counts = {state: found.get((place, state), 0) for state in STATES}
    gone = counts[DORMANT]
    return LifecyclePeriod(
        start=start,
        is_over=is_over,
        active_count=sum(counts.values()) - gone if is_over else None,
        active=chosen.where("is_active", True),
        states=tuple(
            LifecycleCount(state, counts[state] if is_over else None, chosen.where("state", state))
            for state in STATES
        ),
        growth_ratio=(counts[NEW] + counts[RESURRECTING]) / gone if gone and is_over else None,
    )


def _windows(stickiness: ir.Table | None, activity: str, as_of: date) -> tuple[ActiveWindow, ...]:
    """Gives how many were active in 1, 7 and 30 days, at the end and on average."""
    if stickiness is None:
        return ()
    rows = stickiness.filter(stickiness.activity == activity).order_by("active_date")
    by_day = rows_of(rows.select("active_date", *WINDOWS))
    last, first = as_of - timedelta(days=1), by_day[0]["active_date"] if by_day else as_of
    ends = [last - timedelta(days=n) for n in range(AVERAGED_DAYS)]
    found = []
    for name, days in WINDOWS.items():
        counts = _on(by_day, name, ends)
        is_known = ends[-1] - timedelta(days=days - 1) >= first
        members = Selection("active_days", (), (("activity", activity),))
        members = members.where("active_date", as_of - timedelta(days=days), ">=")
        average = sum(counts) / len(counts) if is_known else None
        found.append(ActiveWindow(days, counts[0], members, average))
    return tuple(found)


def _on(by_day: list[dict[str, Any]], name: str, ends: list[date]) -> list[int]:
    """Gives the count on each day; between two rows it stays."""
    from bisect import bisect_right

    days = [row["active_date"] for row in by_day]
    places = [bisect_right(days, end) - 1 for end in ends]
    return [int(by_day[place][name]) if place >= 0 else 0 for place in places]


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _findings(periods: tuple[LifecyclePeriod, ...], unit: str, period: str) -> tuple[str, ...]:
    over = [found for found in periods if found.is_over]
    if not over:
        return (f"No {period} is over yet.",)
    last = over[-1]
    counts = {found.state: found.count or 0 for found in last.states}
    found = [
        f"In the last whole {period}, from {last.start} on, {last.active_count:,} {unit} were "
        f"active: {counts[NEW]:,} new, {counts[RETURNING]:,} returning, "
        f"{counts[RESURRECTING]:,} resurrecting; {counts[DORMANT]:,} went dormant."
    ]
    if last.active_count:
        found.append(f"{percent(counts[NEW] / last.active_count)} of its active {unit} were new.")
    return tuple(found)
