"""Demand: what will be sold in the weeks to come, how that was proved, and what to order again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, first_of, show_sections
from shopkeeper.html.sections import demand

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking


def show(asking: Asking) -> None:
    """Shows the forecast with its intervals, or why there is none."""
    show_sections(asking, PAGE.name, (demand.section,))


PAGE = Page(
    "demand",
    "Demand",
    "Shop",
    "What will be sold in the weeks to come.",
    show,
    first=first_of(demand.section),
)
