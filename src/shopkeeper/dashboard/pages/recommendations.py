"""Recommendations: what customers may want next, why, and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, first_of, show_sections
from shopkeeper.html.sections import recommendations

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking


def show(asking: Asking) -> None:
    """Shows example lists and the evidence behind them."""
    show_sections(asking, PAGE.name, (recommendations.section,), ("recommendations",))


PAGE = Page(
    "recommendations",
    "Recommendations",
    "Customers",
    "What customers may want next, and why.",
    show,
    first=first_of(recommendations.section),
)
