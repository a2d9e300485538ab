"""The sections of the report in the order in which they are read: one section per file."""

from __future__ import annotations

from collections.abc import Callable

from shopkeeper.html.answers import ReportAnswers
from shopkeeper.html.blocks import Section
from shopkeeper.html.sections import (
    baskets,
    change,
    contest,
    countries,
    customers,
    findings,
    forecasts,
    glossary,
    lifetime_value,
    limits,
    moves,
    new_customers,
    pareto,
    product_trends,
    products,
    quarantine,
    reconciliation,
    revenue,
    scores,
    seasonality,
    segments,
    summary,
    tables,
    whales,
)

# A section that has nothing to say, and whose absence another one explains, gives None.
ALL: tuple[Callable[[ReportAnswers], Section | None], ...] = (
    summary.section,
    revenue.section,
    change.section,
    seasonality.section,
    new_customers.section,
    segments.section,
    scores.section,
    moves.section,
    pareto.section,
    customers.section,
    whales.section,
    lifetime_value.section,
    forecasts.section,
    contest.section,
    products.section,
    product_trends.section,
    baskets.section,
    countries.section,
    reconciliation.section,
    quarantine.section,
    findings.section,
    tables.section,
    limits.section,
    glossary.section,
)
