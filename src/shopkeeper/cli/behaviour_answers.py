"""Behaviour in the terminal: funnel, retention, lifecycle, repeat purchase; and lists as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from shopkeeper.cli.answer_frames import name_list
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopkeeper.reports.drill import Members
    from shopkeeper.reports.funnel import Funnel
    from shopkeeper.reports.lifecycle import Lifecycle
    from shopkeeper.reports.repeat_purchase import RepeatPurchase
    from shopkeeper.reports.retention import Retention

# Rows that fit on a screen; all of them are in the JSON.
SHOWN_PERIODS = 24
UNKNOWN = "–"
# An address must be whole to be used.
ADDRESS_CHARACTERS = 120
SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def show_funnel(found: Funnel, _: str) -> None:
    """Prints the funnel, and that of each group; like all of them it is given the currency."""
    print_table(
        ("step", found.unit, "of all", "of the step before", "lost", "median time", "list"),
        [
            (
                *(step.name, step.count, percent(step.share), percent(step.step_rate)),
                *(step.lost_count, time_of(step.median_seconds), step.members.address),
            )
            for step in found.steps
        ],
        ADDRESS_CHARACTERS,
    )
    if found.open_count:
        print_text(f"{found.open_count:,} {found.unit} may still go on: their window is not over.")
    if found.groups:
        print_text()
        names = [step.name for step in found.steps]
        print_table(
            (found.split or "", *names, *(f"{name}, of all" for name in names[1:])),
            [
                (
                    group.name or "(unknown)",
                    *(step.count for step in group.steps),
                    *(percent(step.share) for step in group.steps[1:]),
                )
                for group in found.groups
            ],
        )
    if found.simulated_share:
        print_text(f"{percent(found.simulated_share)} of the events are made up.")
    _say_more(found.findings, found.definition)


def show_retention(found: Retention, currency: str) -> None:
    """Prints the cohorts, the newest last."""
    is_money = found.question.counts == "revenue"
    shown = found.cohorts[-SHOWN_PERIODS:]
    rows = [
        (
            cohort.start,
            cohort.member_count,
            *(UNKNOWN if cell.rate is None else percent(cell.rate) for cell in cohort.cells),
        )
        for cohort in shown
    ]
    average = tuple(UNKNOWN if rate is None else percent(rate) for rate in found.average)
    print_table(("cohort", "began", *found.columns), [*rows, ("all known", None, *average)])
    if len(shown) < len(found.cohorts):
        print_text(f"the last {len(shown)} of {len(found.cohorts)} cohorts; all with `--json`")
    if is_money and shown:
        base = shown[0].cells[0].value
        if base is not None:
            print_text(f"100 % of the cohort of {shown[0].start} is {money(base, currency)}")
    if shown:
        name_list(shown[-1].members)
    _say_more(found.findings, found.definition)


def show_lifecycle(found: Lifecycle, _: str) -> None:
    """Prints the periods with their states, and how many were active lately."""
    shown = found.periods[-SHOWN_PERIODS:]
    states = [count.state for count in shown[-1].states]
    print_table(
        (found.period, "active", *states, "gained by lost"),
        [
            (
                period.start,
                period.active_count,
                *(count.count for count in period.states),
                period.growth_ratio,
            )
            for period in shown
        ],
    )
    if len(shown) < len(found.periods):
        print_text(f"the last {len(shown)} of {len(found.periods)}; all with `--json`")
    if found.windows:
        print_text()
        print_table(
            ("active in", "at the end", "on average"),
            [
                (f"{w.days} day{'s' * (w.days > 1)}", w.last_count, w.average_count)
                for w in found.windows
            ],
        )
    if over := [period for period in shown if period.is_over]:
        name_list(over[-1].active)
    if found.daily_by_monthly is not None:
        print_text(f"stickiness: daily by monthly {percent(found.daily_by_monthly)}")
    _say_more(found.findings, found.definition)


def show_repeat_purchase(found: RepeatPurchase, _: str) -> None:
    """Prints the share that buys again, and the days between orders."""
    print_table(
        ("within", "buy again", "95 % from", "to", "seen", "list"),
        [
            (
                *(f"{point.days} days", percent(point.share), percent(point.low)),
                *(percent(point.high), point.repeat_count, point.members.address),
            )
            for point in found.points
        ],
        ADDRESS_CHARACTERS,
    )
    print_text()
    print_table(
        ("after order", "followed", "not so far", "10 %", "25 %", "50 %", "75 %", "90 %", "median"),
        [
            (
                "all" if gap.from_order is None else f"{gap.from_order}{'+' * gap.to_last}",
                gap.gap_count,
                gap.open_count,
                *(gap.quantiles or (None,) * 5),
                gap.median_days,
            )
            for gap in found.gaps
        ],
    )
    print_text("days; the median counts those who still wait")
    _say_more(found.findings, found.definition)


def show_members(found: Members, _: str) -> None:
    """Prints a list as CSV, its columns named in the first line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(found.key)
    writer.writerows(found.rows)
    print_text(text.getvalue().rstrip("\n"))


def time_of(seconds: float | None) -> str:
    """Gives a length of time in its largest unit.

    Examples:
        >>> time_of(172.0), time_of(259_200.0)
        ('2.9 min', '3.0 d')
    """
    if seconds is None:
        return UNKNOWN
    for length, name in SPANS:
        if seconds >= length:
            return f"{seconds / length:,.1f} {name}"
    return f"{seconds:,.0f} s"


def _say_more(findings: Iterable[str], definition: Iterable[str]) -> None:
    print_text()
    for finding in findings:
        print_text(f"• {finding}")
    for sentence in definition:
        print_text(sentence)


SHOWS: dict[str, Any] = {
    "funnel": show_funnel,
    "retention": show_retention,
    "lifecycle": show_lifecycle,
    "repeat_purchase": show_repeat_purchase,
}
