"""Overview: how the shop does, what stands out, and whether all totals tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, first_of, show_sections
from shopkeeper.html.sections import countries, new_customers, revenue, summary

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

SECTIONS = (summary.section, revenue.section, new_customers.section, countries.section)


def show(asking: Asking) -> None:
    """Shows the headline measures, the months, new customers and where they are."""
    show_sections(asking, PAGE.name, SECTIONS, ("overview",))


PAGE = Page(
    "overview",
    "Overview",
    "Shop",
    "How the shop does, and what stands out.",
    show,
    first=first_of(*SECTIONS),
)
