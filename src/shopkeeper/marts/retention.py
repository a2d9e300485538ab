"""Retention: of those who began in a month, how many were active again in each later month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.warehouse import activity
from shopkeeper.warehouse.money import AMOUNT, nothing
from shopkeeper.warehouse.periods import Period, first_day, number, number_of, start_of
from shopkeeper.warehouse.stages import settled
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

# What can be counted of each activity, the usual one first.
MEASURES = {
    activity.ORDERS: ("customers", "orders", "revenue"),
    activity.EVENTS: ("people", "events"),
}
CHOICES = {
    "activity": activity.ACTIVITIES,
    "cohorts": tuple(str(period) for period in Period),
    "clock": ("calendar", "rolling"),
    "kind": ("period", "unbounded", "bracket"),
}
HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class RetentionQuestion:
    """What is asked of orders or events.

    Attributes:
        activity: `orders` of customers or `events` of persons.
        measure: `customers`, `orders` or `revenue`; of events `people` or `events`.
        cohorts: Who is looked at together, and how long a period is: `day`, `week` or `month`.
        clock: `calendar` days, weeks from Monday and months; or `rolling`: days of 24 hours from
            the hour of the first activity, weeks of 7 and months of 30 days from its day.
        kind: Active in exactly this `period`; `unbounded`: in this or any later one; `bracket`:
            in any of a few periods.
        brackets: First and last period of each bracket, both included.
        periods: The highest period that is shown.
        event_names: Of events, those that count, for the beginning and for coming back; none
            named: all of them.
    """

    activity: Literal["orders", "events"] = "orders"
    measure: str = ""
    cohorts: Literal["day", "week", "month"] = "month"
    clock: Literal["calendar", "rolling"] = "calendar"
    kind: Literal["period", "unbounded", "bracket"] = "period"
    brackets: tuple[tuple[int, int], ...] = ((1, 3), (4, 6), (7, 12))
    periods: int = 12
    event_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, words in CHOICES.items():
            if getattr(self, name) not in words:
                raise UnknownNameError.among(name, str(getattr(self, name)), words)
        if self.measure and self.measure not in MEASURES[self.activity]:
            raise UnknownNameError.among("measure", self.measure, MEASURES[self.activity])
        if self.event_names and self.activity != activity.EVENTS:
            raise UsageError("Orders have no names of events to choose by.", "add `--of events`")
        ends = [day for bracket in self.brackets for day in bracket]
        if ends != sorted(ends) or len({low for low, _ in self.brackets}) < len(self.brackets):
            raise UsageError("Brackets follow one another.", "such as `--brackets 1-3,4-6,7-12`")
        if any(
            one[1] >= two[0] for one, two in zip(self.brackets, self.brackets[1:], strict=False)
        ):
            raise UsageError("Brackets overlap.", "such as `--brackets 1-3,4-6,7-12`")

    @property
    def counts(self) -> str:
        """What is counted."""
        return self.measure or MEASURES[self.activity][0]

    @property
    def period(self) -> Period:
        """Length of a period, and of the time in which a cohort begins."""
        return Period(self.cohorts)

    @property
    def spans(self) -> tuple[tuple[int, int | None], ...]:
        """First and last period of each column; None as last one is without end."""
        if self.kind == "bracket":
            return self.brackets
        columns = range(self.periods + 1)
        return tuple((n, n if self.kind == "period" else None) for n in columns)

    def last_day_of(self, cohort: date, period: int) -> date:
        """Gives the last day that a period can have for anyone of a cohort."""
        if self.clock == "calendar":
            return first_day(number(cohort, self.period) + period + 1, self.period) - timedelta(1)
        youngest = first_day(number(cohort, self.period) + 1, self.period) - timedelta(1)
        # Rolling days begin within a day and so end on the next one.
        reach = 1 if self.period is Period.DAY else 0
        return youngest + timedelta((period + 1) * self.period.days - 1 + reach)

    def is_over(self, cohort: date, span: tuple[int, int | None], as_of: date) -> bool:
        """Says whether all of a cohort have lived through a span of periods before `as_of`."""
        low, high = span
        return self.last_day_of(cohort, low if high is None else high) < as_of


CONTRACT = Contract(
    name="retention",
    layer=Layer.MART,
    meaning="One row per calendar month in which customers (by orders) or persons (by events) "
    "were first active, and later month up to the one before `as_of`: how many of them were active "
    "then. What a month brought is missing where the month is not over. Looks at nothing from "
    "`as_of` on.",
    grain=("activity", "cohort_date", "months_since_first"),
    columns=(
        Column("activity", "string", "What is looked at: `orders` or `events`"),
        Column("cohort_date", "date", "First day of the month of the first activity ever"),
        Column("months_since_first", "int64", "Calendar months since then", unit="months"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("cohort_member_count", "int64", "Customers or persons of the cohort so far"),
        Column(
            "active_count",
            "int64",
            "Of these, active in the month; missing where it is not over",
            nullable=True,
        ),
        Column(
            "active_rate",
            "float64",
            "Active ones by all of the cohort; missing where the month is not over",
            unit="0-1",
            nullable=True,
        ),
        Column(
            "action_count",
            "int64",
            "Their orders or events in the month; missing where it is not over",
            nullable=True,
        ),
        Column(
            "purchase_amount",
            AMOUNT,
            "What they bought in the month less discounts; missing where it is not over",
            unit="currency",
            nullable=True,
        ),
    ),
    checks=(
        one_of("activity", activity.ACTIVITIES),
        at_least("months_since_first", 0),
        at_least("cohort_member_count", 1),
        holds(
            "active_within_cohort",
            "no more are active than began",
            lambda table: table.active_count <= table.cohort_member_count,
        ),
    ),
)


def build(lifecycle: ir.Table, *, as_of: date) -> ir.Table:
    """Gives each cohort in each month that there has been since."""
    active = lifecycle.filter(lifecycle.action_count > 0)
    found = active.group_by("activity", "cohort_date", "months_since_first").agg(
        active_count=active.count(),
        action_count=active.action_count.sum().cast("int64"),
        purchase_amount=active.purchase_amount.sum().cast(AMOUNT),
    )
    cohorts = found.filter(found.months_since_first == 0)
    cohorts = cohorts.select("activity", "cohort_date", cohort_member_count="active_count")
    last = number(as_of - timedelta(days=1), Period.MONTH)
    ends = last - number_of(cohorts.cohort_date, Period.MONTH) + 1
    cohorts = settled(cohorts.mutate(ends=ends))
    ages = ibis.range(ibis.literal(0, "int64"), cohorts.ends)
    cells = cohorts.mutate(months_since_first=ages.unnest().cast("int64"))
    joined = cells.left_join(found, ["activity", "cohort_date", "months_since_first"])
    month = number_of(joined.cohort_date, Period.MONTH) + joined.months_since_first
    is_over = month < number(as_of, Period.MONTH)

    def known(column: str, none: ir.Value, kind: str) -> ir.Value:
        # The month may be over and bring nothing: that is 0; while it runs nothing is known.
        value = ibis.coalesce(joined[column], none)
        return cast("ir.Value", is_over.ifelse(value, ibis.null(kind)))

    found = joined.select(
        *("activity", "cohort_date", "months_since_first", "cohort_member_count"),
        as_of=ibis.date(as_of.isoformat()),
        active_count=known("active_count", ibis.literal(0, "int64"), "int64"),
        action_count=known("action_count", ibis.literal(0, "int64"), "int64"),
        purchase_amount=known("purchase_amount", nothing(), AMOUNT),
    )
    rate = found.active_count.cast("float64") / found.cohort_member_count.cast("float64")
    return found.mutate(active_rate=rate)


def placed(rows: ir.Table, question: RetentionQuestion) -> ir.Table:
    """Gives activity with its member's cohort and the period since, as the question counts them.

    Returns:
        The rows with `cohort_date` (first day of the period in which the member began) and
        `period_number`, 0 for the first.
    """
    of_member = ibis.window(group_by="member_id")
    rows = rows.mutate(
        first_date=rows.active_date.min().over(of_member),
        first_at=rows.active_at.min().over(of_member),
    )
    return rows.mutate(
        cohort_date=start_of(rows.first_date, question.period), period_number=_since(rows, question)
    )


def _since(rows: ir.Table, question: RetentionQuestion) -> ir.IntegerValue:
    period = question.period
    if question.clock == "calendar":
        return number_of(rows.active_date, period) - number_of(rows.first_date, period)
    if period is Period.DAY:
        hours = rows.active_at.truncate("h").delta(rows.first_at.truncate("h"), unit="hour")
        return cast("ir.IntegerValue", hours.cast("int64") // HOURS_OF_A_DAY)
    days = rows.active_date.delta(rows.first_date, unit="day").cast("int64")
    return cast("ir.IntegerValue", days // period.days)


RETENTION = Table(CONTRACT, build)
