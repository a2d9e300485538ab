"""Demand: what will be sold in the weeks to come, where this version foretells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.answer_tables import section_of
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.pages.page import Page
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

# Report on demand; the page stands in the navigation where a workspace has it.
REPORT = "forecast"
IS_THERE = hasattr(Workspace, REPORT)


def show(asking: Asking) -> None:
    """Shows the forecast with its intervals, or why there is none."""
    found = asking.report(REPORT)
    show_sections(section_of("demand", "What will be sold", found, asking.currency), key="demand")


PAGE = Page("demand", "Demand", "Shop", "What will be sold in the weeks to come.", show)
