"""Sales: why they changed, when people buy, where, how they pay, and what discounts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.answers import answers_of
from shopkeeper.dashboard.charts import show_of
from shopkeeper.dashboard.lists import offer_lists
from shopkeeper.dashboard.pages.page import Page
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

SECTIONS = (
    change.section, revenue.section, seasonality.section, stores.section, payments.section,
    discounts.section, category_segments.section,
)  # fmt: skip
REPORTS = ("change", "seasonality", "stores", "payments", "discounts", "category_segments")


def show(asking: Asking) -> None:
    """Shows what moved revenue first, then when, where and how people buy."""
    show_of(answers_of(asking), SECTIONS, "sections-sales")
    offer_lists(asking, REPORTS)


PAGE = Page(
    "sales",
    "Sales",
    "Shop",
    "Why revenue changed; when, where and how people buy.",
    show,
)
