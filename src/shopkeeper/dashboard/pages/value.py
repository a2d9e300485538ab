"""Lifetime value: what customers brought and will bring, and what a history is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.forms import ask_value
from shopkeeper.dashboard.pages.page import Page, show_sections
from shopkeeper.html.sections import contest, forecasts, lifetime_value, pareto

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

SECTIONS = (lifetime_value.section, forecasts.section, pareto.section, contest.section)


def show(asking: Asking) -> None:
    """Shows values, their proof, and a form for a history made up by hand."""
    show_sections(asking, PAGE.name, SECTIONS, ("lifetime_value", "best_customers"))
    ask_value(asking)


PAGE = Page(
    "value",
    "Lifetime value",
    "Customers",
    "What customers brought, what they will bring, and how sure that is.",
    show,
)
