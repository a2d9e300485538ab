"""Retention: of those who began together, how many came back when, or how much they brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.marts.retention import RetentionQuestion, placed
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse import activity

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHLY = RetentionQuestion()
# Measures of which each member counts once, and the others by what they sum.
MEMBERS = ("customers", "people")
SUMS = {"orders": "action_count", "events": "action_count", "revenue": "amount"}

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class RetentionCell:
    """What a cohort did in a span of periods.

    Attributes:
        first_period: First period of the span, 0 being the one of the beginning.
        last_period: Its last one; None is without end.
        value: Count or amount; None where the span is not over for all of the cohort.
        rate: Of the cohort, or of what it brought in period 0; None where that is unknown.
        members: Opens the customers, persons, orders or events that make up the value.
    """

    first_period: int
    last_period: int | None
    value: Number | None
    rate: float | None
    members: Selection | None


@dataclass(frozen=True, slots=True)
class RetentionCohort:
    """Those who began in one day, week or month.

    Attributes:
        start: First day of that time.
        member_count: How many they are, so far.
        members: Opens them.
        cells: One for each span.
    """

    start: date
    member_count: int
    members: Selection
    cells: tuple[RetentionCell, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """How those who began together came back.

    Attributes:
        as_of: Day before which data were seen.
        question: What was asked.
        definition: The same in words.
        columns: Name of each span.
        cohorts: Oldest first.
        average: For each span, the rate of all cohorts for which it is known, taken together.
        findings: Sentences about what stands out.
    """

    as_of: date
    question: RetentionQuestion
    definition: tuple[str, ...]
    columns: tuple[str, ...]
    cohorts: tuple[RetentionCohort, ...]
    average: tuple[float | None, ...]
    findings: tuple[str, ...]


def retention_rows(
    customer_orders: ir.Table,
    person_days: ir.Table | None = None,
    events: ir.Table | None = None,
    *,
    as_of: date,
    question: RetentionQuestion = MONTHLY,
    is_whole: bool = True,
) -> ir.Table:
    """Gives activity with its member's cohort and the period since.

    Args:
        customer_orders: One row per order of a named customer.
        person_days: One row per person and day with events.
        events: One row per event.
        as_of: Day before which data are seen.
        question: What is asked.
        is_whole: Whether each event is wanted; else a day of a person is enough where it is.
    """
    if question.activity == activity.ORDERS:
        rows = activity.of_orders(customer_orders, as_of=as_of)
        return _named(placed(rows, question), "customer_id")
    if events is None or person_days is None:
        raise NotPublishedError(
            "There are no events in these data.", "add a source of events to shopkeeper.toml"
        )
    by_hour = question.clock == "rolling" and question.cohorts == "day"
    if question.event_names:
        events = events.filter(events.event_name.isin(question.event_names))
    if is_whole or by_hour or question.event_names:
        rows = activity.of_events(events, as_of=as_of)
    else:
        rows = activity.of_days(person_days, as_of=as_of)
    return _named(placed(rows, question), "person_id")


ROLLS = (
    Roll(
        "retention_customers",
        "Customers by the time of their first order and of others",
        ("customer_id",),
        retention_rows,
    ),
    Roll(
        "retention_orders",
        "Orders by the time of the customer's first and their own",
        ("source", "order_id"),
        retention_rows,
    ),
    Roll(
        "retention_people",
        "Persons by the time of their first event and of others",
        ("person_id",),
        partial(retention_rows, is_whole=False),
    ),
    Roll(
        "retention_events",
        "Events by the time of the person's first and their own",
        ("source", "event_id"),
        retention_rows,
    ),
)


def retention(
    customer_orders: ir.Table,
    person_days: ir.Table | None = None,
    events: ir.Table | None = None,
    *,
    as_of: date,
    question: RetentionQuestion = MONTHLY,
) -> Retention:
    """Gives how the cohorts came back.

    Raises:
        NotPublishedError: Nobody was active, or there are no events.
        UnknownNameError: No event has one of the names that count.
    """
    if question.event_names and events is not None:
        _hold_to_known(events, question.event_names)
    tables = (customer_orders, person_days, events)
    rows = retention_rows(*tables, as_of=as_of, question=question, is_whole=False)
    bases = _bases(rows, question)
    if not bases:
        raise NotPublishedError(
            f"There are no {question.activity} of anyone in these data.",
            "retention needs a name or number of the customer, or a visitor, on each",
        )
    values = _values(rows, question)
    cohorts = tuple(
        _cohort(start, bases[start], values.get(start, {}), question, as_of)
        for start in sorted(bases)
    )
    average = _average(cohorts, bases, question)
    return Retention(
        as_of=as_of,
        question=question,
        definition=definition(question, as_of),
        columns=tuple(_label(span) for span in question.spans),
        cohorts=cohorts,
        average=average,
        findings=_findings(average, question),
    )


def _hold_to_known(events: ir.Table, names: tuple[str, ...]) -> None:
    known = [row["event_name"] for row in rows_of(events.select("event_name").distinct())]
    for name in names:
        if known and name not in known:
            raise UnknownNameError.among("event", name, known)


def definition(question: RetentionQuestion, as_of: date) -> tuple[str, ...]:
    """Gives the exact definition in words."""
    thing, period = _thing(question), question.cohorts
    clocks = {
        ("calendar", "day"): "Day 1 is the next calendar day",
        ("calendar", "week"): "Week 1 is the next week, from Monday to Sunday",
        ("calendar", "month"): "Month 1 is the next calendar month",
        ("rolling", "day"): "Day 1 is from 24 to 48 hours after the first "
        f"{thing}, both times cut to the full hour",
        ("rolling", "week"): f"Week 0 is the day of the first {thing} and the six after it",
        ("rolling", "month"): f"Month 0 is the day of the first {thing} and the 29 after it",
    }
    kinds = {
        "period": f"Counted in a {period} is who was active in exactly that one",
        "unbounded": f"Counted in a {period} is who was active in that one or any later one",
        "bracket": f"Counted is who was active in any {period} of the bracket",
    }
    rates = {
        "customers": "all customers of the cohort",
        "people": "all persons of the cohort",
    }
    base = rates.get(question.counts, f"the {question.counts} of the cohort in {period} 0")
    return (
        f"A cohort is everyone whose first {thing} before {as_of} lies in the same calendar "
        f"{period}. {clocks[question.clock, period]}.",
        f"{kinds[question.kind]}; the value is the number of {question.counts}."
        if question.counts != "revenue"
        else f"{kinds[question.kind]}; the value is what they bought less discounts, before "
        "refunds.",
        f"The rate is the value by {base}. A span that is not over for all of the cohort is "
        "unknown, never 0. Who was active before the data begin stands in a later cohort than "
        "their own.",
        *(
            (f"Only events named {' or '.join(question.event_names)} count as being active.",)
            if question.event_names
            else ()
        ),
    )


def _named(rows: ir.Table, key: str) -> ir.Table:
    return rows.rename({key: "member_id"})


def _selection(question: RetentionQuestion) -> Selection:
    name = "orders" if question.counts == "revenue" else question.counts
    return Selection(f"retention_{name}", (), (("question", question),))


def _key(question: RetentionQuestion) -> str:
    return activity.MEMBER[question.activity]


def _measure(rows: ir.Table, question: RetentionQuestion) -> Any:
    if question.counts in MEMBERS:
        return rows[_key(question)].nunique()
    return rows[SUMS[question.counts]].sum()


def _bases(rows: ir.Table, question: RetentionQuestion) -> dict[date, tuple[int, Number]]:
    """Gives of each cohort the number of its members and what rates are taken of."""
    first = rows.filter(rows.period_number == 0)
    grouped = first.group_by("cohort_date").agg(
        member_count=first[_key(question)].nunique(), base=_measure(first, question)
    )
    return {row["cohort_date"]: (int(row["member_count"]), row["base"]) for row in rows_of(grouped)}


def _values(rows: ir.Table, question: RetentionQuestion) -> Mapping[date, Mapping[int, Number]]:
    """Gives of each cohort the value in each span, by the place of the span."""
    last = question.spans[-1][0] if question.spans else 0
    if question.kind == "unbounded":
        if question.counts in MEMBERS:
            # Who was last active in a period was active in it or later for all before.
            rows = rows.group_by("cohort_date", _key(question)).agg(
                period_number=rows.period_number.max()
            )
        rows = rows.mutate(place=(rows.period_number > last).ifelse(last, rows.period_number))
    else:
        rows = _in_spans(rows, question)
    value = _measure(rows, question)
    grouped = rows.group_by("cohort_date", "place").agg(value=value)
    found: dict[date, dict[int, Number]] = {}
    for row in rows_of(grouped):
        found.setdefault(row["cohort_date"], {})[int(row["place"])] = row["value"]
    if question.kind != "unbounded":
        return found
    places = range(last, -1, -1)
    return {
        start: dict(zip(places, accumulate(cells.get(n, 0) for n in places), strict=True))
        for start, cells in found.items()
    }


def _in_spans(rows: ir.Table, question: RetentionQuestion) -> ir.Table:
    import ibis

    if question.kind == "period":
        kept = rows.filter(rows.period_number <= question.periods)
        return kept.mutate(place=kept.period_number)
    places = [
        (rows.period_number.between(low, high), place)
        for place, (low, high) in enumerate(question.brackets)
    ]
    rows = rows.mutate(place=ibis.cases(*places))
    return rows.filter(rows.place.notnull())


def _cohort(
    start: date,
    base: tuple[int, Number],
    values: Mapping[int, Number],
    question: RetentionQuestion,
    as_of: date,
) -> RetentionCohort:
    chosen = _selection(question).where("cohort_date", start)
    none = Decimal(0) if question.counts == "revenue" else 0
    cells = []
    for place, (low, high) in enumerate(question.spans):
        value, members = None, None
        if question.is_over(start, (low, high), as_of):
            value, members = values.get(place, none), chosen.where("period_number", low, ">=")
            if high is not None:
                members = members.where("period_number", high, "<=")
        cells.append(RetentionCell(low, high, value, _rate(value, base[1]), members))
    roll = "retention_" + {"orders": "customers", "events": "people"}[question.activity]
    everyone = Selection(roll, (), (("question", question),)).where("cohort_date", start)
    return RetentionCohort(start, base[0], everyone, tuple(cells))


def _rate(value: Number | None, base: Number) -> float | None:
    return float(value) / float(base) if value is not None and base else None


def _average(
    cohorts: tuple[RetentionCohort, ...],
    bases: Mapping[date, tuple[int, Number]],
    question: RetentionQuestion,
) -> tuple[float | None, ...]:
    found = []
    for place in range(len(question.spans)):
        known = [cohort for cohort in cohorts if cohort.cells[place].value is not None]
        value = sum(cohort.cells[place].value or 0 for cohort in known)
        base = sum(bases[cohort.start][1] for cohort in known)
        found.append(_rate(value, base))
    return tuple(found)


def _thing(question: RetentionQuestion) -> str:
    """Gives what counts as being active, such as `order`, or `view or cart` of events."""
    if question.event_names:
        return f"{' or '.join(question.event_names)} event"
    return {"orders": "order", "events": "event"}[question.activity]


def _label(span: tuple[int, int | None]) -> str:
    low, high = span
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _findings(average: tuple[float | None, ...], question: RetentionQuestion) -> tuple[str, ...]:
    later = [
        (span, rate)
        for span, rate in zip(question.spans, average, strict=True)
        if span[0] > 0 and rate is not None
    ]
    if not later:
        return ("No cohort has lived through a whole period after its first.",)
    span, rate = later[0]
    thing = _thing(question)
    name = f"{question.cohorts} {_label(span)}".replace("+", " or later")
    if question.counts not in MEMBERS:
        return (
            f"In {name} after their first {thing}, cohorts brought {percent(rate)} of the "
            f"{question.counts} of {question.cohorts} 0.",
        )
    return (f"{percent(rate)} of {question.counts} came back in {name} after their first {thing}.",)
