"""The pages of the dashboard in the order in which they stand: one page per file."""

from __future__ import annotations

from shopkeeper.dashboard.pages import (
    behaviour,
    calls,
    campaign,
    churn,
    customers,
    demand,
    experiments,
    models,
    overview,
    products,
    quality,
    recommendations,
    sales,
    segments,
    start,
    value,
)
from shopkeeper.dashboard.pages.page import Page

ALL: tuple[Page, ...] = (
    overview.PAGE,
    sales.PAGE,
    products.PAGE,
    demand.PAGE,
    customers.PAGE,
    segments.PAGE,
    churn.PAGE,
    value.PAGE,
    behaviour.PAGE,
    recommendations.PAGE,
    calls.PAGE,
    campaign.PAGE,
    experiments.PAGE,
    quality.PAGE,
    models.PAGE,
    start.PAGE,
)


def address_of(page: Page) -> str:
    """Gives where a page stands below the dashboard's address; the first one stands at it."""
    return "" if page is ALL[0] else page.name
