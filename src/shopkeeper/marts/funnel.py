"""Funnel: how far along the steps to a purchase each person came, in order, within a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from math import ceil
from typing import TYPE_CHECKING, Literal, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

SPLITS = ("channel", "device", "browser", "country")
CHOICES = {
    "order": ("ordered", "strict", "any"),
    "per": ("person", "session"),
    "entry": ("each", "first"),
}
UNITS: dict[str, tuple[str, ...]] = {"person": ("person_id",), "session": ("source", "session_id")}


@dataclass(frozen=True, slots=True)
class FunnelQuestion:
    """What is asked of the events.

    Attributes:
        steps: Names of events, each once; the first one enters the funnel.
        order: `ordered`: later steps follow earlier ones, whatever lies between; `strict`: with
            no other event of the same person or session between; `any`: all of them, in any order.
        per: Whether a person or a session takes the steps.
        window_hours: A step counts if it follows the first one within so many hours; None is as
            long as it takes.
        entry: Whether each first step begins an attempt and the best counts, or only the `first`;
            steps in any order have no such beginning.
        since: Day from which events are looked at; None is the first.
        until: Day before which events are looked at, where that is earlier than `as_of`.
    """

    steps: tuple[str, ...] = ("view", "cart", "purchase")
    order: Literal["ordered", "strict", "any"] = "ordered"
    per: Literal["person", "session"] = "person"
    window_hours: float | None = 14 * 24
    entry: Literal["each", "first"] = "each"
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if len(self.steps) == 1 or len(set(self.steps)) < len(self.steps) or not self.steps:
            raise UsageError(
                f"A funnel has two or more steps, each once; these are {', '.join(self.steps)}.",
                "name events in the order of the steps: `--steps view,cart,purchase`",
            )
        for name, words in CHOICES.items():
            if getattr(self, name) not in words:
                raise UnknownNameError.among(name, getattr(self, name), words)
        if self.window_hours is not None and self.window_hours <= 0:
            raise UsageError("A conversion window is longer than nothing.", "such as `--window 7d`")

    @property
    def unit(self) -> tuple[str, ...]:
        """Columns that name who takes the steps."""
        return UNITS[self.per]


DEFAULT = FunnelQuestion()

CONTRACT = Contract(
    name="funnel",
    layer=Layer.MART,
    meaning="One row per person with a `view` event before `as_of`: how far they came from `view` "
    "over `cart` to `purchase`, in this order, whatever lies between, within 14 days of a view. "
    "Each view begins an attempt; the best one counts. Looks at nothing from `as_of` on.",
    grain=("person_id",),
    columns=(
        Column("person_id", "string", "Customer, visitor or session that acts", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("entered_at", "timestamp", "First event of the first step, UTC"),
        Column("entered_date", "date", "Its day in the shop's time zone"),
        Column("step_count", "int64", "Steps taken, the first one included", unit="steps"),
        Column(
            "seconds_to_step_2",
            "int64",
            "From the first step of the quickest attempt to its second; missing where not taken",
            unit="seconds",
            nullable=True,
        ),
        Column(
            "seconds_to_step_3",
            "int64",
            "From the first step of the quickest attempt to its third; missing where not taken",
            unit="seconds",
            nullable=True,
        ),
        Column(
            "is_open",
            "boolean",
            "Whether steps are missing and the window of the last attempt is not over",
        ),
        *(Column(name, "string", f"{name.title()} at entry", nullable=True) for name in SPLITS),
    ),
    checks=(
        at_least("step_count", 1),
        at_least("seconds_to_step_2", 0),
        holds(
            "third_step_after_second",
            "who took the third step took the second",
            lambda table: cast(
                "ir.BooleanValue",
                table.seconds_to_step_3.isnull() | table.seconds_to_step_2.notnull(),
            ),
        ),
    ),
)


def build(events: ir.Table, *, as_of: date) -> ir.Table:
    """Gives how far each person came in the default funnel."""
    return reached(events, as_of=as_of, question=DEFAULT)


def reached(events: ir.Table, *, as_of: date, question: FunnelQuestion) -> ir.Table:
    """Gives one row per person or session that entered the funnel, with how far it came."""
    ends = as_of if question.until is None else min(as_of, question.until)
    seen = _seen(events, ends, question)
    entries = _entries(seen, question)
    steps = seen.select(*question.unit, "event_at", "event_id", "step")
    taken = WAYS[question.order](steps, entries, question)
    places = range(2, len(question.steps) + 1)
    come = [taken[f"start_{k}"].notnull().ifelse(1, 0).max().cast("int64") for k in places]
    depths = taken.group_by(*question.unit).agg(
        later_count=reduce(lambda one, two: one + two, come),
        **{f"seconds_to_step_{k}": _seconds(taken, k).min() for k in places},
    )
    units = entries.left_join(depths, question.unit)
    units = units.mutate(step_count=ibis.coalesce(units.later_count, 0) + 1)
    return units.select(
        *question.unit,
        *("entered_at", "entered_date", "step_count"),
        *(f"seconds_to_step_{k}" for k in places),
        *SPLITS,
        as_of=ibis.date(as_of.isoformat()),
        is_open=_is_open(units, ends, question),
    )


def _seen(events: ir.Table, ends: date, question: FunnelQuestion) -> ir.Table:
    """Gives the events that bear on the question, with the number of their step."""
    seen = events.filter(events.event_date < ibis.date(ends.isoformat()))
    if question.since is not None:
        seen = seen.filter(seen.event_date >= ibis.date(question.since.isoformat()))
    if question.order != "strict":
        # Between the steps of a strict funnel every event counts.
        seen = seen.filter(seen.event_name.isin(question.steps))
    places = [(seen.event_name == name, k) for k, name in enumerate(question.steps, 1)]
    step = ibis.cases(*places, else_=len(question.steps) + 1)
    names = (*question.unit, "event_at", "event_date", "event_id", *SPLITS)
    return seen.select(*dict.fromkeys(names), step=step.cast("int64"))


def _entries(seen: ir.Table, question: FunnelQuestion) -> ir.Table:
    """Gives the first event of the first step of each person or session.

    The earliest times are found first: only the few rows that share them are numbered.
    """
    unit = list(question.unit)
    firsts = seen.filter(seen.step == 1)
    # Read twice, each time with the columns it needs: shared, all columns would be kept in memory.
    when = seen.select(*unit, "event_at", "event_date", "step")
    when = when.filter(when.step == 1)
    times = when.group_by(unit).agg(
        entered_at=when.event_at.min(), last_entry_date=when.event_date.max()
    )
    joined = firsts.join(times, [*unit, firsts.event_at == times.entered_at])
    alike = ibis.window(group_by=unit, order_by="event_id")
    joined = joined.mutate(place=ibis.row_number().over(alike), entered_date=joined.event_date)
    if question.entry == "first":
        joined = joined.mutate(last_entry_date=joined.event_date)
    joined = joined.filter(joined.place == 0)
    return joined.select(
        *unit, *("entered_at", "entered_date", "last_entry_date", "event_id"), *SPLITS
    )


def _so_far(question: FunnelQuestion) -> ir.LegacyWindowBuilder:
    # Events of one instant stand in the order of the steps.
    window: ir.LegacyWindowBuilder = ibis.window(
        group_by=list(question.unit),
        order_by=["event_at", "step"],
        preceding=None,
        following=0,
    )
    return window


def _in_time(
    start: ir.TimestampValue, end: ir.TimestampValue, question: FunnelQuestion
) -> ir.BooleanValue:
    if question.window_hours is None:
        return cast("ir.BooleanValue", start <= end)
    window = ibis.interval(seconds=round(question.window_hours * 3600))
    return cast("ir.BooleanValue", start + window >= end)


def _ordered(steps: ir.Table, entries: ir.Table, question: FunnelQuestion) -> ir.Table:
    """Gives for each step taken when its attempt began.

    Of all attempts that reached the step before, the latest one leaves most time: if any can be
    carried on, it can. Steps that were not taken, and the first ones, are dropped on the way.
    """
    nothing = ibis.null("timestamp")
    columns = (*question.unit, "event_at", "step")
    begins = steps.filter(steps.step == 1)
    if question.entry == "first":
        begins = begins.semi_join(entries, [*question.unit, "event_id"])
    rows = begins.select(*columns).union(steps.filter(steps.step > 1).select(*columns))
    if question.entry == "each":
        rows = steps.select(*columns)
    rows = rows.mutate(start=(rows.step == 1).ifelse(rows.event_at, nothing))
    for k in range(2, len(question.steps) + 1):
        before = (rows.step == k - 1).ifelse(rows.start, nothing)
        rows = rows.mutate(latest=before.max().over(_so_far(question)))
        taken = (rows.step == k) & _in_time(rows.latest, rows.event_at, question)
        rows = rows.mutate(start=taken.ifelse(rows.latest, rows.start))
        rows = rows.filter((rows.step > k) | ((rows.step > 1) & rows.start.notnull()))
        rows = rows.drop("latest")
    starts = {
        f"start_{k}": (rows.step == k).ifelse(rows.start, nothing)
        for k in range(2, len(question.steps) + 1)
    }
    return rows.mutate(**starts)


def _strict(steps: ir.Table, entries: ir.Table, question: FunnelQuestion) -> ir.Table:
    """Gives for each step taken right after the one before when its attempt began."""
    order = ["event_at", "step", "event_id"]
    in_order = ibis.window(group_by=list(question.unit), order_by=order)
    if question.entry == "first":
        firsts = entries.select(*question.unit, first_id="event_id")
        kept = [*steps.columns, "first_id"]
        steps = steps.left_join(firsts, question.unit).select(*kept)
        begins = (steps.step == 1) & (steps.event_id == steps.first_id)
    else:
        begins = steps.step == 1
    rows = steps.mutate(start=begins.ifelse(steps.event_at, ibis.null("timestamp")))
    back = range(1, len(question.steps))
    rows = rows.mutate(
        **{f"step_before_{j}": rows.step.lag(j).over(in_order) for j in back},
        **{f"start_before_{j}": rows.start.lag(j).over(in_order) for j in back},
    )
    for k in range(2, len(question.steps) + 1):
        start = rows[f"start_before_{k - 1}"]
        chain = [rows[f"step_before_{j}"] == k - j for j in range(1, k)]
        taken = reduce(lambda one, two: one & two, chain, rows.step == k)
        taken = taken & _in_time(start, rows.event_at, question)
        rows = rows.mutate(**{f"start_{k}": taken.ifelse(start, ibis.null("timestamp"))})
    return rows


def _in_any_order(steps: ir.Table, _: ir.Table, question: FunnelQuestion) -> ir.Table:
    """Gives at each event, of the steps up to each, when the oldest was taken last."""
    places = range(1, len(question.steps) + 1)
    so_far = _so_far(question)
    nothing = ibis.null("timestamp")
    last = {f"last_{k}": (steps.step == k).ifelse(steps.event_at, nothing) for k in places}
    rows = steps.mutate(**{name: time.max().over(so_far) for name, time in last.items()})
    for k in places[1:]:
        times = [rows[f"last_{j}"] for j in range(1, k + 1)]
        oldest = ibis.least(*times)
        all_taken = reduce(lambda one, two: one & two, [time.notnull() for time in times])
        taken = all_taken & _in_time(oldest, rows.event_at, question)
        rows = rows.mutate(**{f"start_{k}": taken.ifelse(oldest, nothing)})
    return rows


def _seconds(rows: ir.Table, k: int) -> ir.IntegerValue:
    """Gives the seconds from the start of an attempt to its step, for both cut to the second."""
    end, start = rows.event_at.truncate("s"), rows[f"start_{k}"].truncate("s")
    return cast("ir.IntegerValue", end.delta(start, unit="second").cast("int64"))


def _is_open(units: ir.Table, ends: date, question: FunnelQuestion) -> ir.BooleanValue:
    if question.window_hours is None:
        return cast("ir.BooleanValue", ibis.literal(False))
    # The last day from which a whole window lies before the end of what is seen.
    whole = ends - timedelta(days=ceil(question.window_hours / 24) + 1)
    late = units.last_entry_date > ibis.date(whole.isoformat())
    return cast("ir.BooleanValue", late & (units.step_count < len(question.steps)))


WAYS: dict[str, Callable[[ir.Table, ir.Table, FunnelQuestion], ir.Table]] = {
    "ordered": _ordered,
    "strict": _strict,
    "any": _in_any_order,
}

FUNNEL = Table(CONTRACT, build)
