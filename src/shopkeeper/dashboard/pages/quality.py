"""Data quality: whether every total ties, what was put aside and why, and what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.lists import counts_in
from shopkeeper.dashboard.openers import show_opening
from shopkeeper.dashboard.pages.page import Page, Part, first_part, show_parts
from shopkeeper.dashboard.persons import section_of
from shopkeeper.html.sections import findings, glossary, limits, quarantine, reconciliation, tables

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking


def _persons(asking: Asking) -> None:
    found = asking.report("identities")
    section = section_of(found, asking.currency)
    show_opening(asking, (section,), f"{PAGE.name}-persons", counts=counts_in(found))


PARTS = (
    Part("ties", "Do totals tie", (reconciliation.section,)),
    Part("aside", "Put aside", (quarantine.section,), ("quality",)),
    Part("know", "What to know", (findings.section, limits.section), ("quality",)),
    Part("persons", "Who is one person", then=_persons),
    Part("tables", "Tables and words", (tables.section, glossary.section)),
)


def show(asking: Asking) -> None:
    """Shows what ties, what was put aside, who is one person, the tables, and what words mean."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "quality",
    "Data quality",
    "Trust",
    "Whether every total ties, what was put aside, and what words mean.",
    show,
    first=first_part(PARTS),
)
