"""Questions: what a reader asks of a report beside the usual; it stays in the address.

Choices are said as on the command line and read by the same reader, so every face asks alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from shopkeeper.dashboard.address import kept_choice, kept_option
from shopkeeper.dashboard.charts import card, told
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.errors import ShopkeeperError
from shopkeeper.html.blocks import Notice
from shopkeeper.reports.periods import month, quarter
from shopkeeper.reports.report_options import questions_of

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

Questions = dict[str, dict[str, Any]]

COHORTS = {"month": "Months", "week": "Weeks", "day": "Days"}
MEASURES = {
    "orders": {"customers": "Customers", "orders": "Orders", "revenue": "Revenue"},
    "events": {"people": "People", "events": "Events"},
}
KINDS = {
    "period": "In that period",
    "unbounded": "In that period or later",
    "bracket": "In periods 1-3, 4-6, 7-12",
}
CLOCKS = {"calendar": "Of the calendar", "rolling": "From the first on"}
ACTIVITIES = {"orders": "Orders", "events": "Visits and other events"}
ORDERS = {
    "ordered": "One after the other",
    "strict": "With nothing between",
    "any": "In any order",
}
UNITS = {"person": "Person", "session": "Session"}
WINDOWS = {
    "14d": "14 days", "30m": "30 minutes", "24h": "24 hours", "7d": "7 days", "30d": "30 days",
    "none": "As long as it takes",
}  # fmt: skip
SPLITS = {
    "channel": "Channel", "device": "Device", "browser": "Browser", "country": "Country",
    "nothing": "Nothing",
}  # fmt: skip
# Periods that are offered to compare, the newest first.
MOST_PERIODS = 60


def ask_retention(asking: Asking) -> Questions:
    """Asks who counts as having come back, and in which periods."""
    activities = dict(ACTIVITIES)
    if not _has_events(asking):
        activities.pop("events")
    places = st.columns(len(activities) + 3)
    activity = "orders"
    if len(activities) > 1:
        with places[4]:
            activity = kept_option("Active by", "activity", activities)
    with places[0]:
        cohorts = kept_option("Cohorts and periods", "cohorts", COHORTS)
    with places[1]:
        measure = kept_option("Measured by", "measure", MEASURES[activity])
    with places[2]:
        kind = kept_option("Came back", "kind", KINDS)
    with places[3]:
        clock = kept_option("Periods run", "clock", CLOCKS)
    options = {
        "of": ACTIVITIES, "cohorts": COHORTS, "measure": MEASURES[activity], "kind": KINDS,
        "clock": CLOCKS,
    }  # fmt: skip
    asked = (activity, cohorts, measure, kind, clock)
    return _asked("retention", _unusual(dict(zip(options, asked, strict=True)), options))


def ask_funnel(asking: Asking) -> Questions:
    """Asks how the steps are to be taken, by whom, how fast, and what parts them."""
    if not _has_events(asking):
        return {}
    places = st.columns(4)
    with places[0]:
        order = kept_option("Steps are taken", "order", ORDERS)
    with places[1]:
        per = kept_option("By each", "per", UNITS)
    with places[2]:
        window = kept_option("Within", "window", WINDOWS)
    with places[3]:
        split = kept_option("Parted by", "by", SPLITS)
    asked = {"order": order, "per": per, "window": window}
    by = {} if split == "nothing" else {"by": split}
    chosen = _unusual(asked, {"order": ORDERS, "per": UNITS, "window": WINDOWS})
    is_usual = not chosen and split == next(iter(SPLITS))
    return {} if is_usual else _asked("funnel", {"order": order, **chosen, **by})


def ask_change(asking: Asking) -> Questions:
    """Asks which two periods are compared; none takes the usual ones."""
    found = asking.report("overview")
    periods = _periods(found.first_date, found.as_of)
    before, after = st.columns(2)
    with before:
        earlier = kept_choice("From", "from", periods, unchosen="The usual ones")
    with after:
        later = kept_choice("To", "to", periods, unchosen="The usual ones")
    if bool(earlier) != bool(later):
        notice = Notice("info", "Choose both periods to compare them")
        show_sections(card("periods", "One period is missing", "", notice), key="one-period")
        return {}
    return _asked("change", {"from": earlier, "to": later}) if earlier else {}


def _unusual(asked: Mapping[str, str], options: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Gives what is asked beside the usual, which is the first of each: answers are kept so."""
    return {name: text for name, text in asked.items() if text != next(iter(options[name]))}


def _asked(report: str, options: Mapping[str, str]) -> Questions:
    """Reads choices as the command line reads its options; the report's own where it cannot."""
    if not options:
        return {}
    arguments = [part for name, text in options.items() for part in (f"--{name}", text)]
    try:
        return {report: questions_of(report, arguments)}
    except ShopkeeperError as error:
        show_sections(card("asked", "This cannot be asked", "", told(error)), key=f"no-{report}")
        return {}


def _has_events(asking: Asking) -> bool:
    table = asking.manifest.tables.get("person_days")
    return table is not None and table.version.row_count > 0


def _periods(first: date, as_of: date) -> list[str]:
    """Gives the months, quarters and years that the data cover, by name, the newest first."""
    months: list[str] = []
    quarters: dict[str, None] = {}
    back = 0
    while len(months) < MOST_PERIODS and (one := month(as_of, back)).end > first:
        back += 1
        if one.is_covered(first, as_of):
            months.append(one.label)
        whole = quarter(one.start)
        if whole.is_covered(first, as_of):
            quarters[whole.label] = None
    years = [str(year) for year in range(as_of.year - 1, first.year, -1)]
    return [*months, *quarters, *years]
