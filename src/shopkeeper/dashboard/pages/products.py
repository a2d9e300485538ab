"""Products: what they brought, which rise and fall, what comes back, what is bought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page, first_of, show_sections
from shopkeeper.html.sections import baskets, product_trends, products

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

SECTIONS = (products.section, product_trends.section, baskets.section)


def show(asking: Asking) -> None:
    """Shows products and pairs of products."""
    show_sections(asking, PAGE.name, SECTIONS, ("products", "basket", "returns"))


PAGE = Page(
    "products",
    "Products",
    "Shop",
    "What products brought, which rise and fall, and what is bought together.",
    show,
    first=first_of(*SECTIONS),
)
