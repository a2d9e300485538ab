"""Sales: why they changed, when people buy, where, how they pay, and what discounts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, Part, first_part, show_parts
from shopkeeper.dashboard.questions import ask_change
from shopkeeper.html.sections import (
    category_segments,
    change,
    discounts,
    payments,
    revenue,
    seasonality,
    stores,
)

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

PLACES = ("stores", "payments")
PRICES = ("discounts", "category_segments")
PARTS = (
    Part("months", "Months", (revenue.section, seasonality.section), ("seasonality",)),
    Part("change", "Why it changed", (change.section,), ("change",), ask_change),
    Part("places", "Stores and payments", (stores.section, payments.section), PLACES),
    Part(
        "prices", "Discounts and categories", (discounts.section, category_segments.section), PRICES
    ),
)


def show(asking: Asking) -> None:
    """Shows when, why, where and how people buy."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "sales",
    "Sales",
    "Shop",
    "Why revenue changed; when, where and how people buy.",
    show,
    first=first_part(PARTS),
)
