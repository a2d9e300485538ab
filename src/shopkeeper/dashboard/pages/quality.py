"""Data quality: whether every total ties, what was put aside and why, and what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, show_sections
from shopkeeper.html.sections import findings, glossary, limits, quarantine, reconciliation, tables

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

SECTIONS = (
    reconciliation.section, quarantine.section, findings.section, tables.section, limits.section,
    glossary.section,
)  # fmt: skip


def show(asking: Asking) -> None:
    """Shows the reconciliation, the quarantine, the findings, the tables, and what words mean."""
    show_sections(asking, PAGE.name, SECTIONS)


PAGE = Page(
    "quality",
    "Data quality",
    "Trust",
    "Whether every total ties, what was put aside, and what words mean.",
    show,
)
