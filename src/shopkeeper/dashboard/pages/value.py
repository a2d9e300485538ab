"""Lifetime value: what customers brought and will bring, and what a history is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.forms import ask_value
from shopkeeper.dashboard.pages.page import Page, Part, first_part, show_parts
from shopkeeper.html.sections import contest, forecasts, lifetime_value, pareto

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

PARTS = (
    Part("will", "What they will bring", (lifetime_value.section,), ("lifetime_value",)),
    Part("brought", "What they brought", (pareto.section,), ("best_customers",)),
    Part("proof", "How sure that is", (forecasts.section, contest.section)),
    Part("what-if", "What if", then=ask_value),
)


def show(asking: Asking) -> None:
    """Shows values, their proof, and a form for a history made up by hand."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "value",
    "Lifetime value",
    "Customers",
    "What customers brought, what they will bring, and how sure that is.",
    show,
    first=first_part(PARTS),
)
