"""Retention and funnel: who comes back, how soon, and where people turn back on the way to buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, Part, Room, first_part, show_parts
from shopkeeper.dashboard.questions import ask_funnel, ask_retention
from shopkeeper.html.sections import funnel, lifecycle, repeat_purchase, retention

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

FIELDS = Room(8.25, 26.25)
PARTS = (
    Part("retention", "Retention", (retention.section,), ("retention",), ask_retention),
    Part("again", "Buying again", (repeat_purchase.section,), ("repeat_purchase",)),
    Part("lifecycle", "Lifecycle", (lifecycle.section,), ("lifecycle",)),
    Part("funnel", "Funnel", (funnel.section,), ("funnel",), ask_funnel),
)


def show(asking: Asking) -> None:
    """Shows cohorts, repeat purchase, the lifecycle and the funnel."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "behaviour",
    "Retention and funnel",
    "Customers",
    "Who comes back and how soon; where people turn back on the way to a purchase.",
    show,
    first=first_part(PARTS, FIELDS),
)
