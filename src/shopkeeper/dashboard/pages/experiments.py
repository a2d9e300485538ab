"""Experiments: what tests and plans brought, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.address import kept_choice
from shopkeeper.dashboard.answers import answers_of
from shopkeeper.dashboard.charts import card, plain
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.lists import Counted
from shopkeeper.dashboard.openers import show_opening
from shopkeeper.dashboard.pages.page import First, Page, Room
from shopkeeper.html.blocks import Notice
from shopkeeper.html.memo_sections import sections_of
from shopkeeper.html.sections import tried

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.html.blocks import Section
    from shopkeeper.reports.experiment_units import UnitCount


def show(asking: Asking) -> None:
    """Shows every test and plan that was read out, each with its details; or how to begin."""
    answers = answers_of(asking)
    told = answers.tried
    if told is None:
        show_sections(_nothing(asking), key="tried")
        return
    found = tried.section(answers)
    assert found is not None
    if not told.tests:
        show_opening(asking, (found,), PAGE.name)
        return
    names = [test.experiment.name for test in told.tests]
    wanted = kept_choice("Read one test whole", "test", names, needs_one=True)
    test = told.tests[names.index(wanted)]
    counts = [Counted(_label(one), one.units) for one in test.lists if one.unit_count]
    show_opening(asking, (found, *sections_of(test)), PAGE.name, counts=counts)


def _label(count: UnitCount) -> str:
    named = " · ".join(plain(part) for part in (count.arm, count.metric, count.part) if part)
    said = f"{named}: {count.counted}" if named else count.counted
    return said[:1].upper() + said[1:]


def _first(asking: Asking) -> tuple[Section, ...]:
    answers = answers_of(asking)
    return (tried.section(answers) or _nothing(asking),)


def _nothing(asking: Asking) -> Section:
    refused = [
        f"{name}: {reason}"
        for name, reason in asking.manifest.refused.items()
        if name.startswith("experiment")
    ]
    notice = Notice("info", "No test and no plan has been read out yet", " ".join(refused) or HOW)
    return card("tried", "What was tried", "", notice)


HOW = (
    "Name a test under [[experiments]] in shopkeeper.toml, with its file and its definition; or "
    "size one first with: shopkeeper experiment design"
)
PAGE = Page(
    "experiments",
    "Experiments",
    "Decisions",
    "What tests and plans brought, and how sure that is.",
    show,
    # The choice of a test stands above.
    first=First(_first, Room(5.25, 5.25)),
)
