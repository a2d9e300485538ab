"""Data quality: whether every total ties, what was put aside and why, and what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, Part, show_parts
from shopkeeper.html.sections import findings, glossary, limits, quarantine, reconciliation, tables

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

PARTS = (
    Part("ties", "Do totals tie", (reconciliation.section,)),
    Part("aside", "Put aside", (quarantine.section,), ("quality",)),
    Part("know", "What to know", (findings.section, limits.section), ("quality",)),
    Part("tables", "Tables and words", (tables.section, glossary.section)),
)


def show(asking: Asking) -> None:
    """Shows the reconciliation, the quarantine, the findings, the tables, and what words mean."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "quality",
    "Data quality",
    "Trust",
    "Whether every total ties, what was put aside, and what words mean.",
    show,
)
