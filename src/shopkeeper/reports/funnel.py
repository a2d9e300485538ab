"""Funnel: how many take each step on the way to a purchase, where they are lost, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.marts.funnel import DEFAULT, SPLITS, FunnelQuestion, reached
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Groups that are shown; smaller ones stay in the lists.
MOST_GROUPS = 20
UNITS = {"person": "people", "session": "sessions"}
ORDERS = {
    "ordered": "the steps up to it were taken in this order, each at the instant of the one before "
    "or later, whatever lies between",
    "strict": "the steps up to it were taken in this order, each right after the one before, with "
    "no other event of that {unit} between",
    "any": "all steps up to it were taken, in whatever order",
}


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of a funnel.

    Attributes:
        name: Name of the event.
        count: How many came at least so far.
        share: Of those who entered, in 0-1.
        step_rate: Of those who took the step before, in 0-1; 1 for the first.
        lost_count: How many took the step before, but not this one.
        median_seconds: Median time from the first step to this one, of those who took it.
        members: Opens who came at least so far.
        lost: Opens who were lost before this step.
    """

    name: str
    count: int
    share: float
    step_rate: float
    lost_count: int
    median_seconds: float | None
    members: Selection
    lost: Selection


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """The funnel of one channel, device, browser or country; None where it is not known."""

    name: str | None
    steps: tuple[FunnelStep, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many take each step.

    Attributes:
        as_of: Day before which events were seen.
        question: What was asked.
        definition: The same in words.
        unit: Who takes the steps: people or sessions.
        steps: All steps, in order.
        open_count: Of those who have not finished, how many still may within the window.
        open_members: Opens them.
        split: What the groups are made by, or None.
        groups: The same funnel of each group, largest first.
        simulated_share: Share of the events that were made up, in 0-1.
        findings: Sentences about what stands out.
    """

    as_of: date
    question: FunnelQuestion
    definition: tuple[str, ...]
    unit: str
    steps: tuple[FunnelStep, ...]
    open_count: int
    open_members: Selection
    split: str | None
    groups: tuple[FunnelGroup, ...]
    simulated_share: float
    findings: tuple[str, ...]


def funnel_rows(
    events: ir.Table,
    funnel: ir.Table | None = None,
    *,
    as_of: date,
    question: FunnelQuestion = DEFAULT,
) -> ir.Table:
    """Gives how far each person or session came: the published mart where it answers."""
    if funnel is not None and question == DEFAULT:
        return funnel
    return reached(events, as_of=as_of, question=question)


ROLLS = (
    Roll("funnel", "Persons who entered the funnel", ("person_id",), funnel_rows),
    Roll(
        "funnel_sessions",
        "Sessions that entered the funnel",
        ("source", "session_id"),
        funnel_rows,
    ),
)


def funnel(
    events: ir.Table,
    funnel: ir.Table | None = None,
    *,
    as_of: date,
    question: FunnelQuestion = DEFAULT,
    split: str | None = None,
) -> Funnel:
    """Gives the funnel.

    Args:
        events: One row per event.
        funnel: One row per person, in the default funnel.
        as_of: Day before which events are seen.
        question: Steps, order, window and so on.
        split: Column that makes groups: channel, device, browser or country.

    Raises:
        NotPublishedError: There are no events.
        UnknownNameError: There is no such split, or no event has the name of a step.
    """
    if split is not None and split not in SPLITS:
        raise UnknownNameError.among("split", split, SPLITS)
    simulated_share = _known_events(events, question, as_of)
    rows = funnel_rows(events, funnel, as_of=as_of, question=question)
    roll = "funnel" if question.per == "person" else "funnel_sessions"
    selection = Selection(roll, (), (("question", question),))
    whole = rows_of(rows.agg(**_counts(rows, question)))[0]
    steps = _steps(whole, question, selection)
    unit = UNITS[question.per]
    return Funnel(
        as_of=as_of,
        question=question,
        definition=definition(question, as_of),
        unit=unit,
        steps=steps,
        open_count=int(whole["open_count"] or 0),
        open_members=selection.where("is_open", True),
        split=split,
        groups=_groups(rows, question, selection, split) if split else (),
        simulated_share=simulated_share,
        findings=_findings(steps, unit),
    )


def definition(question: FunnelQuestion, as_of: date) -> tuple[str, ...]:
    """Gives the exact definition in words."""
    unit = question.per
    names = [f"`{name}`" for name in question.steps]
    since = f"from {question.since} on and " if question.since else ""
    ends = as_of if question.until is None else min(as_of, question.until)
    found = [
        f"Counted are {UNITS[unit]} with events {since}before {ends}. The steps are "
        f"{', '.join(names[:-1])} and {names[-1]}.",
        f"A {unit} has come to a step if {ORDERS[question.order].format(unit=unit)}.",
    ]
    if question.window_hours is None:
        found.append("There is no conversion window: it may take as long as it takes.")
    else:
        found.append(
            f"All of it lies within {span_of(question.window_hours)} from the first step taken."
        )
    if question.order != "any":
        found.append(
            "Each event of the first step begins an attempt, and the best attempt counts."
            if question.entry == "each"
            else f"Only the first event of the first step of each {unit} begins an attempt."
        )
    found.append(
        f"Channel, device, browser and country are those of the first `{question.steps[0]}` of the "
        f"{unit}. Times are of the quickest attempt that came so far."
    )
    return tuple(found)


def span_of(hours: float) -> str:
    """Gives a length of time in words.

    Examples:
        >>> span_of(336), span_of(0.5), span_of(24)
        ('14 days', '30 minutes', '1 day')
    """
    for length, name in ((24.0, "day"), (1.0, "hour"), (1 / 60, "minute")):
        count = hours / length
        if count >= 1 and abs(count - round(count)) < 1e-9:
            return f"{round(count)} {name}{'' if round(count) == 1 else 's'}"
    return f"{round(hours * 3600)} seconds"


def _known_events(events: ir.Table, question: FunnelQuestion, as_of: date) -> float:
    """Gives the share of made-up events; refuses steps of which there is no event."""
    import ibis

    seen = events.filter(events.event_date < ibis.date(as_of.isoformat()))
    counted = seen.group_by("event_name").agg(
        count=seen.count(), simulated=seen.is_simulated.ifelse(1, 0).sum()
    )
    found = {row["event_name"]: row for row in rows_of(counted)}
    if not found:
        raise NotPublishedError(
            "There are no events in these data.",
            "add a source of events to shopkeeper.toml; orders alone have no funnel",
        )
    for name in question.steps:
        if name not in found:
            raise UnknownNameError.among("event", name, found)
    total = sum(row["count"] for row in found.values())
    return float(sum(row["simulated"] for row in found.values()) / total)


def _counts(rows: ir.Table, question: FunnelQuestion) -> dict[str, Any]:
    places = range(1, len(question.steps) + 1)
    counts: dict[str, Any] = {
        f"step_{k}": (rows.step_count >= k).ifelse(1, 0).sum() for k in places
    }
    medians = {f"median_{k}": rows[f"seconds_to_step_{k}"].median() for k in places if k > 1}
    return {**counts, **medians, "open_count": rows.is_open.ifelse(1, 0).sum()}


def _steps(
    row: dict[str, Any], question: FunnelQuestion, selection: Selection
) -> tuple[FunnelStep, ...]:
    entered = before = int(row["step_1"] or 0)
    found = []
    for k, name in enumerate(question.steps, 1):
        count = int(row[f"step_{k}"] or 0)
        median = 0.0 if k == 1 else row[f"median_{k}"]
        found.append(
            FunnelStep(
                name=name,
                count=count,
                share=count / entered if entered else 0.0,
                step_rate=count / before if before else 0.0,
                lost_count=before - count,
                median_seconds=None if median is None else float(median),
                members=selection.where("step_count", k, ">="),
                lost=selection.where("step_count", k - 1),
            )
        )
        before = count
    return tuple(found)


def _groups(
    rows: ir.Table, question: FunnelQuestion, selection: Selection, split: str
) -> tuple[FunnelGroup, ...]:
    grouped = rows_of(rows.group_by(split).agg(**_counts(rows, question)))
    grouped.sort(key=lambda row: (-row["step_1"], row[split] or ""))
    return tuple(
        FunnelGroup(row[split], _steps(row, question, selection.where(split, row[split])))
        for row in grouped[:MOST_GROUPS]
    )


def _findings(steps: tuple[FunnelStep, ...], unit: str) -> tuple[str, ...]:
    first, last = steps[0], steps[-1]
    if not first.count:
        return ()
    worst = min(range(1, len(steps)), key=lambda k: steps[k].step_rate)
    return (
        f"Of {first.count:,} {unit} with `{first.name}`, {last.count:,} ({percent(last.share)}) "
        f"came to `{last.name}`.",
        f"The greatest share is lost between `{steps[worst - 1].name}` and `{steps[worst].name}`: "
        f"{steps[worst].lost_count:,} {unit}, {percent(1 - steps[worst].step_rate)} of those "
        "who came there.",
    )
