"""Retention and funnel: who comes back, how soon, and where people turn back on the way to buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, show_sections
from shopkeeper.html.sections import funnel, lifecycle, repeat_purchase, retention

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

SECTIONS = (retention.section, repeat_purchase.section, lifecycle.section, funnel.section)


def show(asking: Asking) -> None:
    """Shows cohorts, repeat purchase, the lifecycle and the funnel."""
    reports = ("retention", "repeat_purchase", "lifecycle", "funnel")
    show_sections(asking, PAGE.name, SECTIONS, reports)


PAGE = Page(
    "behaviour",
    "Retention and funnel",
    "Customers",
    "Who comes back and how soon; where people turn back on the way to a purchase.",
    show,
)
